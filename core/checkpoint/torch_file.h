// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"

namespace kerf::core {

/// What a file that torch.save wrote holds.
struct TorchFile {
    std::map<std::string, TensorInfo> tensors; ///< offsets from the start of the file
    std::vector<std::string> others; ///< entries of its dictionary that are no tensors
};

/// Reads the archive's directory and its data.pkl, nothing else: since PyTorch 1.6 a zip archive with each storage
/// stored whole and uncompressed (torch/serialization.py; caffe2/serialize/inline_container.h). Several tensors may
/// share bytes. Errors: BadFile (no such archive, older kinds and scripted models: named; compressed or encrypted
/// entries; numbers of the other byte order; a tensor that reaches beyond its storage; as parseTorchPickle).
Result<TorchFile> readTorchFile(const MappedFile& file);

} // namespace kerf::core
