// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <queue>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/model/model.h"
#include "tests/support/onnx_build.h"
#include "tests/support/sample_network.h"
#include "ui/graph/edge_facts.h"
#include "ui/graph/layered_layout.h"
#include "ui/graph/neighbourhood.h"

using namespace kerf;
using ui::LayoutInput;
using ui::LayoutResult;
using ui::Neighbourhood;
using ui::ShownGraph;

namespace {

LayoutInput randomInput(core::CounterRng& random)
{
    LayoutInput input;
    const int count = 3 + static_cast<int>(random.below(30));
    for (int i = 0; i < count; ++i)
        input.sizes.emplace_back(
            40 + static_cast<double>(random.below(60)), 20 + static_cast<double>(random.below(30)));
    for (int to = 1; to < count; ++to)
        for (std::uint64_t feeds = 1 + random.below(2); feeds > 0; --feeds) {
            const int from = static_cast<int>(random.below(static_cast<std::uint64_t>(to)));
            if (std::ranges::find(input.edges, std::pair(from, to)) == input.edges.end())
                input.edges.emplace_back(from, to);
        }
    return input;
}

/// Where an edge is in a column: in the middle of a node, or of its bends.
double heightIn(const LayoutInput& input, const LayoutResult& layout, std::size_t edge, int column)
{
    const auto [from, to] = input.edges[edge];
    const int first = layout.columns[static_cast<std::size_t>(from)];
    if (column == first)
        return layout.places[static_cast<std::size_t>(from)].center().y();
    if (column == layout.columns[static_cast<std::size_t>(to)])
        return layout.places[static_cast<std::size_t>(to)].center().y();
    return layout.bends[edge][2 * static_cast<std::size_t>(column - first - 1)].y();
}

/// Pairs of edges that change sides between two columns, seen in the picture.
int crossingsIn(const LayoutInput& input, const LayoutResult& layout)
{
    const auto spans = [&](std::size_t edge, int column) {
        return layout.columns[static_cast<std::size_t>(input.edges[edge].first)] <= column
            && layout.columns[static_cast<std::size_t>(input.edges[edge].second)] > column;
    };
    int count = 0;
    for (int column = 0; column < *std::ranges::max_element(layout.columns); ++column)
        for (std::size_t a = 0; a < input.edges.size(); ++a)
            for (std::size_t b = a + 1; b < input.edges.size(); ++b)
                if (spans(a, column) && spans(b, column)) {
                    const double before = heightIn(input, layout, a, column) - heightIn(input, layout, b, column);
                    const double behind
                        = heightIn(input, layout, a, column + 1) - heightIn(input, layout, b, column + 1);
                    count += before * behind < -1e-6 ? 1 : 0;
                }
    return count;
}

/// Nothing stands between two nodes of a column, no bend either.
bool areNeighbours(const LayoutResult& layout, std::size_t a, std::size_t b)
{
    const double low = std::min(layout.places[a].center().y(), layout.places[b].center().y());
    const double high = std::max(layout.places[a].center().y(), layout.places[b].center().y());
    const auto isBetween = [&](double x, double y) {
        return y > low && y < high && x >= layout.places[a].left() - 1 && x <= layout.places[a].right() + 100;
    };
    for (std::size_t i = 0; i < layout.places.size(); ++i)
        if (i != a && i != b && layout.columns[i] == layout.columns[a]
            && isBetween(layout.places[a].left(), layout.places[i].center().y()))
            return false;
    return std::ranges::none_of(layout.bends, [&](const std::vector<QPointF>& bends) {
        return std::ranges::any_of(bends, [&](const QPointF& bend) { return isBetween(bend.x(), bend.y()); });
    });
}

int longestPathTo(const LayoutInput& input, int node)
{
    int longest = 0;
    for (const auto& [from, to] : input.edges)
        if (to == node)
            longest = std::max(longest, longestPathTo(input, from) + 1);
    return longest;
}

/// Distances along edges in either direction, -1: not reached.
std::vector<int> distancesFrom(const ShownGraph& graph, int start)
{
    std::vector<int> distances(graph.nodes().size(), -1);
    std::queue<int> waiting({ start });
    distances[static_cast<std::size_t>(start)] = 0;
    while (!waiting.empty()) {
        const int from = waiting.front();
        waiting.pop();
        for (const ui::ShownEdge& edge : graph.edges())
            for (const auto& [one, other] : { std::pair(edge.from, edge.to), std::pair(edge.to, edge.from) })
                if (one == from && distances[static_cast<std::size_t>(other)] < 0) {
                    distances[static_cast<std::size_t>(other)] = distances[static_cast<std::size_t>(from)] + 1;
                    waiting.push(other);
                }
    }
    return distances;
}

} // namespace

