// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <stop_token>

#include <QTest>

#include "core/base/parallel.h"
#include "core/evaluate/packed_linear.h"
#include "core/evaluate/throughput.h"
#include "core/model/generator.h"
#include "core/model/model.h"
#include "tests/support/sample_network.h"

using namespace kerf::core;

namespace {

/// Round-to-nearest codes of every layer, good enough to run.
std::map<std::string, std::shared_ptr<const QuantizedTensor>> quantizeAll(const Network& network, const char* name)
{
    const FormatPtr format = parseFormat(name).value();
    std::map<std::string, std::shared_ptr<const QuantizedTensor>> quantized;
    for (const LayerInfo& layer : network.layers()) {
        const Matrix w = network.layerWeight(layer.name).value();
        auto tensor = std::make_shared<QuantizedTensor>();
        tensor->format = format;
        tensor->shape = layer.shape;
        const std::int64_t size = format->groupSize(layer.shape.cols);
        std::vector<float> rounded(static_cast<std::size_t>(size));
        for (Eigen::Index row = 0; row < w.rows(); ++row) {
            for (Eigen::Index first = 0; first < w.cols(); first += size) {
                const std::span<const float> group(&w(row, first), static_cast<std::size_t>(size));
                float scale = 0, zero = 0;
                format->chooseParams(group, scale, zero);
                tensor->scales.push_back(scale);
                if (!format->isSymmetric())
                    tensor->zeros.push_back(zero);
                std::vector<std::uint8_t> codes(group.size());
                format->quantize(group, std::vector<float>(group.size(), scale), std::vector<float>(group.size(), zero),
                    codes, rounded);
                tensor->codes.insert(tensor->codes.end(), codes.begin(), codes.end());
            }
        }
        quantized[layer.name] = tensor;
    }
    return quantized;
}

} // namespace

class TestThroughput : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_network = kerf::test::sampleNetwork();
        QVERIFY(m_network);
    }

    void quantizedLayersRunTheirOwnKernels()
    {
        const ThroughputOptions options { 16, 4, 2 };
        const auto plain = measureThroughput(*m_network, {}, options, {});
        QVERIFY2(plain.has_value(), plain ? "" : plain.error().message.c_str());
        const auto quantized = measureThroughput(*m_network, quantizeAll(*m_network, "int4-g32"), options, {});
        QVERIFY(quantized.has_value());
        QVERIFY(plain->prefillTokensPerSecond > 0 && plain->decodeTokensPerSecond > 0);
        QVERIFY(plain->prefillStderr >= 0 && plain->decodeStderr >= 0);
        QVERIFY(plain->peakMemoryBytes > plain->weightBytes);
        QCOMPARE(plain->threads, threadCount());
        QVERIFY2(plain->kernels.find("4-bit") == std::string::npos, plain->kernels.c_str());
        QVERIFY2(quantized->kernels.find("4-bit") != std::string::npos, quantized->kernels.c_str());
        QVERIFY(quantized->weightBytes < plain->weightBytes);
    }

    /// The head is read too: parameters of the layers and of the head, in the 2 bytes the sample stores.
    void weightBytesAreWhatATokenReads()
    {
        const auto plain = measureThroughput(*m_network, {}, { 4, 1, 1 }, {});
        std::int64_t elements = m_network->vocabularySize() * m_network->hiddenSize();
        for (const LayerInfo& layer : m_network->layers())
            elements += layer.shape.rows * layer.shape.cols;
        QVERIFY(plain.has_value());
        QVERIFY(plain->weightBytes == 2 * elements || plain->weightBytes == 4 * elements);
    }

    /// What is timed is what is evaluated: the logits of packed weights are those of the decoded ones but for rounding.
    /// float32 products of up to a few hundred terms agree to 1e-5 of their size; 1e-3 of the logits' range leaves room
    /// for its growth through the blocks and is far below what int4 itself changes.
    void packedGenerationAgreesWithTheDecodedOne()
    {
        const auto quantized = quantizeAll(*m_network, "int4-g32");
        const auto create = [&](bool packed) {
            return startGeneration(
                *m_network,
                [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
                    const auto found = quantized.find(layer.name);
                    if (found == quantized.end())
                        return makeDenseLinear(weight);
                    return packed ? packQuantized(found->second).value().linear : makeQuantizedLinear(found->second);
                },
                32);
        };
        auto fast = create(true), exact = create(false);
        QVERIFY(fast && exact);
        const std::vector<TokenId> prompt { 1, 5, 9, 20, 33, 2, 7 };
        for (const TokenId next : { -1, 11, 12 }) {
            const Vector a = next < 0 ? (*fast)->prefill(prompt).value() : (*fast)->decode(next).value();
            const Vector b = next < 0 ? (*exact)->prefill(prompt).value() : (*exact)->decode(next).value();
            QVERIFY((a - b).cwiseAbs().maxCoeff() <= 1e-3f * (b.maxCoeff() - b.minCoeff()));
        }
    }

    void wrongOptionsAreNamed()
    {
        const auto tooLong = measureThroughput(*m_network, {}, { m_network->maxPositions(), 1, 1 }, {});
        QVERIFY(!tooLong && tooLong.error().code == ErrorCode::InvalidArgument);
        QVERIFY(!measureThroughput(*m_network, {}, { 0, 1, 1 }, {}));
        QVERIFY(!measureThroughput(*m_network, {}, { 1, 1, 0 }, {}));
    }

    void aStopIsHeard()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = measureThroughput(*m_network, {}, {}, JobContext(stop.get_token()));
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

private:
    std::shared_ptr<const Network> m_network;
};

QTEST_GUILESS_MAIN(TestThroughput)
#include "tst_throughput.moc"
