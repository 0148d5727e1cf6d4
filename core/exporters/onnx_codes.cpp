// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/onnx_codes.h"

#include <algorithm>
#include <cmath>

namespace kerf::core {
namespace {

constexpr double kMargin = 1.0001; ///< over rounding of the scale

} // namespace

void OnnxCodes::holdBias(const std::string& layer, float step, std::vector<double> bias)
{
    m_biases[layer] = { step, std::move(bias) };
}

Result<std::shared_ptr<const QuantizedTensor>> OnnxCodes::of(const std::string& layer)
{
    if (m_tensor && m_last == layer)
        return m_tensor;
    KERF_TRY(QuantizedTensor tensor, m_source.layer(layer));
    if (const auto bias = m_biases.find(layer); bias != m_biases.end()) {
        if (const int rows = raiseScales(bias->second, tensor); rows > 0)
            m_raised[layer] = rows;
    }
    m_last = layer;
    m_tensor = std::make_shared<const QuantizedTensor>(std::move(tensor));
    return m_tensor;
}

int OnnxCodes::raiseScales(const Bias& bias, QuantizedTensor& tensor) const
{
    int raised = 0;
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const std::span<const float> levels = tensor.format->levels();
    for (std::size_t r = 0; r < bias.values.size(); ++r) {
        const double step = static_cast<double>(bias.step), old = static_cast<double>(tensor.scales[r]);
        const double magnitude = std::abs(bias.values[r]);
        if (magnitude <= kMostBiasSteps * step * old)
            continue;
        const auto scale = static_cast<float>(magnitude * kMargin / (step * kMostBiasSteps));
        for (std::size_t i = r * cols; i < (r + 1) * cols; ++i) {
            const double level
                = std::nearbyint(static_cast<double>(levels[tensor.codes[i]]) * old / static_cast<double>(scale));
            tensor.codes[i] = static_cast<std::uint8_t>(level - static_cast<double>(levels[0])); // less than it was
        }
        tensor.scales[r] = scale;
        ++raised;
    }
    return raised;
}

} // namespace kerf::core
