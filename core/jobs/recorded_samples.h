// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/wave_source.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::core {

class Hasher;

/// recording.json beside recordings or the model, all keys of which may be left out:
///
///     {"rate": 16000, "chunk": 512, "context": 64}
///
/// `rate` in samples a second; a step gets `chunk` new samples behind the last `context` ones of the step before.
/// Without the file a step gets as many as the network's input takes, at 16000 a second, which is noted.
/// Errors: BadFile (no JSON, an unknown key, no whole number), InvalidArgument (chunk and context do not fit the
/// input).
/// @param data a WAV file, or a folder of them
Result<WaveOptions> waveOptions(const Network& network, const std::filesystem::path& data,
    const std::filesystem::path& model, std::vector<std::string>& notes);

/// Whether it is a WAV file or a folder that has some.
bool areRecordings(const std::filesystem::path& path);

struct Recordings {
    SampleSourcePtr source;
    std::int64_t rate = 0; ///< samples a second
};
struct StepChoice {
    std::int64_t limit = 0; ///< so many steps; 0: all
    std::uint64_t seed = 0;
};

/// Recordings as samples of a network with or without states: `data` gets its windows, its reader, its size; `hash`
/// what they hold. A state is read as the original has it there, which is found by running the original over all
/// recordings once. With a limit pieces of 32 steps in a row are taken, drawn by the seed.
/// Errors: BadFile, InvalidArgument (an input that is neither the recording nor a state), Numerical, Cancelled.
Status loadRecordings(const Network& network, const Recordings& recordings, const StepChoice& choice, Dataset& data,
    Hasher& hash, const JobContext& job);

} // namespace kerf::core
