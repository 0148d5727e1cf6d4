// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/format/layer_format.h"
#include "core/graph/linear.h"

namespace kerf::core {

/// Values of at least this magnitude make a column an outlier for llmint8 (Dettmers et al., arXiv 2208.07339, section
/// 3.2).
inline constexpr float kOutlierThreshold = 6.0f;

/// How the inputs of a layer are rounded while it runs.
struct LayerActivation {
    ActivationFormat format = ActivationFormat::None;
    float step = 0; ///< of formats with a fixed step, from calibration; unused by the others
    int zeroPoint = 0; ///< of u8-tensor: the byte that stands for 0
};
using LayerActivations = std::map<std::string, LayerActivation>;

/// The operator that runs a quantized weight on inputs rounded as `activation` says (docs/methods.md, "Activations"):
/// a4, a8 and llmint8 in integers (kernels/integer_linear.h), u8, afp8 and anvfp4 with float32 sums of rounded inputs;
/// None is makeQuantizedLinear. Each token is rounded alone; llmint8 looks for outlier columns in windowTiles. A token
/// with a NaN or Inf gives NaN. Errors: InvalidArgument: a fixed step that is not positive; codes without integer
/// groups in the order of columns.
Result<LinearPtr> makeActivationLinear(
    std::shared_ptr<const QuantizedTensor> tensor, const LayerActivation& activation);

/// The same of a dense weight, with float32 sums whatever the activation: for models that are stored so. A DenseLinear.
/// Precondition: a step where the format has a fixed one.
LinearPtr makeRoundedLinear(Matrix weight, const LayerActivation& activation);

/// The fixed step of an activation format from what calibration saw at a layer's input: max |x| over the largest number
/// of the format, 127 for a8-tensor, 448 for afp8-tensor, 6 * 448 for anvfp4 (ModelOpt's input_scale;
/// compressed-tensors stores its reciprocal as input_global_scale). Precondition: one of these. Errors:
/// InvalidArgument, naming the layer: calibration saw no token. Numerical: the largest value is not finite.
Result<float> staticActivationStep(
    ActivationFormat activation, const std::string& layer, std::int64_t tokens, float absMax);

} // namespace kerf::core
