// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/detection.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace kerf::core {
namespace {

/// A candidate whose score is high enough for a class.
struct Candidate {
    std::int64_t row, category;
    float score;
};

std::vector<Candidate> candidatesOf(const MatrixRef& scores, const BoxDecoding& decoding)
{
    std::vector<Candidate> candidates;
    for (std::int64_t column = 0; column < scores.cols(); ++column) {
        if (decoding.background == column)
            continue;
        const std::int64_t category = column - (decoding.background && column > *decoding.background ? 1 : 0);
        for (std::int64_t row = 0; row < scores.rows(); ++row)
            if (scores(row, column) > decoding.leastScore)
                candidates.push_back({ row, category, scores(row, column) });
    }
    std::ranges::stable_sort(candidates, std::ranges::greater {}, &Candidate::score);
    return candidates;
}

/// In pixels of what the model saw.
Box boxOf(const MatrixRef& boxes, std::int64_t row, const BoxDecoding& decoding, ImageSize input)
{
    const double scaleX = decoding.isNormalized ? static_cast<double>(input.width) : 1;
    const double scaleY = decoding.isNormalized ? static_cast<double>(input.height) : 1;
    const double a = boxes(row, 0) * scaleX, b = boxes(row, 1) * scaleY;
    const double c = boxes(row, 2) * scaleX, d = boxes(row, 3) * scaleY;
    switch (decoding.form) {
    case BoxDecoding::Form::Corners:
        return { a, b, c - a, d - b };
    case BoxDecoding::Form::Centered:
        return { a - c / 2, b - d / 2, c, d };
    case BoxDecoding::Form::CornerAndSize:
    case BoxDecoding::Form::Offsets:
        break;
    }
    return { a, b, c, d };
}

Box inPicture(const Box& seen, const PicturePlacement& place)
{
    const auto x = [&](double at) {
        return std::clamp((at - place.offsetX) / place.scaleX, 0.0, static_cast<double>(place.picture.width));
    };
    const auto y = [&](double at) {
        return std::clamp((at - place.offsetY) / place.scaleY, 0.0, static_cast<double>(place.picture.height));
    };
    const double left = x(seen.x), top = y(seen.y);
    return { left, top, x(seen.x + seen.width) - left, y(seen.y + seen.height) - top };
}

bool isFinite(const Box& box)
{
    return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) && std::isfinite(box.height);
}

} // namespace

double overlapOf(const Box& a, const Box& b)
{
    const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    if (width <= 0 || height <= 0)
        return 0;
    return width * height / (a.area() + b.area() - width * height);
}

Result<std::vector<Detection>> decodeBoxes(const MatrixRef& boxes, const MatrixRef& scores, const BoxDecoding& decoding,
    ImageSize input, const PicturePlacement& place)
{
    if (boxes.cols() != 4 || boxes.rows() != scores.rows() || scores.cols() < 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Boxes of [{}, {}] and scores of [{}, {}] tell no things: they are [candidates, 4] and "
                        "[candidates, classes].",
                boxes.rows(), boxes.cols(), scores.rows(), scores.cols()));
    if (decoding.form == BoxDecoding::Form::Offsets)
        return fail(ErrorCode::InvalidArgument,
            "The network gives differences from anchors, not boxes: what they are differences from is not known.");
    std::vector<Box> kept; // as the model saw them: suppression comes before borders cut
    std::vector<Detection> found;
    for (const Candidate& candidate : candidatesOf(scores, decoding)) {
        if (static_cast<std::int64_t>(found.size()) >= decoding.most)
            break;
        const Box box = boxOf(boxes, candidate.row, decoding, input);
        if (!isFinite(box))
            return fail(ErrorCode::Numerical,
                fmt::format("Box {} with score {} is not finite.", candidate.row, candidate.score));
        bool isNew = true;
        for (std::size_t i = 0; i < found.size() && isNew; ++i)
            isNew = found[i].category != candidate.category || overlapOf(kept[i], box) <= decoding.mostOverlap;
        if (!isNew)
            continue;
        kept.push_back(box);
        found.push_back({ inPicture(box, place), candidate.score, candidate.category });
    }
    return found;
}

TruthBoxes truthsFrom(const FoundBoxes& original, double leastScore)
{
    TruthBoxes truths;
    for (const std::vector<Detection>& picture : original) {
        std::vector<TruthBox>& boxes = truths.emplace_back();
        for (const Detection& detection : picture)
            if (detection.score >= leastScore)
                boxes.push_back({ detection.box, detection.category, detection.box.area() });
    }
    return truths;
}

} // namespace kerf::core
