// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/sample_source.h"

namespace kerf::core {

/// A recording: WAV, PCM of 16 bits, one channel.
struct Wave {
    std::int64_t rate = 0; ///< samples a second
    std::vector<std::int16_t> samples;
};
/// RIFF WAVE (Microsoft, "Multimedia Programming Interface", 1991; formats 1 and 0xfffe). Chunks other than `fmt ` and
/// `data` are skipped. Errors: BadFile (no WAV, truncated; another coding, another number of bits or channels: which,
/// and how to convert it).
Result<Wave> readWave(const std::filesystem::path& file);

/// How recordings become samples of a network that hears them piece by piece.
struct WaveOptions {
    std::string input = "input"; ///< [context + chunk] floats, value / 32768
    std::int64_t chunk = 512; ///< new ones a step
    std::int64_t context = 64; ///< the last ones of the step before; zeros at a recording's start
    std::int64_t rate = 16000; ///< that the model was trained with; other recordings are refused, not resampled
};

/// Chunks of recordings, one recording after another; startsSequence() tells where states begin anew. The last chunk of
/// each is filled with zeros, which is noted. Recordings are kept in memory (2 bytes a sample).
/// Errors: as readWave(); BadFile (another rate, an empty recording), InvalidArgument (no file; chunk below 1).
Result<SampleSourcePtr> openWaves(const std::vector<std::filesystem::path>& files, const WaveOptions& options);

} // namespace kerf::core
