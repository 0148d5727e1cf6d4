// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <map>

#include "core/model/model.h"
#include "core/plan/recipe.h"
#include "tests/support/fake_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using kerf::test::FakeNetwork;
using kerf::test::llamaLayers;

/// Recipes of other tools as plans: what Kerf writes comes back as it was, and what the tools' users write is
/// understood.
class TestRecipeImport : public QObject {
    Q_OBJECT

    FakeNetwork m_network { llamaLayers(2, 256, 128, 768), "llama" };

    /// Formats in turn; bf16 keeps a layer.
    Plan planOf(const std::vector<std::string>& formats, const std::string& method) const
    {
        Plan plan { "mine", {}, QuantizeMode::Sequential, {}, {}, {} };
        for (std::size_t i = 0; i < m_network.layers().size(); ++i)
            plan.layers.push_back({ m_network.layers()[i].name, formats[i % formats.size()], method });
        return plan;
    }
    std::string formatIn(const ImportedPlan& imported, const std::string& layer) const
    {
        return imported.plan.find("model.layers." + layer)->format;
    }
    std::string errorOf(const std::string& text) const
    {
        const auto imported = importRecipe(text, "their.file", m_network);
        return imported ? "" : imported.error().message;
    }

private slots:
    void bareCheckpointsComeBackToo()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto bare = openModel(data / "conformance" / "decoders" / "bloom-6-heads");
        QVERIFY2(bare, bare ? "" : bare.error().message.c_str());
        Plan plan = uniformPlan(*bare->network, "mine", "int4-g32", "gptq").value();
        plan.mode = QuantizeMode::Sequential;
        plan.layers.front().format = "int8-g32";
        for (const char* tool : { "llm-compressor", "gptqmodel", "modelopt" }) {
            if (std::string(tool) == "modelopt")
                for (PlanLayer& layer : plan.layers)
                    layer.method = "rtn";
            const auto recipe = planRecipe(plan, *bare->network, tool);
            QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
            QVERIFY2(recipe->text.find("transformer") != std::string::npos, tool); // as the tool names the modules
            const auto back = importRecipe(recipe->text, "recipe", *bare->network);
            QVERIFY2(back, back ? "" : back.error().message.c_str());
            for (std::size_t i = 0; i < plan.layers.size(); ++i)
                QCOMPARE(back->plan.layers[i].format, plan.layers[i].format);
        }
    }
    void fusedLayersAndExpertsComeBackFromLlamaCpp()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        for (const char* family : { "bloom-6-heads", "gpt2", "mixtral" }) {
            const auto model = openModel(data / "conformance" / "decoders" / family);
            QVERIFY2(model, model ? "" : model.error().message.c_str());
            Plan plan = uniformPlan(*model->network, "mine", "q4_0", "hcd").value();
            plan.layers.front().format = "q8_0";
            const auto recipe = planRecipe(plan, *model->network, "llama.cpp");
            QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
            QCOMPARE(recipe->text.find("ffn_up_exps") != std::string::npos, std::string(family) == "mixtral");
            const auto back = importRecipe(recipe->text, "tensor-types.txt", *model->network);
            QVERIFY2(back, back ? "" : back.error().message.c_str());
            QVERIFY(back->plan.layers == plan.layers);
            if (std::string(family) != "mixtral")
                continue;
            plan.find("model.layers.1.block_sparse_moe.experts.2.w1")->format = "q8_0";
            QVERIFY(!planRecipe(plan, *model->network, "llama.cpp")); // its experts are one tensor there
        }
    }
    void whatIsWrittenComesBack_data()
    {
        QTest::addColumn<QString>("tool");
        QTest::addColumn<QStringList>("formats");
        QTest::addColumn<QString>("method");
        QTest::newRow("llm-compressor") << "llm-compressor"
                                        << QStringList { "int4-g128", "int8-channel+a8-token", "bf16",
                                               "fp8-e4m3-channel+afp8-token", "nvfp4", "nvfp4+anvfp4",
                                               "fp8-e4m3-tensor+afp8-tensor", "int4-g64-asym", "int8-channel+a8-tensor",
                                               "fp8-e4m3-block128" }
                                        << "gptq";
        QTest::newRow("gptqmodel") << "gptqmodel"
                                   << QStringList { "int4-g128", "int3-g64", "bf16", "int4-g128", "int8-channel-asym" }
                                   << "gptq";
        QTest::newRow("llama.cpp") << "llama.cpp" << QStringList { "q4_k", "q6_k", "iq4_nl", "bf16", "q8_0" } << "hcd";
        QTest::newRow("modelopt") << "modelopt"
                                  << QStringList { "nvfp4", "nvfp4+anvfp4", "fp8-e4m3-tensor+afp8-tensor", "bf16",
                                         "fp8-e4m3-channel+afp8-token", "int4-g128", "int8-channel",
                                         "int8-channel+a8-tensor" }
                                  << "rtn";
    }
    void whatIsWrittenComesBack()
    {
        QFETCH(QString, tool);
        QFETCH(QStringList, formats);
        QFETCH(QString, method);
        std::vector<std::string> names;
        for (const QString& format : formats)
            names.push_back(format.toStdString());
        Plan plan = planOf(names, method.toStdString());
        if (method == "gptq") {
            plan.settings.set("damping", 0.05);
            plan.settings.set("activation_order", "none");
        }
        const auto recipe = planRecipe(plan, m_network, tool.toStdString());
        QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
        const auto back = importRecipe(recipe->text, "folder/recipe", m_network);
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        for (std::size_t i = 0; i < plan.layers.size(); ++i) {
            // llama.cpp's other float types are themselves; a plan keeps floats under one name.
            QCOMPARE(back->plan.layers[i].format, plan.layers[i].format);
            QCOMPARE(back->plan.layers[i].method, plan.layers[i].method);
        }
        if (method == "gptq") {
            QCOMPARE(back->plan.settings.number("damping"), 0.05);
            QVERIFY(back->plan.settings.activationOrder() == ActivationOrder::None);
        }
    }

    /// As its documentation writes recipes: a preset scheme for a class of modules.
    void presetSchemes_data()
    {
        QTest::addColumn<QString>("scheme");
        QTest::addColumn<QString>("format");
        for (const auto& [scheme, format] : std::map<const char*, const char*> { { "W4A16", "int4-g128" },
                 { "W4A16_ASYM", "int4-g128-asym" }, { "W8A16", "int8-channel" }, { "W8A8", "int8-channel+a8-token" },
                 { "FP8", "fp8-e4m3-tensor+afp8-tensor" }, { "FP8_DYNAMIC", "fp8-e4m3-channel+afp8-token" },
                 { "NVFP4", "nvfp4+anvfp4" }, { "NVFP4A16", "nvfp4" }, { "MXFP4A16", "mxfp4" } })
            QTest::newRow(scheme) << scheme << format;
    }
    void presetSchemes()
    {
        QFETCH(QString, scheme);
        QFETCH(QString, format);
        const auto imported
            = importRecipe("default_stage:\n  default_modifiers:\n    SmoothQuantModifier:\n"
                           "      smoothing_strength: 0.8\n    QuantizationModifier:\n      ignore: [lm_head, "
                           "'re:.*down_proj$']\n      scheme: "
                    + scheme.toStdString() + "\n      targets: Linear\n",
                "their.yaml", m_network);
        QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
        QCOMPARE(formatIn(*imported, "0.self_attn.q_proj"), format.toStdString());
        QCOMPARE(formatIn(*imported, "1.mlp.down_proj"), std::string("bf16"));
        QCOMPARE(imported->plan.layers.front().method, std::string("rtn"));
        QCOMPARE(imported->plan.transforms.size(), std::size_t { 1 });
        QCOMPARE(imported->plan.transforms[0].settings["alpha"].get<double>(), 0.8);
    }

    void autoGptqAndAutoAwq()
    {
        const auto gptq
            = importRecipe(R"({"bits": 4, "group_size": 64, "desc_act": true, "sym": false, "damp_percent": 0.1})",
                "q.json", m_network);
        QVERIFY2(gptq, gptq ? "" : gptq.error().message.c_str());
        QCOMPARE(formatIn(*gptq, "1.mlp.up_proj"), std::string("int4-g64-asym"));
        QVERIFY(gptq->plan.settings.activationOrder() == ActivationOrder::Static);
        const auto awq = importRecipe(
            R"({"zero_point": true, "q_group_size": 128, "w_bit": 4, "version": "GEMM"})", "a", m_network);
        QVERIFY2(awq, awq ? "" : awq.error().message.c_str());
        QCOMPARE(formatIn(*awq, "0.mlp.gate_proj"), std::string("int4-g128-asym"));
        QCOMPARE(awq->plan.transforms.at(0).name, std::string("awq"));
    }
    /// The first rule that matches a layer counts, as GPTQModel has it.
    void dynamicRules()
    {
        const auto imported = importRecipe(R"({"bits": 4, "group_size": 128, "sym": true, "quant_method": "gptq",
            "dynamic": {"-:model\\.layers\\.0\\.": {}, "+:.*\\.down_proj": {"bits": 8},
                        ".*\\.(up|down)_proj": {"group_size": 32}}})",
            "q.json", m_network);
        QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
        QCOMPARE(formatIn(*imported, "0.mlp.down_proj"), std::string("bf16"));
        QCOMPARE(formatIn(*imported, "1.mlp.down_proj"), std::string("int8-g128"));
        QCOMPARE(formatIn(*imported, "1.mlp.up_proj"), std::string("int4-g32"));
        QCOMPARE(formatIn(*imported, "1.self_attn.o_proj"), std::string("int4-g128"));
    }
    void modelOptsOwnConfigs()
    {
        const auto whole = importRecipe(R"({"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4",
            "group_size": 16, "kv_cache_quant_algo": null, "exclude_modules": ["lm_head", "model.layers.1*"]}})",
            "hf_quant_config.json", m_network);
        QVERIFY2(whole, whole ? "" : whole.error().message.c_str());
        QCOMPARE(formatIn(*whole, "0.mlp.up_proj"), std::string("nvfp4+anvfp4"));
        QCOMPARE(formatIn(*whole, "1.mlp.up_proj"), std::string("bf16"));
        const auto mixed = importRecipe(R"({"quantization_config": {"quant_method": "modelopt", "quant_algo":
            "MIXED_PRECISION", "quantized_layers": {"model.layers.0.mlp.up_proj": {"quant_algo": "FP8"},
            "model.layers.1.mlp.up_proj": {"quant_algo": "W4A16_AWQ", "group_size": 64}}}})",
            "config.json", m_network);
        QVERIFY2(mixed, mixed ? "" : mixed.error().message.c_str());
        QCOMPARE(formatIn(*mixed, "0.mlp.up_proj"), std::string("fp8-e4m3-tensor+afp8-tensor"));
        QCOMPARE(formatIn(*mixed, "1.mlp.up_proj"), std::string("int4-g64"));
        QCOMPARE(formatIn(*mixed, "1.mlp.down_proj"), std::string("bf16"));
        QVERIFY(mixed->notes.at(0).find("12 layers are not named") != std::string::npos);
    }
    void aCheckpointsPlanGoesByNames()
    {
        const FakeNetwork theirs(llamaLayers(3, 256, 128, 768));
        Plan stored { "as stored in theirs", {}, QuantizeMode::Independent, {}, {}, {} };
        for (const LayerInfo& layer : theirs.layers())
            stored.layers.push_back({ layer.name, layer.role == "down" ? "f16" : "int4-g128", "rtn" });
        const auto imported = importPlan(stored, "theirs", m_network);
        QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
        QCOMPARE(formatIn(*imported, "1.self_attn.v_proj"), std::string("int4-g128"));
        QCOMPARE(formatIn(*imported, "1.mlp.down_proj"), std::string("bf16"));
        QVERIFY(imported->notes.at(0).starts_with("7 of its layers are not in this model"));
        for (PlanLayer& row : stored.layers)
            row.layer = "else." + row.layer;
        QVERIFY(
            importPlan(stored, "theirs", m_network).error().message.find("quantizes no layer") != std::string::npos);
    }

    void whatCannotBeReadIsNamed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << " \n"
                               << "their.file: is empty";
        QTest::newRow("other JSON") << "{\"a\": 1}"
                                    << "is no recipe that Kerf knows";
        QTest::newRow("broken JSON") << "{\"bits\": "
                                     << "their.file";
        QTest::newRow("broken YAML") << "GPTQModifier: [\n"
                                     << "their.file";
        QTest::newRow("bits of nothing") << R"({"bits": 9, "group_size": 128})"
                                         << "int9";
        QTest::newRow("group that divides nothing") << R"({"bits": 4, "group_size": 100})"
                                                    << "model.layers.0";
        QTest::newRow("other text") << "hello\n"
                                    << "line 1: is no recipe of llama-quantize";
        QTest::newRow("unknown type") << "blk\\.0\\.attn_q=q9_z\n"
                                      << "line 1";
        QTest::newRow("bad pattern") << "blk\\.(=q4_k\n"
                                     << "line 1";
        QTest::newRow("nothing matches") << "blk\\.9\\.=q4_k\n"
                                         << "quantizes no layer of this model";
        QTest::newRow("unknown scheme") << "QuantizationModifier:\n  scheme: W3A3\n"
                                        << "W3A3";
        QTest::newRow("unknown modifier") << "SparseGPTModifier:\n  sparsity: 0.5\n"
                                          << "SparseGPTModifier has no place";
        QTest::newRow("no modifier") << "a: SomeModifierText\n"
                                     << "no modifier that quantizes";
        QTest::newRow("imports") << "quant_cfg:\n  - $import: base\n"
                                 << "imports another file";
        QTest::newRow("unknown algorithm") << R"({"quantization": {"quant_algo": "W2A2"}})"
                                           << "W2A2";
    }
    void whatCannotBeReadIsNamed()
    {
        QFETCH(QString, text);
        QFETCH(QString, says);
        const std::string error = errorOf(text.toStdString());
        QVERIFY2(error.find(says.toStdString()) != std::string::npos, error.c_str());
    }
    /// Nine lines that stand for a billion values.
    void aliasesAreLimited()
    {
        std::string text = "QuantizationModifier: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 9; ++i) {
            const std::string last = "*a" + std::to_string(i - 1);
            text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
            for (int j = 1; j < 10; ++j)
                text += ", " + last;
            text += "]\n";
        }
        QVERIFY(errorOf(text).find("aliases stand for more than") != std::string::npos);
    }
    void textsOfOtherEncodingsAreNamed()
    {
        QCOMPARE(errorOf("QuantizationModifier:\n  scheme: W4A16\xff\n"),
            std::string("their.file: byte 37 is no UTF-8 text"));
    }
};

QTEST_GUILESS_MAIN(TestRecipeImport)
#include "tst_recipe_import.moc"
