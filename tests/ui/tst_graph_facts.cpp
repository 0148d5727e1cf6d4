// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <set>

#include "core/graph/operator_name.h"
#include "core/plan/value_placement.h"
#include "core/transform/transform_choice.h"
#include "tests/exporters/small_onnx_run.h"
#include "tests/support/sample_network.h"
#include "tests/support/test_data.h"
#include "ui/graph/edge_facts.h"

using namespace kerf;
using namespace kerf::test;
using ui::EdgeFact;
using ui::EdgeRule;
using ui::ShownGraph;
using ui::ShownNode;

namespace {

constexpr const char* kBytes = "int8-channel+u8-tensor";

core::Plan planOf(const core::Network& network, const std::string& format, bool foldsNorms = true)
{
    core::Plan plan = core::uniformPlan(network, "plan", format, "rtn").value();
    plan.transforms.clear();
    if (foldsNorms)
        plan.transforms.push_back({ "bn-fold", core::Json::object() });
    return plan;
}

/// Nodes of a file without norms, activations and constants, and which of them feed which, by the names of tensors.
struct FileGraph {
    explicit FileGraph(const onnx::ModelProto& model)
        : m_model(model)
    {
        for (const onnx::NodeProto& node : model.graph().node()) {
            if (isLeftOut(node))
                continue;
            ++nodes;
            for (const std::string& input : node.input())
                if (const std::string maker = makerOf(input); !maker.empty())
                    edges.emplace(maker, node.output(0));
        }
    }
    int nodes = 0;
    std::set<std::pair<std::string, std::string>> edges;

private:
    static bool isLeftOut(const onnx::NodeProto& node)
    {
        return node.op_type() == "BatchNormalization" || node.op_type() == "Relu" || node.op_type() == "Constant";
    }
    std::string makerOf(const std::string& tensor) const
    {
        if (findTensor(m_model, tensor))
            return {};
        const onnx::NodeProto* node = findMaker(m_model, tensor);
        if (!node)
            return tensor; // an input
        if (node->op_type() == "Constant")
            return {};
        return isLeftOut(*node) ? makerOf(node->input(0)) : node->output(0);
    }
    const onnx::ModelProto& m_model;
};

int operatorsOf(const ShownGraph& graph)
{
    return static_cast<int>(std::ranges::count(graph.nodes(), ShownNode::Kind::Operator, &ShownNode::kind));
}

} // namespace

