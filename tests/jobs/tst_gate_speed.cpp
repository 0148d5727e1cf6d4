// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include <QTest>

#include "core/jobs/gate_plans.h"
#include "tests/support/ranked_runs.h"

using namespace kerf::core;
using kerf::test::RankedRuns;

namespace {

/// The original, int8, int4, and a format that no kernel was timed in.
RankedRuns someRuns(int sittings)
{
    RankedRuns all(sittings);
    all.add("original", "bf16", 0);
    all.add("int8", "int8-g128", 0.001);
    all.add("int4", "int4-g128", 0.02);
    all.add("nf4", "nf4-b64", 0.02);
    return all;
}

GateReference against(const RankedRuns& all, std::optional<std::size_t> run = {})
{
    return { run ? std::optional(all.runs[*run]) : std::nullopt, all.speeds.at(1) };
}

Requirement atLeast(double times, const std::string& level = "95")
{
    return parseRequirement(fmt::format("decode_tokens_per_second>={}x @{}", times, level)).value();
}

std::string problem(const Result<GateFinding>& found)
{
    return found ? std::string() : found.error().message;
}

} // namespace

/// Whether a run is fast enough, by the sittings in which kernels were timed.
class TestGateSpeed : public QObject {
    Q_OBJECT
private slots:
    void aRunReachesAMultipleOfTheOriginal()
    {
        const RankedRuns all = someRuns(8);
        const GateFinding found = judgeRun(all.runs[2], against(all), atLeast(1.2)).value();
        QCOMPARE(found.verdict, GateVerdict::Accept);
        QVERIFY(found.bounds.lower > 1.2 && found.bounds.lower < found.estimate && found.estimate < found.bounds.upper);
        QCOMPARE(found.items, std::size_t { 8 });
        QCOMPARE(found.estimate, found.value / found.reference);
        QCOMPARE(judgeRun(all.runs[2], against(all), atLeast(6)).value().verdict, GateVerdict::Reject);
        const GateFinding open = judgeRun(all.runs[2], against(all), atLeast(.999 * found.estimate)).value();
        QCOMPARE(open.verdict, GateVerdict::Inconclusive);
        QVERIFY(open.leansToAccept() && !open.itemsNeeded);
        const std::string text = gateText(open);
        QVERIFY2(text.find("inconclusive: decode_tokens_per_second ratio ") == 0, text.c_str());
        QVERIFY2(text.find("required at least ") != std::string::npos, text.c_str());
        QVERIFY2(text.find("8 sittings of a drifting machine, 95 % each way); leans to accept.") != std::string::npos,
            text.c_str());
        // A stricter level is further out on both sides.
        const GateFinding strict = judgeRun(all.runs[2], against(all), atLeast(1.2, "99")).value();
        QVERIFY(strict.bounds.lower < found.bounds.lower && strict.bounds.upper > found.bounds.upper);
    }
    void anotherRunMayBeTheReference()
    {
        const RankedRuns all = someRuns(8);
        const double toOriginal = judgeRun(all.runs[2], against(all), atLeast(1)).value().estimate,
                     other = judgeRun(all.runs[1], against(all, 0), atLeast(1)).value().estimate;
        const GateFinding found = judgeRun(all.runs[2], against(all, 1), atLeast(1)).value();
        QCOMPARE(found.estimate, toOriginal / other);
        const GateFinding same = judgeRun(all.runs[1], against(all, 1), atLeast(1)).value();
        QVERIFY(same.verdict == GateVerdict::Accept && same.bounds.lower == 1 && same.bounds.upper == 1);
    }
    void whatWasNotTimedIsSaid()
    {
        const RankedRuns all = someRuns(8), few = someRuns(2);
        const std::string untimed = problem(judgeRun(all.runs[3], against(all), atLeast(1.5)));
        QVERIFY2(untimed.find("How fast \"nf4\" is beside the original is not known: kernels that they run were never "
                              "timed")
                == 0,
            untimed.c_str());
        const std::string rare = problem(judgeRun(few.runs[2], against(few, 1), atLeast(1.5)));
        QVERIFY2(rare.find("beside \"int8\" is not known: fewer than 3 sittings") != std::string::npos, rare.c_str());
        QVERIFY2(rare.find("kerf-cli bench 3 --sittings 5") != std::string::npos, rare.c_str());
        QVERIFY(!problem(judgeRun(all.runs[2], {}, atLeast(1.5))).empty()); // a model whose layers are not known
    }
    /// Sittings are not cut into halves, and cannot choose.
    void oneOfSeveral()
    {
        const RankedRuns all = someRuns(8);
        const std::vector<RunRow> runs { all.runs[1], all.runs[2] };
        const std::vector<Requirement> both { parseRequirement("kld_mean<=1").value(), atLeast(1.2) };
        const ChosenRun chosen = judgeBest(runs, against(all), both).value();
        QCOMPARE(runs[chosen.run].name, std::string("int8"));
        QCOMPARE(chosen.findings[0].items, std::size_t { 8 }); // of sixteen windows
        QCOMPARE(chosen.findings[1].items, std::size_t { 8 }); // sittings
        const auto refused = judgeBest(runs, against(all), { atLeast(1.2), both.front() });
        QVERIFY(!refused && refused.error().message.find("a speed has none") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestGateSpeed)
#include "tst_gate_speed.moc"
