// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fcntl.h>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/descriptor.h"
#include "core/base/dtype.h"
#include "core/base/json.h"
#include "core/base/name_pattern.h"
#include "core/base/random.h"
#include "core/base/regex.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/exporters/exporter.h"
#include "core/exporters/folder_writer.h"
#include "core/format/layer_format.h"
#include "core/format/nested_scale_map.h"
#include "core/model/graph_network.h"
#include "core/model/model.h"
#include "tests/support/memory_weights.h"
#include "tests/support/rounded_run.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

/// One block of Llama's layers, and no weights.
class SmallNetwork final : public kerf::test::GraphOfTest {
public:
    /// `table`: embedding and head at once.
    SmallNetwork(std::int64_t hidden, std::int64_t inner, const std::string& table = "model.embed_tokens.weight")
        : GraphOfTest(kerf::test::graphOfLayers(layersOf(hidden, inner), 16, table), infoOf(hidden),
            std::make_shared<kerf::test::MemoryWeights>())
    {
    }
    const Generator* generator() const override { return m_decoder.generator(); }

private:
    static NetworkInfo infoOf(std::int64_t hidden)
    {
        NetworkInfo info { "llama", hidden };
        info.declaresTiedHead = true;
        return info;
    }

    static std::vector<LayerInfo> layersOf(std::int64_t hidden, std::int64_t inner)
    {
        std::vector<LayerInfo> layers;
        const std::string prefix = "model.layers.0.";
        const auto add
            = [&](const char* name, const char* role, std::int64_t rows, std::int64_t cols, const std::string& fused) {
                  LayerInfo layer { prefix + name, 0, role, { rows, cols }, prefix + name, 0, {} };
                  if (!fused.empty())
                      layer.tie = prefix + fused;
                  layer.fused = fused;
                  layers.push_back(std::move(layer));
              };
        add("self_attn.q_proj", "q", hidden, hidden, "qkv_proj");
        add("self_attn.k_proj", "k", hidden / 2, hidden, "qkv_proj");
        add("self_attn.v_proj", "v", hidden / 2, hidden, "qkv_proj");
        add("self_attn.o_proj", "o", hidden, hidden, "");
        add("mlp.gate_proj", "gate", inner, hidden, "gate_up_proj");
        add("mlp.up_proj", "up", inner, hidden, "gate_up_proj");
        add("mlp.down_proj", "down", hidden, inner, "");
        return layers;
    }

    /// The same graph: what generates text is named to loaders as decoders are.
    GraphNetwork m_decoder { graph(), info(), std::make_shared<kerf::test::MemoryWeights>() };
};

/// Scales at random, from the smallest subnormal of float16 to its largest number.
float randomScale(CounterRng& random)
{
    const std::uint64_t kind = random.below(8);
    return kind == 0 ? 0x1.0p-24F : kind == 1 ? 65504.0F : roundToHalf(static_cast<float>(0.001 + random.uniform()));
}

/// Codes, scales and zero points at random, with the extremes often: what a packer gets wrong first.
QuantizedTensor randomTensor(const FormatPtr& format, const LayerShape& shape, std::uint64_t seed)
{
    QuantizedTensor tensor { format, shape, {}, {}, {}, {} };
    CounterRng random(seed);
    const auto top = static_cast<std::uint64_t>((1 << format->codeBits()) - 1);
    const auto code = [&] {
        const std::uint64_t kind = random.below(4);
        const auto any = static_cast<std::uint8_t>(kind == 0 ? 0 : kind == 1 ? top : random.below(top + 1));
        return std::isnan(format->levels()[any]) ? std::uint8_t { 1 } : any;
    };
    for (std::int64_t i = 0; i < shape.rows * shape.cols; ++i)
        tensor.codes.push_back(code());
    if (format->family() == FormatFamily::Integer) {
        for (std::int64_t i = 0; i < shape.rows * tensor.groups(); ++i) {
            tensor.scales.push_back(randomScale(random));
            if (!format->isSymmetric())
                tensor.zeros.push_back(code());
        }
        return tensor;
    }
    GroupParams params { Matrix(tensor.groups(), shape.rows), {} };
    for (Eigen::Index i = 0; i < params.scales.size(); ++i)
        params.scales.data()[i] = format->storedScale(randomScale(random));
    format->snapParams(shape, params, nullptr);
    tensor.setParams(params);
    return tensor;
}

/// A source folder, its network, a plan and the layers of a run.
struct Fixture {
    QTemporaryDir directory;
    SmallNetwork network;
    Plan plan;
    std::map<std::string, QuantizedTensor> layers;
    std::optional<Checkpoint> checkpoint;

