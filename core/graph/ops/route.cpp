// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/route.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

struct Chosen {
    std::size_t expert = 0;
    float weight = 0;
};

/// Routes one row after another.
class Router {
public:
    Router(const Route& route, std::size_t experts, std::span<const float> added)
        : m_route(route)
        , m_experts(experts)
        , m_added(added)
    {
    }

    /// Experts ascending.
    std::vector<Chosen> chosen(std::span<const float> logits) const
    {
        std::vector<double> scores = scoresOf(logits);
        std::vector<double> choice = scores;
        if (m_added.empty())
            choice.assign(logits.begin(), logits.end()); // in the same order, and never equal by underflow
        for (std::size_t i = 0; i < m_added.size(); ++i)
            choice[i] += static_cast<double>(m_added[i]);
        keepBestGroups(choice);
        const std::vector<std::size_t> order = largest(choice, static_cast<std::size_t>(m_route.top));
        const double sum = std::accumulate(order.begin(), order.end(), 0.0,
            [&](double before, std::size_t expert) { return before + scores[expert]; });
        const double factor = m_route.factor / (m_route.renormalize ? std::max(sum, kLeastSum) : 1.0);
        std::vector<Chosen> result;
        for (const std::size_t expert : order)
            result.push_back({ expert, static_cast<float>(scores[expert] * factor) });
        std::ranges::sort(result, {}, &Chosen::expert);
        return result;
    }

private:
    static constexpr double kLeastSum = 1e-20; ///< of weights that are renormalized, as in DeepSeek-V3

    std::vector<double> scoresOf(std::span<const float> logits) const
    {
        std::vector<double> scores(logits.begin(), logits.end());
        if (m_route.scores == Route::Scores::Sigmoid) {
            for (double& score : scores)
                score = 1 / (1 + std::exp(-score));
            return scores;
        }
        const double most = *std::ranges::max_element(scores);
        double sum = 0;
        for (double& score : scores)
            sum += score = std::exp(score - most);
        for (double& score : scores)
            score /= sum;
        return scores;
    }

    /// The numbers of the largest, of equal ones the first.
    static std::vector<std::size_t> largest(std::span<const double> values, std::size_t count)
    {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), std::size_t { 0 });
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
        order.resize(count);
        return order;
    }

    double groupScore(std::span<const double> choice) const
    {
        const std::size_t counted = m_added.empty() ? 1 : std::min<std::size_t>(2, choice.size());
        double score = 0;
        for (const std::size_t expert : largest(choice, counted))
            score += choice[expert];
        return score;
    }

    /// Puts the experts of the other groups behind all others.
    void keepBestGroups(std::span<double> choice) const
    {
        if (m_route.topGroups >= m_route.groups)
            return;
        const std::size_t size = m_experts / static_cast<std::size_t>(m_route.groups);
        std::vector<double> groups;
        for (std::size_t first = 0; first < m_experts; first += size)
            groups.push_back(groupScore(choice.subspan(first, size)));
        const std::vector<std::size_t> kept = largest(groups, static_cast<std::size_t>(m_route.topGroups));
        for (std::size_t group = 0; group < groups.size(); ++group)
            if (std::ranges::count(kept, group) == 0)
                std::ranges::fill(choice.subspan(group * size, size), -std::numeric_limits<double>::infinity());
    }

    const Route& m_route;
    std::size_t m_experts;
    std::span<const float> m_added;
};

/// Sends a row to its experts; `all`: to the others too, with the weight 0.
void addRow(const std::vector<Chosen>& chosen, std::int64_t row, bool all, RoutingTable& table)
{
    const auto send = [&](std::size_t index, float weight) {
        RoutingTable::Expert& expert = table.experts[index];
        expert.rows.push_back(row);
        expert.weights.push_back(weight);
        ++expert.lengths.back();
    };
    if (!all) {
        for (const Chosen& each : chosen)
            send(each.expert, each.weight);
        return;
    }
    auto next = chosen.begin();
    for (std::size_t index = 0; index < table.experts.size(); ++index)
        send(index, next != chosen.end() && next->expert == index ? (next++)->weight : 0.0F);
}

class RouteOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "route", "", { ParameterKind::Numbers } };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const auto& route = attributesOf<Route>(node);
        const std::int64_t experts = inputs[0].width();
        const bool haveGroups
            = route.groups > 0 && experts % route.groups == 0 && route.topGroups > 0 && route.topGroups <= route.groups;
        if (!haveGroups || route.top < 1 || route.top > experts / route.groups * route.topGroups)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} of {} experts cannot be chosen from {} of {} groups.", route.top, experts,
                    route.topGroups, route.groups));
        if (!parameters.empty() && parameters[0] != Shape { experts })
            return fail(ErrorCode::InvalidArgument, fmt::format("{} numbers are added to the scores.", experts));
        return std::vector { ValueType { inputs[0].shape, inputs[0].rows, ElementType::Routing } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& route = context.attributes<Route>();
        const MatrixRef logits = context.input();
        RoutingTable table;
        table.experts.resize(static_cast<std::size_t>(logits.cols()));
        const Router router(route, table.experts.size(), spanOf(context.vector(0)));
        std::int64_t row = 0;
        for (const std::int64_t length : context.lengths()) {
            for (RoutingTable::Expert& expert : table.experts)
                expert.lengths.push_back(0);
            for (const std::int64_t end = row + length; row < end; ++row)
                addRow(router.chosen(rowOf(logits, row)), row, context.allExperts(), table);
        }
        context.routingOutput() = std::move(table);
        return {};
    }
};

} // namespace

const Op& routeOp()
{
    static const RouteOp op;
    return op;
}

} // namespace kerf::core
