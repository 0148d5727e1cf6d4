// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/model/output_meaning.h"
#include "core/onnx/onnx_graph.h"

namespace kerf::core {

/// What model.onnx.kerf.json says of an ONNX file. Both keys, and all inside them, may be left out:
///
///     {"sizes": {"sequence": 128},
///      "outputs": {"scores": "probabilities",
///                  "boxes": {"is": "boxes", "form": "corners" | "centered" | "corner-and-size" | "offsets",
///                            "normalized": true, "least_score": 0.5, "most_overlap": 0.45, "most": 100,
///                            "background": 0},
///                  "stateN": {"is": "state", "input": "state"}}}
///
/// An output is "logits", "probabilities", "chances", "values", "vectors", "boxes", "state" or "ignored"
/// (OutputMeaning::Kind); classes and vectors may have an "axis", else the last. "background": null for none.

/// Errors: BadFile: no JSON, an unknown key, a size that is no number from 1 to 2^20.
Result<OnnxSizes> sizesOf(const Checkpoint& checkpoint);

/// What the outputs mean: what the file says, and guessOutputs where it says nothing.
struct MeantOutputs {
    std::vector<OutputMeaning> meanings; ///< one for each
    std::vector<std::string> guessed; ///< names of those that the file does not tell
};
/// Errors: BadFile, naming the key: an output that the graph does not have, an unknown word, an axis that it does not
/// have, a state without an input of its shape, boxes that are not four numbers a candidate.
Result<MeantOutputs> outputsOf(const Checkpoint& checkpoint, const Graph& graph);

} // namespace kerf::core