    explicit Fixture(const std::vector<std::string>& formats, std::int64_t hidden = 128, std::int64_t inner = 256,
        const std::string& table = "model.embed_tokens.weight")
        : network(hidden, inner, table)
    {
        for (std::size_t i = 0; i < network.layers().size(); ++i) {
            const LayerInfo& layer = network.layers()[i];
            const std::string& format = formats[i % formats.size()];
            plan.layers.push_back({ layer.name, format, "rtn" });
            if (const FormatPtr weight = parseWeightFormat(format).value(); !weight->isUnquantized())
                layers.emplace(layer.name, randomTensor(weight, layer.shape, i));
        }
        writeSource();
    }
    fs::path root() const { return directory.path().toStdString(); }
    fs::path out() const { return root() / "out"; }
    ExportSource source() const
    {
        ExportSource source { *checkpoint, network, plan,
            [this](const std::string& name) -> Result<QuantizedTensor> { return layers.at(name); } };
        float step = 0.5F;
        for (const LayerInfo& layer : network.layers())
            source.inputSteps[layer.name] = step++;
        return source;
    }
    Result<ExportReport> run(const char* target, const JobContext& job = {}) const
    {
        return exportRun(*findExporter(target).value(), source(), out(), job);
    }

private:
    void writeSource()
    {
        const fs::path folder = root() / "source";
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << "{\"z_first\": 1, \"model_type\": \"llama\", \"torch_dtype\": "
                                                 "\"bfloat16\", \"tie_word_embeddings\": true}";
        std::ofstream(folder / "tokenizer.json") << "{}";
        std::vector<std::uint16_t> values(1 << 17);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<std::uint16_t>(i % 0x7f00);
        std::vector<TensorView> tensors;
        const auto add = [&](const std::string& name, std::int64_t rows, std::int64_t cols) {
            tensors.push_back({ { name, DType::BF16, { rows, cols } },
                std::as_bytes(std::span(values)).first(static_cast<std::size_t>(rows * cols * 2)) });
        };
        add("model.embed_tokens.weight", 100, 128);
        add("lm_head.weight", 100, 128);
        add("model.norm.weight", 1, 128);
        for (const LayerInfo& layer : network.layers())
            add(layer.name + ".weight", layer.shape.rows, layer.shape.cols);
        QVERIFY(writeSafetensors(folder / "model.safetensors", tensors));
        checkpoint = Checkpoint::open(folder).value();
    }
};

Json readJson(const fs::path& path)
{
    return parseJson(readTextFile(path, 1 << 24).value(), "x").value();
}

std::size_t entries(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// How many patterns of a list match a name from its start, as Python's re.match does.
int matches(const std::vector<std::string>& patterns, const std::string& name)
{
    int count = 0;
    for (const std::string& pattern : patterns)
        count += Regex::compile("\\A(?:" + pattern + ")").value().contains(name).value() ? 1 : 0;
    return count;
}

} // namespace

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

