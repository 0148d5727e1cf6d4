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
    std::vector<std::filesystem::path> files; ///< of each; empty: it is no file
    std::vector<std::vector<TruthBox>> truths; ///< of each; empty: nobody annotated them
};

/// A SampleReader whose samples are pictures.
class PictureReader {
public:
    virtual ~PictureReader() = default;
    /// Errors: as SampleReader::read.
    virtual Result<SamplePictures> pictures(std::span<const std::vector<TokenId>> windows) const = 0;
};

} // namespace kerf::core
