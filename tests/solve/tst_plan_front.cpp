// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <stop_token>

#include <QTest>

#include "core/base/random.h"
#include "core/format/format.h"
#include "core/solve/least_bytes.h"
#include "core/solve/plan_front.h"
#include "core/solve/plan_units.h"
#include "tests/support/synthetic_network.h"

using namespace kerf;
using namespace kerf::core;

namespace {

const std::vector<std::string> kFormats { "int2-g64", "int4-g128", "int8-g128" };

SolveOptions limits(bool tied)
{
    SolveOptions options;
    options.formats = kFormats;
    options.tieFused = tied;
    return options;
}

/// Calls visit(plan) for every plan of the formats and 16 bit.
template <class Visit> void forAllPlans(const Network& network, bool tied, const Visit& visit)
{
    std::vector<std::string> formats = kFormats;
    formats.push_back("bf16");
    const std::size_t count = network.layers().size();
    std::vector<std::size_t> digits(count, 0);
    for (bool more = true; more;) {
        Plan plan = test::syntheticPlan(network, "bf16");
        bool kept = true;
        for (std::size_t i = 0; i < count; ++i) {
            plan.layers[i].format = formats[digits[i]];
            for (std::size_t j = 0; j < i && tied; ++j)
                kept = kept && (network.layers()[i].tie != network.layers()[j].tie || digits[i] == digits[j]);
        }
        if (kept)
            visit(plan);
        std::size_t at = 0;
        while (at < count && ++digits[at] == formats.size())
            digits[at++] = 0;
        more = at < count;
    }
}

DecodeTimes someTimes(const Network& network)
{
    DecodeTimes times { 1e-3 };
    int layer = 0;
    for (const LayerInfo& info : network.layers()) {
        const double unit = 1e-5 * (1 + layer++ % 3);
        times.layers[info.name] = { { "int4-g128", 2 * unit }, { "int8-g128", 3 * unit }, { "bf16", 7 * unit } };
    }
    return times;
}

double secondsOf(const DecodeTimes& times, const Plan& plan)
{
    double seconds = 0;
    for (const PlanLayer& row : plan.layers) {
        const auto& known = times.layers.at(row.layer);
        const auto found = known.find(row.format);
        seconds += found == known.end() ? 1e9 : found->second;
    }
    return seconds;
}

} // namespace

class TestPlanFront : public QObject {
    Q_OBJECT
private slots:
    void noPlanIsBetterThanOneOfTheFront_data()
    {
        QTest::addColumn<bool>("tied");
        QTest::addRow("tied") << true;
        QTest::addRow("free") << false;
    }
    void noPlanIsBetterThanOneOfTheFront()
    {
        QFETCH(bool, tied);
        const auto network = test::syntheticNetwork(1, 5);
        const auto profile = test::syntheticProfile(*network);
        const Plan base = test::syntheticPlan(*network, "int4-g128");
        const auto front = planFront(*profile, *network, 1000, limits(tied), FrontCost::Bytes, base, JobContext());
        QVERIFY2(front.has_value(), front ? "" : front.error().message.c_str());
        QVERIFY(front->size() > 5);
        forAllPlans(*network, tied, [&](const Plan& plan) {
            const std::int64_t bytes = planSize(plan, *network, 1000).sizeBytes;
            const double kld = predictPlan(*profile, plan)->kld;
            for (const FrontPoint& point : *front)
                QVERIFY(bytes > point.size.sizeBytes || kld >= point.kld.kld * (1 - 1e-12));
        });
        // From the smallest plan there is to the best quantized one.
        QCOMPARE(front->front().size.sizeBytes,
            planSize(test::syntheticPlan(*network, "int2-g64"), *network, 1000).sizeBytes);
        QCOMPARE(front->back().size.sizeBytes,
            planSize(test::syntheticPlan(*network, "int8-g128"), *network, 1000).sizeBytes);
        for (std::size_t i = 1; i < front->size(); ++i) {
            QVERIFY((*front)[i].size.sizeBytes > (*front)[i - 1].size.sizeBytes);
            QVERIFY((*front)[i].kld.kld < (*front)[i - 1].kld.kld);
        }
        QVERIFY(front->front().kld.stderr_ > 0);
        QCOMPARE(front->back().plan.name, std::string("mixed 8.12"));
    }
    void budgetsOfTimeAreSpentOnTime()
    {
        const auto network = test::syntheticNetwork(1, 5);
        const auto profile = test::syntheticProfile(*network);
        const DecodeTimes times = someTimes(*network);
        SolveOptions options = limits(false);
        options.times = &times;
        const Plan base = test::syntheticPlan(*network, "int4-g128");
        const auto front = planFront(*profile, *network, 0, options, FrontCost::Time, base, JobContext());
        QVERIFY2(front.has_value(), front ? "" : front.error().message.c_str());
        QVERIFY(front->size() > 3);
        forAllPlans(*network, false, [&](const Plan& plan) {
            for (const FrontPoint& point : *front)
                QVERIFY(secondsOf(times, plan) > secondsOf(times, point.plan) + 1e-12
                    || predictPlan(*profile, plan)->kld >= point.kld.kld * (1 - 1e-12));
        });
        for (const FrontPoint& point : *front) // int2 was never timed
            QVERIFY(
                std::ranges::none_of(point.plan.layers, [](const PlanLayer& row) { return row.format == "int2-g64"; }));
    }
    void lockedLayersKeepTheirFormatAndTheirTieFollows()
    {
        const auto network = test::syntheticNetwork(2);
        const auto profile = test::syntheticProfile(*network);
        Plan base = test::syntheticPlan(*network, "int4-g128");
        base.layers[1].format = "int6-g128"; // k of block 0, no format of the front
        base.locked = { base.layers[1].layer, base.layers[6].layer };
        const auto front = planFront(*profile, *network, 0, limits(true), FrontCost::Bytes, base, JobContext());
        QVERIFY2(front.has_value(), front ? "" : front.error().message.c_str());
        for (const FrontPoint& point : *front) {
            for (const std::size_t tied : { 0u, 1u, 2u })
                QCOMPARE(point.plan.layers[tied].format, std::string("int6-g128"));
            QCOMPARE(point.plan.layers[6].format, std::string("int4-g128"));
            QCOMPARE(point.plan.locked, base.locked);
        }
        QCOMPARE(front->back().plan.layers[7].format, std::string("int8-g128"));
    }
    void locksThatDifferInATieUntieIt()
    {
        const auto network = test::syntheticNetwork(1);
        const auto profile = test::syntheticProfile(*network);
        Plan base = test::syntheticPlan(*network, "int4-g128");
        base.layers[0].format = "int5-g64"; // not profiled: a format that is not chosen needs no prediction
        base.locked = { base.layers[0].layer, base.layers[1].layer };
        const auto units = planUnits(*profile, *network, limits(true), base);
        QVERIFY2(units.has_value(), units ? "" : units.error().message.c_str());
        QCOMPARE((*units)[0].formats, std::vector<std::string> { "int5-g64" });
        QCOMPARE((*units)[1].formats, std::vector<std::string> { "int4-g128" });
        QCOMPARE((*units)[2].formats.size(), kFormats.size() + 1); // v is free
        QCOMPARE(choiceOf(*units, base).value()[0], 0);
    }
    void stopsAndSaysWhatIsMissing()
    {
        const auto network = test::syntheticNetwork(1);
        const auto profile = test::syntheticProfile(*network);
        Plan base = test::syntheticPlan(*network, "int4-g128");
        std::stop_source stop;
        stop.request_stop();
        const auto stopped
            = planFront(*profile, *network, 0, limits(true), FrontCost::Bytes, base, JobContext(stop.get_token()));
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        for (PlanLayer& row : base.layers)
            row.method = "rtn";
        const auto unknown = planFront(*profile, *network, 0, limits(true), FrontCost::Bytes, base, JobContext());
        QVERIFY(QString::fromStdString(unknown.error().message).contains("profiled for gptq, not for rtn"));
        const auto untimed = planFront(*profile, *network, 0, limits(true), FrontCost::Time, base, JobContext());
        QCOMPARE(untimed.error().code, ErrorCode::InvalidArgument);
    }

