// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/graph/executor.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/scale.h"
#include "core/graph/ops/turn.h"
#include "tests/support/memory_weights.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

constexpr std::int64_t kWidth = 8;

/// Blocks like those of a decoder, as small as can be.
class BlockBuilder {
public:
    GraphBuilder builder;
    ValueId stream = builder.input("x", { { kWidth }, {}, ElementType::Float });

    ValueId norm(ValueId x)
    {
        return builder.add(normOp(), Norm {}, { x }, { builder.parameter(parameterOf(name("norm"), { kWidth })), -1 });
    }
    ValueId layer(const std::string& role, ValueId x, std::int64_t rows)
    {
        LayerInfo info;
        info.name = name(role);
        info.role = role;
        return builder.addLayer(
            info, x, builder.parameter(parameterOf(info.name + ".weight", { rows, builder.widthOf(x) })));
    }
    /// Attention, and an MLP behind it or beside it.
    void addBlock(bool parallel)
    {
        builder.beginBlock();
        ++m_block;
        const ValueId before = stream, input = norm(stream);
        const ValueId q = layer("q", input, kWidth), k = layer("k", input, kWidth), v = layer("v", input, kWidth);
        const ValueId attended = builder.add(attentionOp(), AttentionSettings { 2, 2, 4, 0.5f }, { q, k, v });
        const ValueId output = layer("o", attended, kWidth);
        if (!parallel)
            stream = builder.add(addOp(), Add {}, { before, output });
        const ValueId inner = norm(stream);
        const ValueId gate = layer("gate", inner, 12), up = layer("up", inner, 12);
        const ValueId active = builder.add(gatedActivationOp(), kerf::kernels::Activation::Silu, { gate, up });
        const ValueId down = layer("down", active, kWidth);
        if (parallel)
            stream = builder.add(addOp(), Add {}, { before, output });
        stream = builder.add(addOp(), Add {}, { stream, down });
    }
    Graph build()
    {
        builder.beginExit();
        builder.output("y", builder.add(scaleOp(), Scale { 2 }, { stream }));
        return builder.build().value();
    }

private:
    std::string name(const std::string& what)
    {
        return "b" + std::to_string(m_block) + "." + what + (what == "norm" ? std::to_string(m_norms++) : "");
    }
    int m_block = -1, m_norms = 0;
};

std::vector<int> stepsOf(const Graph& graph)
{
    std::vector<int> steps;
    for (const LayerInfo& layer : graph.layers())
        steps.push_back(layer.step);
    return steps;
}

std::vector<std::string> namesOf(const Graph& graph)
{
    std::vector<std::string> names;
    for (const LayerInfo& layer : graph.layers())
        names.push_back(layer.name);
    return names;
}

} // namespace

/// What is found from nodes and their order: blocks, parts, steps, sites, what can be scaled, and where values lie.
class TestGraph : public QObject {
    Q_OBJECT
private slots:
    void serialBlocksHaveTwoParts()
    {
        BlockBuilder blocks;
        blocks.addBlock(false);
        blocks.addBlock(false);
        const Graph graph = blocks.build();
        QCOMPARE(graph.blockCount(), 2);
        QCOMPARE(graph.layers().size(), std::size_t(14));
        QCOMPARE(graph.block(0).partCount, 2);
        QCOMPARE(graph.block(0).stepCount, 4);
        QCOMPARE(graph.block(1).inputs, graph.block(0).outputs);
        QCOMPARE(stepsOf(graph), (std::vector<int> { 0, 0, 0, 1, 2, 2, 3, 0, 0, 0, 1, 2, 2, 3 }));
        QCOMPARE(graph.layers()[3].part, 0);
        QCOMPARE(graph.layers()[4].part, 1);
        QCOMPARE(graph.sites().size(), std::size_t(8));
        QCOMPARE(graph.findSite("b0.q")->readers, (std::vector<int> { 0, 1, 2 }));
        QCOMPARE(graph.nextSite(*graph.findSite("b0.q"))->id, std::string("b0.o"));
        QCOMPARE(graph.nextSite(*graph.findSite("b0.gate"))->id, std::string("b0.down"));
        QVERIFY(!graph.nextSite(*graph.findSite("b1.down")));
    }

