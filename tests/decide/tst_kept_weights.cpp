// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <functional>
#include <numeric>

#include <QTest>

#include "core/graph/ops/linear.h"
#include "tests/support/published_shape.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

bool isNear(double value, double wanted, double tolerance)
{
    if (std::abs(value - wanted) <= tolerance)
        return true;
    qWarning("%.6g is not %.6g", value, wanted);
    return false;
}

double elements(const Shape& shape)
{
    return static_cast<double>(std::accumulate(shape.begin(), shape.end(), std::int64_t { 1 }, std::multiplies()));
}

/// Megabytes of all parameters in 32 bit, but the weights of linear maps in so many bytes.
double megabytes(const Network& network, double bytesOfLinear)
{
    double bytes = 0;
    for (const Node& node : network.graph().nodes())
        for (std::size_t i = 0; i < node.parameters.size(); ++i)
            if (node.parameters[i] >= 0)
                bytes += (node.op == &linearOp() && i == 0 ? bytesOfLinear : 4)
                    * elements(network.graph().parameter(node.parameters[i]).shape);
    return bytes / 1e6;
}

/// The plan that keeps in 16 bit what a pattern names.
Plan keeping(const Network& network, const std::string& pattern)
{
    Plan plan = uniformPlan(network, "mine", "int4-g128", "rtn").value();
    if (!setFormat(plan, network, pattern, "bf16"))
        qFatal("%s names no layer", pattern.c_str());
    return plan;
}

} // namespace

/// What a share of weights that stays as it is does to a model's size.
class TestKeptWeights : public QObject {
    Q_OBJECT
private slots:
    /// The 80 blocks of Llama-3.1-70B are alike: 12, 14 and 16 of them are 15, 17.5 and 20 % of the weights.
    void aShareInSixteenBit()
    {
        const PublishedShape large = publishedShape("llama-3.1-70b");
        const Network& network = *large.opened.network;
        for (const auto& [blocks, times] :
            { std::pair("([0-9]|1[01])", 2.71), { "([0-9]|1[0-3])", 2.58 }, { "([0-9]|1[0-5])", 2.46 } }) {
            const Plan plan = keeping(network, std::string("^model\\.layers\\.") + blocks + "\\.");
            QVERIFY(isNear(16 / servedWeights(network, large.model, plan)->bitsPerWeight, times, .005));
            QVERIFY(isNear(16 / planSize(plan, network, 0).bitsPerWeight, times, .005));
        }
    }
    /// Many layers that hold few weights.
    void keysAndValuesOfALargeModel()
    {
        const PublishedShape large = publishedShape("llama-3.1-70b");
        const Network& network = *large.opened.network;
        const Plan plan = keeping(network, "\\.[kv]_proj$");
        double layers = 0, weights = 0;
        for (std::size_t i = 0; i < plan.layers.size(); ++i) {
            const LayerShape& shape = network.layers()[i].shape;
            if (plan.layers[i].format == "bf16") {
                ++layers;
                weights += static_cast<double>(shape.rows * shape.cols);
            }
        }
        QVERIFY(isNear(100 * layers / static_cast<double>(plan.layers.size()), 28.6, .05));
        QVERIFY(isNear(100 * weights / large.model.dense, 1.96, .005));
    }
    /// Dynamic 8 bit of the linear maps, the pooler's among them: the embeddings stay and are what is left.
    void encodersKeepTheirEmbeddings()
    {
        for (const auto& [name, full, eight] :
            { std::tuple("bert-base", 437.9, 181.4), { "roberta-base", 498.6, 242.0 } }) {
            const OpenedNetwork opened
                = openOutline(std::string(KERF_SOURCE_DIR "/tests/decide/shapes/") + name + ".json").value();
            QVERIFY(isNear(megabytes(*opened.network, 4), full, .2));
            QVERIFY(isNear(4e-6 * static_cast<double>(opened.network->parameterCount()), full, .2));
            QVERIFY(isNear(megabytes(*opened.network, 1), eight, .2));
            QVERIFY(!servedModel(*opened.network)); // it has no cache to reckon with
        }
    }
};

QTEST_GUILESS_MAIN(TestKeptWeights)
#include "tst_kept_weights.moc"
