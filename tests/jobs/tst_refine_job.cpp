// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>

#include <QTest>

#include "core/jobs/evaluate_job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/refine_job.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
using kerf::test::sampleText;
namespace fs = std::filesystem;

// kerf-test: slow
/// The measured search on the bundled sample with a few short windows.
class TestRefineJob : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    ProjectPtr m_project;
    fs::path m_profiled;

    /// A copy of the workspace that has the profile.
    Workspace profiled()
    {
        const fs::path file = m_files.next();
        fs::copy_file(m_profiled, file);
        fs::path from = m_profiled, to = file;
        fs::copy(from += ".d", to += ".d", fs::copy_options::recursive);
        return Workspace::open(file).value();
    }
    void makeProfile()
    {
        m_profiled = m_files.next();
        auto workspace = Workspace::open(m_profiled).value();
        ProfileJob job;
        job.calibration = sampleText("calibration.txt", 8);
        job.options.formats = { "int3-g64", "int4-g64", "int5-g64" };
        job.options.method = "rtn";
        job.options.probeWindows = 1;
        const auto made = runProfile(*m_project, workspace, job, {});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
    }
    /// The first half of the layers in many bits, the other in few: not what a solver would choose.
    RefineJob uneven() const
    {
        RefineJob job;
        job.plan = uniformPlan(*m_project->model.network, "uneven", "int3-g64", "rtn").value();
        for (std::size_t i = 0; i < job.plan.layers.size() / 2; ++i)
            job.plan.layers[i].format = "int5-g64";
        job.calibration = sampleText("calibration.txt", 8);
        job.windows = 3;
        job.steps = 3;
        job.text = sampleText("evaluation.txt", 4);
        return job;
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
        makeProfile();
    }

    void aPoorPlanGetsBetterWithinItsBytes()
    {
        Workspace workspace = profiled();
        RefineJob job = uneven();
        std::vector<Refinement> saved;
        job.improved = [&](const Refinement& soFar) {
            saved.push_back(soFar);
            return Status {};
        };
        const auto found = runRefine(*m_project, workspace, job, {});
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        for (const RefineStep& step : found->steps)
            qInfo(
                "%s: %.4g ± %.2g %s", step.change.c_str(), step.measured, step.measuredStderr, step.kept ? "kept" : "");
        QVERIFY(found->held.after < found->held.before);
        QVERIFY(found->text && found->text->after < found->text->before);
        QVERIFY(!found->steps.empty() && static_cast<int>(found->steps.size()) <= job.steps);
        QVERIFY(!saved.empty() && saved.back().plan.layers == found->plan.layers);
        QCOMPARE(saved.back().held.after, found->held.after); // the plan is of independent mode
        QVERIFY(saved.front().steps.back().kept);
        const Network& network = *m_project->model.network;
        QVERIFY(planSize(found->plan, network, 0).layerBytes <= planSize(job.plan, network, 0).layerBytes);
        // What the search says of its plan is what a run of it is measured to be.
        const auto run = runQuantize(*m_project, workspace, { found->plan, job.calibration, 0 }, {});
        QVERIFY(run.has_value());
        const auto evaluated = runEvaluate(*m_project, workspace, *run, { job.text, true }, {});
        QCOMPARE(evaluated->divergence->kldMean, found->text->after);
        QCOMPARE(evaluated->divergence->windowKld.size(), std::size_t { 4 });
    }

    void tiedLayersThatDifferAreSaidBeforeAnyWork()
    {
        Workspace workspace = profiled();
        RefineJob job = uneven();
        job.plan.layers[0].format = "int3-g64"; // q, beside k and v in int5
        bool worked = false;
        const JobContext watching(std::stop_token(), [&](const Progress&) { worked = true; });
        const auto refused = runRefine(*m_project, workspace, job, watching);
        QVERIFY(!refused && refused.error().code == ErrorCode::InvalidArgument);
        QVERIFY2(refused.error().message.find("q_proj") != std::string::npos, refused.error().message.c_str());
        QVERIFY(!worked);
    }

    void aStoppedSearchGoesOnAndEndsTheSame()
    {
        Workspace workspace = profiled(), other = profiled();
        const RefineJob job = uneven();
        std::stop_source stop;
        RefineJob told = job;
        told.improved = [&](const Refinement&) {
            stop.request_stop();
            return Status {};
        };
        const auto stopped = runRefine(*m_project, workspace, told, JobContext(stop.get_token()));
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        const auto resumed = runRefine(*m_project, workspace, job, {});
        const auto whole = runRefine(*m_project, other, job, {});
        QVERIFY(resumed && whole);
        QVERIFY(resumed->plan.layers == whole->plan.layers);
        QCOMPARE(resumed->held.after, whole->held.after);
        QCOMPARE(resumed->steps.size(), whole->steps.size());
    }

    void aSequentialSearchLeavesAStoppedRunOfThePlanAlone()
    {
        Workspace workspace = profiled();
        RefineJob job = uneven();
        job.plan.mode = QuantizeMode::Sequential;
        job.steps = 0;
        job.windows = 2;
        job.text.files.clear();
        std::stop_source stop;
        int layers = 0;
        const JobContext stopping(stop.get_token(), [&](const Progress& progress) {
            if (progress.unit == "layers" && ++layers > 3)
                stop.request_stop();
        });
        QVERIFY(!runQuantize(*m_project, workspace, { job.plan, job.calibration, 0 }, stopping));
        const RunRow before = workspace.run("uneven").value();
        QVERIFY(before.state == RunState::Stopped && before.layersDone > 0);
        int weightChecks = 0;
        const JobContext watching(std::stop_token(), [&](const Progress& progress) {
            weightChecks += progress.stage.starts_with("Checking weights") && progress.done == 0;
        });
        const auto found = runRefine(*m_project, workspace, job, watching);
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(weightChecks, 1); // and not one a trial
        const auto runs = workspace.runs().value();
        QCOMPARE(runs.size(), std::size_t { 1 });
        QVERIFY(runs.front().id == before.id && runs.front().state == RunState::Stopped);
        QCOMPARE(runs.front().layersDone, before.layersDone);
    }

    void whatCannotBeRefinedIsRefused()
    {
        auto empty = Workspace::open(m_files.next()).value();
        const auto unprofiled = runRefine(*m_project, empty, uneven(), {});
        QVERIFY(!unprofiled && unprofiled.error().message.find("profile") != std::string::npos);
        Workspace workspace = profiled();
        RefineJob job = uneven();
        job.plan.layers.front().format = "int6-g64"; // not profiled
        QVERIFY(!runRefine(*m_project, workspace, job, {}));
        job = uneven();
        job.calibration.samples = 9;
        const auto other = runRefine(*m_project, workspace, job, {});
        QVERIFY(!other && other.error().message.find("calibration windows") != std::string::npos);
        job = uneven();
        job.plan.transforms.push_back(transformChoice("smoothquant").value());
        QVERIFY(!runRefine(*m_project, workspace, job, {}));
    }
};

QTEST_GUILESS_MAIN(TestRefineJob)
#include "tst_refine_job.moc"
