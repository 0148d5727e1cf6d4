// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/format/format.h"
#include "core/graph/linear.h"

namespace kerf::core {

/// a8-token and a4-token in integers: with a token's largest magnitude / codeMax as its step.
LinearPtr makeIntegerTokenLinear(const QuantizedTensor& tensor, float codeMax);
/// a8-tensor in integers.
LinearPtr makeInt8TensorLinear(const QuantizedTensor& tensor, float step);
/// LLM.int8(): columns that hold an outlier are taken out of the integer product and multiplied in float, with the
/// weight's columns as their codes say (the float originals are gone).
LinearPtr makeLlmInt8Linear(std::shared_ptr<const QuantizedTensor> tensor);

} // namespace kerf::core
