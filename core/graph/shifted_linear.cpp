// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/shifted_linear.h"

#include <utility>

namespace kerf::core {
namespace {

class ShiftedLinear final : public LinearOperator {
public:
    ShiftedLinear(LinearPtr linear, Vector shift)
        : m_linear(std::move(linear))
        , m_shift(std::move(shift))
    {
    }
    LayerShape shape() const override { return m_linear->shape(); }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        m_linear->apply(x, lengths, y);
        y.rowwise() += m_shift.transpose();
    }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        return m_linear->decodeRows(first, out);
    }
    bool roundsInputs() const override { return m_linear->roundsInputs(); }
    void roundInputs(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef rounded) const override
    {
        m_linear->roundInputs(x, lengths, rounded);
    }
    const Vector& shift() const { return m_shift; }

private:
    LinearPtr m_linear;
    Vector m_shift;
};

} // namespace

LinearPtr makeShiftedLinear(LinearPtr linear, Vector shift)
{
    return std::make_shared<const ShiftedLinear>(std::move(linear), std::move(shift));
}

const Vector* outputShift(const LinearOperator& linear)
{
    const auto* shifted = dynamic_cast<const ShiftedLinear*>(&linear);
    return shifted ? &shifted->shift() : nullptr;
}

} // namespace kerf::core
