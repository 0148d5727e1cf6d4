// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// Of the shingles, that texts share which were chosen apart.
inline constexpr double kOverlapByChance = 0.01;

inline constexpr std::size_t kShingleTokens = 13;

/// What a text to measure on shares with the text that was calibrated on. Shingles are all runs of 13 tokens inside
/// the windows, the length by which Brown et al. 2020 (arXiv:2005.14165, appendix C) look for test text in training
/// text; texts of one language share a few by chance.
struct Overlap {
    std::int64_t shingles = 0; ///< of the text to measure on
    std::int64_t sharedShingles = 0; ///< that stand in the calibration windows too
    std::int64_t windows = 0;
    std::int64_t sharedWindows = 0; ///< that are calibration windows, token by token

    double share() const; ///< of the shingles, in [0, 1]
    /// Whether it is more than texts that were chosen apart share by chance: a window, or 1 % of the shingles.
    bool isNotable() const;
};

/// Errors: Cancelled. Memory: 8 bytes a calibration token.
Result<Overlap> findOverlap(const Dataset& calibration, const Dataset& text, const JobContext& job);

/// "3 % of its runs of 13 tokens stand in the calibration text too". `ofSamples`: windows stand for samples
/// (SampleReader).
std::string overlapText(double share, bool ofSamples);
/// The sentence of a notable overlap, with the share and what it does to the numbers.
std::string overlapWarning(const Overlap& overlap, const Dataset& text);

} // namespace kerf::core
