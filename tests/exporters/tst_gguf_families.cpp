// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <filesystem>

#include <fmt/format.h>

#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/stored_form.h"
#include "core/exporters/convert.h"
#include "core/exporters/exporter.h"
#include "core/graph/activation_linear.h"
#include "core/model/architecture.h"
#include "core/model/gguf_family.h"
#include "core/model/model.h"
#include "core/plan/plan.h"
#include "tests/support/gguf_copies.h"
#include "tests/support/rounded_run.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

double range(const Matrix& values)
{
    return static_cast<double>(values.maxCoeff() - values.minCoeff());
}

double distance(const Matrix& a, const Matrix& b)
{
    return static_cast<double>((a - b).cwiseAbs().maxCoeff()) / range(b);
}

/// A format for each layer: K-quants where their blocks fill the rows, one for all experts, none for rows that blocks
/// of 32 do not fill.
std::vector<std::string> formatsFor(const Network& network)
{
    constexpr std::array kLarge { "q4_k", "q6_k", "q5_k" };
    constexpr std::array kSmall { "q8_0", "q4_0", "q5_1", "iq4_nl", "q4_1" };
    std::vector<std::string> formats;
    for (const LayerInfo& layer : network.layers()) {
        const bool isExpert = layer.name.find(".experts.") != std::string::npos;
        formats.emplace_back(layer.shape.cols % 32 != 0 || !ggufHoldsCodes(network, layer.name) ? "bf16"
                : layer.shape.cols % 256 == 0 ? kLarge[formats.size() % kLarge.size()]
                : isExpert                    ? "q4_1"
                                              : kSmall[formats.size() % kSmall.size()]);
    }
    return formats;
}

} // namespace

/// GGUF files of every family that llama.cpp and Kerf both run.
class TestGgufFamilies : public QObject, private GgufCopies {
    Q_OBJECT
private slots:
    void rowsStandWhereLlamaCppLooksForThem()
    {
        const StoredForm parts { .rows = RowOrder::FusedParts,
            .heads = 2 }; // of 2 channels: q0 q0 k0 k0 v0 v0 q1 q1 k1 k1 v1 v1
        const std::vector<std::int64_t> expected { 0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11 };
        for (std::int64_t row = 0; row < 12; ++row)
            QCOMPARE(storedRow(parts, row, 12), expected[static_cast<std::size_t>(row)]);
        const StoredForm groups { .rows = RowOrder::FusedParts, .group = 2, .heads = 4 };
        // of 1 channel: q0 q1 k0 v0 q2 q3 k1 v1
        const std::vector<std::int64_t> grouped { 0, 1, 4, 6, 2, 3, 5, 7 };
        for (std::int64_t row = 0; row < 8; ++row)
            QCOMPARE(storedRow(groups, row, 8), grouped[static_cast<std::size_t>(row)]);
        const StoredForm pairs { .rows = RowOrder::RotaryPairs, .heads = 2 };
        const std::vector<std::int64_t> paired { 0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11 };
        for (std::int64_t row = 0; row < 12; ++row)
            QCOMPARE(storedRow(pairs, row, 12), paired[static_cast<std::size_t>(row)]);
    }

