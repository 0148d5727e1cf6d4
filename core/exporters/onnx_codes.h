// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/exporters/exporter.h"

namespace kerf::core {

/// |bias| in steps of a layer's sums, at most: half of what 32 bits hold, so that the sum has room beside it.
constexpr double kMostBiasSteps = 1 << 30;

/// A run's layers as an ONNX file holds them.
class OnnxCodes {
public:
    explicit OnnxCodes(const ExportSource& source)
        : m_source(source)
    {
    }
    /// The bias will be whole numbers of step * scale: rows whose bias is beyond kMostBiasSteps of these get a larger
    /// scale, and the nearest codes for it (onnxruntime, quantization/base_quantizer.py, adjust_tensor_quant_params).
    void holdBias(const std::string& layer, float step, std::vector<double> bias);
    /// The one that was asked for last is kept. Errors: those of the run.
    Result<std::shared_ptr<const QuantizedTensor>> of(const std::string& layer);
    /// Rows that got a larger scale, by layer.
    const std::map<std::string, int>& raised() const { return m_raised; }

private:
    struct Bias {
        float step = 1;
        std::vector<double> values;
    };
    int raiseScales(const Bias& bias, QuantizedTensor& tensor) const;

    const ExportSource& m_source;
    std::map<std::string, Bias> m_biases;
    std::map<std::string, int> m_raised;
    std::string m_last;
    std::shared_ptr<const QuantizedTensor> m_tensor;
};

} // namespace kerf::core
