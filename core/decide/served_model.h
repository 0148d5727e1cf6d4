// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/format/format.h"
#include "core/format/kv_format.h"
#include "core/model/network.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// What of a decoder decides memory and speed where it is served. Numbers of parameters are as of the graph.
struct ServedModel {
    std::string name; ///< "llama"
    double parameters = 0; ///< all, those that share a tensor once
    double dense = 0; ///< of quantizable layers that every token sees
    double routed = 0; ///< of those of experts, all of them
    std::int64_t experts = 0, chosen = 0; ///< of a block; of them for a token
    double kept = 0; ///< of everything that stays in 16 bit: embedding, head, norms, routers, biases
    double keptRead = 0; ///< of them, what each step reads as a whole: not a table of which it takes single rows
    double head = 0; ///< of keptRead, what is multiplied by a token's state: the head, routers
    std::int64_t hidden = 0, inner = 0, vocabulary = 0; ///< inner: widest input of a layer for one token
    std::int64_t heads = 0, headDim = 0;
    std::int64_t positions = 0; ///< longest context it takes
    CacheShape cache;
    std::vector<std::int64_t> windows; ///< of each block: positions that its cache keeps; 0: all

    std::int64_t blocks() const { return static_cast<std::int64_t>(windows.size()); }
    /// Parameters of quantizable layers that one token is multiplied by.
    double active() const;
    /// Experts of a block that are read for a step of `batch` tokens, on average if tokens choose at random:
    /// E (1 - (1 - k / E)^B).
    double expertsRead(double batch) const;
    /// Numbers that the keys and values of one sequence are, all blocks: those that slide keep their window alone.
    double cacheNumbers(std::int64_t context) const;
    /// Bytes of them, as a format keeps them.
    double cacheBytes(const CacheFormat& format, std::int64_t context) const;
};

/// Errors: InvalidArgument (it has no key/value cache: no decoder).
Result<ServedModel> servedModel(const Network& network);

/// The quantizable layers in one format.
struct ServedPart {
    std::string format; ///< of the weights alone; those in 16 bit, whichever: "bf16"
    int bits = 16; ///< of a code
    double bytes = 0;
    double parameters = 0;
};

/// Weights as they are served.
struct ServedWeights {
    std::string name; ///< of the format or the plan
    double dense = 0, routed = 0; ///< bytes of quantizable layers, see ServedModel
    double kept = 0, keptRead = 0; ///< bytes of the rest
    double bitsPerWeight = 0; ///< of the quantizable layers
    std::vector<ServedPart> parts; ///< of the quantizable layers, each format once

    double resident() const { return dense + routed + kept; }
    /// Bytes that a decode step of `batch` tokens reads.
    double read(const ServedModel& model, double batch) const;
};

/// All quantizable layers in one format; those whose shape it cannot take stay in 16 bit.
ServedWeights servedWeights(const Network& network, const ServedModel& model, const FormatPtr& format);
/// Errors: InvalidArgument: a format is unknown.
Result<ServedWeights> servedWeights(const Network& network, const ServedModel& model, const Plan& plan);

} // namespace kerf::core
