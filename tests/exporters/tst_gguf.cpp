// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/checkpoint/ggml_types.h"
#include "core/exporters/exporter.h"
#include "core/exporters/ggml_packing.h"
#include "core/format/ggml_type.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"
#include "tests/support/edit_model.h"
#include "tests/support/rounded_run.h"
#include "tests/support/small_decoder.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

constexpr std::array kFormats { "q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "iq4_nl", "mxfp4", "q2_k", "q3_k", "q4_k",
    "q5_k", "q6_k", "iq4_xs", "int4-g32", "int4-g128", "int4-channel", "int5-g64", "int8-g128", "int8-channel" };

/// Codes at random with the extremes often, parameters as the format stores them.
QuantizedTensor randomTensor(const std::string& name, const LayerShape& shape, std::uint64_t seed)
{
    QuantizedTensor tensor { parseFormat(name).value(), shape, {}, {}, {}, {} };
    CounterRng random(seed);
    const auto top = static_cast<std::uint64_t>((1 << tensor.format->codeBits()) - 1);
    for (std::int64_t i = 0; i < shape.rows * shape.cols; ++i) {
        const std::uint64_t kind = random.below(4);
        tensor.codes.push_back(static_cast<std::uint8_t>(kind == 0 ? 0 : kind == 1 ? top : random.below(top + 1)));
    }
    GroupParams params { Matrix(tensor.groups(), shape.rows), {} };
    if (tensor.format->zeroKind() == ZeroKind::Offset)
        params.zeros.resize(tensor.groups(), shape.rows);
    for (Eigen::Index i = 0; i < params.scales.size(); ++i)
        params.scales.data()[i] = tensor.format->storedScale(static_cast<float>(0.001 + random.uniform()));
    for (Eigen::Index i = 0; i < params.zeros.size(); ++i)
        params.zeros.data()[i] = tensor.format->storedZero(static_cast<float>(random.uniform()));
    tensor.format->snapParams(shape, params, {});
    tensor.setParams(params);
    return tensor;
}

} // namespace

