// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/format/format.h"
#include "core/graph/graph.h"

namespace kerf::core {

/// An export as it is read back, by code that shares nothing with what wrote it.
class WrittenModel {
public:
    WrittenModel() = default;
    WrittenModel(const WrittenModel&) = delete;
    WrittenModel& operator=(const WrittenModel&) = delete;
    virtual ~WrittenModel() = default;

    virtual const std::string& kind() const = 0; ///< "gptq", "compressed-tensors"; "floats"
    /// Those with codes, by the network's names; of a model without codes its matrices.
    virtual std::vector<std::string> layers() const = 0;
    virtual bool hasCodes() const = 0;
    /// Whether one of them can be run. Errors: BadFile (numbers that are NaN or Inf, indices out of range).
    virtual Status check(const std::string& layer) const = 0;
    /// contentHash() of one of them. Nothing: it has no codes. Errors: as check().
    virtual Result<std::optional<std::string>> hash(const std::string& layer) const = 0;
    /// What of a layer is not as in `expected`: "codes", "scales"; empty: nothing. Errors: BadFile.
    virtual Result<std::string> difference(
        const std::string& layer, const WeightRef& weight, const QuantizedTensor& expected) const = 0;
    /// Type and shape of a tensor that was carried over; nothing when there is none of that name.
    virtual std::optional<TensorSpec> carried(const std::string& name) const = 0;
    /// What the file adds to its numbers and reading takes away again, which rounds them. Precondition: carried(name).
    virtual float shift(const std::string&) const { return 0; }
    /// Lends its bytes to `read`. Precondition: carried(name). Errors: BadFile, those of `read`.
    virtual Status lend(
        const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const = 0;
    /// Its memory may be given back to the system.
    virtual void release(const std::string& name) const = 0;
};
using WrittenModelPtr = std::unique_ptr<const WrittenModel>;

/// What the reader of quantized folders (core/checkpoint/quantized_folder.h) finds in a folder of safetensors. Errors:
/// BadFile.
Result<WrittenModelPtr> openWrittenFolder(const std::filesystem::path& folder);
/// The same of a folder whose layers were written as the numbers that their codes stand for.
Result<WrittenModelPtr> openWrittenFloats(const std::filesystem::path& folder);
/// An ONNX file whose metadata name the tensors of codes (core/exporters/onnx_quantization.h), read as operators
/// of the standard say.
Result<WrittenModelPtr> openWrittenOnnx(const std::filesystem::path& file);
/// What differs between two forms of a layer: "codes", "scales"; empty: nothing.
std::string differenceOf(const QuantizedTensor& expected, const QuantizedTensor& found);
/// The same of a GGUF file.
Result<WrittenModelPtr> openWrittenGguf(const std::filesystem::path& file);

} // namespace kerf::core
