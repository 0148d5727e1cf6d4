// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/dtype.h"
#include "core/format/layer_format.h"
#include "core/model/network.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// A layer of the plan that gets codes, in the network's order.
struct QuantizedRow {
    const LayerInfo* layer = nullptr;
    FormatPtr format; ///< of the weight
    ActivationFormat activation = ActivationFormat::None;
    DType scaleType = DType::F16; ///< of targets that store scales in the model's type
};

/// Errors: InvalidArgument (format unknown, layer missing in the plan).
Result<std::vector<QuantizedRow>> quantizedRows(const Plan& plan, const Network& network);

/// Group size as settings of such folders have it: -1 for one scale a row.
std::int64_t storedGroupSize(const QuantizedRow& row);
/// Layers of the network that are not among the rows, in its order: what is written as it is.
std::vector<std::string> denseLayers(const Network& network, const std::vector<QuantizedRow>& rows);

/// An expression for a module as loaders name it: of a checkpoint whose names lack the base model's prefix
/// ("h.0.mlp.up"), with that prefix or without it. Not anchored.
std::string modulePattern(const Network& network, const std::string& module);
/// The same as a target of compressed-tensors' settings: a whole name, or "re:" and an expression.
std::string moduleTarget(const Network& network, const std::string& module);

/// For targets of Linear modules alone: a problem when the model's layers are Conv1D (GPT-2).
std::vector<PlanProblem> transposedProblems(const Network& network, std::string_view target);

/// What becomes of layers whose inputs are rounded too ("int8-channel+a8-token").
enum class Inputs { Refused, CheckedElsewhere };
/// What a target cannot hold: nothing quantized, online rotations, rounded inputs where it has no place for them. When
/// this is empty, quantizedRows has rows.
std::vector<PlanProblem> generalProblems(
    const Plan& plan, const Network& network, std::string_view target, Inputs inputs = Inputs::Refused);

/// For targets whose quantized layers have tensors of their own: those that lie in one with others.
std::vector<PlanProblem> stackedProblems(const Plan& plan, const Network& network, std::string_view target);

/// generalProblems; where there are none stackedProblems, and where there are none transposedProblems.
std::vector<PlanProblem> linearProblems(
    const Plan& plan, const Network& network, std::string_view target, Inputs inputs = Inputs::Refused);

/// Those of the problems that concern a layer.
std::vector<PlanProblem> concerning(std::vector<PlanProblem> problems);

/// Which runtimes load this plan from a target, by the rules of checkLoader: a sentence for each of loadersOf() that
/// says yes, or no and why; `needs` says what transformers needs for it ("with gptqmodel installed"). Of a family whose
/// exports no runtime has loaded yet (triedInLoaders) that instead.
std::vector<std::string> loaderNotes(
    const Plan& plan, const Network& network, const std::string& target, const std::string& needs);

} // namespace kerf::core
