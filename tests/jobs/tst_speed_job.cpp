// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/provenance.h"
#include "core/jobs/speed_job.h"
#include "tests/support/test_data.h"

using namespace kerf::core;

/// Sittings of the bundled sample's kernels.
class TestSpeedJob : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_project = openProject(kerf::test::sample() / "model", {}).value();
        m_workspace.emplace(Workspace::open(m_folder->path().toStdString() + "/w.kerf").value());
        m_model = registerModel(*m_project, *m_workspace).value();
    }

    void timesAreMeasuredOnceAndAddUp()
    {
        const std::vector<std::string> formats { "int4-g64", "nf4-b64" };
        QVERIFY(!decodeTimes(speeds(), formats));
        const auto times = runDecodeTimes(*m_project, *m_workspace, formats, {});
        QVERIFY2(times.has_value(), times ? "" : times.error().message.c_str());
        const Network& network = *m_project->model.network;
        for (const LayerInfo& layer : network.layers()) {
            QVERIFY(times->layers.at(layer.name).at("int4-g64") > 0);
            QVERIFY(times->layers.at(layer.name).at("bf16") > 0);
            QVERIFY(!times->layers.at(layer.name).contains("nf4-b64")); // no kernel runs it
        }
        QVERIFY(times->otherSeconds > 0);

        const auto again = runDecodeTimes(*m_project, *m_workspace, formats, {});
        QCOMPARE(m_workspace->sittings(m_model)->size(), std::size_t(1)); // nothing was measured again
        QCOMPARE(again->layers, times->layers);

        // What the solver counts is what the table says of the plan.
        const Plan plan = uniformPlan(network, "p", "int4-g64", "rtn").value();
        const SpeedFigure figure = *speeds().figure(plan);
        QVERIFY(std::abs(predictSpeed(*times, plan).value() / figure.tokensPerSecond - 1) < 1e-12);
        QVERIFY(!predictSpeed(*times, uniformPlan(network, "p", "int5-g64", "rtn").value()));
        QVERIFY(!speeds().figure(uniformPlan(network, "p", "int5-g64", "rtn").value()));
        QCOMPARE(speeds().table.machine(), machineName());
    }

    void aSittingTimesWhatRunsAndProfileHave()
    {
        const Network& network = *m_project->model.network;
        Plan plan = uniformPlan(network, "run", "int8-g64", "rtn").value();
        QVERIFY(setCacheFormat(plan, network, "kv-int8-tensor"));
        const RowId run = m_workspace->beginRun(m_model, plan, startProvenance(*m_project, plan, "", 0)).value();
        QVERIFY(m_workspace->setRunState(run, RunState::Done, "", {}));
        Profile profile;
        profile.formats = { "int3-g64" };
        QVERIFY(m_workspace->saveProfile(m_model, profile));
        QVERIFY(ensureSitting(*m_project, *m_workspace, plan, {}));
        QVERIFY(speeds().figure(plan)); // its cache too
        QVERIFY(speeds().figure(uniformPlan(network, "p", "int3-g64", "rtn").value()));
        QVERIFY(ensureSitting(*m_project, *m_workspace, plan, {}));
        QCOMPARE(m_workspace->sittings(m_model)->size(), std::size_t(1)); // young, and has all that the plan runs
        QVERIFY(ensureSitting(*m_project, *m_workspace, uniformPlan(network, "p", "nf4-b64", "rtn").value(), {}));
        QCOMPARE(m_workspace->sittings(m_model)->size(), std::size_t(1)); // nothing to be timed
        Plan rotating = plan;
        rotating.transforms = { transformChoice("rotation", { { "online", true } }).value() };
        QVERIFY(!speeds().figure(rotating));
    }

    void sittingsCanBeStopped()
    {
        std::stop_source stop;
        int done = 0;
        const JobContext job(
            stop.get_token(),
            [&](const Progress& progress) {
                if (progress.stage.starts_with("Waiting"))
                    stop.request_stop();
            },
            [&](LogLevel, const std::string&) { ++done; });
        const Status stopped = runSittings(*m_project, *m_workspace, { {}, 3, 10 }, job);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        QCOMPARE(done, 1);
        QCOMPARE(m_workspace->sittings(m_model)->size(), std::size_t(1)); // what is done is kept
        QVERIFY(!runSittings(*m_project, *m_workspace, { { "int9" }, 1, 0 }, {}));
    }

private:
    ModelSpeeds speeds() const { return loadSpeeds(*m_workspace, m_model).value(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    ProjectPtr m_project;
    std::optional<Workspace> m_workspace;
    RowId m_model = 0;
};

QTEST_GUILESS_MAIN(TestSpeedJob)
#include "tst_speed_job.moc"
