// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <set>

#include <QTest>

#include "core/model/model.h"
#include "core/plan/value_placement.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

constexpr const char* kBytes = "int8-channel+u8-tensor";

Plan bytesEverywhere(const Network& network, bool foldsNorms)
{
    Plan plan = uniformPlan(network, "bytes", kBytes, "rtn").value();
    plan.transforms.clear();
    if (foldsNorms)
        plan.transforms.push_back({ "bn-fold", Json::object() });
    return plan;
}

std::set<std::string> namesOf(const std::vector<RoundedValue>& values)
{
    std::set<std::string> names;
    for (const RoundedValue& value : values)
        names.insert(value.name);
    return names;
}

} // namespace

/// Which values between layers of bytes are bytes too.
class TestValuePlacement : public QObject {
    Q_OBJECT
private slots:
    /// ResNet-20 whose shortcuts are slices and pads: sums, both of what they add, and what the mean is of. What only a
    /// convolution reads is none of them: that rounds it itself.
    void residual()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Model model = openModel(data / "models/resnet20-cifar10/resnet20.onnx").value();
        const Network& network = *model.network;
        const std::vector<RoundedValue> found = valuesRoundedBetween(network, bytesEverywhere(network, true));
        // 1 behind the first convolution, 9 of second convolutions, 9 sums, twice a slice and a pad, the mean
        QCOMPARE(found.size(), 24u);
        QCOMPARE(namesOf(found).size(), 24u);
        QCOMPARE(std::ranges::count_if(found, [](const RoundedValue& value) { return value.follows >= 0; }), 4);
        // 8 sums and what lies before them are read by a convolution as they are, the mean by the classifier
        QCOMPARE(std::ranges::count_if(found, [](const RoundedValue& value) { return !value.layer.empty(); }), 10);
        std::set<ValueId> before;
        for (const RoundedValue& value : found) {
            QVERIFY(value.follows < 0 || before.contains(value.follows));
            QCOMPARE(network.graph().value(value.value).name, value.name);
            before.insert(value.value);
        }
    }

    /// A norm that is not folded stands between a layer and what could be bytes; a plan may leave all in float; and
    /// layers that read float numbers end it.
    void whereNothingIsRounded()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Model model = openModel(data / "models/resnet20-cifar10/resnet20.onnx").value();
        const Network& network = *model.network;
        QVERIFY(valuesRoundedBetween(network, bytesEverywhere(network, false)).empty());
        Plan plan = bytesEverywhere(network, true);
        plan.roundsBetween = false;
        QVERIFY(valuesRoundedBetween(network, plan).empty());
        plan.roundsBetween = true;
        const std::set<std::string> whole = namesOf(valuesRoundedBetween(network, plan));
        plan.layers.back().format = "int8-channel"; // the classifier: nothing behind the last sum comes to bytes
        const std::set<std::string> less = namesOf(valuesRoundedBetween(network, plan));
        QVERIFY(less.size() < whole.size());
        QVERIFY(std::ranges::includes(whole, less));
        for (PlanLayer& layer : plan.layers)
            layer.format = "int8-channel";
        QVERIFY(valuesRoundedBetween(network, plan).empty());
    }

    /// The detector's tail (transposes, softmax, boxes) stays in float, and so do the outputs of its heads.
    void detectorTail()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const Model model = openModel(data / "models/face-detector-rfb320/version-RFB-320.onnx").value();
        const Network& network = *model.network;
        const Plan plan = bytesEverywhere(network, true);
        const std::vector<RoundedValue> found = valuesRoundedBetween(network, plan);
        QVERIFY(!found.empty());
        const Graph& graph = network.graph();
        for (const RoundedValue& value : found) {
            QVERIFY(std::ranges::find(graph.outputs(), value.value) == graph.outputs().end());
            const Shape& shape = graph.value(value.value).type.shape;
            QVERIFY2(shape.size() == 4, qPrintable(QString::fromStdString(value.name))); // pictures, no boxes
        }
    }
};

QTEST_GUILESS_MAIN(TestValuePlacement)
#include "tst_value_placement.moc"
