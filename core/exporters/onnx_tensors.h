// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "core/exporters/exporter.h"
#include "core/exporters/onnx_codes.h"
#include "core/graph/value_quantizer.h"
#include "core/onnx/onnx_draft.h"

namespace kerf::core {

/// New tensors of an export, and the nodes that round values. What is small is kept, to be compared with what is read
/// back.
class OnnxTensors {
public:
    OnnxTensors(const ExportSource& source, OnnxDraft& draft)
        : m_draft(draft)
        , m_codes(std::make_shared<OnnxCodes>(source))
    {
    }

    using FromCodes = std::function<Result<std::vector<std::byte>>(const QuantizedTensor&)>;
    /// What is made of a layer's codes when the file is written, in so many bytes. Returns its name.
    std::string fromCodes(const std::string& layer, const std::string& wanted, int type, const Shape& dims,
        std::uint64_t bytes, const FromCodes& make);
    /// The same of a tensor that is kept.
    std::string keptFromCodes(const std::string& layer, const std::string& wanted, int type, DType dtype,
        const Shape& dims, std::uint64_t bytes, const FromCodes& make);
    std::string numbers(const std::string& wanted, const Shape& dims, const std::vector<float>& values);
    std::string byte(const std::string& wanted, int value); ///< one of UINT8

    /// The name of what readers get who see a value rounded: one pair of nodes for all with the same parameters.
    std::string rounded(const std::string& value, const ValueQuantizer& quantizer);
    /// All that read a value read it rounded; an output of the whole stays as it is.
    void roundForAll(const std::string& value, const ValueQuantizer& quantizer);

    OnnxCodes& codes() { return *m_codes; }
    /// @pre the draft was written
    std::vector<AddedTensor> kept() const;

private:
    void keep(const std::string& name, DType type, const Shape& dims, std::vector<std::byte> bytes);

    OnnxDraft& m_draft;
    std::shared_ptr<OnnxCodes> m_codes;
    std::shared_ptr<std::map<std::string, AddedTensor>> m_kept = std::make_shared<std::map<std::string, AddedTensor>>();
    std::map<std::tuple<std::string, float, int>, std::string> m_rounded;
};

} // namespace kerf::core
