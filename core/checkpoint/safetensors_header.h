// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"

namespace kerf::core {

/// What the header of a safetensors file says (huggingface/safetensors README, "Format").
struct SafetensorsHeader {
    std::map<std::string, TensorInfo> tensors; ///< offsets from the start of the file
    std::map<std::string, std::string> metadata; ///< __metadata__
};

/// Parses the JSON header. Strict: one object; per tensor exactly dtype, shape (at most 8 unsigned integers) and
/// data_offsets (two); no key twice; names of 1 to 256 bytes; at most 1,000,000 tensors; sizes by checked arithmetic;
/// the data [dataStart, fileSize) covered without hole or overlap. `what` (a file name) starts every message.
/// Memory and time O(size of json). Errors: BadFile.
Result<SafetensorsHeader> parseSafetensorsHeader(
    std::string_view json, std::uint64_t dataStart, std::uint64_t fileSize, std::string_view what);

/// Reads and parses the header of a file: its length, at most 100,000,000 bytes, is checked against the file first.
Result<SafetensorsHeader> readSafetensorsHeader(const MappedFile& file);

} // namespace kerf::core
