// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>
#include <yaml-cpp/yaml.h>

#include "core/format/summary.h"
#include "core/plan/recipe.h"
#include "core/solve/preset.h"
#include "core/solve/preset_data.h"
#include "core/solve/solver.h"
#include "tests/support/sample_network.h"
#include "tests/support/synthetic_network.h"

using namespace kerf::core;

class TestPreset : public QObject {
    Q_OBJECT

    std::shared_ptr<const Network> m_network = kerf::test::syntheticNetwork(16);

    static Json base()
    {
        return { { "kerf_preset", 1 }, { "name", "mine" }, { "summary", "Mine." }, { "format", "int4-g128" },
            { "method", "gptq" } };
    }
    static bool lists(const std::vector<Preset>& presets, const std::string& name)
    {
        return std::any_of(presets.begin(), presets.end(), [&](const Preset& preset) { return preset.name == name; });
    }

private slots:
    void everyBuiltInPresetReads()
    {
        QVERIFY(presetTexts().size() >= 9);
        for (const std::string_view text : presetTexts()) {
            const auto preset = presetFromJson(parseJson(std::string(text), "preset").value(), "preset");
            QVERIFY2(preset.has_value(), preset ? "" : preset.error().message.c_str());
            QVERIFY(preset->summary.ends_with('.') || preset->summary.ends_with('?'));
            QVERIFY(!preset->basis.empty());
        }
    }
    void onlyWhatExistsIsListed()
    {
        const std::vector<Preset> presets = availablePresets(*m_network);
        QVERIFY(lists(presets, "GPTQModel default"));
        QVERIFY(lists(presets, "llm-compressor W4A16"));
        for (const Preset& preset : presets) {
            Preset plain = preset;
            plain.keep.reset();
            const auto made = presetPlan(plain, *m_network, nullptr);
            QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
            QCOMPARE(made->plan.layers.size(), m_network->layers().size());
        }
        QVERIFY(!findPreset("no such preset", *m_network));
    }
    void settingsOfTheToolAreInThePlan()
    {
        const Preset preset = findPreset("GPTQModel default", *m_network).value();
        const Plan plan = presetPlan(preset, *m_network, nullptr).value().plan;
        QCOMPARE(plan.settings.number("damping"), 0.05);
        QVERIFY(plan.settings.activationOrder() == ActivationOrder::GroupAware);
        QVERIFY(!plan.settings.flag("scale_search"));
        QVERIFY(plan.mode == QuantizeMode::Sequential);
        QCOMPARE(plan.layers.front().format, std::string("int4-g128"));
    }
    void rulesTakeTheBlocksOfLlamaCpp()
    {
        Json json = base();
        json["rules"]
            = Json::array({ { { "roles", { "v", "down" } }, { "blocks", "more-bits" }, { "format", "int6-g64" } },
                { { "match", "layers\\.0\\..*q_proj" }, { "format", "int8-channel" } } });
        const Plan plan = presetPlan(presetFromJson(json, "p").value(), *m_network, nullptr).value().plan;
        // Of 16 blocks: the first and last eighth (0 1 14 15), and every third from block 2 on that is 2 modulo 3.
        const std::vector<int> more { 0, 1, 4, 7, 10, 13, 14, 15 };
        for (const LayerInfo& layer : m_network->layers()) {
            const std::string& format = plan.find(layer.name)->format;
            const bool rule = (layer.role == "v" || layer.role == "down")
                && std::find(more.begin(), more.end(), layer.block) != more.end();
            QCOMPARE(format,
                layer.block == 0 && layer.role == "q" ? std::string("int8-channel")
                    : rule                            ? std::string("int6-g64")
                                                      : std::string("int4-g128"));
        }
    }
    void anUnknownNameIsAnErrorAndNotListed_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("format") << "format"
                                << "\"int4-g77\"";
        QTest::newRow("method") << "method"
                                << "\"magic\"";
        QTest::newRow("setting") << "settings"
                                 << "{\"no_such_setting\": 1}";
        QTest::newRow("transform") << "transforms"
                                   << "[{\"name\": \"no-such-transform\", \"settings\": {}}]";
        QTest::newRow("kv") << "kv"
                            << "\"kv-int77\"";
        QTest::newRow("key") << "formt"
                             << "\"int4-g128\"";
    }
    void anUnknownNameIsAnErrorAndNotListed()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        Json json = base();
        json[key.toStdString()] = parseJson(value.toStdString(), "value").value();
        const auto preset = presetFromJson(json, "p");
        if (preset) {
            const auto made = presetPlan(*preset, *m_network, nullptr);
            // A format that does not exist leaves every layer without one; all else is an error.
            QVERIFY(!made || made->unfit.size() == m_network->layers().size());
        }
    }
    void thresholdKeepsTheSensitiveLayers()
    {
        const auto profile = kerf::test::syntheticProfile(*m_network);
        const std::string probe = profile->formats.front();
        Json json = base();
        json["keep_above"] = { { "format", probe }, { "share", 0.175 } };
        Preset preset = presetFromJson(json, "p").value();
        QVERIFY(!presetPlan(preset, *m_network, nullptr)); // needs a profile
        const PresetPlan made = presetPlan(preset, *m_network, profile.get()).value();
        QCOMPARE(made.kept.size(), std::size_t { 19 }); // of 112, 19.6 are asked for; the 20th and the 21st are equal
        for (const LayerInfo& layer : m_network->layers()) {
            const bool above = predictLayer(*profile, layer.name, probe)->kld > made.threshold;
            QCOMPARE(made.plan.find(layer.name)->format, std::string(above ? "bf16" : "int4-g128"));
        }
        preset.keep->kld = 1e9;
        QVERIFY(presetPlan(preset, *m_network, profile.get()).value().kept.empty());
    }
    void shareIsAShare()
    {
        Json json = base();
        json["keep_above"] = { { "format", "int4-g64" }, { "share", 1.5 } };
        QVERIFY(!presetFromJson(json, "p"));
        const auto& layers = m_network->layers();
        QCOMPARE(shareOfWeights(*m_network, {}), 0.0);
        double weights = 0;
        for (const LayerInfo& layer : layers)
            weights += static_cast<double>(layer.shape.rows) * static_cast<double>(layer.shape.cols);
        const auto first = static_cast<double>(layers[0].shape.rows) * static_cast<double>(layers[0].shape.cols);
        QCOMPARE(shareOfWeights(*m_network, { layers[0].name }), first / weights);
    }
    /// It makes weights harder to round: only rounded inputs gain.
    void smoothingIsForRoundedInputs()
    {
        Json json = base();
        json["transforms"] = Json::array({ { { "name", "smoothquant" }, { "settings", { { "alpha", 0.5 } } } } });
        const PresetPlan weights = presetPlan(presetFromJson(json, "p").value(), *m_network, nullptr).value();
        QVERIFY(weights.plan.transforms.empty());
        QVERIFY(weights.notes.size() == 1 && weights.notes[0].starts_with("SmoothQuant is left out"));
        json["format"] = "int8-channel+a8-token";
        const PresetPlan inputs = presetPlan(presetFromJson(json, "p").value(), *m_network, nullptr).value();
        QVERIFY(inputs.plan.transforms.size() == 1 && inputs.notes.empty());
    }
    void sixteenBitCacheIsNone()
    {
        Json json = base();
        json["kv"] = "kv-int8";
        const auto decoder = kerf::test::sampleNetwork(); // one that has a cache
        const auto rounded = presetPlan(presetFromJson(json, "p").value(), *decoder, nullptr);
        QVERIFY2(rounded && !rounded->plan.kv.empty(), rounded ? "it has none" : rounded.error().message.c_str());
        json["kv"] = "kv-f16";
        const auto made = presetPlan(presetFromJson(json, "p").value(), *decoder, nullptr);
        QVERIFY2(made && made->plan.kv.empty(), made ? "" : made.error().message.c_str());
    }
    void layersAboveAThresholdStay()
    {
        const auto profile = kerf::test::syntheticProfile(*m_network);
        const std::string format = profile->formats.front();
        Plan plan = kerf::test::syntheticPlan(*m_network, format);
        double highest = 0;
        for (const LayerProfile& layer : profile->layers)
            highest = std::max(highest, predictFormat(layer, format)->kld);
        const auto kept = keepAbove(plan, *profile, "", highest * 0.99);
        QVERIFY(kept && !kept->empty());
        for (const PlanLayer& row : plan.layers)
            QCOMPARE(row.format == "bf16", std::find(kept->begin(), kept->end(), row.layer) != kept->end());
        QVERIFY(!keepAbove(plan, *profile, "int7-g32", 0)); // not profiled
    }
    void everyListedFormatIsExplained()
    {
        for (const std::string& name : commonFormats())
            QVERIFY2(formatSummary(name).size() > 20, name.c_str());
        QCOMPARE(formatSummary("int4-g64-asym"),
            std::string("Integers of 4 bits, one scale and zero point for each 64 weights of a row."));
        QVERIFY(formatSummary("no-such-format").empty());
    }
    void recipeForLlmCompressor()
    {
        Plan plan = kerf::test::syntheticPlan(*m_network, "int4-g128");
        for (PlanLayer& row : plan.layers)
            row.method = "gptq";
        plan.layers[1].format = "int8-channel";
        plan.layers[2].format = "bf16";
        const auto recipe = planRecipe(plan, *m_network, "llm-compressor");
        QVERIFY2(recipe.has_value(), recipe ? "" : recipe.error().message.c_str());
        const YAML::Node modifier = YAML::Load(recipe->text)["quant_stage"]["quant_modifiers"]["GPTQModifier"];
        const YAML::Node groups = modifier["config_groups"];
        QCOMPARE(groups.size(), std::size_t { 2 });
        const YAML::Node four = groups["group_0"], eight = groups["group_1"]; // in order of names
        QCOMPARE(four["targets"].size(), plan.layers.size() - 2);
        QCOMPARE(four["weights"]["num_bits"].as<int>(), 4);
        QCOMPARE(four["weights"]["strategy"].as<std::string>(), std::string("group"));
        QCOMPARE(four["weights"]["group_size"].as<int>(), 128);
        QVERIFY(four["weights"]["symmetric"].as<bool>() && !four["input_activations"]);
        QCOMPARE(eight["targets"].as<std::vector<std::string>>(), std::vector { plan.layers[1].layer });
        QCOMPARE(eight["weights"]["strategy"].as<std::string>(), std::string("channel"));
        QCOMPARE(modifier["ignore"].as<std::vector<std::string>>(),
            (std::vector<std::string> { "lm_head", plan.layers[2].layer }));
        QCOMPARE(modifier["actorder"].as<std::string>(), std::string("static"));
        QCOMPARE(modifier["dampening_frac"].as<double>(), plan.settings.number("damping"));
        plan.layers[3].method = "rtn";
        QVERIFY(!planRecipe(plan, *m_network, "llm-compressor")); // two methods
        QVERIFY(planRecipe(plan, *m_network, "llm-compressor", "gptq").has_value());
    }
    void recipeForLlmCompressorWithActivationsAndSmoothing()
    {
        Plan plan = kerf::test::syntheticPlan(*m_network, "int8-channel+a8-token");
        for (PlanLayer& row : plan.layers)
            row.method = "rtn";
        plan.layers[0].format = "fp8-e4m3-block128+afp8-token";
        plan.transforms.push_back(transformChoice("smoothquant", { { "alpha", 0.8 } }).value());
        const auto recipe = planRecipe(plan, *m_network, "llm-compressor");
        QVERIFY2(recipe.has_value(), recipe ? "" : recipe.error().message.c_str());
        const YAML::Node modifiers = YAML::Load(recipe->text)["quant_stage"]["quant_modifiers"];
        QCOMPARE(modifiers.begin()->first.as<std::string>(), std::string("SmoothQuantModifier")); // first
        QCOMPARE(modifiers["SmoothQuantModifier"]["smoothing_strength"].as<double>(), 0.8);
        const YAML::Node groups = modifiers["QuantizationModifier"]["config_groups"];
        const YAML::Node block = groups["group_0"]["weights"], inputs = groups["group_1"]["input_activations"];
        QCOMPARE(block["type"].as<std::string>(), std::string("float"));
        QCOMPARE(block["strategy"].as<std::string>(), std::string("block"));
        QCOMPARE(block["block_structure"].as<std::vector<int>>(), (std::vector { 128, 128 }));
        QCOMPARE(groups["group_0"]["input_activations"]["type"].as<std::string>(), std::string("float"));
        QCOMPARE(inputs["type"].as<std::string>(), std::string("int"));
        QVERIFY(inputs["strategy"].as<std::string>() == "token" && inputs["dynamic"].as<bool>());
        plan.layers[3].format = "int8-channel+llmint8";
        const auto refused = planRecipe(plan, *m_network, "llm-compressor");
        QVERIFY(!refused && refused.error().message.find("llmint8") != std::string::npos);
    }
    void recipeForGptqModel()
    {
        Plan plan = kerf::test::syntheticPlan(*m_network, "int4-g128");
        for (PlanLayer& row : plan.layers)
            row.method = "gptq";
        plan.layers[0].format = "int8-g64";
        plan.layers[2].format = "bf16";
        const auto recipe = planRecipe(plan, *m_network, "gptqmodel");
        QVERIFY2(recipe.has_value(), recipe ? "" : recipe.error().message.c_str());
        const Json config = parseJson(recipe->text, "recipe").value();
        QCOMPARE(config["bits"].get<int>(), 4);
        QCOMPARE(config["group_size"].get<int>(), 128);
        QCOMPARE(config["dynamic"].size(), std::size_t { 2 });
        for (const auto& [pattern, rule] : config["dynamic"].items())
            QVERIFY(pattern.starts_with("-:^") ? rule.empty() : rule["bits"] == 8 && rule["group_size"] == 64);
        plan.layers[0].format = "int5-g64";
        const auto refused = planRecipe(plan, *m_network, "gptqmodel");
        QVERIFY(!refused && refused.error().message.find("int5-g64") != std::string::npos);
    }
    void aRecipeThatCannotBeIsRefusedInWords()
    {
        const Plan integers = kerf::test::syntheticPlan(*m_network, "int4-g128");
        const auto ggml = planRecipe(integers, *m_network, "llama.cpp");
        QVERIFY(!ggml && ggml.error().message.find("q4_k") != std::string::npos);
        QVERIFY(!planRecipe(integers, *m_network, "no-such-tool"));
        const Plan kept = kerf::test::syntheticPlan(*m_network, "bf16");
        QVERIFY(!planRecipe(kept, *m_network, "gptqmodel")); // nothing is quantized
    }
};

QTEST_GUILESS_MAIN(TestPreset)
#include "tst_preset.moc"
