// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/data/annotation.h"
#include "core/data/preprocess.h"
#include "core/model/box_decoding.h"

namespace kerf::core {

/// A thing that a model found in a picture.
struct Detection {
    Box box;
    double score = 0;
    std::int64_t category = 0;
};
/// Of each picture, in any order: measures sort by score and keep the order of equal scores.
using FoundBoxes = std::vector<std::vector<Detection>>;
using TruthBoxes = std::vector<std::vector<TruthBox>>;

/// Intersection over union of two boxes; 0 where both are empty.
double overlapOf(const Box& a, const Box& b);

/// The things of one picture by falling score, from what a model gave of it: threshold, then greedy non-maximum
/// suppression in each class (equal scores: the earlier candidate, the lower class), then the `most` best. Boxes are in
/// pixels of the picture, cut at its borders. A candidate may be a thing of several classes. Scores that are NaN find
/// nothing. Errors: InvalidArgument (arrays of other shapes; another number of candidates; Form::Offsets), Numerical (a
/// box that is kept is not finite).
/// @param input the size that the model saw, `place` where that lies in the picture
Result<std::vector<Detection>> decodeBoxes(const MatrixRef& boxes, const MatrixRef& scores, const BoxDecoding& decoding,
    ImageSize input, const PicturePlacement& place);

/// What the original found with at least that score, as if it were the truth: for pictures that nobody annotated.
/// Measures against it are named agreement_….
TruthBoxes truthsFrom(const FoundBoxes& original, double leastScore);

} // namespace kerf::core
