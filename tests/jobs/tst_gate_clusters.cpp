// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/evaluate/clusters.h"
#include "core/jobs/gate.h"
#include "core/jobs/metric_comparison.h"
#include "tests/support/judged_runs.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// `size` neighbours each belong together.
std::vector<std::int32_t> blocksOf(std::size_t items, std::size_t size)
{
    std::vector<std::int32_t> numbers(items);
    for (std::size_t item = 0; item < items; ++item)
        numbers[item] = static_cast<std::int32_t>(item / size);
    return numbers;
}

Metric grouped(Metric metric, std::size_t size)
{
    metric.clusters = blocksOf(metric.draws.size(), size);
    return metric;
}

Metric ofWindows(Metric metric)
{
    metric.settings = { { "window", 64 }, { "windows", metric.draws.size() } };
    return metric;
}

GateFinding judged(
    const RunRow& run, const std::optional<RunRow>& reference, const std::string& text, ItemHalf half = ItemHalf::Both)
{
    const Result<GateFinding> found = judgeRun(run, { reference, {} }, parseRequirement(text).value(), half);
    if (!found)
        qFatal("%s", found.error().message.c_str());
    return *found;
}

std::vector<double> losses(std::size_t items, std::size_t alike)
{
    std::vector<double> draws;
    for (std::size_t item = 0; item < items; ++item)
        draws.push_back(.01 + .002 * static_cast<double>(item / alike * 7 % 11));
    return draws;
}

bool isNear(double value, double wanted, double tolerance)
{
    return std::abs(value - wanted) <= tolerance;
}

} // namespace

