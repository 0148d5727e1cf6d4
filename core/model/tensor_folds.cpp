// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/tensor_folds.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace kerf::core {
namespace {

void scale(const TensorEdit& edit, MatrixD& values)
{
    const std::int64_t count = edit.factors.size();
    const auto scaled = [&](auto part, const auto& factors) {
        part = ((part.array() + edit.offset).colwise() * factors.array() - edit.offset).matrix();
    };
    if (edit.axis == 0)
        scaled(values.middleRows(edit.first, count), edit.factors);
    else
        scaled(values.middleCols(edit.first, count).transpose(), edit.factors);
}

void rotate(const TensorEdit& edit, MatrixD& values)
{
    const std::int64_t size = edit.rotation->size();
    for (std::int64_t block = 0; block < edit.blocks; ++block) {
        const std::int64_t first = edit.first + block * size;
        if (edit.axis == 1) {
            edit.rotation->apply(values.middleCols(first, size), edit.transposed);
            continue;
        }
        MatrixD turned = values.middleRows(first, size).transpose();
        edit.rotation->apply(turned, edit.transposed);
        values.middleRows(first, size) = turned.transpose();
    }
}

TensorEdit inverseOf(TensorEdit edit)
{
    assert(edit.kind != TensorEdit::Kind::Fill);
    if (edit.kind == TensorEdit::Kind::Scale)
        edit.factors = edit.factors.cwiseInverse();
    else
        edit.transposed = !edit.transposed;
    return edit;
}

} // namespace

float roundToStored(double value, DType type)
{
    const auto single = static_cast<float>(value);
    if (type == DType::F16)
        return roundToHalf(single);
    return type == DType::BF16 ? bfloat16ToFloat(floatToBfloat16(single)) : single;
}

std::vector<const Parameter*> untiedParameters(const Graph& graph, const TensorFolds& folds)
{
    std::vector<const Parameter*> untied;
    for (const Parameter& parameter : graph.parameters())
        if (parameter.ref.slice < 0 && parameter.key != parameter.ref.tensor && folds.touches(parameter.key))
            untied.push_back(&parameter);
    return untied;
}

void TensorFolds::add(const std::string& tensor, TensorEdit edit)
{
    m_edits[tensor].push_back(std::move(edit));
}

void TensorFolds::append(const TensorFolds& later)
{
    for (const auto& [tensor, edits] : later.m_edits)
        m_edits[tensor].insert(m_edits[tensor].end(), edits.begin(), edits.end());
    for (const auto& [tensor, type] : later.m_stored)
        m_stored[tensor] = type;
    m_turns.insert(m_turns.end(), later.m_turns.begin(), later.m_turns.end());
}

DType TensorFolds::storedType(const std::string& tensor) const
{
    const auto found = m_stored.find(tensor);
    return found == m_stored.end() ? DType::F32 : found->second;
}

void TensorFolds::apply(const std::string& tensor, MatrixD& values) const
{
    const auto found = m_edits.find(tensor);
    if (found == m_edits.end())
        return;
    for (const TensorEdit& edit : found->second)
        switch (edit.kind) {
        case TensorEdit::Kind::Scale:
            scale(edit, values);
            break;
        case TensorEdit::Kind::Fill:
            values.setConstant(edit.value);
            break;
        case TensorEdit::Kind::Rotate:
            rotate(edit, values);
            break;
        }
}

void TensorFolds::apply(const std::string& tensor, MutableMatrixRef values) const
{
    if (!touches(tensor))
        return;
    MatrixD exact = values.cast<double>();
    apply(tensor, exact);
    const DType type = storedType(tensor);
    if (type == DType::F32)
        values = exact.cast<float>();
    else
        values = exact.unaryExpr([type](double value) { return roundToStored(value, type); }).cast<float>();
}

TensorFolds TensorFolds::inverse() const
{
    TensorFolds result;
    for (const auto& [tensor, edits] : m_edits)
        for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit)
            result.add(tensor, inverseOf(*edit));
    return result;
}

} // namespace kerf::core
