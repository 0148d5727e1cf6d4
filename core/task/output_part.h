// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <vector>

#include "core/base/matrix.h"
#include "core/graph/graph.h"
#include "core/model/output_meaning.h"
#include "core/task/task.h"

namespace kerf::core {

/// How something that a network says of a sample is scored: one output, or the two of a detector. Stateless.
class OutputPart {
public:
    OutputPart() = default;
    OutputPart(const OutputPart&) = delete;
    OutputPart& operator=(const OutputPart&) = delete;
    virtual ~OutputPart() = default;

    /// Its results, one a row, from all outputs for one sample.
    virtual Matrix results(const std::vector<Matrix>& outputs) const = 0;
    virtual std::int64_t rows() const = 0; ///< of results()
    virtual std::int64_t columns() const = 0;
    /// As Task::divergence, one a row.
    virtual std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const = 0;
    virtual const BoxResults* boxResults() const { return nullptr; }
};
using OutputPartPtr = std::unique_ptr<const OutputPart>;

/// Where an output stands among a network's, and its shape for one sample.
struct OutputPlace {
    std::size_t index = 0;
    Shape shape;
};

/// Classes along `axis`, a row for each place of the others, as logits; of probabilities their logarithms. Chances are
/// rows of two classes, so that the divergence is that of a coin and the larger one the decision at 1/2. KL divergence.
OutputPartPtr distributionPart(const OutputPlace& place, const OutputMeaning& meaning);

/// Numbers in one row: the mean squared difference. `isRelative`: their squared distance by the squared length of the
/// original's, which has no unit, so that it can stand beside other outputs'.
OutputPartPtr valuesPart(const OutputPlace& place, bool isRelative);

/// Directions along `axis`: 1 - cosine.
OutputPartPtr vectorsPart(const OutputPlace& place, const OutputMeaning& meaning);

/// A detector's scores and boxes: the KL divergence of what the original says from what the candidate says, summed over
/// all candidates, where each class is drawn by the scores and each box that is something lies around the coordinates
/// in SSD's measure with deviation 1: middle by .1 of the box's size, logarithm of the size by .2. It is SSD's loss
/// with the original as the truth (Liu et al., arXiv 1512.02325, section 2.2) but for the entropy of the original.
/// Boxes count by the probability that they are something. Nats a picture. `scores`: kind Logits, Probabilities or
/// Chances, with as many rows as there are boxes.
OutputPartPtr detectionPart(const OutputPlace& scores, const OutputMeaning& scoresMeaning, const OutputPlace& boxes,
    const BoxDecoding& decoding);

} // namespace kerf::core
