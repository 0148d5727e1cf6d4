// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/jobs/run_ranks.h"
#include "tests/support/ranked_runs.h"

using namespace kerf::core;
using kerf::test::RankedRuns;

namespace {

QString marks(const RunRanks& ranks)
{
    QString text;
    for (const Rank& rank : ranks.ranks)
        text += QLatin1Char("-F?d"[static_cast<int>(rank.standing)]);
    return text;
}

/// Three methods of one format, two formats about as fast, and the original.
RankedRuns someRuns(int sittings)
{
    RankedRuns all(sittings);
    all.add("original", "bf16", 0);
    all.add("int8", "int8-g128", 0.001);
    all.add("int4 rtn", "int4-g128", 0.02);
    all.add("int4 gptq", "int4-g128", 0.012);
    all.add("int4 hcd", "int4-g128", 0.011);
    all.add("int3", "int3-g128", 0.05);
    return all;
}

} // namespace

class TestRunRanks : public QObject {
    Q_OBJECT
private slots:
    void runsOfEqualFormatsAreEqual()
    {
        const RankedRuns all = someRuns(5);
        const RunRanks ranks = rankRuns(all.runs, all.speeds, FrontX::Speed, FrontY::Kld);
        for (const int at : { 3, 4 }) {
            QCOMPARE(ranks.figures[at]->tokensPerSecond, ranks.figures[2]->tokensPerSecond);
            QCOMPARE(ranks.figures[at]->ratioInterval->low, ranks.figures[2]->ratioInterval->low);
        }
        QCOMPARE(ranks.figures[0]->ratio, 1.0);
    }

    /// gptq and hcd differ by a tenth while each has a standard error of a fifth: told, because windows are compared
    /// one by one. The int3 run is worse than all int4 runs, but as fast as far as can be told: not claimed.
    void theFrontIsWhatIsSignificant()
    {
        const RankedRuns all = someRuns(6);
        QVERIFY(*all.runs[3].metrics[0].standardError > 0.1 * all.runs[3].metrics[0].value);
        const RunRanks ranks = rankRuns(all.runs, all.speeds, {}, FrontY::Kld);
        QCOMPARE(ranks.speeds, SpeedRanking::Ranked);
        QCOMPARE(ranks.x, FrontX::Speed);
        QCOMPARE(marks(ranks), "FFddF?");
        QCOMPARE(*ranks.ranks[2].other, 3u); // gptq
        QCOMPARE(marks(rankRuns(all.runs, all.speeds, FrontX::Size, FrontY::Kld)), "FFddFF");
    }

    void withoutWindowsTheErrorsDecide()
    {
        RankedRuns all = someRuns(6);
        for (RunRow& run : all.runs)
            run.metrics[0].draws.clear();
        // gptq and hcd cannot be told from each other by two means with such errors; rtn is worse by more than both.
        QCOMPARE(marks(rankRuns(all.runs, all.speeds, {}, FrontY::Kld)), "FFd???");
    }

    void otherTextsAreNotCompared()
    {
        RankedRuns all = someRuns(6);
        all.runs[2].metrics[0].datasetHash = "another text";
        // Neither the run on the other text nor the best on this one can be told from each other; int8 is slower than
        // the former and may be worse.
        QCOMPARE(marks(rankRuns(all.runs, all.speeds, {}, FrontY::Kld)), "F??d??");
    }

    void theOriginalNeedsNoDivergence()
    {
        RankedRuns all = someRuns(6);
        all.runs[0].metrics.erase(all.runs[0].metrics.begin());
        QCOMPARE(marks(rankRuns(all.runs, all.speeds, {}, FrontY::Kld)), "FFddF?");
        QVERIFY(isOriginal(all.runs[0].plan) && !isOriginal(all.runs[1].plan));
        all.runs[0].plan.kv = { "kv-int8" };
        QVERIFY(!isOriginal(all.runs[0].plan));
    }

