// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Sends every row to `top` experts by its router logits (Shazeer et al., arXiv 1701.06538). Input: router logits
/// [rows, experts]. Parameter: what is added to the scores for the choice alone (may be left out; DeepSeek-V3, arXiv
/// 2412.19437, section 2.1.2). Equal scores: the lower expert, the lower group.
struct Route {
    std::int64_t top = 1;
    bool renormalize = true; ///< the chosen weights add up to `factor`
    enum class Scores { Softmax, Sigmoid } scores = Scores::Softmax;
    double factor = 1; ///< of the weights
    /// Experts are chosen of the best `topGroups` of `groups` of them alone (DeepSeek-V2, arXiv 2405.04434, section
    /// 2.1.2): by the score of the best expert of a group, of its best two added up where a parameter is added.
    std::int64_t groups = 1, topGroups = 1;
};
const Op& routeOp();

} // namespace kerf::core