/// What is in view around a node, and where it stands.
class TestGraphLayout : public QObject {
    Q_OBJECT
private slots:
    void aDiamondWithAShortcut()
    {
        // 0 feeds 1 and 2, both feed 3; 4 is a constant's place that only 3 reads; 0 feeds 3 too
        LayoutInput input { std::vector<QSizeF>(5, { 50, 20 }),
            { { 0, 1 }, { 0, 2 }, { 1, 4 }, { 2, 4 }, { 3, 4 }, { 0, 4 } } };
        const LayoutResult layout = ui::layeredLayout(input);
        QCOMPARE(layout.columns, (std::vector<int> { 0, 1, 1, 1, 2 }));
        QCOMPARE(layout.crossings, 0);
        QCOMPARE(layout.bends.back().size(), 2u);
        QCOMPARE(layout.places[4].left(), 2 * (50 + input.columnGap));
    }

    void twoLinesThatCrossAreTurned()
    {
        LayoutInput input { std::vector<QSizeF>(4, { 50, 20 }), { { 0, 3 }, { 1, 2 } } };
        const LayoutResult layout = ui::layeredLayout(input);
        QCOMPARE(layout.crossings, 0);
        QCOMPARE(
            layout.places[0].center().y(), layout.places[3].center().y()); // nothing keeps them from being straight
    }

    void everyPictureKeepsItsPromises()
    {
        core::CounterRng random(3);
        for (int round = 0; round < 200; ++round) {
            const LayoutInput input = randomInput(random);
            const LayoutResult layout = ui::layeredLayout(input);
            QCOMPARE(layout.crossings, crossingsIn(input, layout));
            for (const auto& [from, to] : input.edges) {
                QVERIFY(layout.columns[static_cast<std::size_t>(from)] < layout.columns[static_cast<std::size_t>(to)]);
                QCOMPARE(layout.columns[static_cast<std::size_t>(to)], longestPathTo(input, to));
            }
            for (std::size_t a = 0; a < input.sizes.size(); ++a)
                for (std::size_t b = 0; b < a; ++b) {
                    const QRectF grown = layout.places[b].adjusted(0, 0, 0, input.rowGap - 1e-6);
                    const QRectF other = layout.places[a].adjusted(0, 0, 0, input.rowGap - 1e-6);
                    QVERIFY(!grown.intersects(other));
                }
            for (const QRectF& place : layout.places)
                QVERIFY(layout.bounds.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(place));
        }
    }

    /// Barycentres leave far fewer crossings than the order of the file.
    void fewCrossings()
    {
        core::CounterRng random(4);
        int found = 0, edges = 0;
        for (int round = 0; round < 50; ++round) { // two columns, drawn without a crossing, numbers shuffled
            LayoutInput input { std::vector<QSizeF>(16, { 50, 20 }), {} };
            std::vector<int> left(8), right(8);
            for (int i = 0; i < 8; ++i)
                left[static_cast<std::size_t>(i)] = i, right[static_cast<std::size_t>(i)] = 8 + i;
            for (std::size_t i = 7; i > 0; --i)
                std::swap(right[i], right[random.below(i + 1)]);
            for (std::size_t i = 0; i < 8; ++i) {
                input.edges.emplace_back(left[i], right[i]);
                if (i > 0)
                    input.edges.emplace_back(left[i], right[i - 1]);
            }
            edges += static_cast<int>(input.edges.size());
            found += ui::layeredLayout(input).crossings;
        }
        QCOMPARE(found, 0); // a path can always be drawn so, and barycentres find it
        QCOMPARE(edges, 50 * 15);
    }

    /// No two neighbours of a column could be exchanged for a picture with fewer crossings.
    void noExchangeIsLeft()
    {
        core::CounterRng random(8);
        for (int round = 0; round < 100; ++round) {
            const LayoutInput input = randomInput(random);
            LayoutResult layout = ui::layeredLayout(input);
            for (std::size_t a = 0; a < input.sizes.size(); ++a)
                for (std::size_t b = 0; b < input.sizes.size(); ++b) {
                    if (a == b || layout.columns[a] != layout.columns[b] || !areNeighbours(layout, a, b))
                        continue;
                    const QRectF first = layout.places[a], second = layout.places[b];
                    layout.places[a].moveCenter({ first.center().x(), second.center().y() });
                    layout.places[b].moveCenter({ second.center().x(), first.center().y() });
                    QVERIFY(crossingsIn(input, layout) >= layout.crossings);
                    layout.places[a] = first;
                    layout.places[b] = second;
                }
        }
    }

