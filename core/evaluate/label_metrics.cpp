// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/label_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "core/base/sample_mean.h"
#include "core/evaluate/rank_correlation.h"
#include "core/evaluate/resampling.h"

namespace kerf::core {
namespace {

/// How often classes were found, expected, and both.
class ClassCounts {
public:
    explicit ClassCounts(std::int64_t classes)
        : m_right(static_cast<std::size_t>(classes))
        , m_sum(m_right)
    {
    }
    void add(std::int64_t expected, std::int64_t found, double times)
    {
        m_sum[static_cast<std::size_t>(expected)] += times;
        m_sum[static_cast<std::size_t>(found)] += times;
        if (expected == found)
            m_right[static_cast<std::size_t>(found)] += times;
    }
    /// Mean of 2 right / (expected + found) over the classes that occur.
    double macroF1() const
    {
        double sum = 0, classes = 0;
        for (std::size_t i = 0; i < m_sum.size(); ++i)
            if (m_sum[i] > 0) {
                sum += 2 * m_right[i] / m_sum[i];
                ++classes;
            }
        return classes > 0 ? sum / classes : 0;
    }

private:
    std::vector<double> m_right, m_sum;
};

LabelMetric macroF1(const ClassAnswers& answers)
{
    const auto count = answers.expected.size();
    const auto countsOf = [&](std::span<const std::size_t> items) {
        ClassCounts counts(answers.classes);
        for (const std::size_t i : items)
            counts.add(answers.expected[i], answers.found[i], 1);
        return counts;
    };
    std::vector<std::size_t> all(count);
    for (std::size_t i = 0; i < count; ++i)
        all[i] = i;
    ClassCounts whole = countsOf(all);
    return resampledMetric(
        "f1_macro", count, [&](std::span<const std::size_t> items) { return countsOf(items).macroF1(); },
        [&](std::size_t item) {
            whole.add(answers.expected[item], answers.found[item], -1);
            const double value = whole.macroF1();
            whole.add(answers.expected[item], answers.found[item], 1);
            return value;
        });
}

/// A number of counts that add up over sentences.
LabelMetric entityMetric(
    const char* name, const std::vector<EntityCounts>& sentences, double (EntityCounts::*number)() const)
{
    EntityCounts whole;
    for (const EntityCounts& each : sentences)
        whole += each;
    return resampledMetric(
        name, sentences.size(),
        [&](std::span<const std::size_t> items) {
            EntityCounts sum;
            for (const std::size_t i : items)
                sum += sentences[i];
            return (sum.*number)();
        },
        [&](std::size_t item) {
            EntityCounts rest = whole;
            rest -= sentences[item];
            return (rest.*number)();
        });
}

/// Words are counted as entities that are always there and always found.
EntityCounts rightWords(const std::vector<std::string>& found, const std::vector<std::string>& expected)
{
    const auto words = static_cast<double>(expected.size());
    EntityCounts counts { 0, words, words };
    for (std::size_t i = 0; i < expected.size(); ++i)
        counts.right += found[i] == expected[i] ? 1 : 0;
    return counts;
}

} // namespace

LabelMetric resampledMetric(std::string name, std::size_t count, const StatisticOf& statistic,
    const std::function<double(std::size_t)>& without)
{
    std::vector<std::size_t> all(count);
    for (std::size_t i = 0; i < count; ++i)
        all[i] = i;
    LabelMetric metric;
    metric.name = std::move(name);
    metric.value = statistic(all);
    if (count > 1) {
        metric.standardError = bootstrapError(count, statistic);
        metric.draws = pseudoValues(count, metric.value, without);
    }
    return metric;
}

LabelMetric meanMetric(std::string name, std::vector<double> draws)
{
    const SampleMean mean = sampleMean(draws);
    LabelMetric metric;
    metric.name = std::move(name);
    metric.value = mean.value;
    metric.standardError = mean.standardError;
    metric.draws = std::move(draws);
    return metric;
}

std::vector<LabelMetric> classMetrics(const ClassAnswers& answers)
{
    std::vector<double> right;
    for (std::size_t i = 0; i < answers.expected.size(); ++i)
        right.push_back(answers.expected[i] == answers.found[i] ? 1 : 0);
    LabelMetric accuracy = meanMetric("accuracy", std::move(right));
    LabelMetric micro = accuracy; // every text has one class and gets one: what is found wrongly is missed elsewhere
    micro.name = "f1_micro";
    return { std::move(accuracy), macroF1(answers), std::move(micro) };
}

std::vector<LabelMetric> tagMetrics(const TagAnswers& answers)
{
    std::vector<EntityCounts> entities, words;
    for (std::size_t i = 0; i < answers.expected.size(); ++i) {
        entities.push_back(compareEntities(answers.found[i], answers.expected[i]));
        words.push_back(rightWords(answers.found[i], answers.expected[i]));
    }
    return { entityMetric("entity_f1", entities, &EntityCounts::f1),
        entityMetric("entity_precision", entities, &EntityCounts::precision),
        entityMetric("entity_recall", entities, &EntityCounts::recall),
        entityMetric("word_accuracy", words, &EntityCounts::recall) };
}

std::vector<LabelMetric> correlationMetrics(const std::vector<double>& found, const std::vector<double>& scores)
{
    using Correlation = double (*)(std::span<const double>, std::span<const double>);
    const auto of = [&](Correlation correlation) {
        return [&found, &scores, correlation](std::span<const std::size_t> items) {
            std::vector<double> x, y;
            for (const std::size_t i : items) {
                x.push_back(found[i]);
                y.push_back(scores[i]);
            }
            return correlation(x, y);
        };
    };
    const std::vector<double> without = spearmanWithoutEach(found, scores);
    const auto linear = of(&pearson);
    return { resampledMetric("spearman", found.size(), of(&spearman), [&](std::size_t item) { return without[item]; }),
        resampledMetric("pearson", found.size(), linear, [&](std::size_t item) {
            std::vector<std::size_t> others;
            for (std::size_t i = 0; i < found.size(); ++i)
                if (i != item)
                    others.push_back(i);
            return linear(others);
        }) };
}

void compareWithOriginal(std::vector<LabelMetric>& metrics, const std::vector<LabelMetric>& original)
{
    for (LabelMetric& metric : metrics) {
        const auto other = std::ranges::find(original, metric.name, &LabelMetric::name);
        if (other == original.end())
            continue;
        metric.original = other->value;
        if (metric.draws.size() >= kLeastPairs && metric.draws.size() == other->draws.size())
            metric.difference = pairedDifference({ metric.draws, other->draws }, OfMean::Itself);
    }
}

} // namespace kerf::core
