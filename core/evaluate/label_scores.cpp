// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/label_scores.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/number_text.h"
#include "core/evaluate/label_metrics.h"
#include "core/evaluate/label_predictions.h"
#include "core/model/class_names.h"
#include "core/task/divergence.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

/// What one network gave.
struct Scored {
    std::vector<LabelMetric> metrics;
    std::vector<LabelAnswer> answers;
};

class LabelScorer {
public:
    LabelScorer(const Task& task, const std::vector<std::string>& classes, const LabelledSet& set)
        : m_task(task)
        , m_classes(classes)
        , m_set(set)
    {
    }

    /// Labels of the kind that the network's results are of.
    Status check()
    {
        if (m_task.hasClasses())
            return isOfTokens() ? checkTags() : checkLabels();
        if (!m_set.hasScores)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: a model that {} is scored on pairs of texts with a score (sentence1, sentence2, "
                            "score).",
                    m_set.name, isEmbedding() ? "embeds texts" : "gives one number"));
        const std::vector<double> scores = goldScores();
        if (std::ranges::all_of(scores, [&](double score) { return score == scores.front(); }))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: all its scores are {}: nothing can be ranked.", m_set.name, scores.front()));
        return {};
    }

    Result<Scored> score(const LabelSamples& samples, const std::vector<Matrix>& results) const
    {
        if (m_task.hasClasses())
            return isOfTokens() ? scoreTags(samples, results) : scoreClasses(results);
        return scorePairs(results);
    }

    /// Mean cosine of each pair's embeddings to the original's.
    LabelMetric cosines(const std::vector<Matrix>& original, const std::vector<Matrix>& found) const
    {
        std::vector<double> draws;
        const auto cosine = [&](std::size_t i) {
            const Matrix first = embeddingOf(original[i]), second = embeddingOf(found[i]);
            return 1 - cosineDistance(rowSpan(first, 0), rowSpan(second, 0));
        };
        for (std::size_t i = 0; i < original.size(); i += 2)
            draws.push_back((cosine(i) + cosine(i + 1)) / 2);
        return meanMetric("cosine_to_original", std::move(draws));
    }
    bool isEmbedding() const { return &m_task == &embeddingTask() || &m_task == &tokenEmbeddingTask(); }

private:
    bool isOfTokens() const { return &m_task == &tokenClassificationTask(); }

    tl::unexpected<Error> unknown(const LabelledText& text, const std::string& label) const
    {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} line {}: the label \"{}\" is none of the model's: {}.", m_set.name, text.line, label,
                fmt::join(std::span(m_classes).first(std::min<std::size_t>(m_classes.size(), 20)), ", ")));
    }

    Status checkLabels()
    {
        if (!m_set.hasLabels)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: a model that classifies texts is scored on texts with a label.", m_set.name));
        for (const LabelledText& text : m_set.texts) {
            const auto label = classNamed(m_classes, text.label);
            if (!label)
                return unknown(text, text.label);
            m_labels.push_back(*label);
        }
        return {};
    }

    Status checkTags()
    {
        if (!m_set.hasTags)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "{}: a model that classifies words is scored on words with tags (tokens, tags).", m_set.name));
        for (const LabelledText& text : m_set.texts) {
            m_tags.emplace_back();
            for (const std::string& tag : text.tags) {
                const auto label = classNamed(m_classes, tag);
                if (!label)
                    return unknown(text, tag);
                m_tags.back().push_back(m_classes[static_cast<std::size_t>(*label)]);
            }
        }
        return {};
    }

    std::vector<double> goldScores() const
    {
        std::vector<double> scores;
        for (const LabelledText& text : m_set.texts)
            scores.push_back(*text.score);
        return scores;
    }

    Scored scoreClasses(const std::vector<Matrix>& results) const
    {
        Scored scored;
        ClassAnswers answers { m_labels, {}, static_cast<std::int64_t>(m_classes.size()) };
        for (std::size_t i = 0; i < results.size(); ++i) {
            answers.found.push_back(largestColumn(results[i], 0));
            scored.answers.push_back({ m_classes[static_cast<std::size_t>(m_labels[i])],
                m_classes[static_cast<std::size_t>(answers.found.back())] });
        }
        scored.metrics = classMetrics(answers);
        return scored;
    }

    Scored scoreTags(const LabelSamples& samples, const std::vector<Matrix>& results) const
    {
        Scored scored;
        TagAnswers answers { m_tags, {} };
        for (std::size_t i = 0; i < results.size(); ++i) {
            std::vector<std::string>& tags = answers.found.emplace_back();
            for (const std::int64_t row : samples.rowOfWord[i])
                tags.push_back(row < 0 ? "O" : m_classes[static_cast<std::size_t>(largestColumn(results[i], row))]);
            scored.answers.push_back(
                { fmt::format("{}", fmt::join(m_tags[i], " ")), fmt::format("{}", fmt::join(tags, " ")) });
        }
        scored.metrics = tagMetrics(answers);
        return scored;
    }

    Result<Scored> scorePairs(const std::vector<Matrix>& results) const
    {
        Scored scored;
        const std::vector<double> scores = goldScores();
        std::vector<double> found;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            if (!isEmbedding()) {
                found.push_back(static_cast<double>(results[i](0, 0)));
            } else {
                const Matrix first = embeddingOf(results[2 * i]), second = embeddingOf(results[2 * i + 1]);
                found.push_back(1 - cosineDistance(rowSpan(first, 0), rowSpan(second, 0)));
            }
            scored.answers.push_back({ numberText(scores[i], 6), numberText(found.back(), 6) });
        }
        if (std::ranges::all_of(found, [&](double each) { return each == found.front(); }))
            return fail(ErrorCode::Numerical,
                fmt::format("{}: the model says the same of every pair: nothing can be ranked.", m_set.name));
        scored.metrics = correlationMetrics(found, scores);
        return scored;
    }

    const Task& m_task;
    const std::vector<std::string>& m_classes;
    const LabelledSet& m_set;
    std::vector<std::int64_t> m_labels;
    std::vector<std::vector<std::string>> m_tags;
};

