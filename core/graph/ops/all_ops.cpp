// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>

#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/add_row.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/clamped_swiglu.h"
#include "core/graph/ops/concat.h"
#include "core/graph/ops/constant.h"
#include "core/graph/ops/first_row.h"
#include "core/graph/ops/gate_rows.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/group_norm.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/linear_codes.h"
#include "core/graph/ops/mat_mul.h"
#include "core/graph/ops/multiply.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/numbers_of.h"
#include "core/graph/ops/observe.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/patches.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/pool_rows.h"
#include "core/graph/ops/put_rows.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/rearrange.h"
#include "core/graph/ops/recurrent.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/reshape.h"
#include "core/graph/ops/resize.h"
#include "core/graph/ops/rotary.h"
#include "core/graph/ops/round_value.h"
#include "core/graph/ops/route.h"
#include "core/graph/ops/scale.h"
#include "core/graph/ops/select_columns.h"
#include "core/graph/ops/slice.h"
#include "core/graph/ops/softmax.h"
#include "core/graph/ops/take_rows.h"
#include "core/graph/ops/to_picture.h"
#include "core/graph/ops/turn.h"
#include "core/graph/ops/unary.h"
#include "core/graph/ops/unit_rows.h"
#include "core/graph/ops/where.h"
#include "core/graph/ops/zeros_like.h"

namespace kerf::core {

std::span<const Op* const> allOps()
{
    static const std::array<const Op*, 49> ops { &activationOp(), &addOp(), &addPositionsOp(), &addRowOp(),
        &attentionOp(), &batchNormOp(), &binaryOp(), &clampedSwigluOp(), &concatOp(), &constantOp(), &dynamicCodesOp(),
        &firstRowOp(), &gatedActivationOp(), &gateRowsOp(), &gatherOp(), &groupedLinearOp(), &groupNormOp(),
        &linearCodesOp(), &linearOp(), &matMulOp(), &multiplyOp(), &normOp(), &numbersOfOp(), &observeOp(),
        &overlapAddOp(), &patchesOp(), &poolOp(), &poolRowsOp(), &putRowsOp(), &rearrangeOp(), &recurrentOp(),
        &reduceOp(), &reRowOp(), &reshapeOp(), &resizeOp(), &rotaryOp(), &roundValueOp(), &routeOp(), &scaleOp(),
        &selectColumnsOp(), &sliceOp(), &softmaxOp(), &takeRowsOp(), &toPictureOp(), &turnOp(), &unaryOp(),
        &unitRowsOp(), &whereOp(), &zerosLikeOp() };
    return ops;
}

} // namespace kerf::core
