// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <fstream>

#include <QTest>

#include "core/base/atomic_file.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_tensors.h"
#include "tests/jobs/sample_workspaces.h"
#include "tests/support/edit_model.h"
#include "tests/support/small_decoder.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

/// What jobs say of the model they work on, and what they refuse: small random models without a tokenizer, plain
/// rounding.
class TestModelHonesty : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    int m_models = 0;

    fs::path makeModel(SmallDecoderShape shape = {})
    {
        shape.inner = 64;
        shape.keyValueHeads = 4; // GPTQ packs 32 rows
        const fs::path folder = m_files.path("model" + std::to_string(m_models++));
        const auto written = smallDecoder(folder, shape);
        if (!written)
            qWarning("%s", written.error().message.c_str());
        return folder;
    }
    static QuantizeSettings rounding(const Project& project, const char* format)
    {
        QuantizeSettings job;
        job.plan = uniformPlan(*project.model.network, "rounded", format, "rtn").value();
        return job;
    }
    static bool hasEvent(const Workspace& workspace, RowId run, const std::string& text)
    {
        const auto events = workspace.events(run).value();
        return std::any_of(events.begin(), events.end(),
            [&](const EventRow& event) { return event.level == "note" && event.text.find(text) != std::string::npos; });
    }
    /// A GPTQ folder of a small model.
    fs::path makeQuantized()
    {
        const ProjectPtr project = openProject(makeModel(), {}).value();
        auto workspace = Workspace::open(m_files.next()).value();
        const RowId run = runQuantize(*project, workspace, rounding(*project, "int4-g32"), {}).value();
        const fs::path out = m_files.path("gptq" + std::to_string(m_models++));
        const auto report = runExport(*project, workspace, run, "gptq", out, {});
        if (!report)
            qWarning("%s", report.error().message.c_str());
        return out;
    }

