// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/route.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace kerf::core {
namespace {

/// The chosen experts of one row with their weights, experts ascending.
std::vector<std::pair<std::size_t, float>> chosen(const Route& route, const MatrixRef& logits, std::int64_t row)
{
    const auto experts = static_cast<std::size_t>(logits.cols());
    std::vector<std::size_t> order(experts);
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    const auto logit = [&](std::size_t expert) { return logits(row, static_cast<Eigen::Index>(expert)); };
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return logit(a) > logit(b); });
    const double largest = logit(order.front());
    double all = 0, best = 0;
    for (std::size_t i = 0; i < experts; ++i) {
        const double term = std::exp(static_cast<double>(logit(order[i])) - largest);
        all += term;
        if (i < static_cast<std::size_t>(route.top))
            best += term;
    }
    std::vector<std::pair<std::size_t, float>> result;
    for (std::int64_t i = 0; i < route.top; ++i) {
        const std::size_t expert = order[static_cast<std::size_t>(i)];
        const double term = std::exp(static_cast<double>(logit(expert)) - largest);
        result.emplace_back(expert, static_cast<float>(term / (route.renormalize ? best : all)));
    }
    std::ranges::sort(result);
    return result;
}

class RouteOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "route", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& route = attributesOf<Route>(node);
        if (route.top < 1 || route.top > inputs[0].width())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} of {} experts cannot be chosen.", route.top, inputs[0].width()));
        return std::vector { ValueType { inputs[0].shape, inputs[0].rows, ElementType::Routing } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& route = context.attributes<Route>();
        const MatrixRef logits = context.input();
        RoutingTable table;
        table.experts.resize(static_cast<std::size_t>(logits.cols()));
        std::int64_t row = 0;
        for (const std::int64_t length : context.lengths()) {
            for (RoutingTable::Expert& expert : table.experts)
                expert.lengths.push_back(0);
            for (const std::int64_t end = row + length; row < end; ++row)
                for (const auto& [index, weight] : chosen(route, logits, row)) {
                    RoutingTable::Expert& expert = table.experts[index];
                    expert.rows.push_back(row);
                    expert.weights.push_back(weight);
                    ++expert.lengths.back();
                }
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
