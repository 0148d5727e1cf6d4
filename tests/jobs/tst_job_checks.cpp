// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/artifact_store.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/job_checks.h"
#include "core/jobs/layer_times.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/provenance.h"
#include "core/jobs/run_forecast.h"
#include "core/jobs/run_job.h"
#include "core/jobs/sweep_job.h"
#include "tests/support/test_data.h"

using namespace kerf;
using namespace kerf::core;

/// What is foretold of jobs, against what they then do.
class TestJobChecks : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto project = openProject(test::sample() / "model", {});
        QVERIFY2(project, project ? "" : project.error().message.c_str());
        m_project = *project;
        m_text = { { test::sample() / "calibration.txt" }, 64, 4 };
        QVERIFY2(std::filesystem::exists(m_text.files.front()), m_text.files.front().c_str());
    }

    void timesAreMeansByLayerShapeAndWeight()
    {
        const auto layer = [](const char* name, std::int64_t rows, std::int64_t cols) {
            LayerInfo info;
            info.name = name;
            info.shape = { rows, cols };
            return info;
        };
        const LayerInfo a = layer("a", 10, 20), b = layer("b", 10, 20), c = layer("c", 40, 20);
        LayerTimes times;
        QVERIFY(!times.of(a, "gptq"));
        times.add(a, "gptq", 2);
        times.add(a, "gptq", 4);
        times.add(a, "gptq", 0); // taken from disk
        times.add(b, "gptq", 9);
        QCOMPARE(times.of(a, "gptq")->seconds, 3.0);
        QCOMPARE(*times.of(a, "gptq")->deviation, std::sqrt(2.0)); // of 2 and 4, n - 1
        QVERIFY(!times.of(b, "gptq")->deviation); // one measurement says nothing of scatter
        QCOMPARE(times.of(layer("new", 10, 20), "gptq")->seconds, 5.0); // its shape: 2, 4 and 9
        QCOMPARE(times.of(c, "gptq")->seconds, 20.0); // four times the weights
        QVERIFY(!times.of(a, "rtn"));
    }
    /// A plan is carried out; then as many layers are foretold to be reused as the next run takes over.
    void whatIsCachedIsWhatIsReused()
    {
        Workspace workspace = open("cached.kerf");
        const Plan first = plan("first", "int4-g64");
        QCOMPARE(checked(workspace, RunJob { { first, m_text, 0 }, {} }).find("to_do")->result, "42 layers");
        QVERIFY(runQuantize(*m_project, workspace, { first, m_text, 0 }, {}));
        Plan second = first;
        second.name = "second";
        second.layers[3].format = "int8-g128";
        second.layers[20].format = "bf16";
        second.layers[30].method = "gptq";
        const JobChecks found = checked(workspace, RunJob { { second, m_text, 0 }, {} });
        QCOMPARE(found.find("cached")->result, "39 layers reused");
        QCOMPARE(found.find("to_do")->result, "2 layers");
        QCOMPARE(found.find("to_do")->layers,
            (std::vector<std::string> { second.layers[3].layer, second.layers[30].layer }));
        QVERIFY2(found.find("to_do")->basis.starts_with("2 by edits since first"), found.find("to_do")->basis.c_str());
        QCOMPARE(reusedBy(workspace, second), 39);
        // Another text has other statistics.
        DataChoice other = m_text;
        other.samples = 3;
        QCOMPARE(checked(workspace, RunJob { { second, other, 0 }, {} }).find("cached")->result, "0 layers reused");
        // A layer whose file is gone is made again.
        const auto rows = workspace.runLayers(1).value();
        QVERIFY(std::filesystem::remove(ArtifactStore(workspace.arraysFolder()).path(rows.front().artifactKey)));
        QCOMPARE(checked(workspace, RunJob { { first, m_text, 0 }, {} }).find("to_do")->result, "1 layer");
    }
    /// In sequential mode what lies behind a changed layer sees other inputs.
    void whatFollowsAnEditIsMadeAgain()
    {
        Workspace workspace = open("sequential.kerf");
        Plan first = plan("first", "int4-g64");
        first.mode = QuantizeMode::Sequential;
        QVERIFY(runQuantize(*m_project, workspace, { first, m_text, 0 }, {}));
        Plan second = first;
        second.name = "second";
        second.layers[15].format = "int8-g128"; // of block 2: q k v o gate up down, k among them
        const JobChecks found = checked(workspace, RunJob { { second, m_text, 0 }, {} });
        QCOMPARE(found.find("cached")->result, "16 layers reused"); // two blocks, and q and v beside it
        QCOMPARE(reusedBy(workspace, second), 16);
    }
    void aSweepSharesLayersAmongItsPlans()
    {
        Workspace workspace = open("sweep.kerf");
        Plan other = plan("other", "int4-g64");
        other.layers[0].format = "int8-g128";
        const JobChecks found
            = checked(workspace, SweepJob { { plan("one", "int4-g64"), other }, m_text, 0, std::nullopt });
        QCOMPARE(found.find("to_do")->result, "43 layers");
        QVERIFY2(
            found.find("to_do")->basis.find("41 are shared") != std::string::npos, found.find("to_do")->basis.c_str());
    }
    void timeComesFromEarlierRunsOfThisMachine()
    {
        Workspace workspace = open("time.kerf");
        Plan wanted = plan("wanted", "int4-g64");
        QCOMPARE(checked(workspace, RunJob { { wanted, {}, 0 }, {} }).find("time")->result, "not measured yet");
        QVERIFY(addTimed(workspace, "made here", 0.5, threads()));
        const JobChecks found = checked(workspace, RunJob { { wanted, {}, 0 }, {} });
        QVERIFY(found.seconds);
        QCOMPARE(*found.seconds, 21.0); // 42 layers
        QCOMPARE(found.find("time")->state, CheckState::Ok);
        QVERIFY(addTimed(workspace, "other threads", 500, threads() + 1));
        QCOMPARE(*checked(workspace, RunJob { { wanted, {}, 0 }, {} }).seconds, 21.0);
    }
    void whatBlocksIsWhatTheJobRefuses()
    {
        Workspace workspace = open("blocked.kerf");
        Plan broken = plan("broken", "int4-g64");
        broken.layers.pop_back();
        const JobChecks found = checked(workspace, RunJob { { broken, m_text, 0 }, {} });
        QVERIFY(found.isBlocked() && !found.isClear());
        QCOMPARE(
            found.find("plan")->basis, runQuantize(*m_project, workspace, { broken, m_text, 0 }, {}).error().message);
        const RunJob noText { { plan("calibrated", "int4-g64"), { { "/no/such/text" }, 64, 4 }, 0 }, {} };
        QCOMPARE(checked(workspace, noText).find("calibration")->state, CheckState::Block);
        QVERIFY(!checked(workspace, EvaluateJob {}).isBlocked()); // of which nothing is known
    }
    void textsAreLookedAt()
    {
        Workspace workspace = open("texts.kerf");
        const RunJob job { { plan("wanted", "int4-g64"), m_text, 0 }, RunMeasures { m_text, {} } };
        const JobChecks found = checked(workspace, job);
        QCOMPARE(found.find("evaluation")->state, CheckState::Warn); // four windows are few
        QCOMPARE(found.find("evaluation")->fix->kind, "evaluation_windows");
        QCOMPARE(found.find("overlap")->state, CheckState::Warn); // the same text twice
        QCOMPARE(found.find("overlap")->result, "100 %");
        QVERIFY(found.find("export") && found.find("device") && found.find("memory")->state == CheckState::Ok);
        QVERIFY(found.memoryBytes > 0);
        const Json json = toJson(found);
        QVERIFY(json.at("clear") == false);
        QCOMPARE(json.at("checks").size(), found.checks.size());
    }
    void anExportIsRefusedBeforeItBegins()
    {
        Workspace workspace = open("export.kerf");
        const Plan made = plan("made", "int4-g64");
        const RowId run = runQuantize(*m_project, workspace, { made, {}, 0 }, {}).value();
        const std::filesystem::path out = m_folder.filePath("out").toStdString();
        const JobChecks fits = checked(workspace, ExportJob { run, "compressed-tensors", out });
        QVERIFY2(!fits.isBlocked(), fits.find("export")->basis.c_str());
        QCOMPARE(fits.find("disk")->state, CheckState::Ok);
        std::filesystem::create_directory(out);
        QVERIFY(checked(workspace, ExportJob { run, "compressed-tensors", out }).isBlocked());
        QVERIFY(checked(workspace, ExportJob { run, "fp8", out / "new" }).isBlocked()); // which holds no 4 bits
    }
    void aProfileNeedsHeldOutText()
    {
        Workspace workspace = open("profile.kerf");
        ProfileJob job { m_text, {}, {} };
        job.options.formats = { "int4-g64" };
        job.options.probeWindows = 2;
        const JobChecks found = checked(workspace, job);
        QVERIFY(!found.isBlocked());
        QCOMPARE(found.find("held")->result, "2 windows");
        job.options.probeWindows = 10'000'000;
        QCOMPARE(checked(workspace, job).find("held")->state, CheckState::Warn);
    }

