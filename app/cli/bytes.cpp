// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/cache_memory.h"
#include "app/cli/command_line.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/plan/byte_parts.h"
#include "core/solve/byte_lever.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    std::string by = "role";
    std::int64_t context = 0;
    std::int64_t batch = 1;
};

std::string percentOf(std::int64_t part, std::int64_t all)
{
    return fmt::format("{:.1f} %", all > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(all) : 0.0);
}

/// The model as it is stored, when no plan is named: nothing is quantized.
Result<Plan> planOf(const Options& options, const Invocation& invocation, const Project& project)
{
    return options.plan.empty() ? uniformPlan(*project.model.network, "as stored", "bf16", kDefaultMethod)
                                : findPlan(invocation, project, options.plan);
}

ByteGrouping groupingOf(const std::string& by)
{
    return by == "block" ? ByteGrouping::Block : by == "format" ? ByteGrouping::Format : ByteGrouping::Role;
}

/// Every part as JSON, and what the table shows: the parts, or groups of them.
void describeParts(const Options& options, const std::vector<BytePart>& parts, const Network& network, const Plan& plan,
    Outcome& outcome)
{
    std::int64_t before = 0, after = 0;
    outcome.json["parts"] = Json::array();
    for (const BytePart& part : parts) {
        before += part.before;
        after += part.after;
        outcome.json["parts"].push_back({ { "name", part.name }, { "for", bytesForName(part.kind) },
            { "block", part.block }, { "bytes_before", part.before }, { "bytes_after", part.after } });
    }
    outcome.json["bytes_before"] = before;
    outcome.json["bytes_after"] = after;
    Table table({ options.by, "before", "after", "share after" });
    const auto add = [&](const std::string& name, std::int64_t was, std::int64_t is) {
        table.add({ name, sizeText(was), sizeText(is), percentOf(is, after) });
    };
    if (options.by == "tensor") {
        for (const BytePart& part : parts)
            add(part.name, part.before, part.after);
    } else {
        outcome.json["groups"] = Json::array();
        for (const ByteGroup& group : groupBytes(parts, network, plan, groupingOf(options.by))) {
            outcome.json["groups"].push_back({ { "name", group.name }, { "for", bytesForName(group.kind) },
                { "bytes_before", group.before }, { "bytes_after", group.after } });
            add(group.name, group.before, group.after);
        }
    }
    outcome.text = fmt::format("{}: {} before, {} after ({} and {} bytes)\n\n{}", plan.name, sizeText(before),
        sizeText(after), before, after, table.text());
}

void describeLever(const ByteLever& lever, const Task& task, Outcome& outcome)
{
    outcome.json["lever"] = { { "role", lever.role }, { "layers", lever.layers.size() }, { "format", lever.format },
        { "saved_bytes", lever.saved } };
    if (lever.kld)
        outcome.json["lever"]["predicted_kld"] = *lever.kld;
    const std::string what = lever.layers.empty()
        ? fmt::format("the cache in {}", lever.format)
        : fmt::format("{} in {} ({} layers)", lever.role, lever.format, lever.layers.size());
    outcome.text += fmt::format("The largest lever: {} would save {}{}.\n", what, sizeText(lever.saved),
        lever.kld ? fmt::format(
            " and add {} of predicted {}", divergenceAmount(task, numberText(*lever.kld)), task.divergenceName())
                  : "");
}

Result<Outcome> bytes(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    const Network& network = *project->model.network;
    KERF_TRY(const Plan plan, planOf(options, invocation, *project));
    Outcome outcome;
    describeParts(options, byteParts(project->model, plan), network, plan, outcome);
    std::optional<Profile> profile;
    if (invocation.hasWorkspace())
        if (auto found = neededProfile(*project, invocation))
            profile = std::move(*found);
    const std::int64_t context = !network.cacheShape().isCache() ? 0
        : options.context > 0                                    ? options.context
                                                                 : network.maxPositions();
    if (const auto lever = largestLever(plan, network, profile ? &*profile : nullptr,
            profile ? profile->formats : defaultProfileFormats(), { context, options.batch }))
        describeLever(*lever, *nearestTask(network), outcome);
    KERF_TRY(const CacheMemory memory, cacheMemory(plan, network, options.context, options.batch));
    outcome.json["kv_cache"] = memory.json;
    outcome.text += memory.text;
    return outcome;
}

} // namespace

void addBytes(CommandLine& line)
{
    CLI::App* verb = line.addVerb("bytes", "Where the bytes of a checkpoint go, before a plan and after it",
        "  kerf-cli bytes MODEL --plan plan.json\n"
        "  kerf-cli bytes MODEL --plan plan.json --by block --context 8192 --batch 8 -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder, .gguf or .onnx file")->required();
    verb->add_option("--plan", options->plan, "Plan file, or the name of a plan in the workspace (default: as stored)")
        ->type_name("PLAN");
    verb->add_option("--by", options->by, "Rows of the table: role, block, format or tensor")
        ->check(CLI::IsMember({ "role", "block", "format", "tensor" }))
        ->capture_default_str()
        ->type_name("WHAT");
    addCacheLengths(verb, options->context, options->batch);
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return bytes(*options, invocation); });
}

} // namespace kerf::cli
