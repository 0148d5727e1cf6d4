// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/dense_linear.h"
#include "kernels/reference/dense_linear.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/dense_linear.cpp"
#include <hwy/foreach_target.h> // must come before highway.h

#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace kerf::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, 16>;
using FloatVector = hn::Vec<FloatTag>;
constexpr std::int64_t kLanes = static_cast<std::int64_t>(hn::MaxLanes(FloatTag()));
/// Rows that are read side by side: enough independent sums to hide the latency of a multiply-add.
constexpr std::int64_t kRows = 4;
constexpr std::int64_t kPrefetchRows = 4; ///< how far ahead memory is asked for

/// One vector of the weight as float32.
template <DenseType Type> FloatVector widen(const void* data, std::int64_t at)
{
    const FloatTag df;
    if constexpr (Type == DenseType::Float32) {
        return hn::LoadU(df, static_cast<const float*>(data) + at);
    } else {
        const hn::Rebind<std::uint16_t, FloatTag> d16;
        const auto bits = hn::LoadU(d16, static_cast<const std::uint16_t*>(data) + at);
        if constexpr (Type == DenseType::BFloat16) {
            const hn::RebindToUnsigned<FloatTag> du;
            return hn::BitCast(df, hn::ShiftLeft<16>(hn::PromoteTo(du, bits)));
        } else {
            return hn::PromoteTo(df, hn::BitCast(hn::Rebind<hwy::float16_t, FloatTag>(), bits));
        }
    }
}

/// Asks for the same columns of the rows that come next: short rows end before the hardware has learned where they go.
template <DenseType Type> void prefetchNext(const DenseMatrix& weight, std::int64_t at)
{
    using Element = std::conditional_t<Type == DenseType::Float32, float, std::uint16_t>;
    if (at < weight.rows * weight.cols)
        hwy::Prefetch(static_cast<const Element*>(weight.data) + at);
}

/// sums[row] for Rows rows from firstRow and one token. Two sums a row: a step reads one cache line of each.
template <DenseType Type, int Rows>
void dotRows(const DenseMatrix& weight, const float* x, std::int64_t firstRow, float* y)
{
    const FloatTag df;
    FloatVector even[Rows], odd[Rows];
    for (int r = 0; r < Rows; ++r)
        even[r] = odd[r] = hn::Zero(df);
    std::int64_t c = 0;
    for (; c + 2 * kLanes <= weight.cols; c += 2 * kLanes) {
        const FloatVector first = hn::LoadU(df, x + c);
        const FloatVector second = hn::LoadU(df, x + c + kLanes);
        for (int r = 0; r < Rows; ++r) {
            const std::int64_t at = (firstRow + r) * weight.cols + c;
            prefetchNext<Type>(weight, at + kPrefetchRows * weight.cols);
            even[r] = hn::MulAdd(widen<Type>(weight.data, at), first, even[r]);
            odd[r] = hn::MulAdd(widen<Type>(weight.data, at + kLanes), second, odd[r]);
        }
    }
    for (; c + kLanes <= weight.cols; c += kLanes) {
        const FloatVector values = hn::LoadU(df, x + c);
        for (int r = 0; r < Rows; ++r)
            even[r] = hn::MulAdd(widen<Type>(weight.data, (firstRow + r) * weight.cols + c), values, even[r]);
    }
    for (int r = 0; r < Rows; ++r) {
        float sum = hn::GetLane(hn::SumOfLanes(df, hn::Add(even[r], odd[r])));
        for (std::int64_t rest = c; rest < weight.cols; ++rest)
            sum += denseElement(weight, firstRow + r, rest) * x[rest];
        y[r] = sum;
    }
}

template <DenseType Type>
void multiplyType(const DenseMatrix& weight, const ActivationView& x, std::int64_t firstRow, std::int64_t lastRow,
    float* y, std::int64_t yStride)
{
    for (std::int64_t row = firstRow; row < lastRow; row += kRows) {
        for (std::int64_t token = 0; token < x.tokens; ++token) {
            const float* values = x.data + token * x.stride;
            float* to = y + token * yStride + row;
            if (row + kRows <= lastRow) {
                dotRows<Type, kRows>(weight, values, row, to);
                continue;
            }
            for (std::int64_t r = row; r < lastRow; ++r)
                dotRows<Type, 1>(weight, values, r, to + (r - row));
        }
    }
}

void multiply(const DenseMatrix& weight, const ActivationView& x, std::int64_t firstRow, std::int64_t lastRow, float* y,
    std::int64_t yStride)
{
    switch (weight.type) {
    case DenseType::Float32:
        return multiplyType<DenseType::Float32>(weight, x, firstRow, lastRow, y, yStride);
    case DenseType::BFloat16:
        return multiplyType<DenseType::BFloat16>(weight, x, firstRow, lastRow, y, yStride);
    case DenseType::Float16:
        return multiplyType<DenseType::Float16>(weight, x, firstRow, lastRow, y, yStride);
    }
}

} // namespace kerf::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kerf::kernels {

const std::vector<const DenseLinearKernel*>& denseLinearKernels()
{
    static const std::vector<const DenseLinearKernel*> kernels = [] {
        std::vector<const DenseLinearKernel*> found;
        const std::int64_t supported = hwy::SupportedTargets();
#define KERF_ADD_TARGET(target, space, name)                                                                           \
    if (supported & (target)) {                                                                                        \
        static const DenseLinearKernel kernel { name, space::multiply };                                               \
        found.push_back(&kernel);                                                                                      \
    }
#if HWY_TARGETS & HWY_AVX3
        KERF_ADD_TARGET(HWY_AVX3, N_AVX3, "avx512")
#endif
#if HWY_TARGETS & HWY_AVX2
        KERF_ADD_TARGET(HWY_AVX2, N_AVX2, "avx2")
#endif
#if HWY_TARGETS & HWY_SSE4
        KERF_ADD_TARGET(HWY_SSE4, N_SSE4, "sse4")
#endif
#if HWY_TARGETS & HWY_NEON
        KERF_ADD_TARGET(HWY_NEON, N_NEON, "neon")
#endif
#undef KERF_ADD_TARGET
        found.push_back(referenceDenseLinear());
        return found;
    }();
    return kernels;
}

} // namespace kerf::kernels
#endif
