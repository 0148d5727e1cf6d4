// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/reference/dense_linear.h"

#include "kernels/half.h"

namespace kerf::kernels {

std::int64_t denseElementSize(DenseType type)
{
    return type == DenseType::Float32 ? 4 : 2;
}

float denseElement(const DenseMatrix& weight, std::int64_t row, std::int64_t column)
{
    const std::int64_t at = row * weight.cols + column;
    switch (weight.type) {
    case DenseType::BFloat16:
        return bfloat16ToFloat(static_cast<const std::uint16_t*>(weight.data)[at]);
    case DenseType::Float16:
        return halfToFloat(static_cast<const std::uint16_t*>(weight.data)[at]);
    case DenseType::Float32:
        break;
    }
    return static_cast<const float*>(weight.data)[at];
}

namespace {

void multiply(const DenseMatrix& weight, const ActivationView& x, std::int64_t firstRow, std::int64_t lastRow, float* y,
    std::int64_t yStride)
{
    for (std::int64_t row = firstRow; row < lastRow; ++row) {
        for (std::int64_t token = 0; token < x.tokens; ++token) {
            double sum = 0;
            for (std::int64_t c = 0; c < weight.cols; ++c)
                sum += double(denseElement(weight, row, c)) * x.data[token * x.stride + c];
            y[token * yStride + row] = static_cast<float>(sum);
        }
    }
}

} // namespace

const DenseLinearKernel* referenceDenseLinear()
{
    static const DenseLinearKernel kernel { "reference", multiply };
    return &kernel;
}

} // namespace kerf::kernels
