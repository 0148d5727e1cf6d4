// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/graph/graph.h"
#include "core/graph/hidden.h"

namespace kerf::core {

/// Texts as the inputs of a graph, each of its own length, none padded: input_ids, attention_mask (all 1) and
/// token_type_ids as far as the graph has them. `types`: one list for each text; empty: all are 0.
/// Errors: InvalidArgument: an input that a text does not give: named.
Result<Batch> textBatch(const Graph& graph, std::span<const std::vector<TokenId>> texts,
    std::span<const std::vector<std::int32_t>> types = {});

} // namespace kerf::core
