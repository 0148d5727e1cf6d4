// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"

namespace kerf::core {

/// Where the elements of a tensor lie in its file.
struct OnnxLocator {
    std::uint64_t offset = 0, bytes = 0;

    /// As the raw_data of a skeleton has it.
    std::string packed() const;
    /// Nothing: the text is no locator.
    static std::optional<OnnxLocator> unpacked(const std::string& text);
};

/// A ModelProto (onnx/onnx, onnx.proto) without the elements of its tensors: raw_data, and packed float_data and
/// double_data, are replaced by a raw_data that says where they lie, so that opening a file touches no weight. All
/// other fields are as they were, unknown ones too. Time and memory linear in what is left.
/// Errors: BadFile, a sentence without the file's name: no protobuf message, cut off, messages nested too deep.
Result<std::string> onnxSkeleton(std::span<const std::byte> file);

} // namespace kerf::core
