// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/recurrent.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/linear_codes.h"
#include "core/graph/ops/rows.h"
#include "core/graph/shifted_linear.h"

namespace kerf::core {
namespace {

constexpr int kBeforeOutput = 2, kCellOutput = 3;
enum Parameters : std::size_t { kWeight, kBias, kRecurrenceBias, kPeepholes };

bool isLstm(const Recurrent& recurrent)
{
    return recurrent.cell == Recurrent::Cell::Lstm;
}

std::int64_t gatesOf(const Recurrent& recurrent)
{
    return isLstm(recurrent) ? 4 : 3;
}

using Row = Eigen::Map<Eigen::ArrayXf>;
using ConstRow = Eigen::Map<const Eigen::ArrayXf>;

void applyFunction(const Recurrent::Function& function, Eigen::Ref<Eigen::ArrayXf> x)
{
    const std::span<float> values(x.data(), static_cast<std::size_t>(x.size()));
    if (const auto* activation = std::get_if<kernels::Activation>(&function))
        kernels::activate(*activation, values);
    else
        applyUnary(std::get<Unary>(function), values);
}

/// What a map that was taken apart adds to its outputs goes on with it.
LinearPtr withShiftOf(const LinearOperator& whole, LinearPtr part, std::int64_t first)
{
    const Vector* shift = outputShift(whole);
    return shift ? makeShiftedLinear(std::move(part), shift->segment(first, part->shape().rows)) : part;
}

/// The map in the form in which many steps apply it fastest; the same bits.
Result<LinearPtr> unpacked(LinearPtr linear)
{
    if (linear->roundsInputs() || dynamic_cast<const DenseLinear*>(linear.get()))
        return linear;
    Matrix weight(linear->shape().rows, linear->shape().cols);
    if (!linear->decodeRows(0, weight))
        return linear; // packed for a kernel of its own
    return withShiftOf(*linear, makeDenseLinear(std::move(weight)), 0);
}

/// Rows [first, first + count) of R as a map of their own.
Result<LinearPtr> rowsOfMap(const LinearOperator& linear, std::int64_t first, std::int64_t count)
{
    Matrix weight(count, linear.shape().cols);
    KERF_CHECK(linear.decodeRows(first, weight));
    return withShiftOf(linear, makeDenseLinear(std::move(weight)), first);
}

/// One run through all steps.
class Run {
public:
    explicit Run(OpContext& context)
        : m_context(context)
        , m_recurrent(context.attributes<Recurrent>())
        , m_steps(context.shape(0)[0])
        , m_batch(context.shape(0)[1])
        , m_hidden(m_recurrent.hidden)
        , m_gates(gatesOf(m_recurrent))
        , m_samples(context.input().rows())
        , m_lengths(static_cast<std::size_t>(m_samples), m_batch)
        , m_h(start(1))
        , m_c(isLstm(m_recurrent) ? start(2) : Matrix())
        , m_products(m_samples * m_batch, m_gates * m_hidden)
    {
    }

    Status run()
    {
        KERF_TRY(LinearPtr linear, m_context.heldLinear());
        if (isLstm(m_recurrent) || m_recurrent.isResetAfter) {
            KERF_TRY(m_map, unpacked(std::move(linear)));
        } else {
            KERF_TRY(m_map, rowsOfMap(*linear, 0, 2 * m_hidden));
            KERF_TRY(m_candidateMap, rowsOfMap(*linear, 2 * m_hidden, m_hidden));
        }
        for (std::int64_t step = 0; step < m_steps; ++step)
            runStep(step);
        write(1, m_h);
        if (isLstm(m_recurrent))
            write(kCellOutput, m_c);
        return {};
    }

private:
    /// The state of all samples, one below the other.
    Matrix start(std::size_t input) const
    {
        if (m_context.inputCount() <= input)
            return Matrix::Zero(m_samples * m_batch, m_hidden);
        const MatrixRef given = m_context.input(input);
        Matrix state(m_samples * m_batch, m_hidden);
        for (std::int64_t row = 0; row < state.rows(); ++row)
            state.row(row) = given.row(row / m_batch).segment(row % m_batch * m_hidden, m_hidden);
        return state;
    }

    void write(std::size_t output, const Matrix& state) const
    {
        MutableMatrixRef to = m_context.output(output);
        for (std::int64_t row = 0; row < state.rows(); ++row)
            to.row(row / m_batch).segment(row % m_batch * m_hidden, m_hidden) = state.row(row);
    }

