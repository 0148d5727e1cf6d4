// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/run_once.h"

#include <cmath>

namespace kerf::core {
namespace {

constexpr double kExactWhole = 1 << 24;

Status requireExact(const OnnxArray& array)
{
    if (isWholeNumber(array.type))
        for (const double value : array.values)
            if (std::abs(value) > kExactWhole)
                return fail(ErrorCode::BadFile, "computes with constant whole numbers beyond 2^24.");
    return {};
}

std::vector<float> narrowed(const OnnxArray& array)
{
    return { array.values.begin(), array.values.end() };
}

ValueView viewOf(std::vector<float>& values, std::span<const std::int64_t> one)
{
    ValueView view;
    view.data = values.data();
    view.rows = 1;
    view.cols = view.stride = static_cast<std::int64_t>(values.size());
    view.lengths = one;
    return view;
}

} // namespace

Result<OnnxArray> runOnce(const Op& op, std::any attributes, std::span<const OnnxArray* const> inputs,
    std::span<const OnnxArray* const> parameters)
{
    Node node { &op, std::move(attributes), {}, {}, {}, -1, 0 };
    std::vector<ValueType> types;
    std::vector<std::vector<float>> memory;
    for (const OnnxArray* input : inputs) {
        KERF_CHECK(requireExact(*input));
        types.push_back({ input->dims, { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float });
        memory.push_back(narrowed(*input));
    }
    std::vector<Shape> shapes;
    std::vector<LoadedParameter> loaded(parameters.size());
    std::vector<const LoadedParameter*> given;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        shapes.emplace_back();
        given.push_back(parameters[i] ? &loaded[i] : nullptr);
        if (!parameters[i])
            continue;
        const std::vector<float> values = narrowed(*parameters[i]);
        loaded[i].vector = Eigen::Map<const Vector>(values.data(), static_cast<Eigen::Index>(values.size()));
        shapes.back() = { static_cast<std::int64_t>(values.size()) };
    }
    KERF_TRY(const std::vector<ValueType> outputs, op.outputs(node, types, shapes));
    memory.emplace_back(static_cast<std::size_t>(outputs.front().width()));
    types.push_back(outputs.front());

    const std::vector<std::int64_t> one { 1 };
    std::vector<ValueView> views;
    std::vector<const ValueType*> typeOf;
    std::vector<int> places;
    for (std::size_t i = 0; i < memory.size(); ++i) {
        views.push_back(viewOf(memory[i], one));
        typeOf.push_back(&types[i]);
        if (i < inputs.size())
            places.push_back(static_cast<int>(i));
    }
    const std::vector<int> target { static_cast<int>(inputs.size()) };
    const CacheRun cache;
    std::vector<RoutingTable> routings;
    const OpContext::Sources sources { views, typeOf, given, nullptr, &cache, &routings };
    OpContext context(node, places, target, sources);
    KERF_CHECK(op.forward(context));
    return OnnxArray { DType::F32, outputs.front().shape, { memory.back().begin(), memory.back().end() } };
}

} // namespace kerf::core
