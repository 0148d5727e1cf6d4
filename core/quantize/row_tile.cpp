// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/row_tile.h"

#include <cblas.h>

#include "kernels/multiversion.h"

namespace kerf::core {

KERF_MULTIVERSION void addOuter(const float* column, const float* factors, std::int64_t columns, float* later)
{
    for (std::int64_t k = 0; k < columns; ++k)
        for (std::int64_t r = 0; r < kRowTile; ++r)
            later[k * kRowTile + r] += factors[k] * column[r];
}

void multiplyTile(bool transposed, std::int64_t rows, std::int64_t inner, const float* left, std::int64_t stride,
    const float* columns, bool add, float* out)
{
    if (rows == 0 || inner == 0)
        return;
    cblas_sgemm(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, static_cast<int>(rows), kRowTile,
        static_cast<int>(inner), 1.0f, left, static_cast<int>(stride), columns, kRowTile, add ? 1.0f : 0.0f, out,
        kRowTile);
}

} // namespace kerf::core
