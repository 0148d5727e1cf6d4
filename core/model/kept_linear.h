// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/graph/graph_builder.h"
#include "core/model/tensor_claims.h"

namespace kerf::core {

/// A linear map that stays as it is: W x + b, of the tensors "<module>.weight" and, where it has one, "<module>.bias".
/// Errors: BadFile.
Result<ValueId> addKeptLinear(GraphBuilder& builder, TensorClaims& claims, const std::string& module,
    std::int64_t outputs, ValueId x, bool hasBias);

} // namespace kerf::core
