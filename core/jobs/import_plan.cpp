// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/import_plan.h"

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/exporters/loader_verdict.h"
#include "core/model/model.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 64 } << 20; ///< of a recipe

/// A plan of Kerf's names itself.
bool isOwnPlan(const std::string& text)
{
    const Json json = Json::parse(text, nullptr, false);
    return json.is_object() && json.contains("kerf_plan");
}

} // namespace

Result<ImportedPlan> planFromFile(const std::filesystem::path& path, const Network& network)
{
    std::error_code ignored;
    if (path.filename() == "config.json")
        return planFromFile(path.has_parent_path() ? path.parent_path() : ".", network);
    if (std::filesystem::is_directory(path, ignored) || Checkpoint::isModelFile(path)) {
        KERF_TRY(const Model model, openModel(path));
        if (!model.quantized)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: no layer of it is quantized, so there is no plan to take from it.", path.string()));
        return importPlan(storedPlan(model), path.string(), network);
    }
    KERF_TRY(const std::string text, readTextFile(path, kMostBytes));
    if (!isOwnPlan(text))
        return importRecipe(text, path.string(), network);
    KERF_TRY(Plan plan, readPlan(path, network));
    return ImportedPlan { std::move(plan), {} };
}

} // namespace kerf::core
