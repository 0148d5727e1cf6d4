// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/node_order.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/onnx_names.h"

namespace kerf::core {
namespace {

/// For every node, those that make what it reads, in the order of the list.
std::vector<std::set<int>> makersOf(const onnx::GraphProto& graph)
{
    std::map<std::string, int> maker;
    for (int i = 0; i < graph.node_size(); ++i)
        for (const std::string& name : graph.node(i).output())
            maker.emplace(name, i);
    std::vector<std::set<int>> makers(static_cast<std::size_t>(graph.node_size()));
    for (int i = 0; i < graph.node_size(); ++i) {
        std::set<std::string> reads;
        collectReads(graph.node(i), reads);
        for (const std::string& name : reads)
            if (const auto found = maker.find(name); found != maker.end())
                makers[static_cast<std::size_t>(i)].insert(found->second);
    }
    return makers;
}

/// Depth first, from each node to its makers; without recursion, since chains are as long as networks are deep.
class Order {
public:
    explicit Order(std::vector<std::set<int>> makers)
        : m_makers(std::move(makers))
        , m_state(m_makers.size(), State::New)
    {
    }

    /// Empty: there is a cycle.
    std::vector<int> made()
    {
        for (int i = 0; i < static_cast<int>(m_makers.size()); ++i)
            if (!place(i))
                return {};
        return std::move(m_order);
    }

private:
    enum class State { New, Waits, Placed };

    bool place(int first)
    {
        std::vector<int> stack { first };
        while (!stack.empty()) {
            const auto top = static_cast<std::size_t>(stack.back());
            if (m_state[top] == State::Placed) {
                stack.pop_back();
                continue;
            }
            const std::size_t before = stack.size();
            const bool isSecond = m_state[top] == State::Waits;
            m_state[top] = State::Waits;
            for (auto maker = m_makers[top].rbegin(); maker != m_makers[top].rend(); ++maker) {
                if (m_state[static_cast<std::size_t>(*maker)] == State::Placed)
                    continue;
                if (isSecond || m_state[static_cast<std::size_t>(*maker)] == State::Waits)
                    return false;
                stack.push_back(*maker);
            }
            if (stack.size() > before)
                continue;
            m_state[top] = State::Placed;
            m_order.push_back(static_cast<int>(top));
            stack.pop_back();
        }
        return true;
    }

    std::vector<std::set<int>> m_makers;
    std::vector<State> m_state;
    std::vector<int> m_order;
};

} // namespace

Status sortNodes(onnx::GraphProto& graph)
{
    const std::vector<int> order = Order(makersOf(graph)).made();
    auto& nodes = *graph.mutable_node();
    if (static_cast<int>(order.size()) != nodes.size())
        return fail(ErrorCode::Internal, fmt::format("{}: its nodes need each other's results", graph.name()));
    std::vector<int> place(order.size()); // where each of the old list stands by now
    std::vector<int> holds(order.size()); // and the other way round
    for (std::size_t i = 0; i < order.size(); ++i)
        place[i] = holds[i] = static_cast<int>(i);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const int from = place[static_cast<std::size_t>(order[i])], moved = holds[i];
        nodes.SwapElements(static_cast<int>(i), from);
        std::swap(holds[i], holds[static_cast<std::size_t>(from)]);
        place[static_cast<std::size_t>(moved)] = from;
        place[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    }
    return {};
}

} // namespace kerf::core
