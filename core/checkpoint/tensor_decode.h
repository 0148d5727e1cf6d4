// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"

namespace kerf::core {

/// Number of elements of a tensor whose header was checked.
std::int64_t elementCount(const TensorInfo& info);
/// Decodes a weight (F64, F32, F16, BF16) to float32, through a buffer of fixed size. Rank 0 and 1 become one row;
/// higher ranks keep the first dimension as rows. Errors: BadFile (another dtype; file changed).
Result<Matrix> readMatrix(const MappedFile& file, const TensorInfo& info);
/// Errors: BadFile, naming the index of the first value that is NaN or Inf in float32.
Status checkFinite(const MappedFile& file, const TensorInfo& info);

} // namespace kerf::core
