// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <QTest>

#include "core/jobs/metric_comparison.h"
#include "core/jobs/plan_comparison.h"
#include "tests/support/ranked_runs.h"
#include "tests/support/synthetic_network.h"

using namespace kerf::core;
using kerf::test::RankedRuns;

namespace {

RankedRuns someRuns(int sittings)
{
    RankedRuns all(sittings);
    all.add("original", "bf16", 0);
    all.add("rtn", "int4-g128", 0.02);
    all.add("gptq", "int4-g128", 0.012);
    all.add("int3", "int3-g128", 0.05);
    return all;
}

MetricComparison compared(const RankedRuns& all, std::size_t reference = 1)
{
    return compareMetrics(all.runs, reference, all.speeds.at(1), all.runs.data()).value();
}

const MetricLine* find(const MetricComparison& comparison, const char* name)
{
    const auto found = std::ranges::find(comparison.lines, name, &MetricLine::name);
    return found == comparison.lines.end() ? nullptr : &*found;
}

RunRow runOf(const Plan& plan, const std::string& name)
{
    RunRow run;
    run.name = name;
    run.state = RunState::Done;
    run.plan = plan;
    run.provenance.datasetHash = "calibration";
    return run;
}

} // namespace

/// Runs beside each other: metrics with what their differences are worth, and what changed from plan to plan.
class TestRunComparison : public QObject {
    Q_OBJECT
private slots:
    /// rtn and gptq differ by .4 while each mean has an error of a fifth of it: told, window by window.
    void differencesArePaired()
    {
        const MetricComparison found = compared(someRuns(6));
        const MetricLine& kld = *find(found, "kld_mean");
        QCOMPARE(kld.differences[1].verdict, Verdict::Reference);
        QCOMPARE(kld.differences[2].verdict, Verdict::Better);
        QCOMPARE(kld.differences[3].verdict, Verdict::Worse);
        QVERIFY(std::abs(*kld.differences[2].value - (kld.values[2]->value - kld.values[1]->value)) < 1e-15);
        QVERIFY(kld.differences[2].interval->high < 0);
        const double independent = 1.96 * std::hypot(*kld.values[1]->standardError, *kld.values[2]->standardError);
        QVERIFY(kld.differences[2].interval->high - kld.differences[2].interval->low < independent);
        QCOMPARE(kld.original->value, 0.0);
        QCOMPARE(found.paired.front().dataset, std::string("text"));
    }
    /// Perplexity's draws are mean log-likelihoods; lower is better there too.
    void perplexityIsOfTheLikelihoods()
    {
        RankedRuns all = someRuns(6);
        for (RunRow& run : all.runs) {
            Metric metric = run.metrics.front();
            metric.name = "perplexity";
            for (double& nll : metric.draws)
                nll += 3;
            run.metrics.push_back(metric);
        }
        const MetricComparison found = compared(all);
        QCOMPARE(find(found, "perplexity")->differences[2].verdict, Verdict::Better);
        QCOMPARE(find(found, "perplexity")->differences[3].verdict, Verdict::Worse);
    }
    void theSameIsNotEqual()
    {
        RankedRuns all = someRuns(6);
        all.add("rtn again", "int4-g128", 0.0201, 0.3); // differs by what its windows scatter
        const MetricComparison found = compared(all);
        const MetricLine& kld = *find(found, "kld_mean");
        QCOMPARE(kld.differences[4].verdict, Verdict::Same);
        QVERIFY(kld.differences[4].interval && !kld.isAlike());
        QCOMPARE(find(found, "size_bytes")->differences[2].verdict, Verdict::Equal);
        QCOMPARE(find(found, "size_bytes")->differences[3].verdict, Verdict::Better); // smaller
        QCOMPARE(find(found, "bits_per_weight")->differences[3].hindrance, Hindrance::NoDirection);
    }
    void speedsAreToldBySittings()
    {
        const MetricComparison found = compared(someRuns(6), 0);
        const MetricLine& speed = *find(found, "decode_tokens_per_second");
        QCOMPARE(speed.differences[1].verdict, Verdict::Better);
        QVERIFY(speed.differences[1].interval->low > 0);
        QVERIFY(*speed.differences[1].value > speed.differences[1].interval->low
            && *speed.differences[1].value < speed.differences[1].interval->high);
        const MetricComparison against = compared(someRuns(6), 1);
        const MetricLine& formats = *find(against, "decode_tokens_per_second");
        QCOMPARE(formats.differences[2].verdict, Verdict::Equal); // the same kernels
        QCOMPARE(formats.differences[3].verdict, Verdict::Same); // int3 costs about as much
        const MetricComparison few = compared(someRuns(2), 0);
        QCOMPARE(find(few, "decode_tokens_per_second")->differences[1].hindrance, Hindrance::NotTimed);
    }
    /// What the inputs reached while a run was made is none of its results.
    void whatARunWasMadeWithIsNoMetric()
    {
        RankedRuns all = someRuns(6);
        all.runs[2].metrics.push_back({ "activation_absmax", 12.5, {}, "", "text", "hash", Json::object() });
        all.runs[2].metrics.push_back({ "something_new", 1, {}, "", "text", "hash", Json::object() });
        const MetricComparison found = compared(all);
        QVERIFY(!find(found, "activation_absmax"));
        QVERIFY(find(found, "something_new"));
    }
    void whatCannotBeComparedSaysWhy()
    {
        RankedRuns all = someRuns(6);
        for (RunRow& run : all.runs) {
            run.metrics.push_back({ "prefill_tokens_per_second", 1000, 10.0, "tokens/s", "", "", Json::object() });
            run.metrics.push_back({ "kld_p99", 0.1, {}, "nats/token", "text", "hash", Json::object() });
        }
        all.runs[2].metrics[0].datasetHash = "another text";
        all.runs[3].metrics[0].draws.resize(5);
        all.runs[3].metrics.pop_back();
        const MetricComparison found = compared(all);
        const MetricLine& kld = *find(found, "kld_mean");
        QCOMPARE(kld.differences[2].hindrance, Hindrance::OtherWindows);
        QVERIFY(!kld.differences[2].value && kld.values[2]);
        QCOMPARE(kld.differences[3].hindrance, Hindrance::NoWindows);
        QCOMPARE(find(found, "kld_p99")->differences[2].hindrance, Hindrance::NoWindows);
        QCOMPARE(find(found, "kld_p99")->differences[3].hindrance, Hindrance::NotMeasured);
        QCOMPARE(find(found, "prefill_tokens_per_second")->differences[2].hindrance, Hindrance::OneSitting);
        QVERIFY(found.paired.empty());
        for (RunRow& run : all.runs)
            run.metrics[0].draws.resize(5);
        QCOMPARE(find(compared(all), "kld_mean")->differences[3].hindrance, Hindrance::FewWindows);
        for (int i = 1; i <= static_cast<int>(Hindrance::NoDirection); ++i)
            QVERIFY(!hindranceText(static_cast<Hindrance>(i)).empty());
    }
    /// A text that all share counts before a newer one that only some have.
    void theSharedTextCounts()
    {
        RankedRuns all = someRuns(6);
        Metric newer = all.runs[1].metrics.front();
        newer.datasetHash = "newer";
        newer.value = 9;
        all.runs[1].metrics.push_back(newer);
        const MetricComparison found = compared(all);
        QCOMPARE(found.paired.front().datasetHash, std::string("hash"));
        QVERIFY(find(found, "kld_mean")->values[1]->value < 1);
    }
    void theOriginalNeedsNoDivergence()
    {
        RankedRuns all = someRuns(6);
        all.runs[0].metrics.erase(all.runs[0].metrics.begin());
        const MetricComparison found = compared(all);
        const MetricLine& kld = *find(found, "kld_mean");
        QCOMPARE(kld.values[0]->value, 0.0);
        QCOMPARE(kld.differences[0].verdict, Verdict::Better);
    }
    void onlyRunsOfOneModel()
    {
        RankedRuns all = someRuns(6);
        QVERIFY(!compareMetrics({}, 0, all.speeds.at(1), nullptr));
        QVERIFY(!compareMetrics(all.runs, 4, all.speeds.at(1), nullptr));
        all.runs[2].model = 2;
        QVERIFY(!compareMetrics(all.runs, 0, all.speeds.at(1), nullptr));
        const std::vector<RunRow> many(9, all.runs[0]);
        QVERIFY(!compareMetrics(many, 0, all.speeds.at(1), nullptr));
    }