/// The gate on items of which several belong together.
class TestGateClusters : public QObject {
    Q_OBJECT
private slots:
    void windowsOfOneDocumentAreResampledTogether()
    {
        const Metric kld = ofWindows(metric("kld_mean", losses(200, 5)));
        const GateFinding alone = judged(row("mine", { kld }), std::nullopt, "kld_mean<=0.021");
        const GateFinding found = judged(row("mine", { grouped(kld, 5) }), std::nullopt, "kld_mean<=0.021");
        QVERIFY(found.clusters.count == 40 && !found.clusters.itemsStandAlone);
        QVERIFY2(isNear(found.clusters.designEffect, 5, .3), qPrintable(QString::number(found.clusters.designEffect)));
        QVERIFY(found.bounds.upper - found.estimate > 2 * (alone.bounds.upper - alone.estimate));
        QVERIFY(gateText(found).ends_with("Resampled by document: 40 of them (design effect "
            + gateText(found).substr(gateText(found).rfind(' ') + 1)));
        const Json json = toJson(found);
        QVERIFY(json["clusters"] == 40 && json["design_effect"].get<double>() == found.clusters.designEffect);
        QVERIFY(toJson(alone)["clusters"].is_null() && toJson(alone)["design_effect"] == 1.0);
        QVERIFY(gateText(alone).find("was not kept: windows count as independent.") != std::string::npos);
    }
    void fewDocumentsDecideNothing()
    {
        const Metric kld = ofWindows(metric("kld_mean", std::vector<double>(190, .001)));
        const GateFinding few = judged(row("mine", { grouped(kld, 10) }), std::nullopt, "kld_mean<=0.5");
        QCOMPARE(few.clusters.count, std::size_t(19));
        QCOMPARE(few.verdict, GateVerdict::Inconclusive);
        QCOMPARE(*few.itemsNeeded, 200.0); // twenty such documents
        QVERIFY(gateText(few).ends_with("; fewer than 20 decide nothing."));
        const Metric more = ofWindows(metric("kld_mean", std::vector<double>(200, .001)));
        QCOMPARE(
            judged(row("mine", { grouped(more, 10) }), std::nullopt, "kld_mean<=0.5").verdict, GateVerdict::Accept);
        // Right and wrong answers too, which decide without groups.
        const RunRow original = row("original", { metric("acc", answers(1900)) });
        const RunRow run = row("mine", { grouped(metric("acc", answers(1900)), 100) });
        QCOMPARE(judged(run, original, "acc_drop<=0.2").verdict, GateVerdict::Inconclusive);
        QCOMPARE(judged(original, original, "acc_drop<=0.2").verdict, GateVerdict::Accept);
    }
    void windowsStandInForOneDocumentAlone()
    {
        const Metric kld = ofWindows(metric("kld_mean", losses(64, 1)));
        Metric one = kld;
        one.clusters.assign(64, 0);
        const GateFinding found = judged(row("mine", { one }), std::nullopt, "kld_mean<=0.03"),
                          before = judged(row("mine", { kld }), std::nullopt, "kld_mean<=0.03");
        QVERIFY(found.bounds.upper == before.bounds.upper && found.bounds.lower == before.bounds.lower);
        QVERIFY(gateText(found).ends_with("All items are of one document: windows stand in for documents."));
        QVERIFY(toJson(found)["clusters"] == 1);
    }
    /// To the bit.
    void withoutGroupsNothingChanges()
    {
        const RunRow original = row("original", { metric("acc", answers(1000, { { 0, 200 } })) });
        const Metric acc = metric("acc", answers(1000, { { 8, 192 }, { 500, 12 } }));
        const LossBounds tango = lossBounds({ 12, 8, 1000 }, .95);
        for (const RunRow& run : { row("mine", { acc }), row("mine", { grouped(acc, 1) }) }) {
            const GateFinding found = judged(run, original, "acc_drop<=0.01");
            QVERIFY(found.bounds.lower == tango.lower && found.bounds.upper == tango.upper);
            QCOMPARE(*found.itemsNeeded, itemsNeeded({ .02, .004 }, .01, .95));
            QVERIFY(gateText(found).find("McNemar p 0.50") != std::string::npos);
            const LossBounds share = shareBounds(12, 1000, .95);
            const GateFinding flips = judged(run, original, "harmful_flips<=0.03");
            QVERIFY(flips.bounds.lower == share.lower && flips.bounds.upper == share.upper);
        }
    }
    /// Four questions a passage, which flip together: as a quarter of them would.
    void answersOnOnePassageCountAsFewer()
    {
        const RunRow original = row("original", { grouped(metric("acc", answers(1000, { { 0, 200 } })), 4) });
        const RunRow run = row("mine", { metric("acc", answers(1000, { { 8, 192 }, { 500, 12 } })) });
        const GateFinding found = judged(run, original, "acc_drop<=0.01"); // groups are the reference's alone
        QVERIFY(found.clusters.count == 250 && found.answers->harmful == 12 && found.answers->beneficial == 8);
        const double effect = found.clusters.designEffect;
        QVERIFY2(isNear(effect, 4.05, .1), qPrintable(QString::number(effect)));
        const LossBounds quarter = lossBounds({ 3, 2, 250 }, .95);
        QVERIFY(isNear(found.bounds.upper, quarter.upper, 5e-4) && isNear(found.bounds.lower, quarter.lower, 5e-4));
        QVERIFY(isNear(*found.itemsNeeded, itemsNeeded({ .02, .004 }, .01, .95) * effect, 1));
        QVERIFY(gateText(found).find("12 harmful and 8 beneficial flips; leans to accept") != std::string::npos);
        QVERIFY(gateText(found).find("250 groups: the bounds are wider by a design effect of 4.") != std::string::npos);
        QVERIFY(toJson(found)["mcnemar_p"].is_null());
        const GateFinding harms = judged(run, original, "harmful_flips<=0.03");
        const LossBounds share = shareBounds(3, 250, .95);
        QVERIFY(isNear(harms.bounds.upper, share.upper, 1e-3) && isNear(harms.bounds.lower, share.lower, 1e-3));
    }
    /// Between whole numbers the binomial distribution goes on as the beta distribution does.
    void sharesOfFewerItems()
    {
        for (const std::int64_t count : { 0, 1, 12, 250, 499, 500 }) {
            const LossBounds whole = shareBounds(count, 500, .95), same = shareBounds(count, 500, .95, 1),
                             halves = shareBounds(2 * count, 1000, .95, 2);
            QVERIFY(isNear(whole.lower, same.lower, 1e-9) && isNear(whole.upper, same.upper, 1e-9));
            QVERIFY(isNear(whole.lower, halves.lower, 1e-9) && isNear(whole.upper, halves.upper, 1e-9));
        }
    }
    /// A passage chooses or judges, never both.
    void halvesAreOfWholeGroups()
    {
        std::vector<double> draws(1000);
        for (std::size_t item = 0; item < draws.size(); ++item)
            draws[item] = static_cast<double>(item / 4 % 2);
        const RunRow run = row("mine", { grouped(metric("kld_mean", draws), 4) });
        const GateFinding choosing = judged(run, std::nullopt, "kld_mean<=9", ItemHalf::Choosing),
                          judging = judged(run, std::nullopt, "kld_mean<=9", ItemHalf::Judging);
        QVERIFY(choosing.items == 500 && judging.items == 500);
        QVERIFY(choosing.clusters.count == 125 && judging.clusters.count == 125);
    }
    void comparisonsResampleWholeDocuments()
    {
        const auto compared = [](std::size_t size) {
            std::vector<double> worse = losses(200, 5);
            for (std::size_t item = 0; item < worse.size(); ++item)
                worse[item] += .0005 + .002 * (static_cast<double>(item / 5 * 3 % 7) - 3);
            const Metric first = ofWindows(metric("kld_mean", losses(200, 5))),
                         second = ofWindows(metric("kld_mean", worse));
            RunRow a = row("a", { size ? grouped(first, size) : first }),
                   b = row("b", { size ? grouped(second, size) : second });
            a.plan.layers.front().format = "int8-channel";
            return compareMetrics({ a, b }, 0, {}, nullptr).value();
        };
        const auto widthOf = [](const MetricComparison& comparison) {
            const auto& interval = comparison.lines.front().differences[1].interval;
            return interval ? interval->high - interval->low : 0;
        };
        const MetricComparison alone = compared(0), together = compared(5), few = compared(50);
        QVERIFY(widthOf(together) > 2 * widthOf(alone) && widthOf(alone) > 0);
        QCOMPARE(together.paired.front().text(),
            std::string("kld_mean: paired over 200 windows (40 documents) of items.jsonl"));
        QCOMPARE(alone.paired.front().text(), std::string("kld_mean: paired over 200 windows of items.jsonl"));
        QCOMPARE(few.lines.front().differences[1].hindrance, Hindrance::FewClusters);
        QVERIFY(!hindranceText(Hindrance::FewClusters).empty());
    }
};

QTEST_GUILESS_MAIN(TestGateClusters)
#include "tst_gate_clusters.moc"