private:
    Workspace open(const char* name)
    {
        Workspace workspace = Workspace::open(m_folder.filePath(name).toStdString()).value();
        (void)registerModel(*m_project, workspace);
        return workspace;
    }
    Plan plan(const char* name, const char* format) const
    {
        return uniformPlan(*m_project->model.network, name, format, "rtn").value();
    }
    JobChecks checked(const Workspace& workspace, const Job& job) const
    {
        auto found = checkJob(*m_project, workspace, job, {}, {});
        return found ? *found : JobChecks {};
    }
    /// Layers that a run of the plan took over, by its own log.
    int reusedBy(Workspace& workspace, const Plan& plan) const
    {
        int reused = 0;
        const JobContext context({}, {}, [&](LogLevel, const std::string& line) {
            if (line.find("taken over") != std::string::npos)
                reused = std::stoi(line);
        });
        return runQuantize(*m_project, workspace, { plan, m_text, 0 }, context) ? reused : -1;
    }
    int threads() const { return startProvenance(*m_project, {}, {}, 0).threads; }
    /// A run of another name whose layers took so many seconds each.
    bool addTimed(Workspace& workspace, const char* name, double seconds, int threads) const
    {
        const Plan made = plan(name, "int8-g128");
        Provenance provenance = startProvenance(*m_project, made, {}, 0);
        provenance.threads = threads;
        provenance.seconds = seconds * static_cast<double>(made.layers.size());
        const auto run = workspace.beginRun(registerModel(*m_project, workspace).value(), made, provenance);
        for (const PlanLayer& layer : made.layers) {
            RunLayerRow row;
            row.report.layer = layer.layer;
            row.report.format = layer.format;
            row.report.method = layer.method;
            row.report.seconds = seconds;
            row.artifactKey = "none";
            if (!run || !workspace.addRunLayer(*run, row))
                return false;
        }
        return workspace.setRunState(*run, RunState::Done, {}, provenance).has_value();
    }

    QTemporaryDir m_folder;
    ProjectPtr m_project;
    DataChoice m_text;
};

QTEST_GUILESS_MAIN(TestJobChecks)

#include "tst_job_checks.moc"
