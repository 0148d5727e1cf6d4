// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <fcntl.h>
#include <fstream>

#include "core/base/atomic_file.h"
#include "core/base/descriptor.h"
#include "core/base/random.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/exporters/exporter.h"
#include "core/exporters/folder_writer.h"
#include "core/format/layer_format.h"
#include "tests/exporters/small_export.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

std::size_t entries(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

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
        const SmallExport fixture({ format.toStdString() }, hidden, inner);
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
        const SmallExport fixture(
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
        SmallExport fixture({ "int4-g64" });
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

    void checkSaysWhatDoesNotFit()
    {
        const SmallExport odd({ "int5-g32" });
        const Exporter& gptq = *findExporter("gptq").value();
        const Exporter& compressed = *findExporter("compressed-tensors").value();
        QCOMPARE(gptq.check(odd.plan, odd.network).size(), std::size_t { 1 });
        QCOMPARE(gptq.check(odd.plan, odd.network)[0].layers.size(), std::size_t { 7 });
        QVERIFY(compressed.check(odd.plan, odd.network).empty());
        const auto refused = odd.run("gptq");
        QVERIFY(!refused);
        QCOMPARE(static_cast<int>(refused.error().code), static_cast<int>(ErrorCode::InvalidArgument));
        const SmallExport dense({ "bf16" });
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
        const SmallExport fixture({ "int4-g64" });
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
        SmallExport fixture({ "int4-g64" });
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
        const SmallExport fixture({ "int4-g64" });
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

    /// The numbers that codes stand for, in the source's type, and how far rounding to it moved them.
    void hfHoldsTheNumbers()
    {
        const SmallExport fixture({ "int4-g64", "bf16" });
        const auto report = fixture.run("hf");
        QVERIFY(!report); // scales up to 65504 leave float16
        QVERIFY2(
            report.error().message.find("beyond the end of F16") != std::string::npos, report.error().message.c_str());
        SmallExport tame({ "int4-g64", "bf16" });
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
        const SmallExport fixture({ "int4-g64" });
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
