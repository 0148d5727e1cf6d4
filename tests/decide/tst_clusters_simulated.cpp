// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// kerf-test: slow

#include <vector>

#include <QTest>

#include "core/base/random.h"
#include "core/decide/paired_loss.h"
#include "core/evaluate/clusters.h"
#include "core/evaluate/paired_difference.h"

using namespace kerf::core;

namespace {

constexpr double kConfidence = 0.95;

/// Items in clusters.
struct Items {
    std::vector<double> values;
    std::vector<std::int32_t> numbers;
};

/// Documents of 1 to 12 windows, which have as much in common as each has of its own. The true mean is 0.
Items drawWindows(CounterRng& random, int documents)
{
    Items items;
    for (std::int32_t document = 0; document < documents; ++document) {
        const double common = random.normal();
        const auto windows = 1 + random.below(12);
        for (std::uint64_t i = 0; i < windows; ++i) {
            items.values.push_back(common + random.normal());
            items.numbers.push_back(document);
        }
    }
    return items;
}

/// 1 for a harmful flip, -1 for a beneficial one.
double drawFlip(CounterRng& random, double flips, double loss)
{
    const double at = random.uniform();
    return at < (flips + loss) / 2 ? 1 : at < flips ? -1 : 0;
}

/// Passages with some questions each; a question does what its passage does with a probability of `common`.
Items drawAnswers(CounterRng& random, int passages, int questions, double flips, double loss, double common)
{
    Items items;
    for (std::int32_t passage = 0; passage < passages; ++passage) {
        const double together = drawFlip(random, flips, loss);
        for (int i = 0; i < questions; ++i) {
            items.values.push_back(random.uniform() < common ? together : drawFlip(random, flips, loss));
            items.numbers.push_back(passage);
        }
    }
    return items;
}

PairedAnswers answersOf(const std::vector<double>& flips)
{
    PairedAnswers answers { 0, 0, static_cast<std::int64_t>(flips.size()) };
    for (const double flip : flips) {
        answers.harmful += flip > 0;
        answers.beneficial += flip < 0;
    }
    return answers;
}

} // namespace

/// Bounds of items that hang together, again and again: how often the truth is beyond them.
class TestClustersSimulated : public QObject {
    Q_OBJECT
private slots:
    void boundsOfMeansHoldTheTruth()
    {
        constexpr int kExperiments = 2000, kFewResamples = 1000;
        CounterRng random(11);
        int above = 0, below = 0, aboveAlone = 0;
        for (int experiment = 0; experiment < kExperiments; ++experiment) {
            const Items items = drawWindows(random, 60);
            const std::vector<double> zeros(items.values.size(), 0.0);
            const PairedBounds bounds
                = pairedBounds({ items.values, zeros, items.numbers }, OfMean::Itself, kConfidence, kFewResamples);
            above += bounds.upper < 0;
            below += bounds.lower > 0;
            aboveAlone += pairedBounds({ items.values, zeros }, OfMean::Itself, kConfidence, kFewResamples).upper < 0;
        }
        const auto share = [](int count) { return static_cast<double>(count) / kExperiments; };
        qInfo("60 documents: beyond the upper bound %.3f, the lower %.3f; windows as independent %.3f", share(above),
            share(below), share(aboveAlone));
        QVERIFY(share(above) > .03 && share(above) < .075 && share(below) > .03 && share(below) < .075);
        QVERIFY(share(aboveAlone) > .2);
    }

    void runsAtTheMarginAreSeldomAccepted_data()
    {
        QTest::addColumn<int>("passages");
        QTest::addColumn<int>("questions");
        QTest::addColumn<double>("flips");
        QTest::addColumn<double>("common");
        QTest::addColumn<double>("aloneAtLeast"); ///< wrong acceptances where questions count as independent
        QTest::newRow("200 x 4, half in common") << 200 << 4 << .10 << .55 << .08;
        QTest::newRow("200 x 4, alike") << 200 << 4 << .10 << 1. << .17;
        QTest::newRow("100 x 10, half in common") << 100 << 10 << .05 << .55 << .15;
        QTest::newRow("100 x 10, alike") << 100 << 10 << .10 << 1. << .25;
        QTest::newRow("40 x 10, half in common") << 40 << 10 << .10 << .55 << .15;
        QTest::newRow("40 x 10, few flips") << 40 << 10 << .04 << 1. << .25;
        QTest::newRow("200 x 4, nothing in common") << 200 << 4 << .10 << 0. << .03;
    }
    /// The true loss is the margin: acceptance is wrong.
    void runsAtTheMarginAreSeldomAccepted()
    {
        QFETCH(int, passages);
        QFETCH(int, questions);
        QFETCH(double, flips);
        QFETCH(double, common);
        QFETCH(double, aloneAtLeast);
        constexpr int kExperiments = 6000;
        constexpr double kMargin = .02;
        CounterRng random(17);
        int accepted = 0, alone = 0;
        for (int experiment = 0; experiment < kExperiments; ++experiment) {
            const Items items = drawAnswers(random, passages, questions, flips, kMargin, common);
            const PairedAnswers answers = answersOf(items.values);
            const double effect
                = guardedDesignEffect(items.values, clustersOf(items.numbers, items.values.size()), kConfidence);
            accepted += judgeLoss(lossBounds(answers, kConfidence, effect), kMargin) == GateVerdict::Accept;
            alone += judgeLoss(lossBounds(answers, kConfidence), kMargin) == GateVerdict::Accept;
        }
        const double wrong = static_cast<double>(accepted) / kExperiments,
                     wrongAlone = static_cast<double>(alone) / kExperiments;
        qInfo("wrongly accepted %.3f; as independent %.3f", wrong, wrongAlone);
        QVERIFY2(wrong < .065, qPrintable(QString::number(wrong)));
        QVERIFY2(wrongAlone > aloneAtLeast, qPrintable(QString::number(wrongAlone)));
    }
};

QTEST_GUILESS_MAIN(TestClustersSimulated)
#include "tst_clusters_simulated.moc"
