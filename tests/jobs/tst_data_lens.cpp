// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/jobs/calibration_advice.h"
#include "core/jobs/lens_job.h"
#include "core/jobs/statistics_folder.h"
#include "core/quantize/method.h"
#include "core/text/dataset_part.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// What the lens says of a calibration text.
class TestDataLens : public QObject {
    Q_OBJECT

    kerf::test::FreshFiles m_files;
    ProjectPtr m_project;

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }
    void orders()
    {
        // Four layers; with all windows their order is a, b, c, d. b and c change places with 4, all are turned with 2.
        const Ranking ranking
            = rankingOf({ "a", "b", "c", "d" }, { 2, 4, 8 }, { { 1, 2, 3, 4 }, { 9, 5, 6, 1 }, { 8, 7, 6, 5 } });
        QCOMPARE(ranking.steps.size(), std::size_t { 3 });
        QCOMPARE(ranking.steps[0].spearman, -1.0);
        QCOMPARE(ranking.steps[0].kendall, -1.0);
        QCOMPARE(ranking.steps[0].largestMove, std::int64_t { 3 });
        QVERIFY(std::abs(ranking.steps[1].spearman - 0.8) < 1e-12); // 1 - 6 (1 + 1) / (4 * 15)
        QVERIFY(std::abs(ranking.steps[1].kendall - 4.0 / 6) < 1e-12); // five of six pairs agree, one does not
        QCOMPARE(ranking.steps[1].movedLayer, std::string("b"));
        QCOMPARE(ranking.steps[2].spearman, 1.0);
        QCOMPARE(ranking.steps[2].largestMove, std::int64_t { 0 });
        QVERIFY(!ranking.settledAt);
        QVERIFY(rankingText(ranking).find("still changes between 4 and 8 windows (rank correlation 0.800)")
            != std::string::npos);
        // Settled from the first step behind which nothing falls below the limit again.
        const std::vector<double> same { 4, 3, 2, 1 }, other { 1, 2, 3, 4 };
        QCOMPARE(rankingOf({ "a", "b", "c", "d" }, { 1, 2, 4, 8 }, { same, other, same, same }).settledAt.value(),
            std::int64_t { 4 });
        QCOMPARE(
            rankingOf({ "a", "b", "c", "d" }, { 1, 2, 4 }, { same, same, same }).settledAt.value(), std::int64_t { 1 });
    }
    void countsTies()
    {
        QVERIFY(std::abs(kendallTau({ 1, 1, 2 }, { 1, 2, 3 }) - 2 / std::sqrt(6.0)) < 1e-12);
        QVERIFY(std::isnan(kendallTau({ 1, 1 }, { 1, 2 })));
    }
    void cutsAsALoadDoes()
    {
        const Dataset eight = loadData(*m_project, kerf::test::sampleText("calibration.txt", 8), {}).value();
        const Dataset two = loadData(*m_project, kerf::test::sampleText("calibration.txt", 2), {}).value();
        const Dataset part = firstWindows(eight, 2);
        QCOMPARE(part.hash, two.hash);
        QCOMPARE(part.windows, two.windows);
    }
    void looksAtTheSample()
    {
        Workspace workspace = Workspace::open(m_files.next()).value();
        const DataChoice calibration = kerf::test::sampleText("calibration.txt", 8);
        const DataChoice other = kerf::test::sampleText("evaluation.txt", 8);
        const Result<DataLens> lens = lookThroughLens(*m_project, workspace, calibration, other, {}, {});
        QVERIFY2(lens.has_value(), lens ? "" : lens.error().message.c_str());
        const Network& network = *m_project->model.network;
        QCOMPARE(lens->ranking.layers.size(), network.layers().size());
        QCOMPARE(lens->ranking.steps.size(), std::size_t { 4 });
        for (std::size_t i = 0; i < 4; ++i)
            QCOMPARE(lens->ranking.steps[i].windows, std::int64_t { 1 } << i);
        QCOMPARE(lens->ranking.steps.back().spearman, 1.0);
        QVERIFY(lens->ranking.steps[2].spearman > lens->ranking.steps[0].spearman - 0.2);

        // Drift: the statistics of both texts are those that a profile would use.
        const auto statisticsOf = [&](const DataChoice& choice) {
            return openStatistics(workspace, m_project->modelHash, loadData(*m_project, choice, {})->hash).value();
        };
        const std::string& site = network.layers().front().site;
        const SiteStatistics before = statisticsOf(calibration).load(site).value();
        const SiteStatistics after = statisticsOf(other).load(site).value();
        const auto drift = std::ranges::find(lens->drift, site, &SiteDrift::site);
        QVERIFY(drift != lens->drift.end());
        std::int64_t moved = 0;
        for (std::int64_t i = 0; i < before.absMax.size(); ++i)
            moved += after.absMax[i] > 2 * before.absMax[i] || 2 * after.absMax[i] < before.absMax[i];
        QCOMPARE(drift->moved, moved);
        QCOMPARE(drift->channels, std::int64_t(before.absMax.size()));

        // What was needed for fewer windows only is gone.
        for (const fs::directory_entry& entry : fs::directory_iterator(workspace.arraysFolder() / "statistics"))
            QVERIFY2(!entry.path().filename().string().starts_with("part-"), entry.path().c_str());
        const Json json = toJson(*lens);
        QCOMPARE(json["drift"].size(), lens->drift.size());
        QVERIFY(json["against"]["name"] == "evaluation.txt");
        QVERIFY(lens->coverage && lens->coverage->all().windows == 8 && lens->coverage->all().tokens < 1);
        QVERIFY(json["coverage"]["steps"].size() == 4 && json["advice"].size() == lens->advice.size());
        QVERIFY2(lens->advice.size() == 4, qPrintable(QString::number(lens->advice.size())));
        QVERIFY2(lens->advice[3].find("% of the tokens of evaluation.txt were never seen (\"") != std::string::npos,
            lens->advice[3].c_str());
    }
    /// More windows, other texts, or neither: each sentence follows from what is known.
    void advises()
    {
        const Tokenizer tokenizer = m_project->tokenizer.value();
        Dataset data;
        data.windows.assign(64, { 1, 2 });
        data.windowsRead = 64;
        data.wholeText = true;
        const auto first = [&] { return calibrationAdvice({ data }, tokenizer).front(); };
        QVERIFY2(first().ends_with("the text has no more, so add texts of the domain."), first().c_str());
        QVERIFY(calibrationAdvice({ data }, tokenizer)[1].find("kerf-cli lens measures") != std::string::npos);
        data.windowsRead = 400;
        QVERIFY2(first().ends_with("the text has 400 in all (--samples)."), first().c_str());
        data.wholeText = false;
        QVERIFY2(first().ends_with("the text goes on (--samples)."), first().c_str());
        data.windows.assign(512, { 1, 2 });
        QVERIFY2(first().starts_with("512 windows are within the 512 to 2000"), first().c_str());
        data.windows.assign(3000, { 1, 2 });
        QVERIFY2(first().starts_with("3000 windows are more than the"), first().c_str());

        const std::vector<double> same { 4, 3, 2, 1 }, other { 1, 2, 3, 4 };
        const Ranking settled = rankingOf({ "a", "b", "c", "d" }, { 1, 2, 4 }, { other, same, same });
        const Ranking open = rankingOf({ "a", "b", "c", "d" }, { 1, 2, 4 }, { same, other, same });
        const auto second = [&](const Ranking& ranking) {
            return calibrationAdvice({ data, nullptr, nullptr, &ranking }, tokenizer)[1];
        };
        QVERIFY2(second(settled).ends_with("their order is settled from 2 of 4 windows on."), second(settled).c_str());
        QVERIFY2(second(open).starts_with("More windows would still change"), second(open).c_str());

        Dataset text = data;
        text.windows = { { 1, 1, 2, 2 } };
        const Coverage whole = findCoverage(data, text);
        QCOMPARE(calibrationAdvice({ data, &text, &whole, &settled }, tokenizer).size(), std::size_t { 3 });
        text.windows = { { 1, 1, 2, 100 } };
        const Coverage part = findCoverage(data, text);
        const std::string last = calibrationAdvice({ data, &text, &part, &settled }, tokenizer).back();
        QVERIFY2(last.starts_with("25.0 % of the tokens of"), last.c_str());
    }
    void isAJob()
    {
        Workspace workspace = Workspace::open(m_files.next()).value();
        LensJob job { kerf::test::sampleText("calibration.txt", 4), kerf::test::sampleText("evaluation.txt", 4), {} };
        job.options.format = "int3-g64";
        const Network& network = *m_project->model.network;
        const Result<Job> read = readJob("lens", job.toJson(), network, "x");
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QVERIFY(read->settings() == job.toJson());
        const Result<JobResult> made = runJob(*m_project, workspace, *read, {});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        const auto* lens = made->get<DataLens>();
        QVERIFY(lens && lens->ranking.format == "int3-g64");
        QCOMPARE(made->report.text, rankingText(lens->ranking) + " " + driftText(*lens));
        QCOMPARE(workspace.jobs().value().back().kind, std::string("lens"));
        job.against.reset();
        QVERIFY(LensJob::fromJson(job.toJson(), network)->against == std::nullopt);
    }
    void needsSomeWindows()
    {
        Workspace workspace = Workspace::open(m_files.next()).value();
        const auto look = [&](std::int64_t windows, const LensOptions& options) {
            return lookThroughLens(
                *m_project, workspace, kerf::test::sampleText("calibration.txt", windows), std::nullopt, options, {});
        };
        const Result<DataLens> one = look(1, {});
        QVERIFY(!one && one.error().message.find("takes at least 2") != std::string::npos);
        QVERIFY(!look(2, { .format = "int4-gx" }));
        const Result<DataLens> two = look(2, {});
        QVERIFY2(two.has_value(), two ? "" : two.error().message.c_str());
        QCOMPARE(two->ranking.steps.size(), std::size_t { 2 }); // of 1 and 2 windows
        QVERIFY(two->drift.empty() && toJson(*two)["against"].is_null());
    }
};

QTEST_GUILESS_MAIN(TestDataLens)
#include "tst_data_lens.moc"
