// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/evaluate/detection.h"
#include "core/evaluate/label_metric.h"
#include "core/evaluate/picture_reader.h"
#include "core/task/task.h"

namespace kerf::core {

/// What two detectors found in the same pictures.
class DetectionScores {
public:
    explicit DetectionScores(const BoxResults& results)
        : m_results(results)
    {
    }
    /// Results of the picture `index` of `pictures`, as Task::results. Errors: those of decodeBoxes.
    Status add(const Matrix& original, const Matrix& candidate, const SamplePictures& pictures, std::size_t index);

    /// COCO's numbers of the candidate with the original's beside them, where the pictures are annotated. Always, where
    /// the original finds anything: agreement_ap, agreement_ap50 and agreement_ap75, for which its boxes of
    /// BoxDecoding::leastScore and more stand as the truth, and box_score_error, the mean distance of all candidates'
    /// scores. Boxes count from a score of kLeastCounted on: what falls a little below the threshold is found late, not
    /// missed.
    std::vector<LabelMetric> metrics() const;
    std::int64_t found() const; ///< boxes of the candidate with at least leastScore
    std::int64_t originallyFound() const;
    static constexpr double kLeastCounted = 0.05; ///< as usual with COCO

private:
    std::int64_t categories() const;

    const BoxResults& m_results;
    FoundBoxes m_original, m_candidate;
    TruthBoxes m_truths;
    std::vector<double> m_scoreErrors; ///< of each picture
    std::int64_t m_classes = 0; ///< columns of scores
};

} // namespace kerf::core
