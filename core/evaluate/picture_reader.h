// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/data/annotation.h"
#include "core/data/preprocess.h"

namespace kerf::core {

/// Where samples lie in the pictures that they were made of, and what is there.
struct SamplePictures {
    ImageSize input; ///< what the network sees
    std::vector<PicturePlacement> placements; ///< of each
    std::vector<std::vector<TruthBox>> truths; ///< of each; empty: nobody annotated them
};

/// A SampleReader whose samples are pictures.
class PictureReader {
public:
    virtual ~PictureReader() = default;
    /// The file that a sample is; empty: it is none. Nothing is read.
    virtual std::filesystem::path fileOf(const std::vector<TokenId>& window) const = 0;
    /// Pictures are decoded for it. Errors: as SampleReader::read.
    virtual Result<SamplePictures> pictures(std::span<const std::vector<TokenId>> windows) const = 0;
};

} // namespace kerf::core
