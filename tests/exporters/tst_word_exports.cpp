// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The layouts whose codes are packed into words of 32 bits: GPTQ and AWQ.

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>

#include "core/base/name_pattern.h"
#include "core/base/regex.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/exporters/exporter.h"
#include "core/model/model.h"
#include "tests/exporters/small_export.h"
#include "tests/support/rounded_run.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// How many patterns of a list match a name from its start, as Python's re.match does.
int matches(const std::vector<std::string>& patterns, const std::string& name)
{
    int count = 0;
    for (const std::string& pattern : patterns)
        count += Regex::compile("\\A(?:" + pattern + ")").value().contains(name).value() ? 1 : 0;
    return count;
}

} // namespace

class TestWordExports : public QObject {
    Q_OBJECT
private slots:
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
        const SmallExport fixture({ format.toStdString() });
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

    void awqRefusesWhatItsLayoutHasNoPlaceFor()
    {
        const auto said = [](const std::vector<std::string>& formats) {
            const SmallExport fixture(formats);
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
        const SmallExport mixed(
            { "int4-g64", "int4-g64", "int4-g64", "bf16", "int4-g64-asym", "int4-g64-asym", "int4-g64" });
        VERIFY_OK(mixed.run("awq"));
        const Json config = readJson(mixed.out() / "config.json")["quantization_config"];
        QVERIFY(config["modules_to_not_convert"] == (Json { "lm_head", "model.layers.0.self_attn.o_proj" }));
    }

    void aTiedHeadThatIsStoredAloneBecomesTheEmbedding()
    {
        SmallExport fixture({ "int4-g64" }, 128, 256, "lm_head.weight");
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

    /// "Loads in vLLM" is what the plan check says, and nothing else.
    void vllmIsPromisedOnlyWhereThePlanCheckAgrees_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("format");
        for (const char* target : { "gptq", "awq", "compressed-tensors" })
            for (const char* format : { "int4-g64", "int3-g64", "int8-channel", "int8-channel-asym" })
                if (findExporter(target)
                        .value()
                        ->check(SmallExport({ format }).plan, SmallExport({ format }).network)
                        .empty())
                    QTest::addRow("%s %s", target, format) << target << format;
    }
    void vllmIsPromisedOnlyWhereThePlanCheckAgrees()
    {
        QFETCH(QString, target);
        QFETCH(QString, format);
        const SmallExport fixture({ format.toStdString() });
        const auto report = fixture.run(qPrintable(target));
        VERIFY_OK(report);
        const bool agrees = checkLoader(fixture.plan, fixture.network, "vllm")->empty();
        QCOMPARE(report->notes.front().starts_with("Meets every rule known of vLLM"), agrees);
        QCOMPARE(report->notes.front().starts_with("Does not load in vLLM"), !agrees);
    }

    void gptqRulesNameEachLayerOnce()
    {
        const SmallExport fixture(
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

    /// Tensors of some checkpoints lack the base model's prefix; loaders name modules with it.
    void modulesOfBareCheckpointsAreNamedAsLoadersDo()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto bare = openModel(data / "conformance" / "decoders" / "bloom-6-heads");
        QVERIFY2(bare, bare ? "" : bare.error().message.c_str());
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const RoundedRun run(*bare, { "int4-g32", "int8-g32" });
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
        SmallExport fixture({ "int4-g32" });
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
        SmallExport fixture({ "int3-g32-asym" });
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
};

QTEST_GUILESS_MAIN(TestWordExports)
#include "tst_word_exports.moc"