    void stepsAreDistances()
    {
        const auto network = test::sampleNetwork();
        QVERIFY(network);
        const ShownGraph graph(network->graph());
        for (const int steps : { 1, 2, 3, 4 }) {
            const int centre = graph.nodeOfLayer(10);
            const Neighbourhood found = ui::neighbourhood(graph, centre, steps, {});
            QVERIFY(found.nodes.size() <= ui::kMostInView);
            const std::vector<int> distances = distancesFrom(graph, centre);
            const auto isNear = [steps](int distance) { return distance >= 0 && distance <= steps; };
            QCOMPARE(static_cast<long>(found.nodes.size()), std::ranges::count_if(distances, isNear));
            for (const ui::NearNode& near : found.nodes)
                QCOMPARE(near.distance, distances[static_cast<std::size_t>(near.node)]);
            QCOMPARE(found.nodes[static_cast<std::size_t>(found.centre)].node, centre);
            for (const ui::NearNode& near : found.nodes) {
                const auto& node = graph.node(near.node);
                const auto inside = std::ranges::count_if(found.edges, [&](const ui::NearEdge& edge) {
                    return found.nodes[static_cast<std::size_t>(edge.from)].node == near.node;
                });
                QCOMPARE(static_cast<long>(node.outputs.size()), inside + near.moreBehind);
            }
        }
    }

    void manyNodesFoldIntoBlocks()
    {
        const auto network = test::sampleNetwork();
        QVERIFY(network);
        const ShownGraph graph(network->graph());
        const int centre = graph.nodeOfLayer(17); // of block 2
        const Neighbourhood found = ui::neighbourhood(graph, centre, 12, {});
        QVERIFY(found.nodes.size() <= ui::kMostInView);
        QCOMPARE(found.leftOut, 0);
        const auto blocks = std::ranges::count_if(found.nodes, &ui::NearNode::isBlock);
        QVERIFY(blocks >= 2);
        for (const ui::NearNode& near : found.nodes)
            QVERIFY(near.block != 2);
        for (const ui::NearEdge& edge : found.edges)
            QVERIFY(edge.from < edge.to); // blocks do not make a circle
        QCOMPARE(found.find(graph.nodeOfLayer(0)), found.find(graph.nodeOfLayer(1))); // block 0 is one
        // A person folds and opens.
        const Neighbourhood folded = ui::neighbourhood(graph, centre, 2, { { 2 }, {} });
        QCOMPARE(folded.nodes[static_cast<std::size_t>(folded.centre)].block, 2);
        const auto ofBlock = [&](const ui::NearNode& near) { return graph.node(near.node).block == 2; };
        QCOMPARE(std::ranges::count_if(folded.nodes, ofBlock), 1);
        const Neighbourhood opened = ui::neighbourhood(graph, centre, 12, { {}, { 0 } });
        QCOMPARE(std::ranges::count(opened.nodes, 0, &ui::NearNode::block), 0);
    }

    /// Networks of 5,000 nodes are no slower to look at: what is in view is laid out, nothing else.
    void fiveThousandNodes()
    {
        const QTemporaryDir folder;
        test::OnnxBuild build;
        build.input("x", { 1, 2, 2, 2 }).output("y");
        std::string last = "x";
        for (int i = 0; i < 1250; ++i) {
            const std::string id = std::to_string(i);
            build.random("w" + id, { 2, 2, 1, 1 }).node("Conv", { last, "w" + id }, { "c" + id });
            build.node("Exp", { "c" + id }, { "e" + id }).node("Mul", { "e" + id, "c" + id }, { "m" + id });
            build.node("Add", { "m" + id, last }, { i == 1249 ? "y" : "s" + id });
            last = "s" + id;
        }
        const std::filesystem::path file = folder.filePath("long.onnx").toStdString();
        build.save(file);
        const auto model = core::openModel(file);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        const core::Plan plan = core::uniformPlan(*model->network, "bytes", "int8-channel+u8-tensor", "rtn").value();
        QElapsedTimer clock;
        clock.start();
        const ShownGraph graph(model->network->graph());
        const qint64 read = clock.restart();
        const auto facts = ui::edgeFacts(graph, *model->network, plan);
        const qint64 planned = clock.restart();
        const Neighbourhood found = ui::neighbourhood(graph, graph.nodeOfLayer(600), 12, {});
        const qint64 near = clock.restart();
        QCOMPARE(graph.nodes().size(), 5002u);
        QVERIFY(found.nodes.size() > 20);
        qInfo("graph %lld ms, facts of %zu edges %lld ms, neighbourhood %lld ms", static_cast<long long>(read),
            facts.size(), static_cast<long long>(planned), static_cast<long long>(near));
        QVERIFY(read < 500 && planned < 500 && near < 100); // an order more than they take
    }
};

QTEST_GUILESS_MAIN(TestGraphLayout)
#include "tst_graph_layout.moc"
