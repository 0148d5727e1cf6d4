// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/base/atomic_file.h"
#include "core/exporters/convert.h"
#include "core/exporters/loader_verdict.h"
#include "core/text/tokenizer.h"
#include "tests/support/rounded_run.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

namespace {

const std::vector<std::vector<TokenId>> kWindows { { 1, 5, 9, 100, 200, 300, 17, 4, 1000, 3 } };

Result<Conversion> convert(const fs::path& source, const char* target, const fs::path& out, bool roundScales = false)
{
    const auto model = openModel(source);
    if (!model)
        return tl::unexpected(model.error());
    return convertModel(*model, *findExporter(target).value(), { roundScales }, out, {});
}

Matrix logitsOf(const fs::path& path)
{
    const auto model = openModel(path);
    return model ? runNetwork(*model->network, kWindows)->logits : Matrix();
}

double largestDifference(const Matrix& a, const Matrix& b)
{
    if (a.rows() != b.rows() || a.cols() != b.cols() || a.size() == 0)
        return 1;
    return static_cast<double>((a - b).cwiseAbs().maxCoeff() / (a.maxCoeff() - a.minCoeff()));
}

} // namespace

/// kerf-cli convert: quantized folders and GGUF files as other targets, with their own codes.
class TestConvert : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_model = openModel(sample() / "model").value();
        write("int4-g64", "gptq");
        write("int4-g64-asym", "gptq");
        write("nf4-b64", "bnb");
        write("q8_0", "gguf");
    }
    /// There and back gives the same file of tensors, byte for byte; only settings beside it may be said otherwise.
    void thereAndBackIsTheSame_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QStringList>("path");
        QTest::newRow("awq and back") << "gptq int4-g64" << QStringList { "awq", "gptq" };
        QTest::newRow("asymmetric, awq and back") << "gptq int4-g64-asym" << QStringList { "awq", "gptq" };
        QTest::newRow("compressed-tensors and back") << "gptq int4-g64" << QStringList { "compressed-tensors", "gptq" };
        QTest::newRow("asymmetric, compressed-tensors and back")
            << "gptq int4-g64-asym" << QStringList { "compressed-tensors", "gptq" };
        QTest::newRow("version 2 and back") << "gptq int4-g64" << QStringList { "gptq-v2", "gptq-v1" };
        QTest::newRow("all around") << "gptq int4-g64"
                                    << QStringList { "awq", "compressed-tensors", "gptq-v2", "gptq" };
        QTest::newRow("a GGUF file and back") << "gptq int4-g64" << QStringList { "gguf" };
    }
    void thereAndBackIsTheSame()
    {
        QFETCH(QString, source);
        QFETCH(QStringList, path);
        const fs::path first = at(source.toStdString());
        fs::path now = first;
        for (qsizetype i = 0; i < path.size(); ++i) {
            const fs::path next = at(QString(QTest::currentDataTag()).toStdString() + std::to_string(i));
            const auto made = convert(now, qPrintable(path[i]), next);
            VERIFY_OK(made);
            for (const auto& [layer, error] : made->errors)
                QVERIFY2(error == 0, layer.c_str());
            now = next;
        }
        if (path.back() == "gguf") {
            const Matrix expected = logitsOf(first), found = logitsOf(now / "model.gguf");
            QVERIFY(largestDifference(expected, found) < 1e-6);
            return;
        }
        QVERIFY(readTextFile(first / "model.safetensors", 1 << 26).value()
            == readTextFile(now / "model.safetensors", 1 << 26).value());
        QVERIFY(readTextFile(first / "tokenizer.json", 1 << 26).value()
            == readTextFile(now / "tokenizer.json", 1 << 26).value());
    }
    /// What a GGUF file adds is the rounding of an asymmetric group's minimum to float16, and is told.
    void ggufHoldsAsymmetricCodes()
    {
        const fs::path out = at("asymmetric gguf");
        const auto made = convert(at("gptq int4-g64-asym"), "gguf", out);
        VERIFY_OK(made);
        QCOMPARE(made->errors.size(), std::size_t { 42 });
        for (const auto& [layer, error] : made->errors)
            QVERIFY2(error > 0 && error < 1e-3, layer.c_str());
        QCOMPARE(openModel(out / "model.gguf")->quantized->layers().begin()->second, std::string("q4_1"));
        QVERIFY(largestDifference(logitsOf(at("gptq int4-g64-asym")), logitsOf(out / "model.gguf")) < 1e-3);
    }
    void codesWithoutAPlaceBecomeFloats()
    {
        const fs::path out = at("nf4 gguf");
        const auto made = convert(at("bnb nf4-b64"), "gguf", out);
        VERIFY_OK(made);
        QVERIFY(!openModel(out / "model.gguf")->quantized);
        for (const auto& [layer, error] : made->errors)
            QVERIFY2(error < 3e-4, layer.c_str());
        QVERIFY(largestDifference(logitsOf(at("bnb nf4-b64")), logitsOf(out / "model.gguf")) < 2e-3);
    }
    void aFloatModelBecomesAGgufFile()
    {
        const fs::path out = at("float gguf");
        const auto made = convert(sample() / "model", "gguf", out);
        VERIFY_OK(made);
        QVERIFY(made->errors.empty());
        QVERIFY(largestDifference(logitsOf(sample() / "model"), logitsOf(out / "model.gguf")) < 1e-6);
    }
    /// A GGUF file has no folder beside it: config, tokenizer and settings are made from what it says.
    void aGgufFileBecomesAFolder_data()
    {
        QTest::addColumn<QString>("target");
        for (const char* target : { "hf", "gptq", "compressed-tensors" })
            QTest::newRow(target) << target;
    }
    void aGgufFileBecomesAFolder()
    {
        QFETCH(QString, target);
        const fs::path source = at("gguf q8_0") / "model.gguf", out = at(("from gguf " + target).toStdString());
        const auto made = convert(source, qPrintable(target), out);
        VERIFY_OK(made);
        QVERIFY(largestDifference(logitsOf(source), logitsOf(out)) < (target == "hf" ? 1e-3 : 1e-6));
        const auto theirs = Tokenizer::open(out), ours = Tokenizer::open(sample() / "model");
        VERIFY_OK(theirs);
        const char* text = "Once upon a time, 42 little pigs…\n\n  built a house.";
        QCOMPARE(theirs->encode(text, false).value(), ours->encode(text, false).value());
        VERIFY_OK(verifyFolder(out, {}));
    }
    void whatIsLostIsRefused()
    {
        const fs::path floats = at("refused");
        const auto none = convert(sample() / "model", "gptq", floats);
        QVERIFY(!none);
        QVERIFY(none.error().message.find("holds no codes") != std::string::npos);
        const auto held = convert(at("bnb nf4-b64"), "gptq", floats);
        QVERIFY(!held);
        QVERIFY2(held.error().message.find("cannot be converted to gptq") != std::string::npos,
            held.error().message.c_str());
        const auto again = convert(at("gptq int4-g64"), "awq", at("gptq int4-g64"));
        QVERIFY(!again);
        QVERIFY(again.error().message.find("exists already") != std::string::npos);
        QVERIFY(!fs::exists(floats));
    }
    void aStopLeavesNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        const JobContext job(stop.get_token());
        const auto made = convertModel(
            openModel(at("gptq int4-g64")).value(), *findExporter("awq").value(), {}, at("stopped"), job);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::Cancelled);
        QVERIFY(!fs::exists(at("stopped")));
    }
    void othersFoldersConvert_data()
    {
        QTest::addColumn<QString>("peer");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("refusal");
        const auto row = [](const char* peer, const char* target, const char* refusal) {
            QTest::addRow("%s to %s", peer, target) << peer << target << refusal;
        };
        row("gptqmodel-gptq-v1", "awq", "");
        row("gptqmodel-gptq-v2-asym", "compressed-tensors", "");
        row("autoawq-awq-gemm", "gptq", "");
        row("gptqmodel-gptq-v1-asym-desc-act", "gptq", "");
        row("gptqmodel-gptq-v1-asym-desc-act", "awq", "do not follow the order of their columns");
        row("llmcompressor-ct-pack-w4a16-sym", "compressed-tensors", "");
        row("llmcompressor-ct-pack-w4a16-sym", "gptq", "--round-scales");
        row("bitsandbytes-nf4-double-quant", "bnb", "");
        row("bitsandbytes-int8", "bnb", "--round-scales");
        row("llmcompressor-ct-int-w8a8", "compressed-tensors", "");
        row("llmcompressor-ct-float-fp8", "compressed-tensors", "");
        row("llmcompressor-ct-float-fp8", "modelopt", "");
    }
    /// How the source's servers round inputs has no place in plain floats: said, and the weights are kept.
    void roundedInputsThatAreLeftAreTold()
    {
        const fs::path source = sharedData() / "peers" / "bitsandbytes-int8";
        if (!fs::exists(source))
            QSKIP("KERF_SHARED_DATA has no peers' folders");
        const auto made = convert(source, "hf", at("int8 hf"));
        VERIFY_OK(made);
        const auto isTold
            = [](const std::string& note) { return note.find("for the weights alone") != std::string::npos; };
        QVERIFY(std::ranges::any_of(made->report.notes, isTold));
        const auto blocks = convert(source, "gguf", at("int8 gguf"));
        VERIFY_OK(blocks);
        QVERIFY(std::ranges::any_of(blocks->report.notes, isTold));
        const auto original = openModel(source), written = openModel(at("int8 hf"));
        for (const LayerInfo& layer : original->network->layers())
            QVERIFY(written->network->layerWeight(layer.name).value()
                == original->network->layerWeight(layer.name).value());
    }
    void othersFoldersConvert()
    {
        QFETCH(QString, peer);
        QFETCH(QString, target);
        QFETCH(QString, refusal);
        const fs::path source = sharedData() / "peers" / peer.toStdString();
        if (!fs::exists(source))
            QSKIP("KERF_SHARED_DATA has no peers' folders");
        const fs::path out = at((peer + " " + target).toStdString());
        const auto made = convert(source, qPrintable(target), out);
        if (!refusal.isEmpty()) {
            QVERIFY(!made);
            QVERIFY2(QString::fromStdString(made.error().message).contains(refusal), made.error().message.c_str());
            const auto rounded = convert(source, qPrintable(target), out, true);
            QCOMPARE(rounded.has_value(), refusal == "--round-scales");
            return;
        }
        VERIFY_OK(made);
        QVERIFY(largestDifference(logitsOf(source), logitsOf(out)) < 1e-6);
        VERIFY_OK(verifyFolder(out, {}));
    }
    void roundedScalesAreTold()
    {
        const fs::path source = sharedData() / "peers/llmcompressor-ct-pack-w4a16-sym";
        if (!fs::exists(source))
            QSKIP("KERF_SHARED_DATA has no peers' folders");
        const auto made = convert(source, "awq", at("rounded scales"), true);
        VERIFY_OK(made);
        for (const auto& [layer, error] : made->errors)
            QVERIFY2(error > 0 && error < 5e-4, layer.c_str());
    }
    /// By the rules of docs/loaders.md, of whoever's folder.
    void aFolderSaysWhichLoadersItSuits()
    {
        const auto verdicts = loaderVerdicts(openModel(at("gptq int4-g64-asym")).value());
        VERIFY_OK(verdicts);
        QCOMPARE(verdicts->size(), std::size_t { 2 });
        QCOMPARE((*verdicts)[0].loader, std::string("vllm"));
        const auto gguf = loaderVerdicts(openModel(at("gguf q8_0") / "model.gguf").value());
        VERIFY_OK(gguf);
        QCOMPARE(gguf->size(), std::size_t { 1 });
        QVERIFY(gguf->front().problems.empty());
    }

private:
    fs::path at(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    void write(const std::string& format, const std::string& target)
    {
        const auto report = RoundedRun(*m_model, { format }).write(target.c_str(), at(target + " " + format));
        VERIFY_OK(report);
    }

    QTemporaryDir m_folder;
    std::optional<Model> m_model;
};

QTEST_GUILESS_MAIN(TestConvert)
#include "tst_convert.moc"