    /// Attention and MLP beside each other: nothing between them is all that goes on.
    void parallelBlocksHaveOnePart()
    {
        BlockBuilder blocks;
        blocks.addBlock(true);
        const Graph graph = blocks.build();
        QCOMPARE(graph.block(0).partCount, 1);
        QCOMPARE(namesOf(graph),
            (std::vector<std::string> { "b0.q", "b0.k", "b0.v", "b0.gate", "b0.up", "b0.o", "b0.down" }));
        QCOMPARE(stepsOf(graph), (std::vector<int> { 0, 0, 0, 0, 0, 1, 1 }));
        QCOMPARE(graph.nextSite(*graph.findSite("b0.gate"))->id, std::string("b0.down"));
    }

    void producersAreFound()
    {
        BlockBuilder blocks;
        blocks.addBlock(false);
        const Graph graph = blocks.build();
        QVERIFY(graph.findSite("b0.q")->producer->kind == ScaleProducer::Kind::Norm);
        const ScaleProducer& value = *graph.findSite("b0.o")->producer;
        QVERIFY(value.kind == ScaleProducer::Kind::Value);
        QCOMPARE(graph.layers()[static_cast<std::size_t>(graph.node(value.node).layer)].name, std::string("b0.v"));
        QCOMPARE(value.rowOf.size(), std::size_t(kWidth));
        const ScaleProducer& up = *graph.findSite("b0.down")->producer;
        QVERIFY(up.kind == ScaleProducer::Kind::Up);
        QCOMPARE(graph.layers()[static_cast<std::size_t>(graph.node(up.node).layer)].name, std::string("b0.up"));
    }

    /// A division that something else would see is none.
    void otherReadersHideProducers()
    {
        GraphBuilder builder;
        const ValueId x = builder.input("x", { { kWidth }, {}, ElementType::Float });
        builder.beginBlock();
        const ValueId normed
            = builder.add(normOp(), Norm {}, { x }, { builder.parameter(parameterOf("norm", { kWidth })), -1 });
        LayerInfo info;
        info.name = "layer";
        const ValueId made = builder.addLayer(info, normed, builder.parameter(parameterOf("w", { kWidth, kWidth })));
        builder.output("y", builder.add(addOp(), Add {}, { normed, made }));
        const Graph graph = builder.build().value();
        QVERIFY(!graph.sites()[0].producer);
    }

    void insertedOperatorsKeepLayersAndSites()
    {
        BlockBuilder blocks;
        blocks.addBlock(false);
        const Graph graph = blocks.build();
        GraphBuilder builder(graph);
        const Site& down = *graph.findSite("b0.down");
        builder.insertBehind(down.value, turnOp(), Turn { Orthogonal::random(12, 1, 1) });
        const Graph turned = builder.build().value();
        QCOMPARE(namesOf(turned), namesOf(graph));
        QCOMPARE(stepsOf(turned), stepsOf(graph));
        const Site& moved = *turned.findSite("b0.down");
        QVERIFY(moved.value != down.value);
        QVERIFY(!moved.producer); // a rotation mixes the channels on their way
        QCOMPARE(turned.block(0).partCount, 2);
    }

    /// Chains of operators that work in place need the memory of one; the hidden state comes back where it was.
    void memoryIsUsedAgain()
    {
        BlockBuilder blocks;
        blocks.addBlock(false);
        const Graph graph = blocks.build();
        const Program whole = compile(graph, { 0, -1, -1 });
        QCOMPARE(whole.steps.size(), std::size_t(13));
        QCOMPARE(whole.landed, std::vector<int> { 0 });
        // normed, q, k, v at once; what attention makes goes where the first was: no more are live together.
        QCOMPARE(whole.slotCount, 4);
        const Program stopped = compile(graph, { 0, -1, 1 });
        QCOMPARE(stopped.steps.size(), std::size_t(5)); // norm, q, k, v, attention
        QVERIFY(stopped.outputs.empty());
        const Program second = compile(graph, { 0, 1, -1 });
        QCOMPARE(second.steps.size(), std::size_t(6)); // norm, gate, up, activation, down, add
    }

    void aBlockWithoutALayerIsRefused()
    {
        GraphBuilder builder;
        const ValueId x = builder.input("x", { { kWidth }, {}, ElementType::Float });
        builder.beginBlock();
        builder.output("y", builder.add(scaleOp(), Scale { 2 }, { x }));
        const auto graph = builder.build();
        QVERIFY(!graph);
        QVERIFY(graph.error().message.find("Block 0 has no layer") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestGraph)
#include "tst_graph.moc"