    // ---- the cheapest plan within a loss

    void fewestBytesWithinALossEqualBruteForce()
    {
        CounterRng random(11);
        for (int round = 0; round < 300; ++round) {
            std::vector<BudgetUnit> units(1 + random.below(6));
            for (BudgetUnit& unit : units)
                for (int k = 0; k < 4; ++k)
                    unit.options.push_back({ static_cast<std::int64_t>(random.below(round % 2 ? 8 : 1'000'000)),
                        static_cast<double>(random.below(1000)) - 100 });
            const double most = static_cast<double>(random.below(1000 * units.size())) + 0.5;
            std::int64_t best = -1;
            std::vector<std::size_t> digits(units.size(), 0);
            for (bool more = true; more;) {
                double loss = 0;
                std::int64_t bytes = 0;
                for (std::size_t u = 0; u < units.size(); ++u) {
                    loss += units[u].options[digits[u]].loss;
                    bytes += units[u].options[digits[u]].bytes;
                }
                if (loss <= most && (best < 0 || bytes < best))
                    best = bytes;
                std::size_t at = 0;
                while (at < units.size() && ++digits[at] == 4)
                    digits[at++] = 0;
                more = at < units.size();
            }
            const auto found = solveLoss(units, most);
            QCOMPARE(found.has_value(), best >= 0);
            if (best < 0)
                continue;
            QCOMPARE(found->bytes, best);
            QVERIFY(found->loss <= most);
        }
    }
    void theCheapestPlanWithinADivergence()
    {
        const auto network = test::syntheticNetwork(1, 5);
        const auto profile = test::syntheticProfile(*network);
        SolveOptions options = limits(false);
        for (const double most : { 0.02, 0.005, 0.0007, 0.00003 }) {
            options.kld = most;
            const auto plan = solvePlan(*profile, *network, 0, options, test::syntheticPlan(*network, "int4-g128"));
            QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
            const std::int64_t bytes = planSize(*plan, *network, 0).sizeBytes;
            QVERIFY(predictPlan(*profile, *plan)->kld <= most);
            forAllPlans(*network, false, [&](const Plan& other) {
                if (predictPlan(*profile, other)->kld <= most * (1 - 1e-9))
                    QVERIFY(planSize(other, *network, 0).sizeBytes >= bytes);
            });
        }
        Plan base = test::syntheticPlan(*network, "int2-g64");
        for (const PlanLayer& row : base.layers)
            base.locked.push_back(row.layer);
        options.kld = 1e-9; // all that is locked is worse
        const auto none = solvePlan(*profile, *network, 0, options, base);
        QVERIFY(!none.has_value());
        QVERIFY(QString::fromStdString(none.error().message).startsWith("No plan has a predicted divergence of"));
        options.bitsPerWeight = 4;
        QVERIFY(!solvePlan(*profile, *network, 0, options, base).has_value()); // two budgets
    }
};

QTEST_GUILESS_MAIN(TestPlanFront)
#include "tst_plan_front.moc"