    void runStep(std::int64_t step)
    {
        MutableMatrixRef before = m_context.output(kBeforeOutput);
        Matrix seen = m_h;
        for (std::int64_t sample = 0; sample < m_samples; ++sample) {
            if (m_recurrent.roundsState)
                roundDynamically({ seen.row(sample * m_batch).data(), static_cast<std::size_t>(m_batch * m_hidden) });
            before.middleRows((sample * m_steps + step) * m_batch, m_batch)
                = seen.middleRows(sample * m_batch, m_batch);
        }
        if (m_candidateMap)
            return resetBefore(step);
        m_map->apply(seen, m_lengths, m_products);
        forEachState(step, [&](const ConstRow& x, std::int64_t row) {
            if (isLstm(m_recurrent))
                lstm(x, row);
            else
                gru(x, row);
        });
    }

    /// Calls body(W x, row of the state) for the states of one step, and hands out the new h.
    template <class Body> void forEachState(std::int64_t step, const Body& body)
    {
        const MatrixRef x = m_context.input(0);
        MutableMatrixRef y = m_context.output(0);
        parallelFor(m_samples * m_batch, [&](std::int64_t row) {
            const std::int64_t place = step * m_batch + row % m_batch, width = m_gates * m_hidden;
            body(ConstRow(x.row(row / m_batch).data() + place * width, width), row);
            y.row(row / m_batch).segment(place * m_hidden, m_hidden) = m_h.row(row);
        });
    }

    Row stateOf(Matrix& state, std::int64_t row) const { return { state.row(row).data(), m_hidden }; }
    auto gate(Eigen::ArrayXf& gates, std::int64_t index) const { return gates.segment(index * m_hidden, m_hidden); }

    /// W x + b, without R h.
    Eigen::ArrayXf withBias(const ConstRow& x) const
    {
        const Vector& bias = m_context.vector(kBias);
        return bias.size() > 0 ? Eigen::ArrayXf(x + bias.array()) : Eigen::ArrayXf(x);
    }

    void apply(const Recurrent::Function& function, Eigen::Ref<Eigen::ArrayXf> x) const
    {
        if (m_recurrent.clip > 0)
            x = x.max(-m_recurrent.clip).min(m_recurrent.clip);
        applyFunction(function, x);
    }

    void lstm(const ConstRow& x, std::int64_t row)
    {
        Eigen::ArrayXf gates = withBias(x) + Row(m_products.row(row).data(), m_products.cols());
        const Vector& peepholes = m_context.vector(kPeepholes);
        const auto peep = [&](std::int64_t index, std::int64_t part, const Row& c) {
            if (peepholes.size() > 0)
                gate(gates, index) += peepholes.segment(part * m_hidden, m_hidden).array() * c;
        };
        Row c = stateOf(m_c, row);
        peep(0, 0, c);
        peep(2, 2, c);
        apply(m_recurrent.gate, gate(gates, 0));
        if (m_recurrent.couplesGates)
            gate(gates, 2) = 1.0f - gate(gates, 0);
        else
            apply(m_recurrent.gate, gate(gates, 2));
        apply(m_recurrent.candidate, gate(gates, 3));
        c = gate(gates, 2) * c + gate(gates, 0) * gate(gates, 3);
        peep(1, 1, c); // the output gate sees the new one
        apply(m_recurrent.gate, gate(gates, 1));
        Eigen::ArrayXf shown = c;
        applyFunction(m_recurrent.output, shown);
        stateOf(m_h, row) = gate(gates, 1) * shown;
    }

    void gru(const ConstRow& x, std::int64_t row)
    {
        Eigen::ArrayXf gates = withBias(x);
        const Row product(m_products.row(row).data(), m_products.cols());
        gates.head(2 * m_hidden) += product.head(2 * m_hidden);
        apply(m_recurrent.gate, gates.head(2 * m_hidden));
        Eigen::ArrayXf again = product.tail(m_hidden);
        if (const Vector& bias = m_context.vector(kRecurrenceBias); bias.size() > 0)
            again += bias.array();
        gate(gates, 2) += gate(gates, 1) * again;
        finishGru(gates, row);
    }

    void finishGru(Eigen::ArrayXf& gates, std::int64_t row)
    {
        apply(m_recurrent.candidate, gate(gates, 2));
        Row h = stateOf(m_h, row);
        h = (1.0f - gate(gates, 0)) * gate(gates, 2) + gate(gates, 0) * h;
    }

