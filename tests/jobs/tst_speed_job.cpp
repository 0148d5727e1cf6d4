// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/jobs/speed_job.h"
#include "tests/support/test_data.h"

using namespace kerf::core;

/// Times of the bundled sample's layers.
class TestSpeedJob : public QObject {
    Q_OBJECT
private slots:
    void timesAreMeasuredOnceAndAddUp()
    {
        QTemporaryDir folder;
        const auto project = openProject(kerf::test::sample() / "model", {}).value();
        const auto workspace = Workspace::open(folder.path().toStdString() + "/w.kerf").value();
        const std::vector<std::string> formats { "int4-g64", "nf4-b64" };
        QVERIFY(!knownDecodeTimes(*project, workspace, formats));
        const auto times = runDecodeTimes(*project, workspace, formats, {});
        QVERIFY2(times.has_value(), times ? "" : times.error().message.c_str());
        const Network& network = *project->model.network;
        for (const LayerInfo& layer : network.layers()) {
            QVERIFY(times->layers.at(layer.name).at("int4-g64") > 0);
            QVERIFY(times->layers.at(layer.name).at("bf16") > 0);
            QVERIFY(!times->layers.at(layer.name).contains("nf4-b64")); // no kernel runs it
        }
        QVERIFY(times->otherSeconds >= 0);

        const auto file = workspace.arraysFolder() / "decode-times.json";
        const std::string written = readTextFile(file, 1 << 20).value();
        const auto again = runDecodeTimes(*project, workspace, formats, {});
        QCOMPARE(readTextFile(file, 1 << 20).value(), written); // nothing was measured again
        QCOMPARE(again->layers, times->layers);
        QCOMPARE(knownDecodeTimes(*project, workspace, formats)->otherSeconds, times->otherSeconds);

        double seconds = times->otherSeconds;
        for (const LayerInfo& layer : network.layers())
            seconds += times->layers.at(layer.name).at("int4-g64");
        const Plan plan = uniformPlan(network, "p", "int4-g64", "rtn").value();
        // Both sums have the same terms in the same order.
        QCOMPARE(predictSpeed(*times, plan).value(), 1 / seconds);
        QVERIFY(!predictSpeed(*times, uniformPlan(network, "p", "int5-g64", "rtn").value()));
    }
};

QTEST_GUILESS_MAIN(TestSpeedJob)
#include "tst_speed_job.moc"
