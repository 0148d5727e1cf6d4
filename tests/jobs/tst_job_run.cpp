// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>

#include <QTest>

#include "core/jobs/bench_job.h"
#include "core/jobs/cells_job.h"
#include "core/jobs/convert_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/import_job.h"
#include "core/jobs/importance_job.h"
#include "core/jobs/job.h"
#include "core/jobs/labels_job.h"
#include "core/jobs/lens_job.h"
#include "core/jobs/methods_job.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/questions_job.h"
#include "core/jobs/refine_job.h"
#include "core/jobs/run_job.h"
#include "core/jobs/speed_job.h"
#include "core/jobs/sweep_job.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
using kerf::test::sampleText;
namespace fs = std::filesystem;

/// Jobs as rows of the workspace, on the bundled sample with a few short windows.
class TestJobRun : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    ProjectPtr m_project;

    Plan plan(const std::string& name, const std::string& format) const
    {
        return uniformPlan(*m_project->model.network, name, format, "rtn").value();
    }
    SweepJob sweep() const
    {
        SweepJob job;
        job.plans = { plan("one", "int4-g64"), plan("two", "int3-g64") };
        job.calibration = sampleText("calibration.txt", 8);
        job.measures = RunMeasures { sampleText("evaluation.txt", 4), std::nullopt };
        return job;
    }
    /// One of every kind, with nothing left at its default.
    std::vector<Job> everyKind() const
    {
        DataChoice text = sampleText("evaluation.txt", 5);
        text.addBos = true;
        const DataChoice calibration = sampleText("calibration.txt", 7);
        MethodSettings settings;
        settings.set("damping", 0.25);
        Plan other = plan("other", "int4-g64");
        other.mode = QuantizeMode::Sequential;
        other.settings = settings;
        other.kv.assign(static_cast<std::size_t>(m_project->model.network->blockCount()), "kv-int8");
        other.transforms.push_back(transformChoice("smoothquant").value());
        ProfileOptions options { { "int4-g64" }, "rtn", settings, 3, { "kv-int8" }, false };
        RefineJob search { other, calibration, text, 9, text, 4, false, { "int4-g64" } };
        const RunMeasures measures { text, ThroughputOptions { 16, 4, 2 } };
        return { ProfileJob { calibration, text, options }, RunJob { { other, calibration, 3 }, measures },
            SweepJob { { other }, calibration, 4, measures }, search,
            CellsJob { { { "model.layers.0.self_attn.q_proj", "int4-g64", "" } }, calibration, text },
            MethodsJob { { "rtn", "gptq" }, settings, calibration, text },
            PredictionCheckJob { 2, 5, calibration, text }, EvaluateJob { 6, { text, false, "kv-int8" } },
            BenchJob { 7, { 16, 4, 2 } }, ExportJob { 8, "gptq", "/tmp/out" }, SittingJob { { "int4-g64" }, 2, 5 },
            ImportJob { "/tmp/theirs", measures }, ConvertJob { "awq", "/tmp/out", true },
            ImportanceJob { calibration, "/tmp/out.gguf" }, QuestionsJob { 9, { "/tmp/asked.jsonl", { true } } },
            LabelsJob { 9, "/tmp/labelled.csv" }, LensJob { calibration, text, { "int3-g64", 2, 7 } } };
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }

    void settingsComeBackWhole()
    {
        const std::vector<Job> jobs = everyKind();
        QCOMPARE(jobs.size(), jobKinds().size());
        for (const Job& job : jobs) {
            const Json json = job.settings();
            const auto read
                = readJob(job.kind(), parseJson(json.dump(), "row").value(), *m_project->model.network, "row");
            QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
            QCOMPARE(std::string(read->kind()), std::string(job.kind()));
            QVERIFY2(read->settings() == json, job.kind());
            // Nothing of it is dispensable, and nothing of another kind passes.
            for (const auto& [key, value] : json.items()) {
                Json less = json;
                less.erase(key);
                const auto refused = readJob(job.kind(), less, *m_project->model.network, "row");
                QVERIFY2(!refused && refused.error().code == ErrorCode::BadFile, key.c_str());
            }
        }
        const Json named = ExportJob { 1, "gptq", "out", "org/name" }.toJson();
        QCOMPARE(ExportJob::fromJson(named, *m_project->model.network)->base, std::string("org/name"));
        QVERIFY(!readJob("dance", Json::object(), *m_project->model.network, "row"));
    }

    void titlesSayWhatAJobIsAbout()
    {
        const std::vector<std::string> expected { "Profile", "Run other", "Sweep of 1 plan", "Refine other",
            "Measure 1 cell", "Compare methods", "Check the prediction", "Evaluate 6", "Measure speed of seventh",
            "Export 8", "Time the formats", "Add theirs as a run", "Convert to awq", "Importance matrix", "Ask 9",
            "Score 9", "Lens on the calibration text" };
        RunRow seventh;
        seventh.id = 7;
        seventh.name = "seventh";
        const std::vector<Job> jobs = everyKind();
        QCOMPARE(jobs.size(), expected.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            QCOMPARE(jobs[i].title({ seventh }), expected[i]);
            JobRow row;
            row.kind = jobs[i].kind();
            row.settings = Json { { "plan", 3 }, { "run", "x" }, { "cells", 1 } }; // another version's
            QVERIFY(!jobTitle(row, {}).empty());
        }
        JobRow unknown;
        unknown.kind = "dance";
        QCOMPARE(jobTitle(unknown, {}), std::string("dance"));
    }

    void aJobSaysWhatItIs()
    {
        for (const Job& job : everyKind()) {
            const bool makesRuns = job.as<RunJob>() || job.as<SweepJob>();
            QCOMPARE(job.runPlans().empty(), !makesRuns);
            const bool looksOnly = job.as<EvaluateJob>() || job.as<BenchJob>() || job.as<ExportJob>()
                || job.as<SittingJob>() || job.as<ImportJob>() || job.as<ConvertJob>() || job.as<ImportanceJob>()
                || job.as<QuestionsJob>() || job.as<LabelsJob>();
            QCOMPARE(job.roundsWeights(), !looksOnly);
        }
    }

    void aSweepSurvivesStopAndClose()
    {
        const fs::path file = m_files.next();
        RowId row = 0;
        {
            auto workspace = Workspace::open(file).value();
            std::stop_source stop;
            SweepJob job = sweep();
            job.changed = [&](std::size_t, const SweepItem& item) {
                if (item.state == SweepState::Done)
                    stop.request_stop();
            };
            const auto stopped = runJob(*m_project, workspace, job, JobContext(stop.get_token()));
            QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
            const std::vector<JobRow> jobs = workspace.jobs().value();
            QCOMPARE(jobs.size(), std::size_t { 1 });
            QVERIFY(jobs[0].state == RunState::Stopped);
            QCOMPARE(jobs[0].kind, std::string("sweep"));
            row = jobs[0].id;
        }
        // Another start of the program, which knows the workspace alone.
        auto workspace = Workspace::open(file).value();
        const auto settings = storedJob(*m_project, workspace, row);
        QVERIFY2(settings.has_value(), settings ? "" : settings.error().message.c_str());
        const auto made = runJob(*m_project, workspace, *settings, {});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QCOMPARE(workspace.jobs().value().size(), std::size_t { 1 }); // the same row went on
        QVERIFY(workspace.job(row).value().state == RunState::Done);
        QVERIFY(!workspace.jobEvents(row).value().empty());
        for (const char* name : { "one", "two", "original" })
            QVERIFY2(workspace.run(name).value().metric("kld_mean"), name); // no plan is left unmeasured
    }

    void aKilledJobIsFoundAndAFailedOneSaysWhy()
    {
        const fs::path file = m_files.next();
        {
            auto workspace = Workspace::open(file).value();
            const RowId model = registerModel(*m_project, workspace).value();
            QVERIFY(workspace.beginJob(model, "run", RunJob { { plan("p", "int4-g64"), {}, 0 }, {} }.toJson()));
            const auto failed = runJob(*m_project, workspace, ExportJob { 99, "gptq", m_files.path("out") }, {});
            QVERIFY(!failed);
            QCOMPARE(workspace.jobs().value().back().message, failed.error().message);
            QVERIFY(workspace.jobs().value().back().state == RunState::Failed);
        } // the first was never ended
        auto workspace = Workspace::open(file).value();
        const JobRow killed = workspace.jobs().value().front();
        QVERIFY(killed.state == RunState::Stopped);
        QCOMPARE(jobTitle(killed, {}), std::string("Run p"));
        const auto made = runJob(*m_project, workspace, storedJob(*m_project, workspace, killed.id).value(), {});
        QVERIFY(made && workspace.run(std::to_string(*made->get<RowId>())).value().state == RunState::Done);
        QVERIFY(workspace.job(killed.id).value().state == RunState::Done);
    }

    void aSearchLeavesItsPlanInTheWorkspace()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        ProfileJob profile;
        profile.calibration = sampleText("calibration.txt", 8);
        profile.options.formats = { "int3-g64", "int4-g64", "int5-g64" };
        profile.options.method = "rtn";
        profile.options.probeWindows = 1;
        QVERIFY(runJob(*m_project, workspace, profile, {}));
        RefineJob search;
        search.plan = plan("searched", "int4-g64");
        search.calibration = profile.calibration;
        search.windows = 2;
        search.steps = 1;
        const auto made = runJob(*m_project, workspace, search, {});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        const RowId model = workspace.models().value().front().id;
        const std::vector<Plan> saved = workspace.plans(model).value();
        QCOMPARE(saved.size(), std::size_t { 1 });
        QCOMPARE(saved.front().name, std::string("searched"));
        QVERIFY(saved.front().layers == made->plan.layers);
    }
};

QTEST_GUILESS_MAIN(TestJobRun)
#include "tst_job_run.moc"
