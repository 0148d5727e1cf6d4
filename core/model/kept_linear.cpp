// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/kept_linear.h"

#include "core/graph/ops/linear.h"

namespace kerf::core {

Result<ValueId> addKeptLinear(GraphBuilder& builder, TensorClaims& claims, const std::string& module,
    std::int64_t outputs, ValueId x, bool hasBias)
{
    KERF_TRY(Parameter weight, claims.claimParameter(module + ".weight", { outputs, builder.widthOf(x) }));
    const ParameterId weightId = builder.parameter(std::move(weight));
    ParameterId biasId = -1;
    if (hasBias) {
        KERF_TRY(Parameter bias, claims.claimParameter(module + ".bias", { outputs }));
        biasId = builder.parameter(std::move(bias));
    }
    return builder.add(linearOp(), {}, { x }, { weightId, biasId });
}

} // namespace kerf::core
