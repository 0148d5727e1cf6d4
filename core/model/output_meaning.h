// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/model/box_decoding.h"

namespace kerf::core {

/// What the numbers are that a network gives at one of its outputs.
struct OutputMeaning {
    enum class Kind {
        Logits, ///< of classes along `axis`: their softmax are probabilities
        Probabilities, ///< of classes along `axis`
        Chances, ///< each is the probability of something of its own
        Values, ///< numbers
        Vectors, ///< directions along `axis`: embeddings
        Boxes, ///< of things whose classes another output tells: four numbers a candidate
        State, ///< goes into an input at the next step
        Ignored, ///< nobody reads it
    };
    Kind kind = Kind::Values;
    std::int64_t axis = -1; ///< negative: from the last
    std::string input {}; ///< State: where it goes
    BoxDecoding boxes {}; ///< Boxes
};
const char* meaningName(OutputMeaning::Kind kind); ///< "logits", "probabilities", …
/// "probabilities of classes", "boxes by their corners, class 0 meaning nothing"
std::string meaningText(const OutputMeaning& meaning);

/// What the outputs seem to be, one for each: by the operators that make them, by their shapes, and of states by the
/// name of an input of the same shape ("state" of "stateN"). Classes come out of a Softmax, chances out of a Sigmoid;
/// behind it may lie moves, joins, and of chances means. Four numbers for each of as many candidates as another output
/// has classes for are boxes: differences from anchors where layers alone make them. Class 0 of several means nothing
/// then (Liu et al., "SSD", arXiv 1512.02325, section 2.2). One row of several numbers are logits. The rest is numbers.
std::vector<OutputMeaning> guessOutputs(const Graph& graph);

} // namespace kerf::core
