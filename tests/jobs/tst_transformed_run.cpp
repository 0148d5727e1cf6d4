// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later
// kerf-test: slow

#include <filesystem>

#include <QTest>

#include "core/jobs/bench_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/quantize_job.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
using kerf::test::sampleText;
namespace fs = std::filesystem;

/// Runs of transformed plans on the bundled sample with a few short windows: quantize, evaluate, bench, export.
class TestTransformedRun : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    ProjectPtr m_project;

    /// Blocks 0 and 1 in int4, the rest kept in 16 bit: kept layers are rewritten too.
    QuantizeSettings job(std::vector<TransformChoice> transforms, QuantizeMode mode = QuantizeMode::Independent) const
    {
        QuantizeSettings job;
        job.plan = uniformPlan(*m_project->model.network, "transformed", "int4-g64", "rtn").value();
        job.plan.mode = mode;
        job.plan.transforms = std::move(transforms);
        for (const LayerInfo& layer : m_project->model.network->layers())
            if (layer.block > 1)
                job.plan.find(layer.name)->format = "bf16";
        job.calibration = sampleText("calibration.txt", 8);
        return job;
    }

    static std::vector<TransformChoice> chosen(const QString& names)
    {
        std::vector<TransformChoice> transforms;
        for (const QString& name : names.split('+', Qt::SkipEmptyParts))
            transforms.push_back(transformChoice(name.toStdString()).value());
        return transforms;
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }

    void exportedFolderIsTheRun_data()
    {
        QTest::addColumn<QString>("transforms");
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("sequential");
        QTest::newRow("none") << ""
                              << "gptq" << false;
        QTest::newRow("awq") << "awq"
                             << "gptq" << false;
        QTest::newRow("smoothquant") << "smoothquant"
                                     << "compressed-tensors" << true;
        QTest::newRow("rotation") << "rotation"
                                  << "compressed-tensors" << false;
        QTest::newRow("all") << "rotation+smoothquant+awq"
                             << "compressed-tensors" << false;
    }
    void exportedFolderIsTheRun()
    {
        QFETCH(QString, transforms);
        QFETCH(QString, target);
        QFETCH(bool, sequential);
        const std::string name = QTest::currentDataTag();
        auto workspace = Workspace::open(m_files.path(name + ".kerf")).value();
        const QuantizeSettings settings
            = job(chosen(transforms), sequential ? QuantizeMode::Sequential : QuantizeMode::Independent);
        const auto run = runQuantize(*m_project, workspace, settings, {});
        QVERIFY2(run, run ? "" : run.error().message.c_str());
        QVERIFY(workspace.run(std::to_string(*run))->plan.transforms == settings.plan.transforms);
        const EvaluateSettings evaluation { sampleText("evaluation.txt", 4), true };
        const auto found = runEvaluate(*m_project, workspace, *run, evaluation, {});
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        // 4-bit blocks cost something, a wrong fold would cost nats.
        QVERIFY(found->divergence->kldMean > 1e-4 && found->divergence->kldMean < 0.05);
        const auto exported = runExport(*m_project, workspace, *run, target.toStdString(), m_files.path(name), {});
        QVERIFY2(exported, exported ? "" : exported.error().message.c_str());
        const ProjectPtr folder = openProject(exported->folder, {}).value();
        const Dataset data = loadData(*folder, evaluation.text, {}).value();
        const auto read = evaluate(*folder->model.network, {}, data, nullptr, {});
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QVERIFY(read->perplexity == found->perplexity); // to the last bit: the same numbers run
        ThroughputOptions bench { 16, 2, 1 };
        QVERIFY(runBench(*m_project, workspace, *run, bench, {}).has_value());
        // The same job finds its run and its factors.
        QCOMPARE(runQuantize(*m_project, workspace, settings, {}).value(), *run);
    }

    void layersThatNoTransformMovesKeepTheirArtifacts()
    {
        auto workspace = Workspace::open(m_files.path("reuse.kerf")).value();
        const RowId plain = runQuantize(*m_project, workspace, job({}), {}).value();
        const RowId smooth = runQuantize(*m_project, workspace, job(chosen("smoothquant")), {}).value();
        QVERIFY(plain != smooth);
        const auto before = workspace.runLayers(plain).value(), after = workspace.runLayers(smooth).value();
        for (std::size_t i = 0; i < before.size(); ++i) {
            const std::string& layer = before[i].report.layer;
            const bool moved = !layer.ends_with("o_proj") && !layer.ends_with("down_proj");
            QCOMPARE(before[i].artifactKey != after[i].artifactKey, moved && !before[i].artifactKey.empty());
        }
    }

    void missingFactorsAreNamed()
    {
        const fs::path file = m_files.path("missing.kerf");
        auto workspace = Workspace::open(file).value();
        const QuantizeSettings settings = job(chosen("awq"));
        const RowId run = runQuantize(*m_project, workspace, settings, {}).value();
        fs::remove_all(workspace.arraysFolder() / "transforms");
        const auto lost = runEvaluate(*m_project, workspace, run, { sampleText("evaluation.txt", 1), false }, {});
        QVERIFY(!lost.has_value());
        QVERIFY(QString::fromStdString(lost.error().message).contains("transforms of run"));
        QCOMPARE(runQuantize(*m_project, workspace, settings, {}).value(), run);
        QVERIFY(runEvaluate(*m_project, workspace, run, { sampleText("evaluation.txt", 1), false }, {}).has_value());
    }

    /// Inputs and keys turn while the model runs: measured and benched as any run, but nothing can load it.
    void onlineRotationsRunButAreNotExported()
    {
        auto workspace = Workspace::open(m_files.path("online.kerf")).value();
        const QuantizeSettings settings = job({ transformChoice("rotation", { { "online", true } }).value() });
        const RowId run = runQuantize(*m_project, workspace, settings, {}).value();
        const auto found = runEvaluate(*m_project, workspace, run, { sampleText("evaluation.txt", 4), true }, {});
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        QVERIFY(found->divergence->kldMean > 1e-4 && found->divergence->kldMean < 0.05);
        QVERIFY(runBench(*m_project, workspace, run, { 16, 2, 1 }, {}).has_value());
        for (const char* target : { "gptq", "compressed-tensors" }) {
            const auto refused = runExport(*m_project, workspace, run, target, m_files.path("online"), {});
            QVERIFY(!refused.has_value() && !fs::exists(m_files.path("online")));
            QVERIFY(QString::fromStdString(refused.error().message).contains("while the model runs"));
        }
        const Network& network = *m_project->model.network;
        const Plan offline = job(chosen("rotation")).plan;
        QCOMPARE(
            checkLoader(settings.plan, network, "vllm")->size(), checkLoader(offline, network, "vllm")->size() + 1);
        QCOMPARE(checkLoader(settings.plan, network, "any")->size(), checkLoader(offline, network, "any")->size());
    }

    void aTextIsAskedFor()
    {
        auto workspace = Workspace::open(m_files.path("text.kerf")).value();
        QuantizeSettings settings = job(chosen("smoothquant"));
        settings.calibration.files.clear();
        const auto run = runQuantize(*m_project, workspace, settings, {});
        QVERIFY(!run.has_value() && run.error().code == ErrorCode::InvalidArgument);
        settings.plan.transforms = chosen("rotation"); // needs none
        QVERIFY(runQuantize(*m_project, workspace, settings, {}).has_value());
    }
};

QTEST_GUILESS_MAIN(TestTransformedRun)
#include "tst_transformed_run.moc"