private slots:
    void withoutATokenizerOnlyTextsAreRefused()
    {
        const fs::path folder = makeModel();
        const auto project = openProject(folder, {});
        VERIFY_OK(project);
        QVERIFY((*project)->model.notes.size() == 1 && (*project)->model.notes[0].kind == NoteKind::NoTokenizer);
        auto workspace = Workspace::open(m_files.next()).value();
        const auto run = runQuantize(**project, workspace, rounding(**project, "int4-g32"), {});
        VERIFY_OK(run);
        QVERIFY(hasEvent(workspace, *run, "no tokenizer.json"));
        DataChoice text;
        text.files = { sample() / "calibration.txt" };
        const auto data = loadData(**project, text, {});
        QVERIFY(!data && data.error().message.find("AutoTokenizer") != std::string::npos);
    }

    void quantizingNothingIsAnError()
    {
        const ProjectPtr project = openProject(makeModel(), {}).value();
        auto workspace = Workspace::open(m_files.next()).value();
        const auto run = runQuantize(*project, workspace, rounding(*project, "int4-g128"), {});
        QVERIFY(!run);
        QCOMPARE(static_cast<int>(run.error().code), static_cast<int>(ErrorCode::InvalidArgument));
        QVERIFY(workspace.runs()->empty());
    }

    void layersLeftOutAreToldEverywhere()
    {
        const ProjectPtr project = openProject(makeModel(), {}).value();
        auto workspace = Workspace::open(m_files.next()).value();
        const auto run = runQuantize(*project, workspace, rounding(*project, "int4-g64"), {}); // down has 64 columns
        VERIFY_OK(run);
        int leftOut = 0;
        const auto layers = workspace.runLayers(*run).value();
        for (const RunLayerRow& row : layers)
            if (!row.report.fallbacks.empty()) {
                QCOMPARE(row.report.fallbacks[0].kind, std::string("left_out"));
                QVERIFY(row.report.fallbacks[0].detail.find("int4-g32") != std::string::npos);
                ++leftOut;
            }
        QCOMPARE(leftOut, 12);
        QVERIFY(hasEvent(workspace, *run, "12 layers stay as stored"));
        const auto report = runExport(*project, workspace, *run, "gptq", m_files.path("out"), {});
        VERIFY_OK(report);
        const auto tells = [](const std::string& note) { return note.find("12 layers stay as stored") == 0; };
        QVERIFY(std::any_of(report->notes.begin(), report->notes.end(), tells));
    }

    void aQuantizedModelIsQuantizedAgainOnlyWhenAsked()
    {
        const ProjectPtr project = openProject(makeQuantized(), {}).value();
        QVERIFY(project->model.quantized);
        auto workspace = Workspace::open(m_files.next()).value();
        const QuantizeSettings job = rounding(*project, "int8-channel");
        const auto refused = runQuantize(*project, workspace, job, {});
        QVERIFY(!refused && refused.error().message.find("--requantize") != std::string::npos);
        QVERIFY(workspace.runs()->empty());
        const auto profiled = runProfile(*project, workspace, {}, {});
        QVERIFY(!profiled && profiled.error().message.find("--requantize") != std::string::npos);
        const ProjectPtr again = withRequantize(*project);
        const auto run = runQuantize(*again, workspace, job, {});
        VERIFY_OK(run);
        QVERIFY(hasEvent(workspace, *run, "Quantized again"));
        // From the dequantized weights, which 8 bits a row hold closely.
        const std::string layer = "model.layers.0.mlp.up_proj";
        const Matrix before = dequantize(project->model.quantized->read(layer).value());
        const Matrix after = dequantize(RunLayers::open(workspace, *run)->load(layer).value());
        QVERIFY((after - before).norm() <= 0.02F * before.norm());
        const auto exported = runExport(*again, workspace, *run, "gptq", m_files.path("twice"), {});
        QVERIFY(!exported && exported.error().message.find("quantized already") != std::string::npos);
        QVERIFY(!ensureBaselineRun(*project, workspace));
    }

    void aStoredHeadIsExportedAsSuch()
    {
        const fs::path folder = makeModel();
        QVERIFY(editConfig(folder, { { "tie_word_embeddings", true } }));
        const ProjectPtr project = openProject(folder, {}).value();
        auto workspace = Workspace::open(m_files.next()).value();
        const RowId run = runQuantize(*project, workspace, rounding(*project, "int4-g32"), {}).value();
        const fs::path out = m_files.path("head");
        const auto report = runExport(*project, workspace, run, "compressed-tensors", out, {});
        VERIFY_OK(report);
        const Checkpoint written = Checkpoint::open(out).value();
        QVERIFY(written.find("lm_head.weight") && written.find("model.embed_tokens.weight"));
        const Json config = parseJson(written.configText(), "x").value();
        QCOMPARE(config["tie_word_embeddings"].get<bool>(), false);
        const auto tells = [](const std::string& note) { return note.find("lm_head.weight is stored") == 0; };
        QVERIFY(std::any_of(report->notes.begin(), report->notes.end(), tells));
        QVERIFY(hasEvent(workspace, run, "lm_head.weight is stored"));
        QVERIFY(openModel(out)->notes.size() == 1); // quantized, and nothing else is odd
    }

    void smallFilesGoAlong()
    {
        const fs::path folder = makeModel();
        const auto write = [&](const char* name, const char* text) { std::ofstream(folder / name) << text; };
        for (const char* name : { "README.md", "LICENSE", "LICENSE AGREEMENT.txt", "NOTICE.txt", "USE_POLICY.md",
                 "generation_config.json", "modeling_x.py", ".gitattributes", "pytorch_model.bin", "x.gguf",
                 "kerf-manifest.json", "quant_config.json" })
            write(name, "text");
        fs::create_directories(folder / "docs");
        write("docs/real", "inside");
        fs::create_symlink("docs/real", folder / "linked.md");
        fs::create_symlink("/etc/hostname", folder / "secret.txt");
        const ProjectPtr project = openProject(folder, {}).value();
        auto workspace = Workspace::open(m_files.next()).value();
        const RowId run = runQuantize(*project, workspace, rounding(*project, "int4-g32"), {}).value();
        const fs::path out = m_files.path("carried");
        const auto report = runExport(*project, workspace, run, "gptq", out, {});
        VERIFY_OK(report);
        for (const char* name : { "README-base.md", "LICENSE", "LICENSE AGREEMENT.txt", "NOTICE.txt", "USE_POLICY.md",
                 "generation_config.json", "modeling_x.py" })
            QCOMPARE(readTextFile(out / name, 100).value(), std::string("text"));
        QCOMPARE(readTextFile(out / "linked.md", 100).value(), std::string("inside"));
        for (const char* name :
            { ".gitattributes", "pytorch_model.bin", "x.gguf", "quant_config.json", "docs", "secret.txt" })
            QVERIFY2(!fs::exists(out / name), name);
        const auto tells
            = [](const std::string& note) { return note.find("secret.txt: is a symbolic link") != note.npos; };
        QVERIFY(std::any_of(report->notes.begin(), report->notes.end(), tells));
        VERIFY_OK(verifyFolder(out, {}));
    }
};

QTEST_GUILESS_MAIN(TestModelHonesty)
#include "tst_model_honesty.moc"
