// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"

namespace kerf::core {

/// A GGUF file of version 2 or 3 (ggml-org/ggml, docs/gguf.md) as its header tells it.
struct GgufFile {
    /// Its key-value pairs, an object of dotted keys. float32 as the shortest decimal that means it.
    Json metadata;
    /// Shapes as in safetensors, [out, in]: the file's dimensions run the other way.
    std::map<std::string, TensorInfo> tensors;
};

/// Reads the header and checks every count, length and offset before it is used. Time and memory linear in the size of
/// the header. Errors: BadFile (no GGUF, another version, big-endian; cut off; key or tensor twice; unknown types; a
/// tensor that is not aligned, overlaps another or reaches beyond the file; no general.architecture).
Result<GgufFile> readGgufFile(const MappedFile& file);

} // namespace kerf::core
