// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/format/format.h"

namespace kerf::core {

/// The quantized layers of a folder, as its config.json's quantization_config describes them.
/// Reads GPTQ (v1, v2, desc_act; 2, 3, 4, 8 bit) and compressed-tensors (pack-quantized, also as a part of
/// mixed-precision). Independent of the exporters' code: this is what reads their work back.
class QuantizedFolder {
public:
    /// Nothing when config.json has no quantization_config. Errors: BadFile (unsupported quant_method or format: named,
    /// with what is supported; tensors missing, of the wrong shape or type).
    static Result<std::optional<QuantizedFolder>> open(const Checkpoint& checkpoint);

    const std::string& quantMethod() const; ///< "gptq", "compressed-tensors"
    /// Layer names -> format, from headers only.
    const std::map<std::string, std::string>& layers() const;
    /// Unpacks one layer. Errors: BadFile (scales that are NaN, Inf or 0, codes or g_idx out of range).
    Result<QuantizedTensor> read(const std::string& layer) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> m_impl;
};

} // namespace kerf::core