    void plansDifferLayerByLayer()
    {
        const auto network = kerf::test::syntheticNetwork(2);
        const auto profile = kerf::test::syntheticProfile(*network);
        const Plan before = kerf::test::syntheticPlan(*network, "int4-g128");
        Plan after = before;
        after.layers[0].format = "int8-g128";
        after.layers[3].format = "int3-g128";
        after.layers[5].format = "int4-g64";
        after.layers[6].method = "rtn";
        const RunRow first = runOf(before, "A"), second = runOf(after, "C");
        const PlanComparison found = comparePlans(*network, first, second, profile.get()).value();
        QCOMPARE(found.layers.size(), network->layers().size());
        QCOMPARE(found.layers[0].change, Change::MoreBits);
        QCOMPARE(found.layers[3].change, Change::FewerBits);
        QCOMPARE(found.layers[5].change, Change::OtherFormat);
        QCOMPARE(found.layers[1].change, Change::None);
        QCOMPARE(found.layers[6].change, before.layers[6].method == "rtn" ? Change::None : Change::OtherMethod);
        // int8 for int4 with the same scales: half a byte a weight more.
        const auto weights = network->layers()[0].shape.rows * network->layers()[0].shape.cols;
        QCOMPARE(found.layers[0].bytes, weights / 2);
        QVERIFY(found.layers[0].kld->kld < 0 && found.layers[3].kld->kld > 0);

        std::int64_t bytes = 0;
        int layers = 0;
        for (const ChangeSum& sum : found.sums) {
            bytes += sum.bytes;
            layers += sum.layers;
        }
        QCOMPARE(found.together.bytes, bytes);
        QCOMPARE(found.together.layers, layers);
        // The sizes of the whole plans, computed apart, say the same.
        QCOMPARE(bytes, planSize(after, *network, 0).sizeBytes - planSize(before, *network, 0).sizeBytes);
    }
    /// What the changes bought together is what the two whole plans' predictions differ by.
    void theSumIsTheProfiles()
    {
        const auto network = kerf::test::syntheticNetwork(3);
        const auto profile = kerf::test::syntheticProfile(*network);
        Plan before = kerf::test::syntheticPlan(*network, "int4-g128");
        for (PlanLayer& layer : before.layers)
            layer.method = profile->method;
        Plan after = before;
        for (std::size_t i = 0; i < after.layers.size(); i += 2)
            after.layers[i].format = i % 4 == 0 ? "int8-g128" : "int3-g128";
        const PlanComparison found
            = comparePlans(*network, runOf(before, "A"), runOf(after, "B"), profile.get()).value();
        QVERIFY(found.together.kld);
        const auto whole = predictPlan(*profile, after), other = predictPlan(*profile, before);
        QVERIFY(whole && other);
        QVERIFY2(std::abs(found.together.kld->kld - (whole->kld - other->kld)) < 1e-9 * whole->kld,
            qPrintable(QString::number(found.together.kld->kld)));
        // Without a profile nothing is claimed.
        const PlanComparison unknown = comparePlans(*network, runOf(before, "A"), runOf(after, "B"), nullptr).value();
        QVERIFY(!unknown.together.kld && unknown.together.layers == found.together.layers);
        Plan shorter = before;
        shorter.layers.pop_back();
        QVERIFY(!comparePlans(*network, runOf(before, "A"), runOf(shorter, "B"), nullptr));
    }
};

QTEST_GUILESS_MAIN(TestRunComparison)
#include "tst_run_comparison.moc"
