// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/dtype.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/graph/activation_linear.h"
#include "core/graph/graph.h"
#include "core/graph/op.h"

namespace kerf::core {

class TensorFolds;

/// Where the parameters of a graph come from: a checkpoint with what rewrites its tensors. Thread-safe.
class WeightSource {
public:
    WeightSource() = default;
    WeightSource(const WeightSource&) = delete;
    WeightSource& operator=(const WeightSource&) = delete;
    virtual ~WeightSource() = default;

    /// A parameter as operators see it, [out, in] or one row of numbers, in float32, rewritten. Errors: BadFile.
    virtual Result<Matrix> values(const Parameter& parameter) const = 0;
    /// A linear map that is decoded tile by tile whenever it is applied: too large to keep.
    virtual Result<std::shared_ptr<const StreamedLinear>> streamed(const Parameter& parameter) const = 0;
    virtual Result<std::shared_ptr<const RowTable>> table(const Parameter& parameter) const = 0;

    /// How the inputs of a linear map are rounded in the model as it is stored: where other tools quantized it so, and
    /// nothing was rewritten since. Errors: BadFile.
    virtual Result<LayerActivation> inputs(const Parameter&) const { return LayerActivation {}; }

    /// A tensor as it is stored, but rewritten; by Parameter::key. Errors: BadFile.
    virtual Result<Matrix> tensor(const Parameter& parameter) const = 0;
    /// Type in which a tensor is stored; nothing for one that is not there.
    virtual std::optional<DType> storedType(const std::string& tensor) const = 0;
    /// Some layers are stored as codes.
    virtual bool isQuantized() const = 0;
    /// The same weights with other rewritings.
    virtual std::shared_ptr<const WeightSource> rewritten(std::shared_ptr<const TensorFolds> folds) const = 0;
};

} // namespace kerf::core