class TestExporters : public QObject {
    Q_OBJECT
private slots:
    /// Each format in a layer that has several groups, in the smallest that targets take, and in one of many groups.
    void roundTrips_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("hidden");
        QTest::addColumn<int>("inner");
        const auto add = [](const char* target, const QString& format) {
            for (const auto& [hidden, inner] : { std::pair { 128, 256 }, { 64, 64 }, { 64, 2048 } }) {
                const LayerFormat parsed = parseLayerFormat(format.toStdString()).value();
                if (parsed.checkShape({ hidden, hidden }) && parsed.checkShape({ hidden, inner }))
                    QTest::addRow("%s %s, %d and %d", target, qPrintable(format), hidden, inner)
                        << target << format << hidden << inner;
            }
        };
        for (int bits = 2; bits <= 8; ++bits)
            for (const char* group : { "g32", "g64", "g128", "channel" })
                for (const char* flag : { "", "-asym" }) {
                    const QString format = QString("int%1-%2%3").arg(bits).arg(group).arg(flag);
                    add("compressed-tensors", format);
                    if (bits <= 4 || bits == 8)
                        add("gptq", format);
                }
        for (const char* format : { "int8-channel+a8-token", "int4-g64+a8-token", "int4-channel+a8-token",
                 "fp8-e4m3-tensor", "fp8-e4m3-channel", "fp8-e4m3-block128", "fp8-e4m3-channel+afp8-token",
                 "fp8-e4m3-tensor+afp8-token", "fp8-e4m3-channel+afp8-tensor", "fp8-e4m3-tensor+afp8-tensor",
                 "int8-channel+a8-tensor", "nvfp4", "nvfp4+anvfp4", "mxfp4", "mxfp8" })
            add("compressed-tensors", format);
        for (const char* format :
            { "fp8-e4m3-tensor", "fp8-e4m3-block128", "fp8-e4m3-tensor+afp8-token", "fp8-e4m3-tensor+afp8-tensor" })
            add("fp8", format);
        for (const char* format : { "fp8-e4m3-tensor+afp8-tensor", "fp8-e4m3-channel+afp8-token", "nvfp4",
                 "nvfp4+anvfp4", "int4-g32", "int4-g64", "int4-g128" })
            add("modelopt", format);
        for (const char* format :
            { "nf4-b32", "nf4-b64", "nf4-b64-dq", "nf4-b128-dq", "fp4-b64", "fp4-b64-dq", "int8-channel+llmint8" })
            add("bnb", format);
    }
    void roundTrips()
    {
        QFETCH(QString, target);
        QFETCH(QString, format);
        QFETCH(int, hidden);
        QFETCH(int, inner);
        const Fixture fixture({ format.toStdString() }, hidden, inner);
        const auto report = fixture.run(qPrintable(target));
        VERIFY_OK(report);
        QCOMPARE(report->layersVerified, 7);
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const auto quantized = QuantizedFolder::open(written);
        VERIFY_OK(quantized);
        for (const auto& [layer, expected] : fixture.layers) {
            const auto found = (*quantized)->read(layer);
            VERIFY_OK(found);
            QVERIFY2(contentHash(*found) == contentHash(expected), layer.c_str());
            QVERIFY(!written.find(layer + ".weight") || !isWeightFloat(written.find(layer + ".weight")->dtype));
        }
        QVERIFY(!written.find("lm_head.weight")); // tied
        const auto original = fixture.checkpoint->bytes("model.norm.weight").value();
        const auto copy = written.bytes("model.norm.weight").value();
        QVERIFY(std::equal(original.begin(), original.end(), copy.begin(), copy.end()));
        QVERIFY(fs::exists(fixture.out() / "tokenizer.json"));
        const auto verified = verifyFolder(fixture.out(), {});
        VERIFY_OK(verified);
        QCOMPARE(verified->layersRead, 7);
        QCOMPARE(entries(fixture.root()), std::size_t { 2 }); // source and out: nothing partial is left
    }

    void awqRoundTrips_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* group : { "g32", "g64", "g128", "channel" })
            for (const char* flag : { "", "-asym" })
                QTest::addRow("int4-%s%s", group, flag) << QString("int4-%1%2").arg(group, flag);
    }
    /// Symmetric layers come back with their zero points, which the layout always holds: all of them the middle code.
    void awqRoundTrips()
    {
        QFETCH(QString, format);
        const Fixture fixture({ format.toStdString() });
        VERIFY_OK(fixture.run("awq"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        const auto quantized = QuantizedFolder::open(written);
        VERIFY_OK(quantized);
        QCOMPARE((*quantized)->layers().size(), fixture.layers.size());
        for (const auto& [layer, expected] : fixture.layers) {
            const auto found = (*quantized)->read(layer);
            VERIFY_OK(found);
            QVERIFY2(found->codes == expected.codes && found->scales == expected.scales, layer.c_str());
            QVERIFY2(zeroCodes(*found) == zeroCodes(expected), layer.c_str());
            QVERIFY2(dequantize(*found) == dequantize(expected), layer.c_str());
        }
        VERIFY_OK(verifyFolder(fixture.out(), {}));
    }

    /// What AutoAWQ wrote is read, exported again, and the same to the byte.
    void awqIsPackedAsAutoAwqPacksIt()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Checkpoint theirs = Checkpoint::open(data / "peers" / "autoawq-awq-gemm").value();
        const auto peer = QuantizedFolder::open(theirs).value().value();
        const Model source = openModel(data / "models" / "story-llama-0.7m").value();
        const Plan plan = uniformPlan(*source.network, "peer", "int4-g64-asym", "rtn").value();
        QTemporaryDir directory;
        const fs::path out = fs::path(directory.path().toStdString()) / "out";
        const ExportSource run { source.checkpoint, *source.network, plan,
            [&](const std::string& layer) { return peer.read(layer); } };
        VERIFY_OK(exportRun(*findExporter("awq").value(), run, out, {}));
        const Checkpoint ours = Checkpoint::open(out).value();
        int compared = 0;
        for (const auto& [name, info] : theirs.tensors()) {
            if (!name.ends_with(".qweight") && !name.ends_with(".qzeros") && !name.ends_with(".scales"))
                continue;
            QVERIFY2(ours.find(name) && ours.find(name)->shape == info.shape, name.c_str());
            QVERIFY2(ours.bytes(name).value() == theirs.bytes(name).value(), name.c_str());
            ++compared;
        }
        QCOMPARE(compared, 3 * 14);
        const Json config = readJson(out / "config.json")["quantization_config"];
        for (const char* key : { "quant_method", "bits", "group_size", "zero_point", "version" })
            QVERIFY2(config[key] == readJson(theirs.folder() / "config.json")["quantization_config"][key], key);
    }

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

    void awqRefusesWhatItsLayoutHasNoPlaceFor()
    {
        const auto said = [](const std::vector<std::string>& formats) {
            const Fixture fixture(formats);
            const auto report = fixture.run("awq");
            return report ? std::string() : report.error().message;
        };
        QVERIFY(said({ "int8-g64" }).find("4 bits") != std::string::npos);
        QVERIFY(said({ "nf4-b64" }).find("4 bits") != std::string::npos);
        QVERIFY(said({ "int4-tensor" }).find("4 bits") != std::string::npos);
        const std::string groups
            = said({ "int4-g64", "int4-g64", "int4-g64", "int4-g32", "int4-g64", "int4-g64", "int4-g64" });
        QVERIFY2(groups.find("one group size") != std::string::npos && groups.find("o_proj") != std::string::npos,
            groups.c_str());
        // Symmetric and asymmetric layers may stand side by side, and layers may stay dense.
        const Fixture mixed(
            { "int4-g64", "int4-g64", "int4-g64", "bf16", "int4-g64-asym", "int4-g64-asym", "int4-g64" });
        VERIFY_OK(mixed.run("awq"));
        const Json config = readJson(mixed.out() / "config.json")["quantization_config"];
        QVERIFY(config["modules_to_not_convert"] == (Json { "lm_head", "model.layers.0.self_attn.o_proj" }));
    }

    void aTiedHeadThatIsStoredAloneBecomesTheEmbedding()
    {
        Fixture fixture({ "int4-g64" }, 128, 256, "lm_head.weight");
        const fs::path folder = fixture.root() / "source";
        std::map<std::string, std::vector<std::byte>> bytes;
        std::vector<TensorView> tensors;
        for (const auto& [name, info] : fixture.checkpoint->tensors()) {
            if (name == "model.embed_tokens.weight")
                continue;
            bytes[name] = fixture.checkpoint->bytes(name).value();
            tensors.push_back({ { name, info.dtype, info.shape }, bytes[name] });
        }
        QVERIFY(writeSafetensors(folder / "model2.safetensors", tensors));
        fs::rename(folder / "model2.safetensors", folder / "model.safetensors");
        fixture.checkpoint = Checkpoint::open(folder).value();
        VERIFY_OK(fixture.run("gptq"));
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        QVERIFY(!written.find("lm_head.weight"));
        const auto head = fixture.checkpoint->bytes("lm_head.weight").value();
        const auto embedding = written.bytes("model.embed_tokens.weight").value();
        QVERIFY(std::equal(head.begin(), head.end(), embedding.begin(), embedding.end()));
    }

    void mixedPlansKeepDenseLayers_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addRow("gptq") << "gptq";
        QTest::addRow("compressed-tensors") << "compressed-tensors";
    }
    void mixedPlansKeepDenseLayers()
    {
        QFETCH(QString, target);
        // q k v | o | gate up | down
        const Fixture fixture(
            { "int4-g64", "int4-g64", "int4-g64", "bf16", "int8-channel", "int8-channel", "int3-g32-asym" });
        const auto report = fixture.run(qPrintable(target));
        VERIFY_OK(report);
        QCOMPARE(report->layersVerified, 6);
        const Checkpoint written = Checkpoint::open(fixture.out()).value();
        QVERIFY(written.find("model.layers.0.self_attn.o_proj.weight"));
        const auto quantized = QuantizedFolder::open(written).value();
        for (const PlanLayer& row : fixture.plan.layers)
            if (row.format != "bf16")
                QCOMPARE(quantized->layers().at(row.layer), row.format);
        const Json config = readJson(fixture.out() / "config.json");
        QCOMPARE(config["torch_dtype"].get<std::string>(), std::string("float16"));
        QVERIFY(readTextFile(fixture.out() / "config.json", 1 << 20)->find("z_first") == 5); // order kept
    }

    /// The dtype in which the model runs: activations that float16 cannot hold must not be run in it.
    void theDtypeIsOneInWhichTheModelRuns()
    {
        Fixture fixture({ "int4-g64" });
        struct Case {
            std::optional<ActivationRange> range;
            const char* dtype;
            const char* says;
        };
        const Case cases[] = { { std::nullopt, "float16", "no calibration text" },
            { ActivationRange { 900, "behind block 3" }, "float16", "900 (behind block 3)" },
            { ActivationRange { 40000, "behind block 3" }, "bfloat16", "4e+04 (behind block 3)" },
            { ActivationRange { 3.9e6, "behind block 3" }, "bfloat16", "at most 0.2 %" } };
        for (const Case& expected : cases) {
            ExportSource source = fixture.source();
            source.activations = expected.range;
            const fs::path out = fixture.root() / (expected.dtype + std::to_string(&expected - cases));
            const auto report = exportRun(*findExporter("compressed-tensors").value(), source, out, {});
            VERIFY_OK(report);
            QCOMPARE(readJson(out / "config.json")["torch_dtype"].get<std::string>(), std::string(expected.dtype));
            const auto says = [&](const std::string& note) { return note.find(expected.says) != std::string::npos; };
            QVERIFY2(std::any_of(report->notes.begin(), report->notes.end(), says), report->notes.back().c_str());
        }
    }
    /// "Loads in vLLM" is what the plan check says, and nothing else.
    void vllmIsPromisedOnlyWhereThePlanCheckAgrees_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("format");
        for (const char* target : { "gptq", "awq", "compressed-tensors" })
            for (const char* format : { "int4-g64", "int3-g64", "int8-channel", "int8-channel-asym" })
                if (findExporter(target).value()->check(Fixture({ format }).plan, Fixture({ format }).network).empty())
                    QTest::addRow("%s %s", target, format) << target << format;
    }
    void vllmIsPromisedOnlyWhereThePlanCheckAgrees()
    {
        QFETCH(QString, target);
        QFETCH(QString, format);
        const Fixture fixture({ format.toStdString() });
        const auto report = fixture.run(qPrintable(target));
        VERIFY_OK(report);
        const bool agrees = checkLoader(fixture.plan, fixture.network, "vllm")->empty();
        QCOMPARE(report->notes.front().starts_with("Meets every rule known of vLLM"), agrees);
        QCOMPARE(report->notes.front().starts_with("Does not load in vLLM"), !agrees);
    }

    void gptqRulesNameEachLayerOnce()
    {
        const Fixture fixture(
            { "int4-g64", "int4-g64", "int4-g64", "bf16", "int8-channel", "int8-channel", "int2-g32" });
        VERIFY_OK(fixture.run("gptq"));
        const Json config = readJson(fixture.out() / "quantize_config.json");
        QVERIFY(config == readJson(fixture.out() / "config.json")["quantization_config"]);
        QCOMPARE(config["checkpoint_format"].get<std::string>(), std::string("gptq"));
        QCOMPARE(config["bits"].get<int>(), 4);
        std::vector<std::string> patterns;
        for (const auto& [key, value] : config["dynamic"].items())
            patterns.push_back(key.substr(2));
        const std::string block = "model.layers.0.";
        for (const char* name : { "self_attn.q_proj", "self_attn.qkv_proj" })
            QCOMPARE(matches(patterns, block + name), 0); // the base settings
        for (const char* name :
            { "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.gate_up_proj", "mlp.down_proj" })
            QCOMPARE(matches(patterns, block + name), 1);
        QCOMPARE(matches(patterns, "model.layers.01mlp.down_proj"), 0); // the dot is no wildcard
        QCOMPARE(matches(patterns, "model.layers.0.mlp.down_proj2"), 0);
    }

    void compressedTensorsNamesEveryLayer()
    {
        const Fixture fixture(
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

    /// Tensors of some checkpoints lack the base model's prefix; loaders name modules with it.
    void modulesOfBareCheckpointsAreNamedAsLoadersDo()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto bare = openModel(data / "conformance" / "decoders" / "bloom-6-heads");
        QVERIFY2(bare, bare ? "" : bare.error().message.c_str());
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const kerf::test::RoundedRun run(*bare, { "int4-g32", "int8-g32" });
        QVERIFY(run.write("compressed-tensors", root / "tensors") && run.write("gptq", root / "gptq"));
        const auto settings = [&](const char* name) {
            const std::string text = readTextFile(root / name / "config.json", 1 << 20).value();
            return parseJson(text, name).value().at("quantization_config");
        };
        std::vector<NamePattern> targets, rules;
        const Json tensors = settings("tensors"), gptq = settings("gptq");
        for (const auto& [name, group] : tensors.at("config_groups").items())
            for (const Json& target : group.at("targets"))
                targets.push_back(NamePattern::ofTarget(target.get<std::string>(), name).value());
        for (const auto& [rule, changed] : gptq.at("dynamic").items())
            rules.push_back(NamePattern::ofExpression(rule.substr(2), rule).value());
        const auto& layers = bare->network->layers();
        const auto named = [&](const std::vector<NamePattern>& patterns, const std::string& prefix) {
            return std::ranges::count_if(layers, [&](const LayerInfo& layer) {
                return std::ranges::any_of(
                    patterns, [&](const NamePattern& pattern) { return pattern.matches(prefix + layer.name).value(); });
            });
        };
        for (const char* prefix : { "", "transformer." }) {
            QCOMPARE(named(targets, prefix), std::ssize(layers));
            QCOMPARE(named(rules, prefix), std::ssize(layers) / 2); // every other one
        }
        for (const char* name : { "tensors", "gptq" })
            QCOMPARE(openModel(root / name)->quantized->layers().size(), bare->network->layers().size());
    }
    void gptqBytesAreThoseOfTheFormat()
    {
        // 4 bits, g32, sym, v1: input i of output o has code (i + o) % 16, so word (r, o) holds codes 8r + o … 8r + o +
        // 7, the first in the lowest bits; zero points 8 are stored as 7.
        Fixture fixture({ "int4-g32" });
        const std::string layer = "model.layers.0.self_attn.q_proj";
        QuantizedTensor& tensor = fixture.layers.at(layer);
        for (std::size_t o = 0; o < 128; ++o)
            for (std::size_t i = 0; i < 128; ++i)
                tensor.codes[o * 128 + i] = static_cast<std::uint8_t>((i + o) % 16);
        tensor.scales.assign(tensor.scales.size(), 0.5F);
        tensor.scales[1 * 4 + 2] = 2.0F; // output 1, group 2
        VERIFY_OK(fixture.run("gptq"));
        const SafetensorsFile file = SafetensorsFile::open(fixture.out() / "model.safetensors").value();
        const auto weight = file.values<std::int32_t>(layer + ".qweight").value();
        QCOMPARE(file.find(layer + ".qweight")->shape, (std::vector<std::int64_t> { 16, 128 }));
        QCOMPARE(static_cast<std::uint32_t>(weight[0]), 0x76543210U);
        QCOMPARE(static_cast<std::uint32_t>(weight[1]), 0x87654321U);
        QCOMPARE(static_cast<std::uint32_t>(weight[128]), 0xfedcba98U);
        QCOMPARE(static_cast<std::uint32_t>(weight[3 * 128 + 2]), 0x10fedcbaU);
        const auto zeros = file.values<std::int32_t>(layer + ".qzeros").value();
        for (const std::int32_t word : zeros)
            QCOMPARE(static_cast<std::uint32_t>(word), 0x77777777U);
        const auto scales = file.values<std::uint16_t>(layer + ".scales").value();
        QCOMPARE(scales[2 * 128 + 1], std::uint16_t { 0x4000 }); // 2.0
        QCOMPARE(scales[2 * 128 + 2], std::uint16_t { 0x3800 }); // 0.5
        const auto groups = file.values<std::int32_t>(layer + ".g_idx").value();
        for (std::size_t i = 0; i < 128; ++i)
            QCOMPARE(groups[i], static_cast<std::int32_t>(i / 32));
    }

    void threeBitFieldsStraddleWords()
    {
        // Codes 0…7 over and over are the 24-bit pattern 0xfac688; 32 of them are the words below, low bits first.
        Fixture fixture({ "int3-g32-asym" });
        const std::string layer = "model.layers.0.self_attn.q_proj";
        QuantizedTensor& tensor = fixture.layers.at(layer);
        for (std::size_t i = 0; i < tensor.codes.size(); ++i)
            tensor.codes[i] = static_cast<std::uint8_t>(i % 8);
        for (std::size_t o = 0; o < 128; ++o) // zero points too, along the outputs, in group 1 only
            for (std::size_t g = 0; g < 4; ++g)
                tensor.zeros[o * 4 + g] = static_cast<float>(g == 1 ? o % 8 : 0);
        VERIFY_OK(fixture.run("gptq"));
        {
            const SafetensorsFile file = SafetensorsFile::open(fixture.out() / "model.safetensors").value();
            const auto weight = file.values<std::int32_t>(layer + ".qweight").value();
            const auto zeros = file.values<std::int32_t>(layer + ".qzeros").value();
            const std::uint32_t words[] { 0x88fac688U, 0xc688fac6U, 0xfac688faU };
            for (std::size_t i = 0; i < 12; ++i) {
                QCOMPARE(static_cast<std::uint32_t>(weight[i * 128 + 77]), words[i % 3]);
                QCOMPARE(static_cast<std::uint32_t>(zeros[12 + i]), words[i % 3]); // v2: as they are
                QCOMPARE(zeros[i], 0);
            }
            QCOMPARE(
                readJson(fixture.out() / "quantize_config.json")["format"].get<std::string>(), std::string("gptq_v2"));
        }
        fs::remove_all(fixture.out());
        VERIFY_OK(fixture.run("compressed-tensors"));
        const SafetensorsFile file = SafetensorsFile::open(fixture.out() / "model.safetensors").value();
        const auto packed = file.values<std::int32_t>(layer + ".weight_packed").value();
        const auto zeros = file.values<std::int32_t>(layer + ".weight_zero_point").value();
        QCOMPARE(file.find(layer + ".weight_packed")->shape, (std::vector<std::int64_t> { 128, 12 }));
        QCOMPARE(static_cast<std::uint32_t>(packed[12 * 5]), 0x88fac688U);
        QCOMPARE(static_cast<std::uint32_t>(packed[12 * 5 + 1]), 0xc688fac6U);
        QCOMPARE(static_cast<std::uint32_t>(zeros[2 * 4 + 1]), 0xfac688faU);
        QVERIFY(file.values<std::int64_t>(layer + ".weight_shape").value() == (std::vector<std::int64_t> { 128, 128 }));
    }

    void checkSaysWhatDoesNotFit()
    {
        const Fixture odd({ "int5-g32" });
        const Exporter& gptq = *findExporter("gptq").value();
        const Exporter& compressed = *findExporter("compressed-tensors").value();
        QCOMPARE(gptq.check(odd.plan, odd.network).size(), std::size_t { 1 });
        QCOMPARE(gptq.check(odd.plan, odd.network)[0].layers.size(), std::size_t { 7 });
        QVERIFY(compressed.check(odd.plan, odd.network).empty());
        const auto refused = odd.run("gptq");
        QVERIFY(!refused);
        QCOMPARE(static_cast<int>(refused.error().code), static_cast<int>(ErrorCode::InvalidArgument));
        const Fixture dense({ "bf16" });
        QCOMPARE(gptq.check(dense.plan, dense.network).size(), std::size_t { 1 });
        QCOMPARE(compressed.check(dense.plan, dense.network).size(), std::size_t { 1 });
        const SmallNetwork narrow(48, 96); // 48 rows, not a multiple of 32
        Plan plan = odd.plan;
        for (PlanLayer& row : plan.layers)
            row.format = "int4-channel";
        QCOMPARE(gptq.check(plan, narrow).size(), std::size_t { 1 });
        QVERIFY(!findExporter("nothing"));
    }

    /// The nearest plan that a target holds, for one that it refuses.
    void refusedPlansAreAdapted_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QStringList>("formats");
        QTest::newRow("awq, bits") << "awq" << QStringList { "int8-g128" };
        QTest::newRow("awq, several sizes") << "awq" << QStringList { "int4-g128", "int4-g64" };
        QTest::newRow("gptq, a family") << "gptq" << QStringList { "q4_k", "int4-g64" };
        QTest::newRow("gguf-like to bnb") << "bnb" << QStringList { "nf4-b64", "int4-g64" };
        QTest::newRow("fp8, both kinds") << "fp8" << QStringList { "fp8-e4m3-tensor", "fp8-e4m3-block128" };
        QTest::newRow("modelopt") << "modelopt" << QStringList { "int4-g64", "int5-g64", "nvfp4" };
        QTest::newRow("compressed-tensors") << "compressed-tensors" << QStringList { "nf4-b64", "q4_0" };
    }
    void refusedPlansAreAdapted()
    {
        QFETCH(QString, target);
        QFETCH(QStringList, formats);
        const SmallNetwork network(256, 512, "model.embed_tokens.weight");
        Plan plan;
        for (qsizetype i = 0; const LayerInfo& layer : network.layers())
            plan.layers.push_back({ layer.name, formats[i++ % formats.size()].toStdString(), "rtn" });
        const Exporter& exporter = **findExporter(target.toStdString());
        QVERIFY(!exporter.check(plan, network).empty());
        const auto mend = adaptedPlan(exporter, plan, network);
        VERIFY_OK(mend);
        QVERIFY(exporter.check(mend->plan, network).empty());
        QVERIFY(!mend->what.empty());
        const auto isKept = [](const PlanLayer& row) { return row.format == "bf16"; };
        QVERIFY(std::ranges::none_of(mend->plan.layers, isKept)); // nothing was given up
    }
    void anyFlippedBitIsFound()
    {
        const Fixture fixture({ "int4-g64" });
        VERIFY_OK(fixture.run("gptq"));
        CounterRng random(7);
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(fixture.out()))
            files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        int found = 0;
        for (int i = 0; i < 200; ++i) {
            const fs::path& path = files[static_cast<std::size_t>(i) % files.size()];
            std::string text = readTextFile(path, 1 << 24).value();
            const std::size_t at = random.below(text.size());
            const auto bit = static_cast<char>(1 << random.below(8));
            const auto write = [&] { std::ofstream(path, std::ios::binary | std::ios::trunc) << text; };
            text[at] = static_cast<char>(text[at] ^ bit);
            write();
            const auto result = verifyFolder(fixture.out(), {});
            found += !result && result.error().code == ErrorCode::BadFile ? 1 : 0;
            text[at] = static_cast<char>(text[at] ^ bit);
            write();
        }
        QCOMPARE(found, 200);
        VERIFY_OK(verifyFolder(fixture.out(), {}));
        std::ofstream(fixture.out() / "model-00001-of-00002.safetensors") << "left over";
        QVERIFY(!verifyFolder(fixture.out(), {}));
    }

    void neverOverwritesAndLeavesNothing()
    {
        Fixture fixture({ "int4-g64" });
        fs::create_directories(fixture.out());
        QVERIFY(!fixture.run("gptq"));
        QVERIFY(fs::is_empty(fixture.out()));
        fs::remove(fixture.out());
        std::stop_source stop; // stopped in the middle of writing
        int calls = 0;
        const JobContext job(stop.get_token(), [&](const Progress&) {
            if (++calls == 3)
                stop.request_stop();
        });
        const auto stopped = fixture.run("gptq", job);
        QVERIFY(!stopped);
        QCOMPARE(static_cast<int>(stopped.error().code), static_cast<int>(ErrorCode::Cancelled));
        QCOMPARE(entries(fixture.root()), std::size_t { 1 });
        // A run whose second reading differs from what was written.
        std::atomic<int> reads = 0; // layers are read on several threads
        ExportSource source = fixture.source();
        source.layer = [&](const std::string& name) -> Result<QuantizedTensor> {
            QuantizedTensor tensor = fixture.layers.at(name);
            if (++reads == 12)
                tensor.codes[1000] ^= 1;
            return tensor;
        };
        const auto differs = exportRun(*findExporter("gptq").value(), source, fixture.out(), {});
        QVERIFY(!differs);
        QVERIFY2(differs.error().message.find("codes") != std::string::npos, differs.error().message.c_str());
        QCOMPARE(entries(fixture.root()), std::size_t { 1 });
        // A scale that the file could not hold.
        fixture.layers.begin()->second.scales[0] = 0.1F;
        QVERIFY(!fixture.run("gptq"));
        QCOMPARE(entries(fixture.root()), std::size_t { 1 });
    }

    void aFullDiskIsSaid()
    {
        if (!fs::exists("/dev/full"))
            QSKIP("There is no /dev/full here.");
        // Through a limit on file sizes the kernel answers EFBIG, not ENOSPC; /dev/full answers ENOSPC at the first
        // write.
        const QTemporaryDir directory;
        const Descriptor full(::open("/dev/full", O_WRONLY));
        const std::string text = "x";
        const Status status = writeAll(full.get(), "f", std::as_bytes(std::span(text.data(), text.size())));
        QVERIFY(!status);
        QCOMPARE(static_cast<int>(status.error().code), static_cast<int>(ErrorCode::DiskFull));
    }

    /// A folder is written with scales of any type: only the codec knows which its target has.
    void theTypeOfScalesIsTheCodecsBusiness()
    {
        const Fixture fixture({ "int4-g64" });
        ExportSource source = fixture.source();
        source.layer = [inner = source.layer](const std::string& name) {
            Result<QuantizedTensor> tensor = inner(name);
            tensor->scales[0] = 0.1f; // no float16 number
            return tensor;
        };
        class Codec final : public LayerCodec {
            std::vector<TensorSpec> specs(const QuantizedRow& row) const override
            {
                const LayerShape& shape = row.layer->shape;
                return { { row.layer->name + ".scales", DType::F32,
                    { shape.rows, shape.cols / row.format->groupSize(shape.cols) } } };
            }
            Result<PackedBytes> pack(const QuantizedRow&, const QuantizedTensor& tensor) const override
            {
                return PackedBytes { bytesOf(tensor.scales) };
            }
        };
        const fs::path single = fixture.root() / "single", half = fixture.root() / "half";
        fs::create_directories(single);
        fs::create_directories(half);
        VERIFY_OK(writeTensors(source, single, Codec(), {}));
        const auto written = findExporter("gptq").value()->write(source, half, {});
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Internal);
    }

    /// bitsandbytes functional.py: the first of two codes in the high half, scales by blocks of the flattened weight,
    /// and what its QuantState is made from.
    void bitsAndBytesAreThoseOfQuantState()
    {
        const Fixture fixture({ "nf4-b64-dq" });
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
        const Fixture fixture({ "int8-channel+llmint8" });
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
        const Fixture fixture({ "nf4-b64", "fp4-b64", "int4-g64" });
        const auto problems = findExporter("bnb").value()->check(fixture.plan, fixture.network);
        QCOMPARE(problems.size(), std::size_t { 2 });
        QCOMPARE(problems[0].layers.size(), std::size_t { 2 }); // int4
        QCOMPARE(problems[1].layers.size(), std::size_t { 2 }); // fp4 beside nf4
    }
    /// compressed-tensors nvfp4: a byte is two E2M1 codes, the first low; weight = E2M1 * E4M3 / factor.
    void nvfp4IsDividedByItsFactor()
    {
        const Fixture fixture({ "nvfp4" });
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
        Fixture fixture({ "int8-channel+a8-tensor" });
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
        const Fixture fixture({ "nvfp4+anvfp4" });
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
        const Fixture fixture({ "int4-g64" });
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
        Fixture fixture({ "nvfp4+anvfp4", "fp8-e4m3-tensor+afp8-tensor" });
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
        const Fixture fixture({ "nvfp4", "bf16" });
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
    /// The numbers that codes stand for, in the source's type, and how far rounding to it moved them.
    void hfHoldsTheNumbers()
    {
        const Fixture fixture({ "int4-g64", "bf16" });
        const auto report = fixture.run("hf");
        QVERIFY(!report); // scales up to 65504 leave float16
        QVERIFY2(
            report.error().message.find("beyond the end of F16") != std::string::npos, report.error().message.c_str());
        Fixture tame({ "int4-g64", "bf16" });
        for (auto& [layer, tensor] : tame.layers)
            for (float& scale : tensor.scales)
                scale = std::min(scale, 1.0F);
        VERIFY_OK(tame.run("hf"));
        const Checkpoint written = Checkpoint::open(tame.out()).value();
        QVERIFY(!readJson(tame.out() / "config.json").contains("quantization_config"));
        for (const auto& [layer, tensor] : tame.layers) {
            QCOMPARE(written.find(layer + ".weight")->dtype, DType::F16);
            const Matrix found = written.read(layer + ".weight").value(), expected = dequantize(tensor);
            QVERIFY((found - expected).norm() <= 3e-4F * expected.norm());
        }
        VERIFY_OK(verifyFolder(tame.out(), {}));
    }

    void cutsIntoShards()
    {
        const Fixture fixture({ "int4-g64" });
        class Codec final : public LayerCodec {
            std::vector<TensorSpec> specs(const QuantizedRow& row) const override
            {
                return { { row.layer->name + ".codes", DType::U8, { row.layer->shape.rows, row.layer->shape.cols } } };
            }
            Result<PackedBytes> pack(const QuantizedRow&, const QuantizedTensor& tensor) const override
            {
                return PackedBytes { bytesOf(tensor.codes) };
            }
        };
        const fs::path folder = fixture.root() / "shards";
        fs::create_directories(folder);
        const auto written = writeTensors(fixture.source(), folder, Codec(), {}, {}, 40000);
        VERIFY_OK(written);
        QCOMPARE(written->tensors, 9); // embedding, norm, seven layers; no head
        std::ofstream(folder / "config.json") << "{}";
        const auto checkpoint = Checkpoint::open(folder);
        VERIFY_OK(checkpoint);
        QVERIFY(checkpoint->files().size() > 1);
        const Json index = readJson(folder / "model.safetensors.index.json");
        std::uint64_t total = 0;
        for (const auto& [name, info] : checkpoint->tensors())
            total += info.bytes;
        QCOMPARE(index["metadata"]["total_size"].get<std::uint64_t>(), total);
    }
};

QTEST_GUILESS_MAIN(TestExporters)
#include "tst_exporters.moc"
