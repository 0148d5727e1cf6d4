// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/jobs/artifact_store.h"
#include "core/quantize/group_params.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

LayerResult randomLayer(const std::string& format, std::int64_t rows, std::int64_t cols, bool permuted = false)
{
    LayerResult result;
    result.tensor.format = parseFormat(format).value();
    result.tensor.shape = { rows, cols };
    CounterRng random(static_cast<std::uint64_t>(rows * 1000 + cols));
    const auto codes = static_cast<std::size_t>(rows * cols);
    const auto groups = static_cast<std::size_t>(rows * result.tensor.groups());
    const std::uint64_t levels = std::uint64_t { 1 } << result.tensor.format->codeBits();
    for (std::size_t i = 0; i < codes; ++i)
        result.tensor.codes.push_back(static_cast<std::uint8_t>(random.below(levels)));
    for (std::size_t i = 0; i < groups; ++i) {
        result.tensor.scales.push_back(result.tensor.format->storedScale(static_cast<float>(random.uniform())));
        if (!result.tensor.format->isSymmetric())
            result.tensor.zeros.push_back(static_cast<float>(random.below(levels)));
    }
    for (std::int64_t j = 0; permuted && j < cols; ++j)
        result.tensor.groupIndex.push_back(static_cast<std::int32_t>((cols - 1 - j) * result.tensor.groups() / cols));
    result.report = { "model.layers.0.q", format, "gptq", 4.25, 0.1 / 3.0, 0.2, 1e-9, 0.01, 0.4, 5.0,
        { { "damping_raised", "damping 0.02 instead of 0.01" } } };
    return result;
}

} // namespace

class TestArtifactStore : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    ArtifactStore store() { return ArtifactStore(m_folder.path().toStdString()); }

private slots:
    void comesBackBitForBit_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("cols");
        QTest::addColumn<bool>("permuted");
        for (int bits = 2; bits <= 8; ++bits)
            for (const char* rest : { "-g32", "-channel-asym" })
                QTest::addRow("int%d%s", bits, rest) << QString("int%1%2").arg(bits).arg(rest) << 96 << false;
        QTest::newRow("row ends inside a byte") << "int3-channel" << 37 << false;
        QTest::newRow("permuted columns") << "int4-g32-asym" << 64 << true;
    }
    void comesBackBitForBit()
    {
        QFETCH(QString, format);
        QFETCH(int, cols);
        QFETCH(bool, permuted);
        const LayerResult layer = randomLayer(format.toStdString(), 7, cols, permuted);
        const std::string key = std::string("ab") + QTest::currentDataTag();
        QVERIFY(!store().has(key));
        QVERIFY(store().store(key, layer));
        const auto back = store().load(key);
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QCOMPARE(contentHash(back->tensor), contentHash(layer.tensor));
        QVERIFY(back->tensor.codes == layer.tensor.codes);
        QVERIFY(back->tensor.groupIndex == layer.tensor.groupIndex);
        QCOMPARE(back->report.relativeError, layer.report.relativeError);
        QCOMPARE(back->shift.size(), Eigen::Index { 0 });
        QCOMPARE(back->report.fallbacks.at(0).detail, layer.report.fallbacks.at(0).detail);
        // The time it took is no part of what a layer is: the same layer is the same file.
        LayerResult slower = layer;
        slower.report.seconds = 99;
        const std::string before = readTextFile(store().path(key), 1 << 20).value();
        QVERIFY(store().store(key, slower));
        QVERIFY(readTextFile(store().path(key), 1 << 20).value() == before);
    }

    /// What is added to outputs stands beside the codes and is no part of their hash.
    void shiftsComeBack()
    {
        LayerResult layer = randomLayer("int4-g32", 7, 96);
        QVERIFY(store().store("ef", layer));
        const std::string hash = store().load("ef")->hash;
        layer.shift = Vector::LinSpaced(7, -1.0f, 0.7f);
        QVERIFY(store().store("ef", layer));
        const auto back = store().load("ef");
        QVERIFY(back->shift == layer.shift);
        QCOMPARE(back->hash, hash);
        for (const Vector& wrong : { Vector(Vector::Ones(6)), Vector(Vector::Constant(7, std::nanf(""))) }) {
            layer.shift = wrong;
            QVERIFY(store().store("ef", layer));
            QVERIFY(!store().load("ef").has_value());
        }
    }

    void packedParametersComeBackBitForBit()
    {
        for (const char* name :
            { "nf4-b64-dq", "nvfp4", "mxfp4", "q4_1", "q4_k", "fp8-e4m3-block128", "int4-tensor" }) {
            const FormatPtr format = parseFormat(name).value();
            const Matrix weight = Matrix::Random(5, 256);
            LayerResult layer = randomLayer("int4-g32", 5, 256);
            layer.tensor = roundWeight(weight, format, minMaxParams(weight, *format));
            QVERIFY(store().store(std::string("cd") + name, layer));
            const auto back = store().load(std::string("cd") + name);
            QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
            QVERIFY(dequantize(back->tensor) == dequantize(layer.tensor));
            QVERIFY(back->tensor.stored == layer.tensor.stored);
            QCOMPARE(contentHash(back->tensor), contentHash(layer.tensor));
        }
    }

    void codesArePacked()
    {
        QVERIFY(store().store("size", randomLayer("int3-channel", 64, 1024)));
        // 64 * 1024 * 3 bits and 64 float16 scales, and a header of less than 1.5 kB.
        const auto size = fs::file_size(store().path("size"));
        QVERIFY2(size > 64 * 1024 * 3 / 8 && size < 64 * 1024 * 3 / 8 + 128 + 1500, std::to_string(size).c_str());
    }

    void everyFlippedBitAndCutIsAnError()
    {
        const std::string key = "flip";
        QVERIFY(store().store(key, randomLayer("int4-g32", 4, 64)));
        const fs::path path = store().path(key);
        const std::string whole = readTextFile(path, 1 << 20).value();
        const std::string hash = contentHash(store().load(key)->tensor);
        for (std::size_t byte = 0; byte < whole.size(); ++byte) {
            std::string broken = whole;
            broken[byte] = static_cast<char>(broken[byte] ^ (1 << byte % 8));
            std::ofstream(path, std::ios::binary) << broken;
            const auto back = store().load(key);
            // A flip in the report's text or in the padding of the header does not touch the layer.
            if (back)
                QVERIFY2(contentHash(back->tensor) == hash, std::to_string(byte).c_str());
            else
                QVERIFY2(back.error().code == ErrorCode::BadFile, back.error().message.c_str());
        }
        for (std::size_t size = 0; size < whole.size(); size += 3) {
            std::ofstream(path, std::ios::binary) << whole.substr(0, size);
            QVERIFY2(!store().load(key), std::to_string(size).c_str());
        }
        QVERIFY(!store().load("missing"));
    }
};

QTEST_GUILESS_MAIN(TestArtifactStore)
#include "tst_artifact_store.moc"
