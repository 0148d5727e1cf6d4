// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <sys/mount.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/export_job.h"
#include "core/jobs/quantize_job.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// A disk of a few MB that really fills up while a job runs.
class TestDiskFull : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    ProjectPtr m_project;
    bool m_mounted = false;

    fs::path disk() const { return fs::path(m_folder.path().toStdString()) / "disk"; }
    QuantizeSettings job() const
    {
        QuantizeSettings settings;
        settings.plan = uniformPlan(*m_project->model.network, "full", "int8-channel", "rtn").value();
        return settings;
    }
    /// Takes every byte that is free.
    void fill() const
    {
        std::ofstream file(disk() / "filler", std::ios::binary | std::ios::app);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) { }
    }

private slots:
    void initTestCase()
    {
        fs::create_directory(disk());
        m_mounted = ::mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=24m") == 0;
        if (!m_mounted)
            QSKIP("A small tmpfs cannot be mounted here (not root?). This test checked NOTHING.");
        m_project = openProject(kerf::test::sample() / "model", {}).value();
    }
    void cleanupTestCase()
    {
        if (m_mounted)
            ::umount2(disk().c_str(), MNT_DETACH);
    }
    void init() { fs::remove(disk() / "filler"); }

    void theJobStopsWithAMessageAndGoesOn()
    {
        RowId run = 0;
        int safe = 0;
        {
            auto workspace = Workspace::open(disk() / "w.kerf").value();
            const JobContext filling(std::stop_token(), [&](const Progress& progress) {
                if (progress.stage.starts_with("Quantizing") && progress.done == 5)
                    fill();
            });
            const auto stopped = runQuantize(*m_project, workspace, job(), filling);
            QVERIFY(!stopped);
            QVERIFY2(stopped.error().code == ErrorCode::DiskFull, stopped.error().message.c_str());
            QVERIFY2(stopped.error().message.find("space") != std::string::npos, stopped.error().message.c_str());
            // Recorded while the disk is full: the reserve makes room for the last words.
            QVERIFY(workspace.runs().value().at(0).state == RunState::Stopped);
            QVERIFY(!workspace.runs().value().at(0).error.empty());
        }
        fs::remove(disk() / "filler");
        auto workspace = Workspace::open(disk() / "w.kerf").value();
        const std::vector<RunRow> runs = workspace.runs().value();
        QCOMPARE(runs.size(), std::size_t { 1 });
        run = runs[0].id;
        safe = runs[0].layersDone;
        QVERIFY2(runs[0].state == RunState::Stopped, runStateName(runs[0].state));
        QVERIFY(safe >= 5); // what was finished before the disk was full
        int made = 0;
        const JobContext counting(std::stop_token(),
            [&](const Progress& progress) { made = std::max(made, static_cast<int>(progress.done)); });
        const auto done = runQuantize(*m_project, workspace, job(), counting);
        QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
        QCOMPARE(*done, run); // the same run went on
        // Equal to a run on a disk with room.
        auto roomy = Workspace::open(fs::path(m_folder.path().toStdString()) / "roomy.kerf").value();
        const RowId other = runQuantize(*m_project, roomy, job(), {}).value();
        const auto layers = workspace.runLayers(run).value(), expected = roomy.runLayers(other).value();
        QCOMPARE(layers.size(), expected.size());
        for (std::size_t i = 0; i < layers.size(); ++i)
            QCOMPARE(layers[i].tensorHash, expected[i].tensorHash);
    }
    void anExportIsRefusedBeforeItBegins()
    {
        auto workspace = Workspace::open(disk() / "w.kerf").value();
        const RowId run = workspace.runs().value().front().id;
        fill();
        const auto refused = runExport(*m_project, workspace, run, "compressed-tensors", disk() / "out", {});
        QVERIFY(!refused && refused.error().code == ErrorCode::DiskFull);
        QVERIFY2(refused.error().message.find("free") != std::string::npos, refused.error().message.c_str());
        for (const auto& entry : fs::directory_iterator(disk()))
            QVERIFY(!entry.path().filename().string().starts_with("out"));
    }
    void aJobIsRefusedBeforeItBegins()
    {
        fs::remove(disk() / "filler");
        auto workspace = Workspace::open(disk() / "w.kerf").value();
        fill();
        const auto refused = runQuantize(*m_project, workspace, { job().plan, {}, 7 }, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::DiskFull);
    }
};

QTEST_GUILESS_MAIN(TestDiskFull)
#include "tst_disk_full.moc"