    void floatsComeBack_data() { addRows(); }
    void floatsComeBack()
    {
        QFETCH(QString, folder);
        const fs::path source = copyOf(folder);
        const auto model = openModel(source);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const RoundedRun run(*model, { "bf16" });
        const fs::path out = at("floats");
        const auto report = run.write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const auto written = openModel(out / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QVERIFY(!written->quantized);
        const auto windows = readTokenWindows(source / "reference.safetensors").value();
        const Matrix found = runNetwork(*written->network, windows)->logits;
        const double error = distance(found, runNetwork(*model->network, windows)->logits);
        QVERIFY2(error <= 2e-6, std::to_string(error).c_str());
        QFETCH(QString, edit);
        if (edit != "{}")
            return; // the reference is of other settings
        const auto logits = SafetensorsFile::open(source / "reference.safetensors")->values<float>("logits").value();
        const Eigen::Map<const Matrix> reference(logits.data(), found.rows(), found.cols());
        QVERIFY(distance(found, reference) <= 2e-5); // tst_conformance says why so much
    }

    void codesComeBack_data() { addRows(); }
    void codesComeBack()
    {
        QFETCH(QString, folder);
        const auto model = openModel(copyOf(folder));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const RoundedRun run(*model, formatsFor(*model->network));
        QVERIFY(run.layers().size() > model->network->layers().size() / 2);
        const fs::path out = at("codes");
        const auto report = run.write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->layersVerified, static_cast<int>(run.layers().size()));
        const auto written = openModel(out / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(written->quantized->layers().size(), run.layers().size());
        compareRun(*model, run, *written);
        const auto again = convertModel(*written, *findExporter("hf").value(), {}, at("folder"), {});
        QVERIFY2(again, again ? "" : again.error().message.c_str());
        const auto opened = openModel(at("folder"));
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        const auto windows = referenceWindows(folder);
        const double error
            = distance(runNetwork(*opened->network, windows)->logits, runNetwork(*written->network, windows)->logits);
        // Floats of 16 bits, block after block; the variants' weights are drawn larger, and so is what rounding does.
        const bool isVariant = !fs::exists(sharedData() / "conformance" / "decoders" / folder.toStdString());
        const double bound = (isVariant ? 1.2e-3 : 5e-4) * model->network->blockCount();
        QVERIFY2(error <= bound, std::to_string(error).c_str());
    }

    /// By the names, orders and values that llama.cpp's own converter gives them, the file read as it is.
    void tensorsAreAsLlamaCppReadsThem()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto [gpt2, gpt2File] = writtenAs("gpt2");
        QVERIFY(gpt2File.find("blk.1.ffn_up.weight")->shape == (std::vector<std::int64_t> { 256, 64 }));
        QVERIFY(
            gpt2File.read("blk.1.ffn_up.weight").value() == gpt2.read("transformer.h.1.mlp.c_fc.weight")->transpose());
        QVERIFY(gpt2File.find("blk.0.attn_qkv.weight")->shape == (std::vector<std::int64_t> { 192, 64 }));
        QVERIFY(gpt2File.find("position_embd.weight")->shape == (std::vector<std::int64_t> { 96, 64 }));
        const auto [gemma, gemmaFile] = writtenAs("gemma2");
        for (const auto& [theirs, ours] :
            { std::pair { "post_ffw_norm", "post_feedforward_layernorm" }, { "ffn_norm", "pre_feedforward_layernorm" },
                { "attn_norm", "input_layernorm" }, { "post_attention_norm", "post_attention_layernorm" } })
            QVERIFY(gemmaFile.read(fmt::format("blk.1.{}.weight", theirs)).value()
                == (gemma.read(fmt::format("model.layers.1.{}.weight", ours))->array() + 1.0F).matrix());
        QVERIFY(!gemmaFile.find("output.weight"));
        const auto [mixtral, mixtralFile] = writtenAs("mixtral");
        QVERIFY(mixtralFile.find("blk.1.ffn_up_exps.weight")->shape == (std::vector<std::int64_t> { 4, 48, 64 }));
        const Matrix stack = mixtralFile.read("blk.1.ffn_down_exps.weight").value();
        const Matrix expert = mixtral.read("model.layers.1.block_sparse_moe.experts.2.w2.weight").value();
        QVERIFY((stack.row(2) == Eigen::Map<const Matrix>(expert.data(), 1, expert.size())));
        QVERIFY(mixtralFile.find("blk.0.ffn_gate_inp.weight"));
        const auto [neox, neoxFile] = writtenAs("gpt_neox");
        const Matrix fused = neox.read("gpt_neox.layers.0.attention.query_key_value.weight").value();
        const Matrix parts = neoxFile.read("blk.0.attn_qkv.weight").value();
        for (const auto& [head, part, channel] : { std::array { 0, 0, 3 }, { 2, 1, 5 }, { 3, 2, 15 }, { 1, 0, 0 } })
            QVERIFY(parts.row((part * 4 + head) * 16 + channel) == fused.row((head * 3 + part) * 16 + channel));
        const auto [bloom, bloomFile] = writtenAs("bloom");
        QVERIFY(bloomFile.find("token_embd_norm.bias"));
    }

