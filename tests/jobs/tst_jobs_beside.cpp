// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <thread>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/run_job.h"
#include "tests/support/test_data.h"

using namespace kerf;
using namespace kerf::core;

/// A job that reads runs beside one that writes, each with a connection of its own: both give what they give alone.
class TestJobsBeside : public QObject {
    Q_OBJECT
private slots:
    void bothGiveWhatTheyGiveAlone()
    {
        const ProjectPtr project = openProject(test::sample() / "model", {}).value();
        const DataChoice text { { test::sample() / "calibration.txt" }, 64, 8 };
        const EvaluateJob evaluation { 1, { { { test::sample() / "evaluation.txt" }, 64, 8 }, true } };
        const Plan first = uniformPlan(*project->model.network, "first", "int4-g64", "rtn").value();
        const Plan second = uniformPlan(*project->model.network, "second", "int3-g64", "gptq").value();
        const auto prepare = [&](const char* name) {
            const std::filesystem::path file = m_folder.filePath(name).toStdString();
            Workspace workspace = Workspace::open(file).value();
            return runQuantize(*project, workspace, { first, {}, 0 }, {}) ? file : std::filesystem::path();
        };
        const std::filesystem::path alone = prepare("alone.kerf"), beside = prepare("beside.kerf");
        const auto write = [&](const std::filesystem::path& file) {
            Workspace workspace = Workspace::open(file).value();
            return runJob(*project, workspace, Job(RunJob { { second, text, 0 }, {} }), {}).has_value();
        };
        const auto read = [&](const std::filesystem::path& file, const char* out) {
            Workspace workspace = Workspace::open(file).value();
            const std::filesystem::path folder = m_folder.filePath(out).toStdString();
            return runJob(*project, workspace, Job(evaluation), {})
                && runJob(*project, workspace, Job(ExportJob { 1, "compressed-tensors", folder }), {});
        };
        QVERIFY(write(alone) && read(alone, "exported alone"));
        bool wrote = false, wasRead = false;
        {
            std::jthread writer([&] { wrote = write(beside); });
            std::jthread reader([&] { wasRead = read(beside, "exported beside"); });
        }
        QVERIFY(wrote && wasRead);
        const Workspace a = Workspace::openReader(alone).value(), b = Workspace::openReader(beside).value();
        const RunRow expected = a.run("first").value(), found = b.run("first").value();
        QCOMPARE(found.metric("kld_mean")->value, expected.metric("kld_mean")->value);
        QVERIFY(found.metric("kld_mean")->draws == expected.metric("kld_mean")->draws);
        const auto layersAlone = a.runLayers(2).value(), layersBeside = b.runLayers(2).value();
        QCOMPARE(layersBeside.size(), std::size_t { 42 });
        for (std::size_t i = 0; i < layersBeside.size(); ++i)
            QCOMPARE(layersBeside[i].tensorHash, layersAlone[i].tensorHash);
        const std::vector<JobRow> jobs = b.jobs().value();
        QCOMPARE(jobs.size(), std::size_t { 3 });
        for (const JobRow& job : jobs)
            QCOMPARE(job.state, RunState::Done);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestJobsBeside)

#include "tst_jobs_beside.moc"