std::string protocolOf(const LabelScores& scores, const Network& network)
{
    std::string text = fmt::format("{}: {} texts between their special tokens, at most {} tokens, no padding",
        scores.task, scores.texts, network.maxPositions());
    if (scores.cut > 0)
        text += fmt::format("; {} were longer and lost their ends", scores.cut);
    if (scores.lostWords > 0)
        text += fmt::format("; {} words without a token count as O", scores.lostWords);
    return text + "; standard errors over texts";
}

} // namespace

Result<LabelScores> scoreLabels(const Network& original, const LabelCandidate& candidate,
    const std::vector<std::string>& classes, const Tokenizer& tokenizer, const LabelledSet& set, const JobContext& job)
{
    KERF_TRY(const TaskPtr task, taskOf(original));
    if (task.get() == &languageTask())
        return fail(ErrorCode::InvalidArgument,
            "The model predicts text: ask it questions (kerf-cli ask), or evaluate its perplexity.");
    LabelScorer scorer(*task, classes, set);
    KERF_CHECK(scorer.check());
    KERF_TRY(const LabelSamples samples, labelSamples(original, *task, tokenizer, set));
    KERF_TRY(const std::vector<Matrix> expected, resultsOf(original, {}, *task, samples.samples, job));
    KERF_TRY(Scored scored, scorer.score(samples, expected));
    if (candidate.network) {
        KERF_TRY(const std::vector<Matrix> found,
            resultsOf(*candidate.network, *candidate.replacements, *task, samples.samples, job));
        KERF_TRY(Scored own, scorer.score(samples, found));
        compareWithOriginal(own.metrics, scored.metrics);
        if (scorer.isEmbedding())
            own.metrics.insert(own.metrics.begin(), scorer.cosines(expected, found));
        scored = std::move(own);
    }
    LabelScores scores { set.name, set.hash, task->name(), static_cast<std::int64_t>(set.texts.size()), samples.cut,
        samples.lostWords, std::move(scored.metrics), std::move(scored.answers), {} };
    scores.protocol = protocolOf(scores, original);
    return scores;
}

Json toJson(const LabelScores& scores)
{
    Json json { { "dataset", scores.dataset }, { "dataset_hash", scores.datasetHash }, { "task", scores.task },
        { "texts", scores.texts }, { "cut_texts", scores.cut }, { "lost_words", scores.lostWords },
        { "protocol", scores.protocol } };
    for (const LabelMetric& metric : scores.metrics) {
        json[metric.name] = metric.value;
        json[metric.name + "_stderr"] = metric.standardError;
        if (metric.original)
            json[metric.name + "_original"] = *metric.original;
        if (const auto& difference = metric.difference)
            json[metric.name + "_difference"]
                = { { "value", difference->value }, { "low", difference->low }, { "high", difference->high } };
    }
    return json;
}

} // namespace kerf::core
