// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later
// kerf-test: slow

#include <cmath>
#include <filesystem>
#include <stop_token>

#include <QTest>

#include "core/checkpoint/quantized_folder.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/jobs/bench_job.h"
#include "core/jobs/compare_runs.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/import_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_ranks.h"
#include "core/model/architecture.h"
#include "tests/jobs/sample_workspaces.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
using kerf::test::sampleText;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

/// Checkpoints that somebody quantized as runs of their original: measured, compared and exported like Kerf's own.
class TestImportJob : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    ProjectPtr m_project;

    EvaluateSettings evaluation() const { return { sampleText("evaluation.txt", 4), true }; }

    /// A run of the sample by plain rounding and its export.
    struct Exported {
        RowId run = 0;
        fs::path folder;
    };
    Exported exported(Workspace& workspace, const std::string& format, const std::string& target,
        std::vector<TransformChoice> transforms = {}) const
    {
        QuantizeSettings job;
        job.plan = uniformPlan(*m_project->model.network, format, format, "rtn").value();
        job.plan.transforms = std::move(transforms);
        if (!job.plan.transforms.empty())
            job.calibration = sampleText("calibration.txt", 8);
        Exported made;
        made.run = runQuantize(*m_project, workspace, job, {}).value();
        made.folder = m_files.path(format + "-" + target + (job.plan.transforms.empty() ? "" : "-moved"));
        runExport(*m_project, workspace, made.run, target, made.folder, {}).value();
        return made;
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }

    void anExportComesBackAsTheRunItWas_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("target");
        QTest::newRow("gptq") << "int4-g64"
                              << "gptq";
        QTest::newRow("gguf") << "q4_0"
                              << "gguf";
        QTest::newRow("rounded inputs") << "int8-channel+a8-token"
                                        << "compressed-tensors";
    }
    void anExportComesBackAsTheRunItWas()
    {
        QFETCH(QString, format);
        QFETCH(QString, target);
        auto workspace = Workspace::open(m_files.path(target.toStdString() + ".kerf")).value();
        const Exported own = exported(workspace, format.toStdString(), target.toStdString());
        const fs::path place = target == "gguf" ? own.folder / "model.gguf" : own.folder;
        const auto added = importRun(*m_project, workspace, place, {});
        VERIFY_OK(added);
        const RunRow run = workspace.run(std::to_string(*added)).value();
        QCOMPARE(run.state, RunState::Done);
        QVERIFY(run.origin.has_value());
        QCOMPARE(run.origin->changedVectors, 0);
        QCOMPARE(run.layersDone, static_cast<int>(m_project->model.network->layers().size()));

        const auto mine = runEvaluate(*m_project, workspace, own.run, evaluation(), {});
        const auto theirs = runEvaluate(*m_project, workspace, *added, evaluation(), {});
        VERIFY_OK(mine);
        VERIFY_OK(theirs);
        QCOMPARE(mine->divergence->kldMean, theirs->divergence->kldMean); // the same codes run
        QVERIFY(workspace.run(std::to_string(*added))->metric("kld_mean") != nullptr);

        const auto compared = compareRuns(*m_project, workspace, own.run, *added, {});
        VERIFY_OK(compared);
        QVERIFY(compared->notes.empty());
        for (const LayerComparison& layer : compared->layers) {
            QCOMPARE(layer.formats[0], layer.formats[1]);
            QCOMPARE(layer.codesDiffer.value(), 0.0);
            QCOMPARE(layer.distance.value(), 0.0);
            QCOMPARE(layer.errors[0].value(), layer.errors[1].value());
            QVERIFY(*layer.errors[0] > 1e-4 && *layer.errors[0] < 0.2);
        }
        const auto speed = runBench(*m_project, workspace, *added, { 16, 2, 1 }, {});
        QCOMPARE(speed.has_value(), target != "gguf"); // whose blocks no kernel runs
    }

    /// Formats that no kernel runs: everything else of the run is measured, and the job is done.
    void runsWithoutAKernelAreMeasuredOtherwise()
    {
        auto workspace = Workspace::open(m_files.path("kernel.kerf")).value();
        const Exported own = exported(workspace, "nf4-b64", "bnb");
        const ImportJob job { own.folder, RunMeasures { evaluation().text, ThroughputOptions { 16, 2, 1 } } };
        const auto added = runJob(*m_project, workspace, job, {});
        VERIFY_OK(added);
        const RunRow run = workspace.run(std::to_string(*added)).value();
        QVERIFY(run.metric("kld_mean") && !run.metric("prefill_tokens_per_second"));
        const auto original = workspace.run("original");
        QVERIFY(original && original->metric("perplexity") && original->metric("prefill_tokens_per_second"));
        QCOMPARE(workspace.jobs().value().back().state, RunState::Done);
    }

    void theSameBytesAreOneRun()
    {
        auto workspace = Workspace::open(m_files.path("twice.kerf")).value();
        const Exported own = exported(workspace, "int8-g64", "gptq");
        const RowId first = importRun(*m_project, workspace, own.folder, {}).value();
        QCOMPARE(importRun(*m_project, workspace, own.folder, {}).value(), first);
        const fs::path moved = m_files.path("elsewhere");
        fs::rename(own.folder, moved);
        const auto gone = runEvaluate(*m_project, workspace, first, evaluation(), {});
        QVERIFY(!gone);
        QCOMPARE(gone.error().code, ErrorCode::BadFile);
        QVERIFY(gone.error().message.find(own.folder.string()) != std::string::npos);
        QCOMPARE(importRun(*m_project, workspace, moved, {}).value(), first);
        VERIFY_OK(runEvaluate(*m_project, workspace, first, evaluation(), {}));
        // A plan of the same name and formats that is carried out is another run.
        QuantizeSettings job;
        job.plan = workspace.run(std::to_string(first))->plan;
        QVERIFY(runQuantize(*m_project, workspace, job, {}).value() != first);
    }

    void otherBytesInItsPlaceAreRefused()
    {
        auto workspace = Workspace::open(m_files.path("other.kerf")).value();
        const Exported own = exported(workspace, "int4-g128", "gptq");
        const RowId run = importRun(*m_project, workspace, own.folder, {}).value();
        const Exported other = exported(workspace, "int3-g64", "gptq");
        fs::remove_all(own.folder);
        fs::rename(other.folder, own.folder);
        const auto found = runEvaluate(*m_project, workspace, run, evaluation(), {});
        QVERIFY(!found);
        QVERIFY(found.error().message.find("other bytes") != std::string::npos);
    }

    void rescaledWeightsAreSaid()
    {
        auto workspace = Workspace::open(m_files.path("rescaled.kerf")).value();
        const Exported own = exported(workspace, "int4-g64", "gptq", { transformChoice("awq").value() });
        const RowId added = importRun(*m_project, workspace, own.folder, {}).value();
        QVERIFY(workspace.run(std::to_string(added))->origin->changedVectors > 0);
        const auto mine = runEvaluate(*m_project, workspace, own.run, evaluation(), {});
        const auto theirs = runEvaluate(*m_project, workspace, added, evaluation(), {});
        QVERIFY(std::abs(mine->divergence->kldMean - theirs->divergence->kldMean) < 1e-6);
        const auto compared = compareRuns(*m_project, workspace, own.run, added, {});
        VERIFY_OK(compared);
        QCOMPARE(compared->notes.size(), std::size_t { 2 });
        for (const LayerComparison& layer : compared->layers) {
            QVERIFY(layer.errors[0].has_value() && !layer.errors[1].has_value());
            QVERIFY(!layer.distance.has_value());
            QCOMPARE(layer.codesDiffer.value(), 0.0); // the codes of one export, all the same
        }
    }

    void theyAreExportedByConverting()
    {
        auto workspace = Workspace::open(m_files.path("convert.kerf")).value();
        const Exported own = exported(workspace, "int4-g32", "gptq");
        const RowId added = importRun(*m_project, workspace, own.folder, {}).value();
        const auto written = runExport(*m_project, workspace, added, "awq", m_files.path("as-awq"), {});
        VERIFY_OK(written);
        const RowId again = importRun(*m_project, workspace, written->folder, {}).value();
        QVERIFY(again != added);
        const auto compared = compareRuns(*m_project, workspace, own.run, again, {});
        VERIFY_OK(compared);
        for (const LayerComparison& layer : compared->layers)
            QCOMPARE(layer.distance.value(), 0.0);
        const auto bytes = exportBytes(*m_project, workspace, added, **findExporter("awq"));
        QVERIFY(!bytes && bytes.error().code == ErrorCode::InvalidArgument);
    }

    /// Tensors may lack the base model's prefix in the original and have it in the checkpoint (all GGUF files do).
    void namesMayLackThePrefix()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto bare = openProject(data / "conformance" / "decoders" / "bloom-6-heads", {});
        VERIFY_OK(bare);
        auto workspace = Workspace::open(m_files.path("bare.kerf")).value();
        QuantizeSettings job;
        job.plan = uniformPlan(*(*bare)->model.network, "eight", "int8-g32", "rtn").value();
        const RowId eight = runQuantize(**bare, workspace, job, {}).value();
        const fs::path folder = m_files.path("eight-ct");
        VERIFY_OK(runExport(**bare, workspace, eight, "compressed-tensors", folder, {}));
        const SafetensorsFile file = SafetensorsFile::open(folder / "model.safetensors").value();
        std::vector<std::vector<std::byte>> bytes;
        std::vector<TensorView> views;
        for (const auto& [name, info] : file.tensors()) {
            const auto raw = file.bytes(name).value();
            bytes.emplace_back(raw.begin(), raw.end());
            views.push_back({ { "transformer." + name, info.dtype, info.shape }, bytes.back() });
        }
        VERIFY_OK(writeSafetensors(folder / "model.safetensors", views, SafetensorsWriter::defaultMetadata()));
        const auto added = importRun(**bare, workspace, folder, {});
        VERIFY_OK(added);
        const auto compared = compareRuns(**bare, workspace, eight, *added, {});
        VERIFY_OK(compared);
        for (const LayerComparison& layer : compared->layers)
            QCOMPARE(layer.codesDiffer.value(), 0.0);
        QCOMPARE(moduleName("bloom", "h.0.mlp.dense_h_to_4h"), std::string("transformer.h.0.mlp.dense_h_to_4h"));
        QCOMPARE(moduleName("llama", "model.layers.0.mlp.up_proj"), std::string("model.layers.0.mlp.up_proj"));
    }

    void whatIsStoppedLeavesNothing()
    {
        auto workspace = Workspace::open(m_files.path("stopped.kerf")).value();
        const Exported own = exported(workspace, "int4-g64-asym", "gptq");
        std::stop_source stop;
        const JobContext job(stop.get_token(), [&](const Progress& progress) {
            if (progress.done > 3)
                stop.request_stop();
        });
        const auto added = importRun(*m_project, workspace, own.folder, job);
        QVERIFY(!added);
        QCOMPARE(added.error().code, ErrorCode::Cancelled);
        QCOMPARE(workspace.runs().value().size(), std::size_t { 1 });
        // A run that was begun and killed is none: it is neither evaluated nor found again.
        const RunRow first = workspace.run(std::to_string(own.run)).value();
        const auto half = workspace.beginRun(
            first.model, first.plan, first.provenance, RunOrigin { own.folder, "some hash", "gptq", 0 });
        VERIFY_OK(half);
        const auto found = runEvaluate(*m_project, workspace, *half, evaluation(), {});
        QVERIFY(!found && found.error().code == ErrorCode::InvalidArgument);
        QVERIFY(importRun(*m_project, workspace, own.folder, {}).value() != *half);
    }

    void anAddedCheckpointIsNeverTheOriginal()
    {
        RunRow run;
        run.plan = uniformPlan(*m_project->model.network, "floats", "f16", "rtn").value();
        QVERIFY(isOriginal(run));
        run.origin = RunOrigin { "/theirs", "hash", "gguf, token_embd in q8_0", 0 };
        QVERIFY(!isOriginal(run));
    }

    void runsOfDifferentPlansDiffer()
    {
        auto workspace = Workspace::open(m_files.path("differ.kerf")).value();
        const Exported fine = exported(workspace, "int8-g128", "gptq");
        const Exported coarse = exported(workspace, "int2-g64", "gptq");
        const auto compared = compareRuns(*m_project, workspace, fine.run, coarse.run, {});
        VERIFY_OK(compared);
        for (const LayerComparison& layer : compared->layers) {
            QVERIFY(!layer.codesDiffer.has_value());
            QVERIFY(*layer.errors[1] > 10 * *layer.errors[0]);
            QVERIFY(std::abs(*layer.distance - *layer.errors[1]) < 0.05); // the finer one is close to the original
        }
    }

    void theyDoNotTeachThePrediction()
    {
        auto workspace = Workspace::open(m_files.path("fit.kerf")).value();
        const Exported own = exported(workspace, "int4-g64", "compressed-tensors");
        const RowId added = importRun(*m_project, workspace, own.folder, {}).value();
        VERIFY_OK(runEvaluate(*m_project, workspace, added, evaluation(), {}));
        QVERIFY(measuredPlans(workspace.runs().value(), {}).empty());
        VERIFY_OK(runEvaluate(*m_project, workspace, own.run, evaluation(), {}));
        QCOMPARE(measuredPlans(workspace.runs().value(), {}).size(), std::size_t { 1 });
    }

    void whatIsNoneOfTheModelIsRefused()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        auto workspace = Workspace::open(m_files.path("refused.kerf")).value();
        const auto other = importRun(*m_project, workspace, data / "peers" / "gptqmodel-gptq-v1", {});
        QVERIFY(!other);
        QCOMPARE(other.error().code, ErrorCode::InvalidArgument);
        QVERIFY(other.error().message.find("is not made from") != std::string::npos);
        const auto floats = importRun(*m_project, workspace, m_project->modelFolder, {});
        QVERIFY(!floats && floats.error().message.find("no layer of it is quantized") != std::string::npos);
        QVERIFY(workspace.runs().value().empty());
    }

    /// What others made: the divergence is that of the folder evaluated with its original as the reference, and the
    /// tensors' bytes are the size.
    void whatOtherToolsMade_data()
    {
        QTest::addColumn<QString>("peer");
        QTest::addColumn<bool>("isRescaled");
        QTest::newRow("gptqmodel") << "gptqmodel-gptq-v1" << false;
        QTest::newRow("autoawq") << "autoawq-awq-gemm" << true;
        QTest::newRow("bitsandbytes") << "bitsandbytes-nf4-double-quant" << false;
        QTest::newRow("llama.cpp") << "llamacpp-gguf-q4_k_m" << false;
    }
    void whatOtherToolsMade()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, peer);
        QFETCH(bool, isRescaled);
        const auto story = openProject(data / "models" / "story-llama-0.7m", {});
        VERIFY_OK(story);
        fs::path place = data / "peers" / peer.toStdString();
        for (const auto& entry : fs::directory_iterator(place))
            if (entry.path().extension() == ".gguf")
                place = entry.path();
        auto workspace = Workspace::open(m_files.path(peer.toStdString() + ".kerf")).value();
        const auto added = importRun(**story, workspace, place, {});
        VERIFY_OK(added);
        const RunRow run = workspace.run(std::to_string(*added)).value();
        QCOMPARE(run.origin->changedVectors > 0, isRescaled);
        const EvaluateSettings settings { { { data / "text" / "tinystories-evaluation.txt" }, 128, 4 }, true };
        const auto found = runEvaluate(**story, workspace, *added, settings, {});
        VERIFY_OK(found);
        QVERIFY(found->divergence->kldMean > 1e-4 && found->divergence->kldMean < 0.3);
        const auto layers = workspace.runLayers(*added).value();
        for (const RunLayerRow& layer : layers)
            QCOMPARE(layer.report.weightMse > 0, !isRescaled && layer.report.bitsPerWeight < 16);
        QVERIFY(run.metric("size_bytes")->value > 0.1 * static_cast<double>((*story)->otherBytes));
    }
};

QTEST_GUILESS_MAIN(TestImportJob)
#include "tst_import_job.moc"
