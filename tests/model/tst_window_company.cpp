// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/graph/activation_linear.h"
#include "core/graph/attention.h"
#include "core/graph/linear.h"
#include "core/model/model.h"
#include "tests/support/random_matrix.h"
#include "tests/support/random_model.h"
#include "tests/support/run_network.h"

using namespace kerf::core;
using kerf::test::randomMatrix;

namespace {

std::shared_ptr<const QuantizedTensor> randomTensor(CounterRng& rng, const char* format, LayerShape shape)
{
    auto tensor = std::make_shared<QuantizedTensor>();
    tensor->format = parseFormat(format).value();
    tensor->shape = shape;
    for (std::int64_t i = 0; i < shape.rows * shape.cols; ++i)
        tensor->codes.push_back(static_cast<std::uint8_t>(rng.below(16)));
    tensor->scales.assign(static_cast<std::size_t>(shape.rows * tensor->groups()), 0.125f);
    return tensor;
}

/// Windows of 1 to 600 tokens: single ones, tails of a tile, whole tiles.
std::vector<std::int64_t> randomLengths(CounterRng& rng)
{
    std::vector<std::int64_t> lengths;
    for (std::uint64_t i = 0; i < 3 + rng.below(4); ++i) {
        const std::int64_t tiles = kLinearTileRows * static_cast<std::int64_t>(rng.below(3));
        lengths.push_back(std::max<std::int64_t>(1, tiles + static_cast<std::int64_t>(rng.below(90)) - 5));
    }
    return lengths;
}

std::int64_t sumOf(const std::vector<std::int64_t>& lengths)
{
    std::int64_t sum = 0;
    for (const std::int64_t length : lengths)
        sum += length;
    return sum;
}

} // namespace

/// A window gives the same bits alone, beside any others, and with any number of threads. The build runs this once more
/// for each family of BLAS kernels that the processor has.
class TestWindowCompany : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qInfo("%s", blasKernels().c_str()); }
    void cleanup() { setThreadCount(0); }

    void linearOperators_data()
    {
        QTest::addColumn<int>("kind");
        const char* const kinds[] = { "dense", "int4", "a8-token", "a4-token", "afp8-token", "llmint8" };
        for (int kind = 0; kind < 6; ++kind)
            QTest::newRow(kinds[kind]) << kind;
    }
    void linearOperators()
    {
        QFETCH(int, kind);
        CounterRng rng(17);
        for (int round = 0; round < 12; ++round) {
            const LayerShape shape { static_cast<std::int64_t>(1 + rng.below(800)),
                32 * static_cast<std::int64_t>(1 + rng.below(12)) };
            const LinearPtr linear = operatorOf(kind, rng, shape);
            const std::vector<std::int64_t> lengths = randomLengths(rng);
            Matrix x = randomMatrix(rng, sumOf(lengths), shape.cols);
            x(x.rows() / 2, 1) = 50; // an outlier for llmint8
            Matrix together(x.rows(), shape.rows);
            linear->apply(x, lengths, together);
            setThreadCount(1);
            std::int64_t first = 0;
            for (const std::int64_t length : lengths) {
                Matrix alone(length, shape.rows);
                linear->apply(x.middleRows(first, length), std::array { length }, alone);
                QVERIFY2(alone == together.middleRows(first, length),
                    qPrintable(QString("%1 x %2, window of %3 at row %4")
                                   .arg(shape.rows)
                                   .arg(shape.cols)
                                   .arg(length)
                                   .arg(first)));
                first += length;
            }
            setThreadCount(0);
        }
    }
    void attention()
    {
        CounterRng rng(23);
        for (int round = 0; round < 12; ++round) {
            const auto dim = static_cast<std::int64_t>(8 + 4 * rng.below(16));
            const AttentionSettings settings { 4, 2, dim, 0.2f, 0, round % 3 == 0 ? 37 : 0 };
            const std::vector<std::int64_t> lengths = randomLengths(rng);
            const std::int64_t rows = sumOf(lengths);
            const Matrix queries = randomMatrix(rng, rows, 4 * dim), keys = randomMatrix(rng, rows, 2 * dim),
                         values = randomMatrix(rng, rows, 2 * dim);
            Matrix together(rows, 4 * dim);
            attendWindows(settings, lengths, queries, keys, values, together);
            std::int64_t first = 0;
            for (const std::int64_t length : lengths) {
                Matrix alone(length, 4 * dim);
                attendWindows(settings, std::array { length }, queries.middleRows(first, length),
                    keys.middleRows(first, length), values.middleRows(first, length), alone);
                QVERIFY(alone == together.middleRows(first, length));
                first += length;
            }
        }
    }
    void wholeModels_data()
    {
        QTest::addColumn<int>("hidden");
        QTest::addColumn<int>("inner");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("vocabulary");
        QTest::newRow("small") << 64 << 96 << 4 << 200;
        QTest::newRow("odd") << 72 << 100 << 6 << 333;
        QTest::newRow("one row over a tile") << 128 << 385 << 4 << 769;
        QTest::newRow("wide") << 320 << 640 << 8 << 1000;
    }
    void wholeModels()
    {
        QFETCH(int, hidden);
        QFETCH(int, inner);
        QFETCH(int, heads);
        QFETCH(int, vocabulary);
        const QTemporaryDir folder;
        const auto path = folder.filePath("model").toStdString();
        QVERIFY(kerf::test::writeRandomModel(path, { hidden, inner, 2, heads, heads / 2, vocabulary, 700, 7 }));
        const std::shared_ptr<const Network> network = openModel(path)->network;
        CounterRng rng(29);
        std::vector<std::vector<TokenId>> windows;
        for (const std::int64_t length : randomLengths(rng)) {
            windows.emplace_back();
            for (std::int64_t i = 0; i < length; ++i)
                windows.back().push_back(static_cast<TokenId>(rng.below(static_cast<std::uint64_t>(vocabulary))));
        }
        const auto together = kerf::test::runNetwork(*network, windows);
        QVERIFY(together);
        std::int64_t first = 0;
        for (const std::vector<TokenId>& window : windows) {
            const auto alone = kerf::test::runNetwork(*network, { window });
            QVERIFY(alone);
            const auto length = static_cast<std::int64_t>(window.size());
            QVERIFY(alone->hidden.back() == together->hidden.back().middleRows(first, length));
            QVERIFY(alone->logits == together->logits.middleRows(first, length));
            first += length;
        }
    }

private:
    static LinearPtr operatorOf(int kind, CounterRng& rng, LayerShape shape)
    {
        if (kind == 0)
            return makeDenseLinear(randomMatrix(rng, shape.rows, shape.cols));
        const auto tensor = randomTensor(rng, "int4-g32", shape);
        constexpr ActivationFormat kActivations[] = { ActivationFormat::None, ActivationFormat::Int8Token,
            ActivationFormat::Int4Token, ActivationFormat::Fp8Token, ActivationFormat::LlmInt8 };
        return makeActivationLinear(tensor, { kActivations[kind - 1], 0 }).value();
    }
};

QTEST_GUILESS_MAIN(TestWindowCompany)
#include "tst_window_company.moc"
