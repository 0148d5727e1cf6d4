// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/neighbourhood.h"

#include <algorithm>
#include <deque>
#include <map>

namespace kerf::ui {
namespace {

class Search {
public:
    Search(const ShownGraph& graph, int centre, BlockFolds folds)
        : m_graph(graph)
        , m_centre(centre)
        , m_folds(std::move(folds))
    {
    }

    Neighbourhood find(int steps)
    {
        walk(steps);
        foldFarBlocks();
        const int leftOut = dropFarthest();
        Neighbourhood found = collect();
        found.leftOut = leftOut;
        return found;
    }

private:
    /// What shows a node: itself, or the first of its block.
    int shownBy(int node) const
    {
        const int block = m_graph.node(node).block;
        return m_folds.folded.contains(block) ? m_graph.block(block).front() : node;
    }

    template <class Visit> void forNodes(int shown, Visit visit) const
    {
        const int block = m_graph.node(shown).block;
        if (!m_folds.folded.contains(block))
            return visit(m_graph.node(shown));
        for (const int node : m_graph.block(block))
            visit(m_graph.node(node));
    }

    template <class Visit> void forNeighbours(int shown, Visit visit) const
    {
        forNodes(shown, [&](const ShownNode& node) {
            for (const int edge : node.inputs)
                visit(shownBy(m_graph.edge(edge).from));
            for (const int edge : node.outputs)
                visit(shownBy(m_graph.edge(edge).to));
        });
    }

    void walk(int steps)
    {
        std::deque<int> waiting { shownBy(m_centre) };
        m_distances[waiting.front()] = 0;
        while (!waiting.empty()) {
            const int from = waiting.front();
            waiting.pop_front();
            const int distance = m_distances.at(from);
            if (distance == steps)
                continue;
            forNeighbours(from, [&](int to) {
                if (m_distances.try_emplace(to, distance + 1).second)
                    waiting.push_back(to);
            });
        }
    }

    /// Blocks of several nodes in view, which a person has not opened before those that were; each the farthest first.
    std::vector<int> foldable() const
    {
        std::map<int, std::pair<int, int>> blocks; // how many nodes, and how near
        for (const auto& [node, distance] : m_distances) {
            const int block = m_graph.node(node).block;
            if (block < 0 || block == m_graph.node(m_centre).block || m_folds.folded.contains(block))
                continue;
            const auto at = blocks.try_emplace(block, 0, distance).first;
            ++at->second.first;
            at->second.second = std::min(at->second.second, distance);
        }
        std::vector<int> found;
        for (const auto& [block, seen] : blocks)
            if (seen.first > 1)
                found.push_back(block);
        std::ranges::stable_sort(found, [&](int a, int b) {
            return std::pair(m_folds.open.contains(a), -blocks.at(a).second)
                < std::pair(m_folds.open.contains(b), -blocks.at(b).second);
        });
        return found;
    }

    void foldFarBlocks()
    {
        if (m_distances.size() <= kMostInView)
            return;
        for (const int block : foldable()) {
            m_folds.folded.insert(block);
            std::map<int, int> kept;
            for (const auto& [node, distance] : m_distances) {
                const auto at = kept.try_emplace(shownBy(node), distance).first;
                at->second = std::min(at->second, distance);
            }
            m_distances = std::move(kept);
            if (m_distances.size() <= kMostInView)
                return;
        }
    }

    int dropFarthest()
    {
        if (m_distances.size() <= kMostInView)
            return 0;
        std::vector<std::pair<int, int>> byDistance;
        for (const auto& [node, distance] : m_distances)
            byDistance.emplace_back(distance, node);
        std::ranges::sort(byDistance);
        for (std::size_t i = kMostInView; i < byDistance.size(); ++i)
            m_distances.erase(byDistance[i].second);
        return static_cast<int>(byDistance.size()) - kMostInView;
    }

    Neighbourhood collect() const
    {
        Neighbourhood found;
        found.graph = &m_graph;
        std::map<int, int> places;
        for (const auto& [node, distance] : m_distances) { // a map: in topological order
            const int block = m_graph.node(node).block;
            places[node] = static_cast<int>(found.nodes.size());
            found.nodes.push_back({ node, m_folds.folded.contains(block) ? block : -1, distance });
        }
        found.centre = places.at(shownBy(m_centre));
        std::map<std::pair<int, int>, int> known;
        for (NearNode& near : found.nodes)
            forNodes(near.node, [&](const ShownNode& node) { connect(found, near, node, places, known); });
        return found;
    }

    void connect(Neighbourhood& found, NearNode& near, const ShownNode& node, const std::map<int, int>& places,
        std::map<std::pair<int, int>, int>& known) const
    {
        for (const int edge : node.inputs)
            near.moreBefore += places.contains(shownBy(m_graph.edge(edge).from)) ? 0 : 1;
        const int from = places.at(near.node);
        for (const int edge : node.outputs) {
            const auto to = places.find(shownBy(m_graph.edge(edge).to));
            if (to == places.end()) {
                ++near.moreBehind;
            } else if (to->second != from) {
                const auto [at, isNew] = known.try_emplace({ from, to->second }, static_cast<int>(found.edges.size()));
                if (isNew)
                    found.edges.push_back({ from, to->second, {} });
                found.edges[static_cast<std::size_t>(at->second)].edges.push_back(edge);
            }
        }
    }

    const ShownGraph& m_graph;
    int m_centre;
    BlockFolds m_folds;
    std::map<int, int> m_distances; ///< of what is in view, by shownBy()
};

} // namespace

int Neighbourhood::find(int node) const
{
    const auto found = std::ranges::find_if(nodes, [&](const NearNode& near) {
        return near.node == node || (near.isBlock() && graph->node(node).block == near.block);
    });
    return found == nodes.end() ? -1 : static_cast<int>(found - nodes.begin());
}

Neighbourhood neighbourhood(const ShownGraph& graph, int centre, int steps, const BlockFolds& folds)
{
    return Search(graph, centre, folds).find(steps);
}

} // namespace kerf::ui
