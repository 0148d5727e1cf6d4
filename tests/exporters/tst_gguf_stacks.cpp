// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <fmt/format.h>

#include "core/checkpoint/stack_form.h"
#include "core/exporters/convert.h"
#include "core/exporters/exporter.h"
#include "core/model/gguf_family.h"
#include "core/model/model.h"
#include "core/plan/plan.h"
#include "core/plan/recipe.h"
#include "tests/support/gguf_copies.h"
#include "tests/support/rounded_run.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// Element [i, j, k] of a tensor that was read with its first dimension as rows.
float element(const Matrix& values, std::int64_t rows, std::int64_t i, std::int64_t j, std::int64_t k)
{
    return values(i, j * (values.cols() / rows) + k);
}

std::vector<std::string> formatOfExperts(const Network& network, const char* format)
{
    std::vector<std::string> formats;
    for (const LayerInfo& layer : network.layers())
        formats.emplace_back(layer.name.find(".experts.") != std::string::npos ? format : "bf16");
    return formats;
}

} // namespace

/// Tensors of a source that a GGUF file holds in parts: experts of gpt-oss, latent attention; and Falcon's two norms.
class TestGgufStacks : public QObject, private GgufCopies {
    Q_OBJECT
private slots:
    void sharesOfRowsComeBack_data()
    {
        QTest::addColumn<bool>("isInOut");
        QTest::addColumn<bool>("isTransposed");
        for (const bool isInOut : { false, true })
            for (const bool isTransposed : { false, true })
                QTest::addRow("%d %d", isInOut, isTransposed) << isInOut << isTransposed;
    }
    /// A slice of 6 rows and 3 columns, the number 10 row + column at each place.
    void sharesOfRowsComeBack()
    {
        QFETCH(bool, isInOut);
        QFETCH(bool, isTransposed);
        StackForm form { 1, 6, 3, isInOut };
        std::vector<float> slice(18);
        for (std::size_t row = 0; row < 6; ++row)
            for (std::size_t col = 0; col < 3; ++col)
                slice[isInOut ? col * 6 + row : row * 3 + col] = static_cast<float>(10 * row + col);
        const StackShare odd { "odd", 1, 2, 3, isTransposed }, even { "even", 0, 2, 3, false };
        const std::vector<std::byte> bytes = takeShare(form, odd, sizeof(float), std::as_bytes(std::span(slice)));
        std::vector<float> part(9), again(18);
        std::memcpy(part.data(), bytes.data(), bytes.size());
        const std::vector<float> expected = isTransposed ? std::vector<float> { 10, 30, 50, 11, 31, 51, 12, 32, 52 }
                                                         : std::vector<float> { 10, 11, 12, 30, 31, 32, 50, 51, 52 };
        QVERIFY(part == expected);
        putShare(form, odd, part, again);
        const std::vector<std::byte> others = takeShare(form, even, sizeof(float), std::as_bytes(std::span(slice)));
        std::memcpy(part.data(), others.data(), others.size());
        putShare(form, even, part, again);
        QVERIFY(again == slice);
    }

