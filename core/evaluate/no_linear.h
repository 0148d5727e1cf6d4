// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

#include "core/graph/linear.h"

namespace kerf::core {

/// Stands for a layer where what runs around the layers is timed: gives zeros and takes no time to speak of.
class NoLinear final : public LinearOperator {
public:
    explicit NoLinear(LayerShape shape)
        : m_shape(shape)
    {
    }
    LayerShape shape() const override { return m_shape; }
    void apply(const MatrixRef&, std::span<const std::int64_t>, MutableMatrixRef y) const override { y.setZero(); }

private:
    LayerShape m_shape;
};

} // namespace kerf::core