/// A network's graph as it is shown, and what a plan does to its edges.
class TestGraphFacts : public QObject {
    Q_OBJECT
private slots:
    /// Nodes and edges are the file's, of networks whose norms and activations each stand behind a layer or a sum.
    void nodesAndEdgesAreTheFiles_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("resnet20") << "models/resnet20-cifar10/resnet20.onnx";
        QTest::newRow("digits-cnn") << "models/digits-cnn/model.onnx";
    }
    void nodesAndEdgesAreTheFiles()
    {
        QFETCH(QString, path);
        KERF_REQUIRE_SHARED_DATA(data);
        const auto file = data / path.toStdString();
        const core::Model model = core::openModel(file).value();
        const onnx::ModelProto proto = loadOnnx(file);
        const FileGraph expected(proto);
        const ShownGraph graph(model.network->graph());
        QCOMPARE(operatorsOf(graph), expected.nodes);
        const auto isInside
            = [&](const ui::ShownEdge& edge) { return graph.node(edge.to).kind != ShownNode::Kind::Output; };
        QCOMPARE(std::ranges::count_if(graph.edges(), isInside), static_cast<long>(expected.edges.size()));
        for (const ui::ShownEdge& edge : graph.edges())
            QVERIFY(edge.from < edge.to);
        for (std::size_t layer = 0; layer < model.network->layers().size(); ++layer)
            QCOMPARE(graph.node(graph.nodeOfLayer(static_cast<int>(layer))).layer, static_cast<int>(layer));
    }

    /// Operators are called as in the file.
    void namesAreTheFiles_data()
    {
        nodesAndEdgesAreTheFiles_data();
        QTest::newRow("detector") << "models/face-detector-rfb320/version-RFB-320.onnx";
    }
    void namesAreTheFiles()
    {
        QFETCH(QString, path);
        KERF_REQUIRE_SHARED_DATA(data);
        const core::Model model = core::openModel(data / path.toStdString()).value();
        const core::Graph& graph = model.network->graph();
        std::map<std::string, int> found, expected;
        const ShownGraph inView(graph);
        for (const ShownNode& shown : inView.nodes()) {
            if (shown.node >= 0)
                ++found[core::operatorName(graph, graph.node(shown.node))];
            for (const core::NodeId behind : shown.tail)
                ++found[core::operatorName(graph, graph.node(behind))];
        }
        const onnx::ModelProto proto = loadOnnx(data / path.toStdString());
        const auto isOfShapes = [&](const onnx::NodeProto& node) { // computed while the file is read
            const onnx::NodeProto* maker = node.input_size() > 0 ? findMaker(proto, node.input(0)) : nullptr;
            return maker && maker->op_type() == "Unsqueeze";
        };
        for (const onnx::NodeProto& node : proto.graph().node())
            if (!isOfShapes(node))
                ++expected[node.op_type() == "Gemm" ? "Linear" : node.op_type()];
        for (const char* name : { "Conv", "Linear", "Add", "Slice", "Pad", "Concat", "Relu", "Softmax", "Transpose",
                 "Exp", "Div", "Sub", "MaxPool" })
            QVERIFY2(found[name] == expected[name],
                qPrintable(QStringLiteral("%1: %2, not %3").arg(name).arg(found[name]).arg(expected[name])));
    }

    /// The tensors that edges are rounded at are those that an export of the plan puts a QuantizeLinear behind.
    void roundedEdgesAreTheExports_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("resnet20") << "models/resnet20-cifar10/resnet20.onnx";
        QTest::newRow("detector") << "models/face-detector-rfb320/version-RFB-320.onnx";
    }
    void roundedEdgesAreTheExports()
    {
        QFETCH(QString, path);
        KERF_REQUIRE_SHARED_DATA(data);
        SmallRun run(data / path.toStdString(), { "int8-channel" });
        run.roundInputs(0.01F, 3);
        const core::Plan plan = planOf(*run.network, kBytes);
        for (const core::RoundedValue& value : core::valuesRoundedBetween(*run.network, plan))
            run.values[value.value] = core::ValueQuantizer { 0.01F, 3 };
        const auto report = run.write();
        QVERIFY2(report.has_value(), qPrintable(messageOf(report)));
        const onnx::ModelProto written = loadOnnx(run.file());
        std::set<std::string> expected, found;
        for (const onnx::NodeProto& node : written.graph().node())
            if (node.op_type() == "QuantizeLinear")
                expected.insert(node.input(0));
        const ShownGraph graph(run.network->graph());
        for (const EdgeFact& fact : ui::edgeFacts(graph, *run.network, plan))
            if (fact.isRounded())
                found.insert(run.network->graph().value(fact.value).name);
        QCOMPARE(static_cast<int>(expected.size()), countOf(written, "QuantizeLinear"));
        QVERIFY2(found == expected,
            qPrintable(QStringLiteral("%1 in view, %2 in the file").arg(found.size()).arg(expected.size())));
    }

    /// Softmax and what comes behind it stay float; so do results.
    void whyTheDetectorsTailIsFloat()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const core::Model model = core::openModel(data / "models/face-detector-rfb320/version-RFB-320.onnx").value();
        const std::map<EdgeRule, int> rules = rulesOf(*model.network, planOf(*model.network, kBytes));
        QCOMPARE(rules.at(EdgeRule::Output), 2);
        QVERIFY(rules.contains(EdgeRule::FloatOperator));
        QVERIFY(rules.contains(EdgeRule::NoWayBack)); // of heads, which are only moved
        QVERIFY(!rules.contains(EdgeRule::NoBytes) && !rules.contains(EdgeRule::FloatLayer));
    }

    void everyReasonHasItsPlan()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const core::Model model = core::openModel(data / "models/resnet20-cifar10/resnet20.onnx").value();
        const core::Network& network = *model.network;
        using Rules = std::map<EdgeRule, int>;
        // 20 layers read; 9 sums of two, two slices and two pads, and the mean read the others; one result
        QCOMPARE(rulesOf(network, planOf(network, "int8-channel")),
            (Rules { { EdgeRule::FloatLayer, 20 }, { EdgeRule::NoBytes, 24 }, { EdgeRule::Output, 1 } }));
        QCOMPARE(rulesOf(network, planOf(network, "int8-channel+a8-token")),
            (Rules { { EdgeRule::RoundedByLayer, 20 }, { EdgeRule::NoBytes, 24 }, { EdgeRule::Output, 1 } }));
        core::Plan plan = planOf(network, kBytes);
        plan.roundsBetween = false;
        QCOMPARE(rulesOf(network, plan).at(EdgeRule::BetweenOff), 24);
        plan.roundsBetween = true;
        QCOMPARE(rulesOf(network, planOf(network, kBytes, false)).at(EdgeRule::NormLeft), 9 + 1);
        plan.layers.back().format = "int8-channel"; // nothing behind the last sum comes to bytes again
        QCOMPARE(rulesOf(network, plan).at(EdgeRule::NoWayBack), 3);
        plan = planOf(network, kBytes);
        plan.layers[2].format = "int8-channel"; // the second layer of the first sum
        const Rules mixed = rulesOf(network, plan);
        QCOMPARE(mixed.at(EdgeRule::FloatLayer), 1);
        QCOMPARE(mixed.at(EdgeRule::FloatMaker), 1);
        QVERIFY(mixed.at(EdgeRule::MixedInputs) >= 1);
    }

    /// A decoder's blocks: every layer is fed, keys and values come to the attention, the norm feeds three.
    void aDecoder()
    {
        const auto network = sampleNetwork();
        QVERIFY(network);
        const ShownGraph graph(network->graph());
        QCOMPARE(operatorsOf(graph), 93);
        QCOMPARE(graph.block(2).size(), 15u);
        const ShownNode& query = graph.node(graph.nodeOfLayer(0));
        QCOMPARE(query.inputs.size(), 1u);
        QCOMPARE(graph.node(graph.edge(query.inputs[0]).from).outputs.size(), 3u);
        const std::map<EdgeRule, int> rules = rulesOf(*network, planOf(*network, "int8-channel+a8-token"));
        QCOMPARE(rules.at(EdgeRule::RoundedByLayer), 42);
    }

private:
    static std::map<EdgeRule, int> rulesOf(const core::Network& network, const core::Plan& plan)
    {
        std::map<EdgeRule, int> rules;
        for (const EdgeFact& fact : ui::edgeFacts(ShownGraph(network.graph()), network, plan))
            ++rules[fact.rule];
        return rules;
    }
};

QTEST_GUILESS_MAIN(TestGraphFacts)
#include "tst_graph_facts.moc"
