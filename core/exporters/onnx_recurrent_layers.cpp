// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "core/checkpoint/onnx_proto.h"
#include "core/exporters/onnx_quantization.h"
#include "core/graph/ops/rearrange.h"
#include "core/model/weight_source.h"

// What an OnnxQuantization does with LSTM and GRU.

namespace kerf::core {

/// The stored weight of one direction of a recurrent node, [1, rows, columns].
std::string OnnxQuantization::floats(const LayerInfo& layer)
{
    const Parameter& parameter = m_source.network.graph().weightOf(layer);
    const Shape dims { 1, layer.shape.rows, layer.shape.cols };
    const auto make = [&source = m_source, &parameter]() -> Result<std::vector<std::byte>> {
        KERF_TRY(const Matrix values, source.network.weights().values(parameter));
        const auto bytes = std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size())));
        return std::vector<std::byte>(bytes.begin(), bytes.end());
    };
    return m_draft.addTensor(layer.name + ".weight", onnx::TensorProto::FLOAT, dims,
        { static_cast<std::uint64_t>(elementCount(dims)) * sizeof(float), make });
}

/// Directions stand behind each other: where there are two, the last that comes joins them.
Status OnnxQuantization::quantizeRecurrent(const OnnxLayer& layer)
{
    KERF_CHECK(keepCellShift(layer));
    m_directions[layer.name()] = dequantized(layer, onnxWeightForm(*layer.row, layer.place, false));
    if (layer.directions == 1) {
        layer.node->set_input(layer.input, m_directions[layer.name()]);
        return {};
    }
    std::vector<std::string> parts;
    for (const LayerInfo* direction : directionsOf(m_source.network, layer)) {
        const bool isQuantized = std::ranges::any_of(m_rows, [&](const auto& row) { return row.layer == direction; });
        if (isQuantized && !m_directions.contains(direction->name))
            return {};
        parts.push_back(isQuantized ? m_directions[direction->name] : floats(*direction));
    }
    layer.node->set_input(layer.input,
        m_draft.addNode(m_draft.graph(), "Concat", parts, layer.name() + ".weights",
            [](onnx::NodeProto& node) { setAttribute(node, "axis", 0); }));
    return {};
}

/// What bias correction adds to W x and R h stands in B, [directions, 2 * rows].
Status OnnxQuantization::keepCellShift(const OnnxLayer& layer)
{
    Vector shift;
    if (m_source.biasShift) {
        KERF_TRY(shift, m_source.biasShift(layer.name()));
    }
    if (shift.size() == 0)
        return {};
    const std::int64_t rows = shift.size();
    std::vector<float>& all = m_cellShifts[layer.node];
    all.resize(static_cast<std::size_t>(layer.directions * 2 * rows));
    const std::int64_t first = (2 * layer.direction + (layer.input == 2 ? 1 : 0)) * rows;
    std::copy_n(shift.data(), rows, all.begin() + first);
    return {};
}

void OnnxQuantization::shiftCells()
{
    for (const OnnxLayer& layer : m_layers) { // in their order: a file must not depend on where nodes lie in memory
        const auto found = m_cellShifts.find(layer.node);
        if (found == m_cellShifts.end())
            continue;
        const auto width = static_cast<std::int64_t>(found->second.size()) / layer.directions;
        const std::string shift
            = m_tensors.numbers(layer.name() + ".shift", { layer.directions, width }, found->second);
        while (layer.node->input_size() < 4)
            layer.node->add_input();
        const std::string bias = layer.node->input(3);
        layer.node->set_input(3,
            bias.empty() ? shift
                         : m_draft.addNode(m_draft.graph(), "Add", { bias, shift }, layer.name() + ".bias_shifted"));
        m_cellShifts.erase(found);
    }
}

} // namespace kerf::core
