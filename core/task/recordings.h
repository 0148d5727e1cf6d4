// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/graph/hidden.h"
#include "core/graph/linear.h"
#include "core/model/network.h"

namespace kerf::core {

/// A SampleReader whose samples go on from one to the next: pieces of recordings. What it reads holds the states that
/// the original has there.
class RecordingReader {
public:
    virtual ~RecordingReader() = default;
    /// The number of a sample among all, in the order in which they follow each other.
    virtual std::int64_t placeOf(const std::vector<TokenId>& window) const = 0;
    virtual bool startsRecording(std::int64_t place) const = 0; ///< states begin anew there
};

/// An output of a network that goes into an input at the next step.
struct StateLink {
    std::size_t output = 0, input = 0; ///< indices of the graph's
};
/// By NetworkInfo::outputs; empty: nothing goes on.
std::vector<StateLink> statesOf(const Network& network);

/// Some steps of samples that follow each other.
struct SampleRun {
    std::vector<std::int64_t> samples; ///< indices of windows
};
/// Windows that follow each other in a recording, each once, by rising place.
std::vector<SampleRun> runsOf(const RecordingReader& reader, std::span<const std::vector<TokenId>> windows);

/// A network with all its weights loaded, run step by step. What it refers to must outlive it.
class StepNetwork {
public:
    /// Errors: those of Network::loadBlock.
    static Result<StepNetwork> load(const Network& network, const Replacements& replacements);

    /// Samples side by side behind the last block. `inputs`: of each input of the graph [samples, numbers]. Errors:
    /// those of Network::enter and runBlock.
    Result<Hidden> run(const std::vector<Matrix>& inputs) const;
    const Network& network() const { return *m_network; }

private:
    const Network* m_network = nullptr;
    const Replacements* m_replacements = nullptr;
    std::vector<std::shared_ptr<const BlockWeights>> m_weights;
};

} // namespace kerf::core
