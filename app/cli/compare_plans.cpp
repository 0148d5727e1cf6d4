// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>

#include "app/cli/compare_parts.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/plan_comparison.h"
#include "core/jobs/run_ranks.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

std::string signedSize(std::int64_t bytes)
{
    return (bytes < 0 ? "-" : bytes > 0 ? "+" : "") + sizeText(std::abs(bytes));
}

std::string signedKld(const std::optional<Prediction>& kld)
{
    return kld ? fmt::format("{}{}", kld->kld > 0 ? "+" : "", measuredText(kld->kld, kld->stderr_)) : "-";
}

void addKld(Json& json, const std::optional<Prediction>& kld)
{
    json["predicted_kld"] = kld ? Json(kld->kld) : Json();
    json["predicted_kld_stderr"] = kld ? Json(kld->stderr_) : Json();
}

Json sumJson(const char* name, const ChangeSum& sum)
{
    Json json { { "change", name }, { "layers", sum.layers }, { "bytes", sum.bytes } };
    addKld(json, sum.kld);
    return json;
}

/// What was measured of the whole, beside what was predicted of its parts; null where it is not known.
Json measuredChange(const RunRow& first, const RunRow& second)
{
    const Metric *before = divergenceOf(first), *after = divergenceOf(second);
    return before && after && before->datasetHash == after->datasetHash ? Json(after->value - before->value) : Json();
}

Outcome describe(const RunRow& first, const RunRow& second, const PlanComparison& found)
{
    Outcome outcome;
    outcome.json = { { "runs", { first.id, second.id } }, { "layers", Json::array() }, { "changes", Json::array() },
        { "caches_differ", found.cachesDiffer }, { "transforms_differ", found.transformsDiffer },
        { "settings_differ", found.settingsDiffer }, { "measured_kld", measuredChange(first, second) } };
    Table rows({ "layer", "from", "to", "bits", "size", "divergence, predicted" });
    for (const ComparedLayer& layer : found.layers) {
        if (layer.change == Change::None)
            continue;
        Json json { { "layer", layer.layer }, { "formats", layer.formats }, { "methods", layer.methods },
            { "bits_per_weight", layer.bits }, { "change", changeName(layer.change) }, { "bytes", layer.bytes } };
        addKld(json, layer.kld);
        outcome.json["layers"].push_back(std::move(json));
        const auto cell = [&](std::size_t i) {
            return layer.methods[i].empty() ? layer.formats[i] : layer.methods[i] + " " + layer.formats[i];
        };
        rows.add({ layer.layer, cell(0), cell(1), fmt::format("{:+.3f}", layer.bits[1] - layer.bits[0]),
            signedSize(layer.bytes), signedKld(layer.kld) });
    }
    Table sums({ "what the change bought", "layers", "size", "divergence, predicted" });
    for (const ChangeSum& sum : found.sums) {
        outcome.json["changes"].push_back(sumJson(changeName(sum.change), sum));
        sums.add({ changeName(sum.change), std::to_string(sum.layers), signedSize(sum.bytes), signedKld(sum.kld) });
    }
    outcome.json["together"] = sumJson("together", found.together);
    sums.add({ "together", std::to_string(found.together.layers), signedSize(found.together.bytes),
        signedKld(found.together.kld) });
    outcome.text = fmt::format("From {} ({}) to {} ({})\n{}\n{}", first.name, first.id, second.name, second.id,
        found.together.layers ? rows.text() : "No layer has another format or method.\n",
        found.together.layers ? sums.text() : "");
    if (const Json& measured = outcome.json["measured_kld"]; !measured.is_null())
        outcome.text += fmt::format("{}, measured: {:+.4g}\n", divergenceOf(first)->name, measured.get<double>());
    for (const auto& [differ, what] : { std::pair(found.cachesDiffer, "The caches' formats differ too.\n"),
             std::pair(found.transformsDiffer, "The transforms differ too.\n"),
             std::pair(found.settingsDiffer, "The mode or the methods' settings differ too.\n") })
        outcome.text += differ ? what : "";
    return outcome;
}

} // namespace

Result<Outcome> comparePlanRows(const std::vector<std::string>& names, Invocation& invocation)
{
    if (names.size() != 2)
        return fail(ErrorCode::InvalidArgument, "--plan compares two runs.");
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow first, workspace.run(names[0]));
    KERF_TRY(const RunRow second, workspace.run(names[1]));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, first));
    KERF_TRY(const std::optional<Profile> profile, fittedProfile(workspace, first.model));
    KERF_TRY(const PlanComparison found,
        comparePlans(*project->model.network, first, second, profile ? &*profile : nullptr));
    return describe(first, second, found);
}

} // namespace kerf::cli