    /// A GRU whose R meets h for z and r, and r * h for the candidate.
    void resetBefore(std::int64_t step)
    {
        Matrix gateProducts(m_h.rows(), 2 * m_hidden), reset(m_h.rows(), m_hidden), again(m_h.rows(), m_hidden);
        m_map->apply(m_h, m_lengths, gateProducts);
        forEachState(step, [&](const ConstRow& x, std::int64_t row) {
            Row gates(m_products.row(row).data(), m_products.cols());
            gates = withBias(x);
            gates.head(2 * m_hidden) += Row(gateProducts.row(row).data(), 2 * m_hidden);
            apply(m_recurrent.gate, gates.head(2 * m_hidden));
            stateOf(reset, row) = gates.segment(m_hidden, m_hidden) * stateOf(m_h, row);
        });
        m_candidateMap->apply(reset, m_lengths, again);
        forEachState(step, [&](const ConstRow&, std::int64_t row) {
            Eigen::ArrayXf gates = Row(m_products.row(row).data(), m_products.cols());
            gate(gates, 2) += stateOf(again, row);
            finishGru(gates, row);
        });
    }

    OpContext& m_context;
    const Recurrent& m_recurrent;
    std::int64_t m_steps, m_batch, m_hidden, m_gates, m_samples;
    std::vector<std::int64_t> m_lengths; ///< rows of the state of each sample
    Matrix m_h, m_c;
    Matrix m_products; ///< R h of one step
    LinearPtr m_map; ///< R, or its rows of z and r
    LinearPtr m_candidateMap; ///< its other rows, where they meet something else
};

class RecurrentOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "recurrent", "",
            { ParameterKind::Linear, ParameterKind::Numbers, ParameterKind::Numbers, ParameterKind::Numbers }, 0, false,
            kBeforeOutput };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const auto& recurrent = attributesOf<Recurrent>(node);
        const std::int64_t hidden = recurrent.hidden, width = gatesOf(recurrent) * hidden;
        const Shape& shape = inputs[0].shape;
        if (hidden < 1 || shape.size() != 3 || shape[0] < 1 || shape[2] != width)
            return fail(
                ErrorCode::InvalidArgument, fmt::format("{} is not [steps, batch, {}].", dimensionsText(shape), width));
        KERF_CHECK(checkParameters(recurrent, parameters));
        const Shape state { 1, shape[1], hidden };
        const std::size_t states = isLstm(recurrent) ? 2 : 1;
        if (inputs.size() != 1 && inputs.size() != 1 + states)
            return fail(ErrorCode::InvalidArgument, fmt::format("{} inputs were given.", inputs.size()));
        for (const ValueType& input : inputs.subspan(1))
            if (input.shape != state)
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("a state of {} is not {}.", dimensionsText(input.shape), dimensionsText(state)));
        const RowSpace one = inputs[0].rows;
        std::vector<ValueType> types { { { shape[0], shape[1], hidden }, one }, { state, one },
            { { hidden }, { RowSpace::Kind::PerSample, shape[0] * shape[1], -1, -1 } } };
        if (isLstm(recurrent))
            types.push_back({ state, one });
        return types;
    }

    Status checkLayer(const Node& node) const override
    {
        const auto& recurrent = attributesOf<Recurrent>(node);
        if (isLstm(recurrent) || recurrent.isResetAfter)
            return {};
        return fail(ErrorCode::InvalidArgument,
            "A GRU that resets before it multiplies (linear_before_reset 0) has two different inputs of its recurrence "
            "weight, so that weight is not quantized. Export the model with linear_before_reset 1, as PyTorch does.");
    }

    Status forward(OpContext& context) const override { return Run(context).run(); }

private:
    static Status checkParameters(const Recurrent& recurrent, std::span<const Shape> parameters)
    {
        const std::int64_t hidden = recurrent.hidden, width = gatesOf(recurrent) * hidden;
        const auto is = [&](std::size_t index, const Shape& wanted) {
            return parameters.size() <= index || parameters[index].empty() || parameters[index] == wanted;
        };
        if (parameters.empty() || parameters[kWeight] != Shape { width, hidden })
            return fail(ErrorCode::InvalidArgument, fmt::format("its weight is not {} x {}.", width, hidden));
        const Shape none; // of a cell that has no such parameter
        if (!is(kBias, { width }) || !is(kRecurrenceBias, recurrent.isResetAfter ? Shape { hidden } : none)
            || !is(kPeepholes, isLstm(recurrent) ? Shape { 3 * hidden } : none))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("biases and peepholes are not those of a state of {}.", hidden));
        return {};
    }
};

} // namespace

const Op& recurrentOp()
{
    static const RecurrentOp op;
    return op;
}

} // namespace kerf::core