    void settingsAreAsLlamaCppReadsThem_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("keys"); // a null value: the key is not there
        QTest::newRow("gpt2") << "gpt2"
                              << R"({"gpt2.attention.layer_norm_epsilon": 0.002, "gpt2.context_length": 96,
            "gpt2.feed_forward_length": 256, "gpt2.rope.freq_base": null})";
        QTest::newRow("gemma2") << "gemma2"
                                << R"({"gemma2.attn_logit_softcapping": 5.0,
            "gemma2.final_logit_softcapping": 6.0, "gemma2.attention.sliding_window": 12,
            "gemma2.attention.sliding_window_pattern": null, "gemma2.attention.layer_norm_rms_epsilon": 0.001})";
        QTest::newRow("gemma3") << "gemma3"
                                << R"({"gemma3.attention.sliding_window": 12,
            "gemma3.attention.sliding_window_pattern": 2, "gemma3.rope.freq_base": 1000000.0,
            "gemma3.rope.freq_base_swa": 10000.0, "gemma3.attention.key_length": 32})";
        QTest::newRow("mixtral") << "mixtral"
                                 << R"({"general.architecture": "llama", "llama.expert_count": 4,
            "llama.expert_used_count": 2, "llama.feed_forward_length": 48})";
        QTest::newRow("gpt_neox") << "gpt_neox"
                                  << R"({"general.architecture": "gptneox",
            "gptneox.use_parallel_residual": true, "gptneox.rope.dimension_count": 4})";
        QTest::newRow("gpt_oss") << "gpt_oss"
                                 << R"({"general.architecture": "gpt-oss", "gpt-oss.expert_count": 4,
            "gpt-oss.expert_used_count": 2, "gpt-oss.expert_feed_forward_length": 40, "gpt-oss.attention.sliding_window": 16,
            "gpt-oss.attention.sliding_window_pattern": null, "gpt-oss.attention.key_length": 16,
            "gpt-oss.rope.scaling.type": "yarn", "gpt-oss.rope.scaling.factor": 4.0,
            "gpt-oss.rope.scaling.original_context_length": 128, "gpt-oss.rope.scaling.yarn_beta_fast": 32.0,
            "gpt-oss.rope.scaling.yarn_beta_slow": 1.0, "gpt-oss.rope.scaling.attn_factor": null,
            "gpt-oss.rope.scaling.yarn_log_multiplier": null})";
        QTest::newRow("deepseek_v2") << "deepseek_v2-wide"
                                     << R"({"general.architecture": "deepseek2", "deepseek2.attention.head_count_kv": 1,
            "deepseek2.attention.key_length": 40, "deepseek2.attention.value_length": 32,
            "deepseek2.attention.key_length_mla": 24, "deepseek2.attention.value_length_mla": 16,
            "deepseek2.attention.kv_lora_rank": 32, "deepseek2.attention.q_lora_rank": 32,
            "deepseek2.rope.dimension_count": 8, "deepseek2.leading_dense_block_count": 1,
            "deepseek2.expert_shared_count": 2, "deepseek2.expert_gating_func": 1, "deepseek2.expert_weights_scale": 2.0,
            "deepseek2.expert_weights_norm": false, "deepseek2.expert_group_count": null,
            "deepseek2.rope.scaling.yarn_log_multiplier": 0.07, "deepseek2.rope.scaling.attn_factor": null})";
        QTest::newRow("deepseek_v3") << "deepseek_v3"
                                     << R"({"general.architecture": "deepseek2", "deepseek2.expert_gating_func": 2,
            "deepseek2.expert_group_count": 4, "deepseek2.expert_group_used_count": 2, "deepseek2.expert_weights_scale": 1.5,
            "deepseek2.expert_weights_norm": true, "deepseek2.rope.scaling.type": null,
            "deepseek2.attention.q_lora_rank": 24})";
        QTest::newRow("falcon")
            << "falcon-new"
            << R"({"falcon.attention.head_count_kv": 2, "falcon.attention.layer_norm_epsilon": 0.003,
            "falcon.feed_forward_length": 256})";
        QTest::newRow("glm") << "glm-wide"
                             << R"({"general.architecture": "chatglm", "chatglm.rope.dimension_count": 4,
            "chatglm.attention.key_length": 8})";
        QTest::newRow("granite") << "granite"
                                 << R"({"granite.embedding_scale": 3.0, "granite.attention.scale": 0.4,
            "granite.residual_scale": 0.6, "granite.logit_scale": 4.0})";
    }
    void settingsAreAsLlamaCppReadsThem()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, folder);
        QFETCH(QString, keys);
        const auto [source, file] = writtenAs(qPrintable(folder));
        const Json expected = Json::parse(keys.toStdString());
        for (const auto& [key, value] : expected.items()) {
            const Json found = file.metadata()->value(key, Json());
            const std::string text = fmt::format("{}: {}", key, found.dump());
            if (value.is_number_float())
                QVERIFY2(std::abs(found.get<double>() - value.get<double>()) < 1e-6, text.c_str());
            else
                QVERIFY2(found == value, text.c_str());
        }
    }

    void everyRowOfTheTableWasTried()
    {
        for (const GgufFamily& family : ggufFamilies())
            QVERIFY2(std::ranges::any_of(kGgufRows,
                         [&](const GgufRow& row) {
                             const std::string_view folder(row.folder);
                             return folder == (family.type == "gemma3_text" ? "gemma3" : family.type)
                                 || folder.starts_with(std::string(family.type) + "-");
                         }),
                std::string(family.type).c_str());
    }
    /// Scaled alike are the frequencies of every family.
    void scaledPositionsComeBack_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* folder : { "qwen2", "gemma3", "stablelm", "granite" })
            QTest::newRow(folder) << QString(folder);
    }
    void scaledPositionsComeBack()
    {
        QFETCH(QString, folder);
        const QString scaling = folder == "stablelm"
            ? R"({"rope_parameters": {"partial_rotary_factor": 0.25, "rope_type": "linear", "factor": 4.0}})"
            : R"({"query_pre_attn_scalar": 32, "rope_parameters": null, "rope_scaling": {"rope_type": "linear", "factor": 4.0}})";
        const fs::path source = copyOf(folder, scaling);
        const auto model = openModel(source);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const fs::path out = at("scaled");
        const auto report = RoundedRun(*model, { "bf16" }).write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const auto written = openModel(out / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const auto windows = referenceWindows(folder);
        QVERIFY(distance(runNetwork(*written->network, windows)->logits, runNetwork(*model->network, windows)->logits)
            <= 2e-6);
    }

    void expertsOfOneTensorHaveOneFormat()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto model = openModel(copyOf("mixtral"));
        Plan plan;
        for (const LayerInfo& layer : model->network->layers())
            plan.layers.push_back({ layer.name, layer.shape.cols % 32 == 0 ? "q8_0" : "bf16", "rtn" });
        const Exporter& gguf = *findExporter("gguf").value();
        QVERIFY(gguf.check(plan, *model->network).empty());
        const auto second = std::ranges::find_if(plan.layers, [](const PlanLayer& row) {
            return row.layer.find("layers.1.block_sparse_moe.experts.2.w3") != std::string::npos;
        });
        second->format = "q4_0";
        const auto problems = gguf.check(plan, *model->network);
        QCOMPARE(problems.size(), std::size_t { 1 });
        QCOMPARE(problems.front().layers.size(), std::size_t { 4 });
        const auto mend = adaptedPlan(gguf, plan, *model->network);
        QVERIFY2(mend, mend ? "" : mend.error().message.c_str());
        QVERIFY(gguf.check(mend->plan, *model->network).empty());
    }

    void whatTheFileDoesNotSayIsTold()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto model = openModel(copyOf("gpt_neox"));
        const fs::path out = at("told");
        const auto report = RoundedRun(*model, { "q8_0" }).write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const auto tells = [](const std::string& text) { return text.find("GELU") != text.npos; };
        QVERIFY(std::ranges::any_of(report->notes, tells));
        const auto written = openModel(out / "model.gguf");
        QVERIFY(std::ranges::any_of(
            written->notes, [](const Note& note) { return note.text.find("activation") != note.text.npos; }));
    }

private:
    static void addRows()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("edit");
        for (const GgufRow& row : kGgufRows)
            QTest::newRow(row.folder) << QString(row.folder) << QString(row.edit);
    }

    /// By logits, since a folder may leave out the prefix of its names.
    static void compareRun(const Model& model, const RoundedRun& run, const Model& written)
    {
        Replacements replacements;
        for (const auto& [name, tensor] : run.layers())
            replacements.emplace(name, makeRoundedLinear(dequantize(tensor), {}));
        const std::vector<std::vector<TokenId>> windows { { 1, 5, 9, 100, 200, 300, 17, 4, 500, 3 } };
        const Matrix expected = runNetwork(*model.network, windows, &replacements)->logits;
        const double error = distance(runNetwork(*written.network, windows)->logits, expected);
        QVERIFY2(error <= 2e-6, std::to_string(error).c_str());
    }
};

QTEST_GUILESS_MAIN(TestGgufFamilies)
#include "tst_gguf_families.moc"
