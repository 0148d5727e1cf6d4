// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/quantize/method.h"

namespace kerf::core {

/// A quantized layer on disk: one safetensors file under <arrays>/layers/, named by its key, the same bytes whenever it
/// is made from the same inputs. Tensors: "codes" (U8, packed to code_bits, least significant bits first, rows start at
/// whole bytes); of integer formats "scales" (F16) and "zeros" (U8, asymmetric), of all others "params" (U8, as the
/// format's specification stores them: GroupParams::stored); "group_index" (I32, where columns are permuted); "shift"
/// (F32, one a row, where a run asked for the bias correction).
/// The header's metadata holds format, width, report and the content hash, so a file says what it is by itself.
class ArtifactStore {
public:
    struct Stored : LayerResult {
        std::string hash; ///< contentHash() of its tensor
    };

    explicit ArtifactStore(const std::filesystem::path& arraysFolder);

    std::filesystem::path path(const std::string& key) const;
    bool has(const std::string& key) const;
    /// Written atomically. The report's seconds are left out. Errors: DiskFull, Io.
    Status store(const std::string& key, const LayerResult& result) const;
    /// Codes, scales and zeros compared with the hash in the file. Errors: BadFile (damaged: named), Io.
    Result<Stored> load(const std::string& key) const;

private:
    std::filesystem::path m_folder;
};

} // namespace kerf::core