/// GGUF files that Kerf writes, by its own reader and against files that llama.cpp wrote.
class TestGguf : public QObject {
    Q_OBJECT
private slots:
    void blocksAreReadAsTheyWerePacked_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        for (const char* format : kFormats)
            for (const auto& [rows, cols] : { std::pair { 1, 256 }, { 7, 512 }, { 64, 2048 } })
                QTest::addRow("%s, %d x %d", format, rows, cols) << QString(format) << rows << cols;
        for (const char* format : { "q4_0", "q5_1", "q8_0", "int4-g32", "int5-channel" })
            QTest::addRow("%s, one block", format) << QString(format) << 1 << 32;
    }
    void blocksAreReadAsTheyWerePacked()
    {
        QFETCH(QString, format);
        QFETCH(int, rows);
        QFETCH(int, cols);
        const QuantizedTensor tensor = randomTensor(format.toStdString(), { rows, cols }, 7);
        const auto bytes = packGgml("layer", tensor);
        QVERIFY(bytes.has_value());
        const GgmlType& type = *findGgmlFormat(ggmlFormatOf(*tensor.format, cols));
        QCOMPARE(static_cast<std::int64_t>(bytes->size()), rows * (cols / type.elements) * type.bytes);
        const auto read = unpackGgml(type, tensor.shape, *bytes);
        QVERIFY(read.has_value());
        QVERIFY(read->codes == tensor.codes);
        QVERIFY(dequantize(*read) == dequantize(tensor));
    }

    /// What llama.cpp wrote, read and packed again: the same to the byte.
    void blocksArePackedAsLlamaCppPacksThem_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : { "llamacpp-gguf-q8_0/story-Q8_0.gguf", "llamacpp-gguf-q4_0/story-Q4_0.gguf",
                 "llamacpp-gguf-q4_1/story-Q4_1.gguf", "llamacpp-gguf-iq4_nl/story-IQ4_NL.gguf",
                 "llamacpp-gguf-q4_k_m/story-Q4_K_M.gguf", "llamacpp-gguf-q4_k_m-random256/random256-Q4_K_M.gguf" })
            QTest::newRow(file) << QString(file);
    }
    void blocksArePackedAsLlamaCppPacksThem()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        const auto checkpoint = Checkpoint::open(data / "peers" / file.toStdString());
        QVERIFY(checkpoint.has_value());
        int compared = 0;
        for (const auto& [name, info] : checkpoint->tensors()) {
            if (info.blocks.empty())
                continue;
            const auto theirs = checkpoint->bytes(name);
            QVERIFY(theirs.has_value());
            const auto tensor = unpackGgml(*findGgmlType(info.blocks), { info.shape[0], info.shape[1] }, *theirs);
            QVERIFY(tensor.has_value());
            QVERIFY2(packGgml(name, *tensor).value() == *theirs, name.c_str());
            ++compared;
        }
        QCOMPARE(compared, 15);
    }

    void anExportOpensAsTheRun_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("formats");
        QTest::newRow("sample") << "sample" << QStringList { "q4_0", "int4-g128", "q6_k", "bf16", "q8_0" };
        QTest::newRow("sample, one format") << "sample" << QStringList { "q4_k" };
        QTest::newRow("story, whose rows are F32") << "story" << QStringList { "q5_0", "int8-g64", "iq4_nl", "bf16" };
    }
    void anExportOpensAsTheRun()
    {
        QFETCH(QString, model);
        QFETCH(QStringList, formats);
        fs::path folder = sample() / "model";
        if (model == "story") {
            KERF_REQUIRE_SHARED_DATA(data);
            folder = data / "models" / "story-llama-0.7m";
        }
        const auto source = openModel(folder);
        QVERIFY(source.has_value());
        std::vector<std::string> names;
        for (const QString& format : formats)
            names.push_back(format.toStdString());
        const RoundedRun run(*source, names);
        const fs::path out = fs::path(m_folder.path().toStdString()) / QTest::currentDataTag();
        const auto report = run.write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->layersVerified, static_cast<int>(run.layers().size()));
        QCOMPARE(std::ranges::count_if(report->notes,
                     [](const std::string& note) { return note.find("token for every byte") != note.npos; }),
            model == "story" ? 1 : 0);
        const auto written = openModel(out / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(run.difference(*written), std::string());
        compareTokens(folder, *written);
    }

    /// Gemma's SentencePiece, which puts no space before a text and cuts at spaces that are no more there.
    void gemmaTokenizersComeBack()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path folder = fs::path(m_folder.path().toStdString()) / "gemma source";
        SmallDecoderShape shape { .type = "gemma", .headDim = 16, .inner = 64, .vocabulary = 1400, .tied = true };
        QVERIFY(smallDecoder(folder, shape));
        fs::copy(data / "conformance" / "tokenizers" / "gemma" / "tokenizer.json", folder);
        const auto source = openModel(folder);
        QVERIFY2(source, source ? "" : source.error().message.c_str());
        const RoundedRun run(*source, { "q8_0" });
        const fs::path out = fs::path(m_folder.path().toStdString()) / "gemma";
        const auto report = run.write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const auto written = openModel(out / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(run.difference(*written), std::string());
        compareTokens(folder, *written);
    }

    /// Messages quote what a file says, and are UTF-8.
    void aTextThatIsNotUtf8IsRefused()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path from = data / "peers" / "llamacpp-gguf-q4_0" / "story-Q4_0.gguf";
        std::string bytes;
        {
            std::ifstream file(from, std::ios::binary);
            bytes.assign(std::istreambuf_iterator<char>(file), {});
        }
        for (const char* text : { "llama.block_count", "default", "<|start_story|>" }) {
            std::string damaged = bytes;
            damaged[damaged.find(text) + 3] = '\xec';
            const fs::path file = fs::path(m_folder.path().toStdString()) / "damaged.gguf";
            std::ofstream(file, std::ios::binary) << damaged;
            const auto opened = Checkpoint::open(file);
            QVERIFY2(!opened, text);
            QVERIFY2(opened.error().message.find("not UTF-8") != std::string::npos, opened.error().message.c_str());
            QVERIFY(QString::fromStdString(opened.error().message).toStdString() == opened.error().message);
        }
    }
    /// The factors of the frequencies are stored; the settings are found in them again.
    void scaledPositionsComeBack_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("linear") << R"({"rope_type": "linear", "factor": 4.0})";
        QTest::newRow("Llama 3.1") << R"({"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 8192})";
        QTest::newRow("Llama 3.2") << R"({"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 8192})";
    }
    void scaledPositionsComeBack()
    {
        QFETCH(QString, kind);
        const fs::path folder
            = fs::path(m_folder.path().toStdString()) / (QTest::currentDataTag() + std::string(" source"));
        fs::copy(sample() / "model", folder);
        // A small base has no frequency that Llama 3's settings stretch.
        QVERIFY(
            editConfig(folder, { { "rope_scaling", Json::parse(kind.toStdString()) }, { "rope_theta", 500000.0 } }));
        const auto source = openModel(folder);
        QVERIFY2(source, source ? "" : source.error().message.c_str());
        const RoundedRun run(*source, { "q8_0" });
        const fs::path out = fs::path(m_folder.path().toStdString()) / QTest::currentDataTag();
        const auto report = run.write("gguf", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const auto written = openModel(out / "model.gguf");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QVERIFY(written->checkpoint.find("model.rotary_emb.inv_freq"));
        QCOMPARE(run.difference(*written), std::string());
    }

    void whatGgufCannotHoldIsNamed_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* format :
            { "int4-g128-asym", "int6-g128", "int3-g128", "nf4-b64", "fp8-e4m3-channel", "nvfp4" })
            QTest::newRow(format) << QString(format);
    }
    void whatGgufCannotHoldIsNamed()
    {
        QFETCH(QString, format);
        const auto source = openModel(sample() / "model");
        Plan plan;
        for (const LayerInfo& layer : source->network->layers())
            plan.layers.push_back({ layer.name, "q8_0", "rtn" });
        plan.layers[3].format = format.toStdString();
        const auto problems = findExporter("gguf").value()->check(plan, *source->network);
        QCOMPARE(problems.size(), std::size_t { 1 });
        QVERIFY(problems.front().layers == std::vector { plan.layers[3].layer });
    }

private:
    static void compareTokens(const fs::path& folder, const Model& written)
    {
        const Tokenizer theirs = Tokenizer::open(folder).value();
        const auto ours = Tokenizer::fromGguf(*written.checkpoint.metadata(), "model.gguf");
        QVERIFY2(ours, ours ? "" : ours.error().message.c_str());
        const std::string text = readTextFile(sample() / "evaluation.txt", 1 << 20).value()
            + " Größe, café, 日本語 \U0001F600 12345   tabs\t\tand\n\n\nlines <|x|> ";
        QVERIFY(ours->encode(text, false).value() == theirs.encode(text, false).value());
        QVERIFY(ours->encode("a", true).value() == theirs.encode("a", true).value());
        const auto ids = theirs.encode(text, false).value();
        QCOMPARE(ours->decode(ids), theirs.decode(ids));
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
