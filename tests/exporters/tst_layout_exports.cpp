// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The layouts of compressed-tensors, bitsandbytes and ModelOpt.

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <set>

#include "core/base/json.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/exporters/exporter.h"
#include "core/model/model.h"
#include "tests/exporters/small_export.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

class TestLayoutExports : public QObject {
    Q_OBJECT
private slots:
    void bytesAreThoseOfLlmCompressor_data()
    {
        QTest::addColumn<QString>("peer");
        QTest::addColumn<QString>("format");
        QTest::newRow("W8A8") << "llmcompressor-ct-int-w8a8"
                              << "int8-channel+a8-token";
        QTest::newRow("FP8") << "llmcompressor-ct-float-fp8"
                             << "fp8-e4m3-channel+afp8-token";
    }
    /// Weights of one byte for layers whose inputs are rounded too: what llm-compressor wrote is read, exported again,
    /// and the weights are the same to the byte; their scales have the same values.
    void bytesAreThoseOfLlmCompressor()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, peer);
        QFETCH(QString, format);
        const Checkpoint theirs = Checkpoint::open(data / "peers" / peer.toStdString()).value();
        const auto stored = QuantizedFolder::open(theirs).value().value();
        const Model source = openModel(data / "models" / "story-llama-0.7m").value();
        const Plan plan = uniformPlan(*source.network, "peer", format.toStdString(), "rtn").value();
        QTemporaryDir directory;
        const fs::path out = fs::path(directory.path().toStdString()) / "out";
        const ExportSource run { source.checkpoint, *source.network, plan,
            [&](const std::string& layer) -> Result<QuantizedTensor> {
                KERF_TRY(QuantizedTensor tensor, stored.read(layer));
                for (float& scale : tensor.scales) // theirs are float32; ours of integers are float16
                    scale = tensor.format->storedScale(scale);
                return tensor;
            } };
        VERIFY_OK(exportRun(*findExporter("compressed-tensors").value(), run, out, {}));
        const Checkpoint ours = Checkpoint::open(out).value();
        int compared = 0;
        for (const LayerInfo& layer : source.network->layers()) {
            const std::string weight = layer.name + ".weight", scale = layer.name + ".weight_scale";
            QVERIFY2(ours.bytes(weight).value() == theirs.bytes(weight).value(), weight.c_str());
            QVERIFY2(ours.find(weight)->dtype == theirs.find(weight)->dtype, weight.c_str());
            QVERIFY2(ours.find(scale)->shape == theirs.find(scale)->shape, scale.c_str());
            const Matrix difference = ours.read(scale).value() - theirs.read(scale).value();
            QVERIFY2(
                difference.cwiseAbs().maxCoeff() <= 0x1p-11F * theirs.read(scale).value().maxCoeff(), scale.c_str());
            ++compared;
        }
        QCOMPARE(compared, 14);
        const Json group = readJson(out / "config.json")["quantization_config"]["config_groups"]["group_0"];
        const Json expected
            = readJson(theirs.folder() / "config.json")["quantization_config"]["config_groups"]["group_0"];
        QVERIFY(group["format"] == expected["format"]);
        for (const char* part : { "weights", "input_activations" })
            for (const auto& [key, value] : group[part].items())
                if (key != "actorder")
                    QVERIFY2(expected[part][key] == value, key.c_str());
    }

    void compressedTensorsNamesEveryLayer()
    {
        const SmallExport fixture(
            { "int4-g64", "int4-g64", "int4-g64", "bf16", "int8-channel", "int8-channel", "int4-g64" });
        VERIFY_OK(fixture.run("compressed-tensors"));
        const Json config = readJson(fixture.out() / "config.json")["quantization_config"];
        QCOMPARE(config["format"].get<std::string>(), std::string("mixed-precision"));
        std::multiset<std::string> named;
        for (const auto& [name, group] : config["config_groups"].items())
            for (const Json& target : group["targets"])
                named.insert(target.get<std::string>());
        for (const Json& ignored : config["ignore"])
            named.insert(ignored.get<std::string>());
        QCOMPARE(named.count("Linear"), std::size_t { 0 });
        QCOMPARE(named.count("lm_head"), std::size_t { 1 });
        for (const LayerInfo& layer : fixture.network.layers())
            QCOMPARE(named.count(layer.name), std::size_t { 1 });
        QCOMPARE(named.size(), std::size_t { 8 });
    }

    /// bitsandbytes functional.py: the first of two codes in the high half, scales by blocks of the flattened weight,
    /// and what its QuantState is made from.
    void bitsAndBytesAreThoseOfQuantState()
    {
        const SmallExport fixture({ "nf4-b64-dq" });
        VERIFY_OK(fixture.run("bnb"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const std::string weight = fixture.network.layers()[0].name + ".weight";
        const QuantizedTensor& expected = fixture.layers.at(fixture.network.layers()[0].name);
        const auto codes = written.bytes(weight).value();
        QCOMPARE(std::to_integer<int>(codes[5]), expected.codes[10] * 16 + expected.codes[11]);
        const auto text = written.bytes(weight + ".quant_state.bitsandbytes__nf4").value();
        const Json state
            = parseJson(std::string(reinterpret_cast<const char*>(text.data()), text.size()), "state").value();
        QVERIFY(state.at("shape") == Json({ 128, 128 }));
        QCOMPARE(state.at("blocksize").get<int>(), 64);
        QCOMPARE(state.at("nested_blocksize").get<int>(), 256);
        QCOMPARE(state.at("nested_dtype").get<std::string>(), std::string("float32"));
        const auto scales = written.bytes(weight + ".absmax").value();
        const Matrix largest = written.read(weight + ".nested_absmax").value();
        const Matrix map = written.read(weight + ".nested_quant_map").value();
        QCOMPARE(map.size(), Eigen::Index { 256 });
        QCOMPARE(map.data()[255], 1.0F);
        const auto block = std::size_t { 37 }; // of 256: columns 64 to 127 of row 18
        const float scale = map.data()[std::to_integer<int>(scales[block])] * largest.data()[0]
            + state.at("nested_offset").get<float>();
        QCOMPARE(scale, expected.scales[block]);
    }

    /// modules/linear8bit: SCB is the largest magnitude of a row, 127 steps.
    void llmInt8HasTheLargestOfARow()
    {
        const SmallExport fixture({ "int8-channel+llmint8" });
        VERIFY_OK(fixture.run("bnb"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const std::string& layer = fixture.network.layers()[0].name;
        const Matrix largest = written.read(layer + ".SCB").value();
        QCOMPARE(largest.data()[3], fixture.layers.at(layer).scales[3] * 127);
        const auto numbers = written.bytes(layer + ".weight").value();
        QCOMPARE(static_cast<int>(static_cast<std::int8_t>(numbers[77])), fixture.layers.at(layer).codes[77] - 128);
        QCOMPARE(
            readJson(fixture.out() / "config.json").at("quantization_config").at("load_in_8bit").get<bool>(), true);
    }

    void oneBitsAndBytesFormatForAll()
    {
        const SmallExport fixture({ "nf4-b64", "fp4-b64", "int4-g64" });
        const auto problems = findExporter("bnb").value()->check(fixture.plan, fixture.network);
        QCOMPARE(problems.size(), std::size_t { 2 });
        QCOMPARE(problems[0].layers.size(), std::size_t { 2 }); // int4
        QCOMPARE(problems[1].layers.size(), std::size_t { 2 }); // fp4 beside nf4
    }

    /// compressed-tensors nvfp4: a byte is two E2M1 codes, the first low; weight = E2M1 * E4M3 / factor.
    void nvfp4IsDividedByItsFactor()
    {
        const SmallExport fixture({ "nvfp4" });
        VERIFY_OK(fixture.run("compressed-tensors"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const std::string& layer = fixture.network.layers()[0].name;
        const auto codes = written.bytes(layer + ".weight_packed").value();
        const auto scales = written.bytes(layer + ".weight_scale").value();
        const float factor = written.read(layer + ".weight_global_scale").value()(0, 0);
        const float e2m1[] = { 0, 0.5F, 1, 1.5F, 2, 3, 4, 6 };
        const auto value = [&](std::int64_t row, std::int64_t column) {
            const auto pair = std::to_integer<unsigned>(codes[static_cast<std::size_t>(row * 64 + column / 2)]);
            const unsigned code = column % 2 == 0 ? pair & 15U : pair >> 4;
            const auto scale = std::to_integer<unsigned>(scales[static_cast<std::size_t>(row * 8 + column / 16)]);
            const float e4m3 = std::ldexp(static_cast<float>(scale & 7U) / 8 + (scale >> 3U ? 1.0F : 0.0F),
                static_cast<int>(std::max(scale >> 3U, 1U)) - 7);
            return (code & 8U ? -1.0F : 1.0F) * e2m1[code & 7U] * (e4m3 / factor);
        };
        const Matrix expected = dequantize(fixture.layers.at(layer));
        for (const auto& [row, column] : { std::pair { 0, 0 }, { 3, 17 }, { 127, 127 }, { 64, 31 }, { 5, 98 } })
            QCOMPARE(value(row, column), expected(row, column));
        const Json group = readJson(fixture.out() / "config.json")["quantization_config"]["config_groups"]["group_0"];
        QCOMPARE(group["format"].get<std::string>(), std::string("nvfp4-pack-quantized"));
        QCOMPARE(group["weights"]["strategy"].get<std::string>(), std::string("tensor_group"));
    }

    /// One step for all tokens, and one for all keys and all values of a block.
    void fixedStepsAreWritten()
    {
        SmallExport fixture({ "int8-channel+a8-tensor" });
        ExportSource source = fixture.source();
        source.caches = { { parseCacheFormat("kv-fp8-tensor").value(), 0.25F, 0.125F } };
        const auto report = exportRun(*findExporter("compressed-tensors").value(), source, fixture.out(), {});
        VERIFY_OK(report);
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        QCOMPARE(written.read("model.layers.0.mlp.down_proj.input_scale").value()(0, 0), 6.5F);
        QCOMPARE(written.read("model.layers.0.self_attn.k_scale").value()(0, 0), 0.25F);
        QCOMPARE(written.read("model.layers.0.self_attn.v_scale").value()(0, 0), 0.125F);
        const Json config = readJson(fixture.out() / "config.json")["quantization_config"];
        QCOMPARE(config["kv_cache_scheme"]["num_bits"].get<int>(), 8);
        const Json inputs = config["config_groups"]["group_0"]["input_activations"];
        QCOMPARE(inputs["strategy"].get<std::string>(), std::string("tensor"));
        QCOMPARE(inputs["dynamic"].get<bool>(), false);
        source.inputSteps.erase("model.layers.0.mlp.up_proj");
        const auto without
            = exportRun(*findExporter("compressed-tensors").value(), source, fixture.root() / "without", {});
        QVERIFY(!without);
        QVERIFY(without.error().message.starts_with("model.layers.0.mlp.up_proj: the run has no step"));
    }

    /// input_global_scale is the reciprocal of the step: what inputs are multiplied by.
    void stepsOfNvfp4InputsAreWritten()
    {
        const SmallExport fixture({ "nvfp4+anvfp4" });
        VERIFY_OK(fixture.run("compressed-tensors"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        QCOMPARE(written.read("model.layers.0.self_attn.q_proj.input_global_scale").value()(0, 0), 2.0F);
        const Json inputs = readJson(
            fixture.out() / "config.json")["quantization_config"]["config_groups"]["group_0"]["input_activations"];
        QCOMPARE(inputs["strategy"].get<std::string>(), std::string("tensor_group"));
        QCOMPARE(inputs["dynamic"].get<std::string>(), std::string("local"));
    }

    /// ModelOpt's pack_int4_in_uint8: byte [i, j] holds rows 2i (low half) and 2i + 1 of column j, two's complement.
    void modelOptPairsRows()
    {
        const SmallExport fixture({ "int4-g64" });
        VERIFY_OK(fixture.run("modelopt"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const QuantizedTensor& expected = fixture.layers.at("model.layers.0.mlp.down_proj"); // [128, 256]
        QVERIFY((written.find("model.layers.0.mlp.down_proj.weight")->shape == std::vector<std::int64_t> { 64, 256 }));
        const auto bytes = written.bytes("model.layers.0.mlp.down_proj.weight").value();
        using At = std::pair<std::size_t, std::size_t>;
        for (const auto& [row, column] : { At { 0, 0 }, { 1, 0 }, { 126, 255 }, { 127, 255 }, { 63, 100 } }) {
            const auto pair = std::to_integer<int>(bytes[row / 2 * 256 + column]);
            const int half = row % 2 == 0 ? pair & 15 : pair >> 4;
            QCOMPARE(half >= 8 ? half - 16 : half, expected.codes[row * 256 + column] - 8);
        }
        const Matrix factors = written.read("model.layers.0.mlp.down_proj.pre_quant_scale").value();
        QVERIFY(factors.size() == 256 && (factors.array() == 1.0F).all());
        QVERIFY(!written.find("model.layers.0.self_attn.q_proj.pre_quant_scale"));
        const Json settings = readJson(fixture.out() / "hf_quant_config.json")["quantization"];
        QCOMPARE(settings["quant_algo"].get<std::string>(), std::string("W4A16_AWQ"));
        QCOMPARE(settings["group_size"].get<int>(), 64);
        QVERIFY(settings["exclude_modules"] == Json::array({ "lm_head" }));
    }

    /// weight = E2M1 * E4M3 * weight_scale_2, and every other number as a scalar.
    void modelOptMultipliesByItsFactor()
    {
        SmallExport fixture({ "nvfp4+anvfp4", "fp8-e4m3-tensor+afp8-tensor" });
        ExportSource source = fixture.source();
        source.caches = { { parseCacheFormat("kv-fp8-tensor").value(), 0.25F, 0.125F } };
        VERIFY_OK(exportRun(*findExporter("modelopt").value(), source, fixture.out(), {}));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const std::string q = "model.layers.0.self_attn.q_proj", k = "model.layers.0.self_attn.k_proj";
        const Matrix weight = dequantize(fixture.layers.at(q));
        const float factor = written.read(q + ".weight_scale_2").value()(0, 0);
        const auto scale = std::to_integer<unsigned>(written.bytes(q + ".weight_scale").value()[0]);
        const auto code = std::to_integer<unsigned>(written.bytes(q + ".weight").value()[0]) & 15U;
        const float e2m1[] = { 0, 0.5F, 1, 1.5F, 2, 3, 4, 6 };
        const float e4m3 = std::ldexp(static_cast<float>(scale & 7U) / 8 + (scale >> 3U ? 1.0F : 0.0F),
            static_cast<int>(std::max(scale >> 3U, 1U)) - 7);
        const float found = (code & 8U ? -1.0F : 1.0F) * e2m1[code & 7U] * e4m3 * factor;
        QVERIFY(std::abs(found - weight(0, 0)) <= 2e-7F * std::abs(weight(0, 0)));
        QVERIFY(written.find(q + ".weight_scale_2")->shape.empty());
        QCOMPARE(written.read(q + ".input_scale").value()(0, 0), 0.5F);
        QCOMPARE(written.read(k + ".input_scale").value()(0, 0), 1.5F);
        QVERIFY(written.find(k + ".weight_scale")->shape.empty());
        QCOMPARE(written.read(k + ".k_scale").value()(0, 0), 0.25F);
        QCOMPARE(written.read("model.layers.0.self_attn.v_proj.v_scale").value()(0, 0), 0.125F);
        const Json settings = readJson(fixture.out() / "hf_quant_config.json")["quantization"];
        QCOMPARE(settings["quant_algo"].get<std::string>(), std::string("MIXED_PRECISION"));
        QCOMPARE(settings["quantized_layers"][q]["quant_algo"].get<std::string>(), std::string("NVFP4"));
        QCOMPARE(settings["quantized_layers"][k]["quant_algo"].get<std::string>(), std::string("FP8"));
        QCOMPARE(settings["kv_cache_quant_algo"].get<std::string>(), std::string("FP8"));
        QVERIFY(readJson(fixture.out() / "config.json")["quantization_config"]["quantized_layers"]
            == settings["quantized_layers"]);
    }

    /// What ModelOpt itself says nowhere in config.json: hf_quant_config.json alone tells how layers are stored.
    void modelOptIsReadWithoutConfig()
    {
        const SmallExport fixture({ "nvfp4", "bf16" });
        VERIFY_OK(fixture.run("modelopt"));
        Json config = readJson(fixture.out() / "config.json");
        config.erase("quantization_config");
        std::ofstream(fixture.out() / "config.json") << config.dump();
        const auto quantized = QuantizedFolder::open(Checkpoint::open(fixture.out()).value());
        VERIFY_OK(quantized);
        QCOMPARE((*quantized)->quantMethod(), "modelopt");
        QCOMPARE((*quantized)->layers().size(), fixture.layers.size());
    }

    /// Factors of inputs that were not folded away change what a layer gives: refused, unless they do nothing.
    void modelOptFactorsOfInputsAreRefused()
    {
        const QTemporaryDir scratch;
        const fs::path folder = fs::path(scratch.path().toStdString()) / "factors";
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << R"({"quantization_config": {"quant_method": "modelopt",
            "quant_algo": "W4A16_AWQ"}})";
        const std::vector<std::byte> codes(2 * 64);
        std::vector<float> scales(4, 1.0F), factors(64, 1.0F);
        factors[7] = 2.0F;
        const std::vector<TensorView> tensors { { { "x.weight", DType::U8, { 2, 64 } }, codes },
            { { "x.weight_scale", DType::F32, { 4, 1 } }, std::as_bytes(std::span(scales)) },
            { { "x.pre_quant_scale", DType::F32, { 64 } }, std::as_bytes(std::span(factors)) } };
        QVERIFY(writeSafetensors(folder / "model.safetensors", tensors));
        const auto opened = QuantizedFolder::open(Checkpoint::open(folder).value());
        QVERIFY(!opened);
        QVERIFY(opened.error().message.find("x.pre_quant_scale") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestLayoutExports)
#include "tst_layout_exports.moc"