    /// By the names, orders and values that llama.cpp's own converter gives them, the file read as it is.
    void expertsOfOneTensor()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto [source, file] = writtenAs("gpt_oss");
        const std::string block = "model.layers.1.mlp.";
        QVERIFY(file.find("blk.1.ffn_gate_exps.weight")->shape == (std::vector<std::int64_t> { 4, 40, 64 }));
        QVERIFY(file.find("blk.1.ffn_down_exps.weight")->shape == (std::vector<std::int64_t> { 4, 64, 40 }));
        const Matrix both = source.read(block + "experts.gate_up_proj").value(); // [4, 64, 80]
        const Matrix gate = file.read("blk.1.ffn_gate_exps.weight").value();
        const Matrix up = file.read("blk.1.ffn_up_exps.weight").value();
        const Matrix down = source.read(block + "experts.down_proj").value(); // [4, 40, 64]
        const Matrix downs = file.read("blk.1.ffn_down_exps.weight").value();
        const Matrix bias = source.read(block + "experts.gate_up_proj_bias").value();
        const Matrix gateBias = file.read("blk.1.ffn_gate_exps.bias").value();
        const Matrix upBias = file.read("blk.1.ffn_up_exps.bias").value();
        for (const auto& [expert, out, in] : { std::array { 0, 0, 0 }, { 1, 7, 12 }, { 3, 39, 63 }, { 2, 20, 1 } }) {
            QCOMPARE(element(gate, 40, expert, out, in), element(both, 64, expert, in, 2 * out));
            QCOMPARE(element(up, 40, expert, out, in), element(both, 64, expert, in, 2 * out + 1));
            QCOMPARE(element(downs, 64, expert, in, out), element(down, 40, expert, out, in));
            QCOMPARE(gateBias(expert, out), bias(expert, 2 * out));
            QCOMPARE(upBias(expert, out), bias(expert, 2 * out + 1));
        }
        for (const auto& [theirs, ours] : { std::pair { "ffn_down_exps.bias", "mlp.experts.down_proj_bias" },
                 { "ffn_gate_inp.weight", "mlp.router.weight" }, { "ffn_gate_inp.bias", "mlp.router.bias" },
                 { "attn_sinks.weight", "self_attn.sinks" },
                 { "post_attention_norm.weight", "post_attention_layernorm.weight" } })
            QVERIFY2(file.read(fmt::format("blk.0.{}", theirs)).value()
                    == source.read(fmt::format("model.layers.0.{}", ours)).value(),
                theirs);
        QVERIFY(!file.find("blk.0.ffn_norm.weight"));
    }

    void latentAttention()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto [source, file] = writtenAs("deepseek_v3");
        const Matrix both = source.read("model.layers.1.self_attn.kv_b_proj.weight").value(); // [4 (16 + 20), 16]
        QVERIFY(file.find("blk.1.attn_k_b.weight")->shape == (std::vector<std::int64_t> { 4, 16, 16 }));
        QVERIFY(file.find("blk.1.attn_v_b.weight")->shape == (std::vector<std::int64_t> { 4, 20, 16 }));
        const Matrix keys = file.read("blk.1.attn_k_b.weight").value();
        const Matrix values = file.read("blk.1.attn_v_b.weight").value();
        for (const auto& [head, channel, latent] :
            { std::array { 0, 0, 0 }, { 1, 15, 3 }, { 3, 7, 15 }, { 2, 1, 14 } }) {
            QCOMPARE(element(keys, 16, head, latent, channel), both(head * 36 + channel, latent));
            QCOMPARE(element(values, 20, head, channel, latent), both(head * 36 + 16 + channel, latent));
        }
        for (const auto& [theirs, ours] : { std::pair { "exp_probs_b.bias", "mlp.gate.e_score_correction_bias" },
                 { "attn_q_a_norm.weight", "self_attn.q_a_layernorm.weight" },
                 { "attn_kv_a_norm.weight", "self_attn.kv_a_layernorm.weight" },
                 { "attn_kv_a_mqa.weight", "self_attn.kv_a_proj_with_mqa.weight" },
                 { "attn_q_b.weight", "self_attn.q_b_proj.weight" },
                 { "ffn_up_shexp.weight", "mlp.shared_experts.up_proj.weight" } })
            QVERIFY2(file.read(fmt::format("blk.1.{}", theirs)).value()
                    == source.read(fmt::format("model.layers.1.{}", ours)).value(),
                theirs);
        QVERIFY(file.find("blk.0.ffn_gate.weight") && !file.find("blk.0.ffn_gate_exps.weight"));
    }

    void normsAndRowsOfFalcon()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto [source, file] = writtenAs("falcon-new");
        QVERIFY(file.read("blk.1.attn_norm.weight").value() == source.read("transformer.h.1.ln_mlp.weight").value());
        QVERIFY(file.read("blk.1.attn_norm_2.bias").value() == source.read("transformer.h.1.ln_attn.bias").value());
        const Matrix fused = source.read("transformer.h.0.self_attention.query_key_value.weight").value();
        const Matrix parts = file.read("blk.0.attn_qkv.weight").value();
        // 4 queries, 2 keys, 2 values of 16 channels; the source has 2 queries, a key and a value, twice
        for (const auto& [theirs, ours] :
            { std::array { 0, 0 }, { 1, 1 }, { 2, 4 }, { 3, 5 }, { 4, 2 }, { 5, 6 }, { 6, 3 }, { 7, 7 } })
            QVERIFY(parts.row(16 * theirs + 5) == fused.row(16 * ours + 5));
    }

    /// Codes of one half would stand by other columns.
    void codesOfLatentAttentionAreRefused()
    {
        const auto model = openModel(copyOf("deepseek_v2-wide"));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const Exporter& gguf = *findExporter("gguf").value();
        const Plan plan = uniformPlan(*model->network, "q8_0", "q8_0", "rtn").value();
        const auto problems = gguf.check(plan, *model->network);
        QCOMPARE(problems.size(), std::size_t { 1 });
        QCOMPARE(problems.front().layers,
            (std::vector<std::string> { "model.layers.0.self_attn.kv_b_proj", "model.layers.1.self_attn.kv_b_proj" }));
        const auto mend = adaptedPlan(gguf, plan, *model->network);
        QVERIFY2(mend, mend ? "" : mend.error().message.c_str());
        QVERIFY(gguf.check(mend->plan, *model->network).empty());
    }

    void expertsKeepTheirCodes_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* format : { "mxfp4", "q8_0", "q4_0", "int4-g32" })
            QTest::newRow(format) << QString(format);
    }
    /// Rows of gate and up alternate in a layer and lie in two tensors of the file; a conversion puts them back.
    void expertsKeepTheirCodes()
    {
        QFETCH(QString, format);
        const auto model = openModel(copyOf("gpt_oss-wide"));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const RoundedRun run(*model, formatOfExperts(*model->network, qPrintable(format)));
        QCOMPARE(run.layers().size(), std::size_t { 16 }); // 2 blocks, 4 experts, 2 layers
        const auto report = run.write("gguf", at("codes"));
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const Checkpoint file = Checkpoint::open(at("codes") / "model.gguf").value();
        if (format == "mxfp4")
            for (const char* name : { "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps" })
                QCOMPARE(file.find(fmt::format("blk.0.{}.weight", name))->blocks, std::string("MXFP4"));
        const auto written = openModel(at("codes") / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        for (const auto& [name, tensor] : run.layers()) {
            QVERIFY2(written->quantized->contains(name), name.c_str());
            QVERIFY(dequantize(written->quantized->read(name).value()) == dequantize(tensor));
        }
        const auto folder = convertModel(*written, *findExporter("hf").value(), {}, at("folder"), {});
        QVERIFY2(folder, folder ? "" : folder.error().message.c_str());
        const auto opened = openModel(at("folder"));
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        for (const auto& [name, tensor] : run.layers()) { // as floats of 16 bits
            const Matrix expected = dequantize(tensor), found = opened->network->layerWeight(name).value();
            QVERIFY2((found - expected).cwiseAbs().maxCoeff() <= expected.cwiseAbs().maxCoeff() / 256, name.c_str());
        }
    }

    /// Each half of a layer is a tensor of its own for llama-quantize.
    void bothTensorsOfALayerAreNamed()
    {
        const auto experts = openModel(copyOf("gpt_oss-wide"));
        const auto names = ggufLayerNames(*experts->network);
        const auto& both = names.at("model.layers.1.mlp.experts.2.gate_up_proj");
        QCOMPARE(both.size(), std::size_t { 2 });
        QCOMPARE(both[0].name, std::string("blk.1.ffn_gate_exps.weight"));
        QCOMPARE(both[1].name, std::string("blk.1.ffn_up_exps.weight"));
        const auto latent = openModel(copyOf("deepseek_v2-wide"));
        const auto cut = ggufLayerNames(*latent->network).at("model.layers.0.self_attn.kv_b_proj");
        QCOMPARE(cut.size(), std::size_t { 2 });
        QVERIFY(cut[0].name == "blk.0.attn_k_b.weight" && !cut[0].readsInputs);
        QVERIFY(cut[1].name == "blk.0.attn_v_b.weight" && cut[1].readsInputs);
    }
};

QTEST_GUILESS_MAIN(TestGgufStacks)
#include "tst_gguf_stacks.moc"
