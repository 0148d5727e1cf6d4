// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>

#include <QTest>

#include "core/jobs/cells_job.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/sweep_job.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
using kerf::test::sampleText;

/// Sweeps, cells on demand and prediction checks on the bundled sample with a few short windows.
class TestSweepJob : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    ProjectPtr m_project;

    SweepJob sweep(const std::vector<std::string>& formats, const std::vector<std::string>& methods) const
    {
        SweepJob job;
        job.plans = sweepPlans(*m_project->model.network, formats, methods, QuantizeMode::Independent, {}).value();
        job.calibration = sampleText("calibration.txt", 8);
        job.measures = RunMeasures { sampleText("evaluation.txt", 4), std::nullopt };
        return job;
    }
    ProfileJob quickProfile(bool swapIns) const
    {
        ProfileJob job;
        job.calibration = sampleText("calibration.txt", 8);
        job.options.formats = { "int3-g64", "int4-g64", "int8-channel" };
        job.options.method = "rtn";
        job.options.probeWindows = 2;
        job.options.swapIns = swapIns;
        return job;
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }

    void everyPlanLandsWithItsMetrics()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        std::vector<std::string> seen;
        SweepJob job = sweep({ "int4-g64", "int3-g64" }, { "rtn" });
        job.changed = [&](std::size_t index, const SweepItem& item) {
            seen.push_back(std::to_string(index) + " " + sweepStateName(item.state));
        };
        const auto items = runSweep(*m_project, workspace, job, {});
        QVERIFY2(items.has_value(), items ? "" : items.error().message.c_str());
        QCOMPARE(seen, (std::vector<std::string> { "0 running", "0 done", "1 running", "1 done" }));
        for (const SweepItem& item : *items) {
            const RunRow run = workspace.run(std::to_string(item.run)).value();
            QVERIFY(run.state == RunState::Done);
            QCOMPARE(run.name, item.name);
            QVERIFY(run.metric("kld_mean") && run.metric("perplexity"));
        }
        // The original stands beside them.
        QCOMPARE(workspace.runs().value().size(), std::size_t { 3 });
        const double four = workspace.run("rtn int4-g64").value().metric("kld_mean")->value;
        const double three = workspace.run("rtn int3-g64").value().metric("kld_mean")->value;
        QVERIFY(four < three);
    }

    void aStoppedSweepGoesOn()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        const SweepJob job = sweep({ "int4-g64", "int3-g64" }, { "rtn" });
        std::stop_source stop;
        SweepJob told = job;
        told.changed = [&](std::size_t, const SweepItem& item) {
            if (item.state == SweepState::Done)
                stop.request_stop();
        };
        const auto stopped = runSweep(*m_project, workspace, told, JobContext(stop.get_token()));
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        QCOMPARE(workspace.runs().value().front().name, std::string("rtn int4-g64"));
        const RowId first = workspace.runs().value().front().id;
        const auto items = runSweep(*m_project, workspace, job, {});
        QVERIFY(items.has_value());
        QCOMPARE((*items)[0].run, first); // found, not made again
        QVERIFY((*items)[1].state == SweepState::Done);
    }

    void aPlanThatFailsDoesNotEndTheSweep()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        SweepJob job = sweep({ "int4-g64", "int3-g64" }, { "rtn" });
        job.plans[0].layers.pop_back(); // made for another model
        const auto items = runSweep(*m_project, workspace, job, {});
        QVERIFY(items.has_value());
        QVERIFY((*items)[0].state == SweepState::Failed);
        QVERIFY((*items)[0].error.find("another model") != std::string::npos);
        QVERIFY((*items)[1].state == SweepState::Done);
    }

    void plansNeedNamesOfTheirOwn()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        SweepJob job = sweep({ "int4-g64" }, { "rtn" });
        job.plans.push_back(job.plans.front());
        const auto twice = runSweep(*m_project, workspace, job, {});
        QVERIFY(!twice && twice.error().code == ErrorCode::InvalidArgument);
        job.plans.clear();
        QVERIFY(!runSweep(*m_project, workspace, job, {}));
        QVERIFY(workspace.runs().value().empty());
    }

    void aProfileOfErrorsAloneSwapsNothingIn()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        std::vector<std::string> stages;
        const JobContext job(std::stop_token(), [&](const Progress& progress) { stages.push_back(progress.stage); });
        const auto errors = runProfile(*m_project, workspace, quickProfile(false), job);
        QVERIFY2(errors.has_value(), errors ? "" : errors.error().message.c_str());
        QCOMPARE(errors->probeWindows, std::int64_t { 0 });
        for (const LayerProfile& layer : errors->layers) {
            QVERIFY(layer.swapIn.empty());
            QVERIFY(layer.relativeError.at("int4-g64") > 0);
            QVERIFY(!predictFormat(layer, "int4-g64")); // an error alone predicts nothing
        }
        const Plan plan = uniformPlan(*m_project->model.network, "p", "int4-g64", "rtn").value();
        QVERIFY(!predictPlan(*errors, plan));
        // With slopes of an earlier profile of the same tokens and method it predicts.
        QVERIFY(runProfile(*m_project, workspace, quickProfile(true), {}).has_value());
        const auto again = runProfile(*m_project, workspace, quickProfile(false), {});
        QVERIFY(again.has_value() && predictPlan(*again, plan).has_value());
    }

    void cellsAreMeasuredOnDemand()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        CellsJob cells { { { "model.layers.1.self_attn.v_proj", "int6-g64", "" } }, sampleText("calibration.txt", 8),
            {} };
        const auto none = runMeasureCells(*m_project, workspace, cells, {});
        QVERIFY(!none && none.error().message.find("no profile") != std::string::npos);
        const Profile before = runProfile(*m_project, workspace, quickProfile(true), {}).value();
        const auto found = runMeasureCells(*m_project, workspace, cells, {});
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        const auto predicted = predictLayer(*found, "model.layers.1.self_attn.v_proj", "int6-g64");
        QVERIFY(predicted && predicted->kld > 0);
        // 6 bits cost less than the 4 that the profile measured at the same place.
        QVERIFY(predicted->kld < predictLayer(before, "model.layers.1.self_attn.v_proj", "int4-g64")->kld);
        // Stored: the next reader has it.
        const RowId model = workspace.models().value().front().id;
        QVERIFY(predictLayer(**workspace.latestProfile(model), "model.layers.1.self_attn.v_proj", "int6-g64"));
        cells.calibration.samples = 4; // other tokens than the profile's
        const auto other = runMeasureCells(*m_project, workspace, cells, {});
        QVERIFY(!other && other.error().code == ErrorCode::InvalidArgument);
    }

    void randomPlansArePredictedAndMeasured()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        QVERIFY(runProfile(*m_project, workspace, quickProfile(true), {}).has_value());
        PredictionCheckJob job { 3, 0, sampleText("calibration.txt", 8), sampleText("evaluation.txt", 4) };
        int weightChecks = 0;
        const JobContext watching(std::stop_token(), [&](const Progress& progress) {
            weightChecks += progress.stage.starts_with("Checking weights") && progress.done == 0;
        });
        const auto check = runPredictionCheck(*m_project, workspace, job, watching);
        QVERIFY2(check.has_value(), check ? "" : check.error().message.c_str());
        QCOMPARE(weightChecks, 1); // and not one a plan
        QCOMPARE(check->rows.size(), std::size_t { 3 });
        for (const PredictionRow& row : check->rows)
            QVERIFY(row.predicted > 0 && row.measured > 0 && row.measuredStderr > 0);
        QVERIFY(!std::isnan(check->spearman));
        // The plans' runs are gone from the list; predicted and measured stay.
        QVERIFY(workspace.runs().value().empty());
        const RowId model = workspace.models().value().front().id;
        const std::vector<PredictionRow> stored = workspace.predictionRows(model).value();
        QCOMPARE(stored.size(), std::size_t { 3 });
        const std::vector<Plan> plans = randomPlans(**workspace.latestProfile(model), *m_project->model.network, job);
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(stored[i].plan && stored[i].plan->layers == plans[i].layers);
            QCOMPARE(stored[i].window, std::int64_t { 64 });
        }
        // What is predicted from now on is fitted to them; a plan's own check is not fitted to itself.
        QCOMPARE(fittedProfile(workspace, model).value()->fittedRuns, 3);
        // More plans: the first three are taken from the workspace.
        job.plans = 4;
        int quantized = 0;
        const JobContext counting(std::stop_token(), [&](const Progress& progress) {
            if (progress.stage.starts_with("Quantizing") && progress.done == 0)
                ++quantized;
        });
        const auto more = runPredictionCheck(*m_project, workspace, job, counting);
        QVERIFY(more.has_value());
        QCOMPARE(quantized, 1);
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(more->rows[i].measured, check->rows[i].measured);
            QCOMPARE(more->rows[i].predicted, check->rows[i].predicted);
        }
    }

    void aCheckLeavesAStoppedRunOfTheSamePlanAlone()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        QVERIFY(runProfile(*m_project, workspace, quickProfile(true), {}).has_value());
        const RowId model = workspace.models().value().front().id;
        const PredictionCheckJob job { 1, 0, sampleText("calibration.txt", 8), sampleText("evaluation.txt", 4) };
        Plan plan = randomPlans(**workspace.latestProfile(model), *m_project->model.network, job).front();
        plan.name = "a person's";
        std::stop_source stop;
        int layers = 0;
        const JobContext stopping(stop.get_token(), [&](const Progress& progress) {
            if (progress.unit == "layers" && ++layers > 3)
                stop.request_stop();
        });
        QVERIFY(!runQuantize(*m_project, workspace, { plan, job.calibration, 0 }, stopping));
        const RunRow before = workspace.run("a person's").value();
        QVERIFY(before.state == RunState::Stopped && before.layersDone > 0);
        QVERIFY(runPredictionCheck(*m_project, workspace, job, {}).has_value());
        const auto runs = workspace.runs().value();
        QCOMPARE(runs.size(), std::size_t { 1 });
        QCOMPARE(runs.front().name, std::string("a person's"));
        QVERIFY(runs.front().state == RunState::Stopped);
        QCOMPARE(runs.front().layersDone, before.layersDone);
        QVERIFY(runs.front().metrics.empty());
    }

    void rankCorrelationIsSpearmans()
    {
        QCOMPARE(rankCorrelation({ 1, 2, 3, 4 }, { 10, 20, 30, 40 }), 1.0);
        QCOMPARE(rankCorrelation({ 1, 2, 3, 4 }, { 4, 3, 2, 1 }), -1.0);
        // By hand: ranks 0 1 2 3 against 1 0 3 2 have sum of squared differences 4, so 1 - 6*4/(4*15) = 0.6.
        QVERIFY(std::abs(rankCorrelation({ 1, 2, 3, 4 }, { 2, 1, 4, 3 }) - 0.6) < 1e-12);
        // Ties: ranks 0.5 0.5 2 against 0 1 2 give 1.5 / sqrt(1.5 * 2).
        QVERIFY(std::abs(rankCorrelation({ 1, 1, 2 }, { 1, 2, 3 }) - std::sqrt(0.75)) < 1e-12);
        QVERIFY(std::isnan(rankCorrelation({ 1, 2 }, { 1, 2 })));
    }
};

QTEST_GUILESS_MAIN(TestSweepJob)
#include "tst_sweep_job.moc"
