// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/detection_scores.h"

#include <algorithm>

#include "core/evaluate/detection_metrics.h"
#include "core/evaluate/label_metrics.h"

namespace kerf::core {
namespace {

std::int64_t countFrom(const FoundBoxes& found, double leastScore)
{
    std::int64_t count = 0;
    for (const std::vector<Detection>& picture : found)
        count += std::ranges::count_if(picture, [&](const Detection& each) { return each.score > leastScore; });
    return count;
}

bool isAnyThere(const TruthBoxes& truths)
{
    return std::ranges::any_of(truths, [](const auto& picture) { return !picture.empty(); });
}

} // namespace

Status DetectionScores::add(
    const Matrix& original, const Matrix& candidate, const SamplePictures& pictures, std::size_t index)
{
    BoxDecoding decoding = m_results.decoding();
    decoding.leastScore = std::min(decoding.leastScore, kLeastCounted);
    const Matrix right = m_results.scores(original), got = m_results.scores(candidate);
    m_classes = right.cols();
    for (const auto& [results, scores, boxes] :
        { std::tuple(&original, &right, &m_original), std::tuple(&candidate, &got, &m_candidate) }) {
        KERF_TRY(std::vector<Detection> found,
            decodeBoxes(m_results.boxes(*results), *scores, decoding, pictures.input, pictures.placements[index]));
        boxes->push_back(std::move(found));
    }
    if (!pictures.truths.empty())
        m_truths.push_back(pictures.truths[index]);
    m_scoreErrors.push_back(static_cast<double>((right - got).cwiseAbs().mean()));
    return {};
}

std::vector<LabelMetric> DetectionScores::metrics() const
{
    std::vector<LabelMetric> metrics;
    if (isAnyThere(m_truths)) {
        metrics = cocoMetrics(m_candidate, m_truths, categories());
        compareWithOriginal(metrics, cocoMetrics(m_original, m_truths, categories()));
    }
    const TruthBoxes agreed = truthsFrom(m_original, m_results.decoding().leastScore);
    if (isAnyThere(agreed))
        for (LabelMetric& metric : cocoMetrics(m_candidate, agreed, categories(), "agreement_"))
            if (metric.name.starts_with("agreement_ap") && metric.name.find("ap_") == std::string::npos)
                metrics.push_back(std::move(metric));
    metrics.push_back(meanMetric("box_score_error", m_scoreErrors));
    return metrics;
}

std::int64_t DetectionScores::found() const
{
    return countFrom(m_candidate, m_results.decoding().leastScore);
}

std::int64_t DetectionScores::originallyFound() const
{
    return countFrom(m_original, m_results.decoding().leastScore);
}

std::int64_t DetectionScores::categories() const
{
    const auto background = m_results.decoding().background;
    return m_classes - (background && *background < m_classes ? 1 : 0);
}

} // namespace kerf::core