    void speedsThatCannotRankAreSaid()
    {
        const RankedRuns few = someRuns(2);
        RunRanks ranks = rankRuns(few.runs, few.speeds, {}, FrontY::Kld);
        QCOMPARE(ranks.speeds, SpeedRanking::FewSittings);
        QCOMPARE(ranks.x, FrontX::Size);
        QCOMPARE(marks(ranks), "FFddFF");
        QVERIFY(ranks.figures[1] && !ranks.figures[1]->ratioInterval);
        // Asked for all the same, no speed is claimed to be higher than another.
        QCOMPARE(marks(rankRuns(few.runs, few.speeds, FrontX::Speed, FrontY::Kld)), "F?dd??");

        RankedRuns untimed = someRuns(5);
        untimed.add("nf4", "nf4-b64", 0.01);
        ranks = rankRuns(untimed.runs, untimed.speeds, {}, FrontY::Kld);
        QCOMPARE(ranks.speeds, SpeedRanking::NotTimed);
        QVERIFY(!ranks.figures.back());

        RankedRuns alike(5);
        alike.add("a", "int4-g128", 0.02);
        alike.add("b", "int3-g128", 0.03);
        QCOMPARE(rankRuns(alike.runs, alike.speeds, {}, FrontY::Kld).speeds, SpeedRanking::Alike);
        QVERIFY(rankRuns({}, {}, {}, FrontY::Kld).ranks.empty());
    }

    /// Scores of answers and labelled texts rank too, more being better; the divergence is what the runs have.
    void scoresRankUpwards()
    {
        RankedRuns all(0);
        all.add("a", "int8-g128", 0.001);
        all.add("b", "int4-g128", 0.02);
        for (const FrontY y : { FrontY::ExactMatch, FrontY::AnswerF1, FrontY::Accuracy, FrontY::MicroF1,
                 FrontY::WordAccuracy, FrontY::Spearman, FrontY::Pearson, FrontY::CosineToOriginal }) {
            QVERIFY(frontMetric(y).higherIsBetter && !frontMetric(y).isDivergence);
            std::vector<RunRow> runs = all.runs;
            for (RunRow& run : runs) {
                Metric metric = run.metrics.front();
                metric.name = frontMetric(y).name;
                for (double& draw : metric.draws)
                    draw = 1 - draw;
                run.metrics = { metric, { "size_bytes", run.name == "a" ? 2.0 : 1.0, {}, "bytes", "", "", {} } };
            }
            QCOMPARE(marks(rankRuns(runs, {}, FrontX::Size, y)), "FF"); // the larger scores higher
            runs[0].metrics[1].value = 0.5;
            QCOMPARE(marks(rankRuns(runs, {}, FrontX::Size, y)), "Fd"); // smaller, and higher
        }
    }

    void theDivergenceIsWhatTheRunsHave()
    {
        RankedRuns all = someRuns(0);
        QCOMPARE(divergenceAxis(all.runs), FrontY::Kld);
        QCOMPARE(upLabel(FrontY::Kld, all.runs), std::string("KL divergence from the original, nats/token"));
        for (RunRow& run : all.runs)
            run.metrics.front().name = "cosine_distance";
        QCOMPARE(divergenceAxis(all.runs), FrontY::CosineDistance);
        QCOMPARE(upLabel(FrontY::CosineDistance, all.runs), std::string("1 - cosine to the original's embeddings"));
        QCOMPARE(divergenceOf(all.runs[1])->name, std::string("cosine_distance"));
        QVERIFY(isDivergence("squared_difference") && !isDivergence("accuracy"));
    }

    void modelsDoNotCompete()
    {
        RankedRuns all = someRuns(5);
        RunRow other = all.runs[2];
        other.model = 2;
        all.runs.push_back(other);
        all.speeds[2] = all.speeds[1];
        QCOMPARE(marks(rankRuns(all.runs, all.speeds, FrontX::Speed, FrontY::Kld)), "FFddF?F");
    }
};

QTEST_GUILESS_MAIN(TestRunRanks)
#include "tst_run_ranks.moc"
