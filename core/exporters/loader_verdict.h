// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/model.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// What a loader would say of a folder or file.
struct LoaderVerdict {
    std::string loader; ///< of loaders()
    std::vector<PlanProblem> problems; ///< none: it loads, by the rules of docs/loaders.md
    std::vector<std::string> faults; ///< of some of its versions: whole sentences
};

/// The formats that a quantized model is stored in, as a plan; 16 bit for layers without codes.
Plan storedPlan(const Model& model);
/// The export target that a model is stored as: "gptq", "bnb", "gguf"; "hf" without codes.
std::string storedTarget(const Model& model);
/// Of each runtime that reads such a target. Errors: InvalidArgument.
Result<std::vector<LoaderVerdict>> loaderVerdicts(const Model& model);

} // namespace kerf::core
