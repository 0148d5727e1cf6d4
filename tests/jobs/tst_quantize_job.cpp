// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstring>
#include <filesystem>
#include <fstream>

#include <QTest>

#include "core/base/parallel.h"
#include "core/jobs/artifact_store.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_tensors.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
using kerf::test::sampleText;
namespace fs = std::filesystem;

/// The quantize job on the bundled sample with a few short windows.
class TestQuantizeJob : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    ProjectPtr m_project;

    /// Blocks 0 and 1 in int4, the rest as stored: seconds, not minutes.
    QuantizeSettings smallJob(QuantizeMode mode = QuantizeMode::Independent, const char* method = "gptq") const
    {
        QuantizeSettings job;
        job.plan = uniformPlan(*m_project->model.network, "small", "int4-g64", method).value();
        job.plan.mode = mode;
        for (const LayerInfo& layer : m_project->model.network->layers())
            if (layer.block > 1)
                job.plan.find(layer.name)->format = "bf16";
        job.calibration = sampleText("calibration.txt", 16);
        return job;
    }

    static std::string fingerprint(const Workspace& workspace, RowId run)
    {
        std::string text;
        const std::vector<RunLayerRow> layers = workspace.runLayers(run).value();
        for (const RunLayerRow& layer : layers)
            text += layer.report.layer + " " + layer.artifactKey + " " + layer.tensorHash + "\n";
        return text;
    }

    /// The job in a workspace of its own.
    std::string freshFingerprint(const QuantizeSettings& settings, const JobContext& job = {})
    {
        auto workspace = Workspace::open(m_files.next()).value();
        return fingerprint(workspace, runQuantize(*m_project, workspace, settings, job).value());
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
        // The head is tied to the embedding: vocabulary 4096 x hidden 256, the final and 2 norms a block, 2 bytes each.
        QCOMPARE(m_project->otherBytes, std::int64_t { (4096 * 256 + (2 * 6 + 1) * 256) * 2 });
    }

    void aRunIsDoneWithItsProvenance()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        const auto run = runQuantize(*m_project, workspace, smallJob(), {});
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        const RunRow row = workspace.run(std::to_string(*run)).value();
        QVERIFY(row.state == RunState::Done);
        const Metric* range = row.metric("activation_absmax"); // what an export chooses its dtype by
        QVERIFY(range && range->value > 1 && range->value < 65504);
        QVERIFY(!range->settings["at"].get<std::string>().empty());
        QCOMPARE(row.layersDone, 42);
        QCOMPARE(row.provenance.modelHash, m_project->modelHash);
        QVERIFY(!row.provenance.datasetHash.empty());
        QVERIFY(row.provenance.seconds > 0);
        QVERIFY(row.provenance.peakMemoryBytes > 0);
        QCOMPARE(row.provenance.threads, threadCount());
        QVERIFY(row.metric("bits_per_weight")->value > 4 && row.metric("bits_per_weight")->value < 16);
        const Replacements replacements
            = replacementsOf(loadRunTensors(workspace, *run).value(), loadRunActivations(workspace, *run).value())
                  .value();
        QCOMPARE(replacements.size(), std::size_t(14));
        const auto layers = workspace.runLayers(*run).value();
        QVERIFY(layers.front().report.relativeError > 0);
        QVERIFY(layers.front().report.relativeError <= layers.front().report.rtnRelativeError);
        // The same job again finds the finished run.
        QCOMPARE(runQuantize(*m_project, workspace, smallJob(), {}).value(), *run);
        QCOMPARE(workspace.runs()->size(), std::size_t(1));
    }

    /// vLLM and TensorRT-LLM run q, k and v as one weight with one factor: theirs is made for the largest of them.
    void fusedLayersShareTheirFactor_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<float>("most"); // largest weight times factor, or over scale
        QTest::newRow("nvfp4") << "nvfp4+anvfp4" << 2688.0F;
        QTest::newRow("fp8") << "fp8-e4m3-tensor+afp8-tensor" << 448.0F;
    }
    void fusedLayersShareTheirFactor()
    {
        QFETCH(QString, format);
        QFETCH(float, most);
        const Network& network = *m_project->model.network;
        QuantizeSettings job = smallJob();
        for (PlanLayer& layer : job.plan.layers)
            if (layer.format != "bf16")
                layer.format = format.toStdString();
        auto workspace = Workspace::open(m_files.next()).value();
        const auto run = runQuantize(*m_project, workspace, job, {});
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        const RunTensors tensors = loadRunTensors(workspace, *run).value();
        const auto factor = [&](const std::string& layer) {
            float value = 0;
            std::memcpy(&value, tensors.at(layer)->stored.data(), sizeof value);
            return value;
        };
        const std::string attention = "model.layers.0.self_attn.";
        float largest = 0;
        for (const char* name : { "q_proj", "k_proj", "v_proj" }) {
            largest = std::max(largest, network.layerWeight(attention + name)->cwiseAbs().maxCoeff());
            QCOMPARE(factor(attention + name), factor(attention + "q_proj"));
        }
        const float q = factor(attention + "q_proj"), product = most == 448.0F ? largest / q : largest * q;
        QVERIFY(std::abs(product - most) <= 1e-6F * most);
        QVERIFY(factor(attention + "o_proj") != q);
        const std::vector<RunLayerRow> rows = workspace.runLayers(*run).value();
        for (const RunLayerRow& row : rows)
            QVERIFY(row.artifactKey.empty() || row.activationStep > 0);
    }

    void sameForAnyThreadCount_data()
    {
        QTest::addColumn<bool>("sequential");
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("independent") << false << QByteArray("gptq");
        QTest::newRow("sequential") << true << QByteArray("gptq");
        QTest::newRow("independent hcd") << false << QByteArray("hcd");
        QTest::newRow("sequential hcd: two streams") << true << QByteArray("hcd");
    }
    void sameForAnyThreadCount()
    {
        QFETCH(bool, sequential);
        QFETCH(QByteArray, method);
        const QuantizeSettings job
            = smallJob(sequential ? QuantizeMode::Sequential : QuantizeMode::Independent, method.constData());
        setThreadCount(1);
        const std::string one = freshFingerprint(job);
        setThreadCount(2);
        QCOMPARE(freshFingerprint(job), one);
        setThreadCount(0);
    }

    void stoppedAnywhereAndResumedGivesTheSameBits_data() { sameForAnyThreadCount_data(); }
    void stoppedAnywhereAndResumedGivesTheSameBits()
    {
        QFETCH(bool, sequential);
        QFETCH(QByteArray, method);
        const QuantizeSettings settings
            = smallJob(sequential ? QuantizeMode::Sequential : QuantizeMode::Independent, method.constData());
        const std::string uninterrupted = freshFingerprint(settings);
        auto workspace = Workspace::open(m_files.next()).value();
        Result<RowId> run = 0;
        int stops = 0;
        for (int after = 1;; after += 4) {
            std::stop_source source;
            int layers = 0;
            const JobContext job(source.get_token(), [&](const Progress& progress) {
                if (progress.unit == "layers" && ++layers > after)
                    source.request_stop();
            });
            run = runQuantize(*m_project, workspace, settings, job);
            if (run)
                break;
            QVERIFY2(run.error().code == ErrorCode::Cancelled, run.error().message.c_str());
            QVERIFY(workspace.run("small")->state == RunState::Stopped);
            ++stops;
        }
        QVERIFY(stops >= 3);
        QCOMPARE(workspace.runs()->size(), std::size_t(1)); // one run, gone on with
        QCOMPARE(fingerprint(workspace, *run), uninterrupted);
    }

    void laterRunsReuseLayers()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        QVERIFY(runQuantize(*m_project, workspace, smallJob(), {}));
        QuantizeSettings other = smallJob();
        other.plan.name = "other";
        other.plan.layers.front().format = "int3-g64";
        std::vector<std::string> lines;
        const JobContext job({}, {}, [&](LogLevel, const std::string& line) { lines.push_back(line); });
        const auto run = runQuantize(*m_project, workspace, other, job);
        QVERIFY(run);
        QVERIFY(std::find(lines.begin(), lines.end(), "13 layers were taken over from earlier runs.") != lines.end());
        QVERIFY(!workspace.events(*run)->empty());
        QCOMPARE(workspace.runLayers(*run)->front().report.format, std::string("int3-g64"));
    }

    void aDamagedArtifactIsFoundAndRedone()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        const RowId run = runQuantize(*m_project, workspace, smallJob(), {}).value();
        const std::string before = fingerprint(workspace, run);
        const RunLayerRow layer = workspace.runLayers(run)->at(3);
        const fs::path file = ArtifactStore(workspace.arraysFolder()).path(layer.artifactKey);
        {
            std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekp(static_cast<std::streamoff>(fs::file_size(file)) - 50);
            stream.put('\x55');
        }
        const auto damaged = loadRunTensors(workspace, run);
        QVERIFY(!damaged);
        QVERIFY(damaged.error().code == ErrorCode::BadFile);
        QVERIFY2(damaged.error().message.find(layer.artifactKey) != std::string::npos, damaged.error().message.c_str());
        QCOMPARE(runQuantize(*m_project, workspace, smallJob(), {}).value(), run);
        QVERIFY(loadRunTensors(workspace, run));
        QCOMPARE(fingerprint(workspace, run), before);
    }

    void wrongSettingsAreRefusedBeforeARunBegins()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        QuantizeSettings noText = smallJob();
        noText.calibration.files.clear();
        QuantizeSettings lacksALayer = smallJob();
        lacksALayer.plan.layers.pop_back();
        QuantizeSettings unknown = smallJob();
        unknown.plan.layers.front().format = "int99";
        QuantizeSettings bytesOfTexts = smallJob();
        bytesOfTexts.plan.layers.front().format = "int8-channel+u8-tensor";
        QuantizeSettings tooShort = smallJob();
        const fs::path text = m_files.path("short.txt");
        std::ofstream(text) << "Two words.";
        tooShort.calibration.files = { text };
        for (const QuantizeSettings& settings : { noText, lacksALayer, unknown, bytesOfTexts, tooShort }) {
            const auto run = runQuantize(*m_project, workspace, settings, {});
            QVERIFY(!run);
            QVERIFY2(run.error().code == ErrorCode::InvalidArgument, run.error().message.c_str());
        }
        QVERIFY(workspace.runs()->empty());
    }

    void roundToNearestNeedsNoText()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        QuantizeSettings settings;
        settings.plan = uniformPlan(*m_project->model.network, "rtn", "int8-channel", "rtn").value();
        const auto run = runQuantize(*m_project, workspace, settings, {});
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        QCOMPARE(loadRunTensors(workspace, *run)->size(), std::size_t(42));
    }

    void baselineIsMadeOnce()
    {
        auto workspace = Workspace::open(m_files.next()).value();
        const RowId run = ensureBaselineRun(*m_project, workspace).value();
        QCOMPARE(ensureBaselineRun(*m_project, workspace).value(), run);
        const RunRow row = workspace.run("original").value();
        QVERIFY(row.state == RunState::Done);
        QCOMPARE(row.metric("bits_per_weight")->value, 16.0);
        QVERIFY(loadRunTensors(workspace, run)->empty());
    }
};

QTEST_GUILESS_MAIN(TestQuantizeJob)
#include "tst_quantize_job.moc"
