// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include "core/plan/recipe.h"

namespace kerf::core {

/// The plan that something on disk describes, for this model: a plan of Kerf's, another tool's recipe (importRecipe), a
/// folder (or its config.json), GGUF or ONNX file that somebody quantized. Errors: BadFile, as readPlan,
/// importRecipe and openModel; InvalidArgument: nothing in it is quantized.
Result<ImportedPlan> planFromFile(const std::filesystem::path& path, const Network& network);

} // namespace kerf::core
