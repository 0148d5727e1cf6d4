// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/exporters/exporter.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_student.h"
#include "core/jobs/run_tensors.h"
#include "core/jobs/transformed.h"
#include "core/quantize/bias_correction.h"
#include "core/solve/preset.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// Plans of a network of pictures with what is folded into it and what is added to it: carried out and measured.
class TestNetworkTransforms : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    ProjectPtr m_project;
    fs::path m_digits;

    fs::path at(const std::string& name) const { return m_folder.filePath(QString::fromStdString(name)).toStdString(); }

    QuantizeSettings job(const std::string& format, const std::string& method) const
    {
        QuantizeSettings job;
        job.plan = uniformPlan(*m_project->model.network, format, format, method).value();
        job.calibration.files = { m_digits / "train.safetensors" };
        job.calibration.samples = 128;
        return job;
    }
    double kld(Workspace& workspace, RowId run) const
    {
        EvaluateSettings settings;
        settings.text.files = { m_digits / "test.safetensors" };
        settings.text.samples = 0;
        const auto found = runEvaluate(*m_project, workspace, run, settings, {});
        if (!found)
            qFatal("%s", found.error().message.c_str());
        return found->divergence->kldMean;
    }

private slots:
    void initTestCase()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        m_digits = data / "models/digits-cnn";
        fs::copy_file(m_digits / "model.onnx", at("model.onnx"));
        QVERIFY(writeFileAtomically(at("preprocess.json"), std::string_view(R"({"scale": 0.0625, "channels": "grey"})"))
                    .has_value());
        m_project = openProject(at("model.onnx"), {}).value();
    }

    /// New plans fold BatchNormalizations; a file that says no transforms means none.
    void plansBeginWithFolding()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Network& network = *m_project->model.network;
        const Plan plan = uniformPlan(network, "p", "int8-channel", "rtn").value();
        QCOMPARE(plan.transforms.size(), std::size_t(1));
        QCOMPARE(plan.transforms[0].name, std::string("bn-fold"));
        Json json = toJson(plan);
        QVERIFY(planFromJson(json, network, "plan")->transforms == plan.transforms);
        json.erase("transforms");
        const Plan old = planFromJson(json, network, "plan").value();
        QVERIFY(old.transforms.empty() && planHash(old) != planHash(plan));
        for (const Preset& preset : availablePresets(network)) {
            const auto made = presetPlan(preset, network, nullptr);
            QVERIFY(!made || made->plan.transforms.front().name == "bn-fold");
        }
    }

    /// Formats whose scales are by row round a folded layer as they round it unfolded, but for the one code more below
    /// 0 of rows whose sign changes and the 16 bits of a scale; one scale for all does not.
    void foldedRunsAreMeasured()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        auto workspace = Workspace::open(at("folded.kerf")).value();
        for (const char* format : { "int6-channel", "int6-tensor" }) {
            QuantizeSettings settings = job(format, "rtn");
            const double folded = kld(workspace, runQuantize(*m_project, workspace, settings, {}).value());
            settings.plan.transforms.clear();
            const double plain = kld(workspace, runQuantize(*m_project, workspace, settings, {}).value());
            qInfo("%s: KLD %.3g folded, %.3g as it is", format, folded, plain);
            QVERIFY(folded > 0 && plain > 0);
            if (std::string(format) == "int6-channel")
                QVERIFY(std::abs(folded / plain - 1) < 0.1);
        }
    }

    /// Plans that need no data are folded without: verified on random pictures. Scales are searched on pictures.
    void chainsOfPictures()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        auto workspace = Workspace::open(at("chains.kerf")).value();
        QuantizeSettings settings = job("int8-channel", "rtn");
        settings.plan.settings.set("scale_search", false);
        settings.calibration.files.clear();
        settings.plan.transforms.push_back(transformChoice("cle").value());
        QVERIFY(kld(workspace, runQuantize(*m_project, workspace, settings, {}).value()) < 1e-3);
        settings = job("int4-channel", "gptq");
        settings.plan.transforms.push_back(transformChoice("awq").value());
        QVERIFY(kld(workspace, runQuantize(*m_project, workspace, settings, {}).value()) < 0.1);
    }

    /// The correction changes no code and no artifact's key; a run has it, and one without it does not.
    void biasesAreCorrected()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        auto workspace = Workspace::open(at("corrected.kerf")).value();
        for (const bool sequential : { false, true }) {
            QuantizeSettings settings = job("int3-channel", "rtn");
            settings.plan.mode = sequential ? QuantizeMode::Sequential : QuantizeMode::Independent;
            const RowId plain = runQuantize(*m_project, workspace, settings, {}).value();
            settings.plan.settings.set(kBiasCorrection, true);
            const RowId corrected = runQuantize(*m_project, workspace, settings, {}).value();
            QVERIFY(corrected != plain);
            const auto before = workspace.runLayers(plain).value(), after = workspace.runLayers(corrected).value();
            QCOMPARE(after[0].artifactKey, before[0].artifactKey);
            const Network& network = *m_project->model.network;
            QVERIFY(loadRunShifts(workspace, plain, network)->empty());
            QCOMPARE(loadRunShifts(workspace, corrected, network)->size(), network.layers().size());
            const double with = kld(workspace, corrected), without = kld(workspace, plain);
            qInfo("%s: KLD %.3g corrected, %.3g as it is", sequential ? "sequential" : "independent", with, without);
            QVERIFY(with < 0.8 * without);
        }
    }

    /// A layer that was lost and made again by a run without the correction is told, and made again with it.
    void lostCorrectionsAreMadeAgain()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        auto workspace = Workspace::open(at("lost.kerf")).value();
        QuantizeSettings settings = job("int3-channel", "rtn");
        settings.plan.settings.set(kBiasCorrection, true);
        const RowId corrected = runQuantize(*m_project, workspace, settings, {}).value();
        const double before = kld(workspace, corrected);
        fs::remove_all(workspace.arraysFolder() / "layers");
        QuantizeSettings plain = settings;
        plain.plan.settings.set(kBiasCorrection, false);
        QVERIFY(runQuantize(*m_project, workspace, plain, {}).has_value());
        const auto lost = loadRunShifts(workspace, corrected, *m_project->model.network);
        QVERIFY(!lost && lost.error().message.find("Run the quantization again") != std::string::npos);
        QCOMPARE(runQuantize(*m_project, workspace, settings, {}).value(), corrected);
        QCOMPARE(kld(workspace, corrected), before);
    }

    /// Targets that cannot hold it say so.
    void targetsWithoutItAreTold()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto tells = [](const char* target, Plan plan, const Network& network) {
            plan.settings.set(kBiasCorrection, true);
            const auto problems = findExporter(target).value()->check(plan, network);
            return std::ranges::any_of(problems, [](const PlanProblem& problem) {
                return problem.message.find("bias_correction") != std::string::npos;
            });
        };
        const Model model = openModel(kerf::test::sample() / "model").value();
        QVERIFY(tells("gptq", uniformPlan(*model.network, "p", "int4-g64", "rtn").value(), *model.network));
        QVERIFY(!tells("onnx-qdq", job("int4-channel", "rtn").plan, *m_project->model.network)); // has a place for it
    }
};

QTEST_GUILESS_MAIN(TestNetworkTransforms)
#include "tst_network_transforms.moc"
