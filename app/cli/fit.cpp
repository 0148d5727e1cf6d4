// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/machine_flags.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/decide/calibration.h"
#include "core/decide/fit_grid.h"
#include "core/format/layer_format.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    MachineFlags machine;
    std::vector<std::string> formats { "bf16", "int8-channel", "int4-g128" };
    fs::path plan;
    std::string run;
    std::string cache = "kv-f16";
};

/// Weights and what they are multiplied in.
struct Candidate {
    ServedWeights weights;
    Arithmetic arithmetic = Arithmetic::Sixteen;
};

constexpr double kGiga = 1e9;

/// The plan of a file or of a run, if one of them is asked.
Result<std::optional<Plan>> planOf(const Options& options, const ModelToServe& served, const Invocation& invocation)
{
    if (!options.plan.empty()) {
        KERF_TRY(Plan plan, readPlan(options.plan, *served.network));
        return plan;
    }
    if (options.run.empty())
        return std::nullopt;
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(RunRow run, workspace.run(options.run));
    return std::move(run.plan);
}

Result<std::vector<Candidate>> candidatesOf(
    const Options& options, const ModelToServe& served, const Invocation& invocation)
{
    std::vector<Candidate> candidates;
    KERF_TRY(const std::optional<Plan> plan, planOf(options, served, invocation));
    if (plan) {
        KERF_TRY(ServedWeights weights, servedWeights(*served.network, served.model, *plan));
        KERF_TRY(const Arithmetic arithmetic, arithmeticOf(*plan));
        candidates.push_back({ std::move(weights), arithmetic });
        return candidates;
    }
    for (const std::string& name : options.formats) {
        KERF_TRY(const LayerFormat format, parseLayerFormat(name));
        ServedWeights weights = servedWeights(*served.network, served.model, format.weight);
        weights.name = format.name();
        candidates.push_back({ std::move(weights), arithmeticOf(format.activation) });
    }
    return candidates;
}

std::string servedText(const Fit& fit)
{
    if (!fit.tokensPerSecond)
        return "not known";
    return fmt::format("{} (served {} to {})", roundedText(*fit.tokensPerSecond, 2),
        roundedText(kServedLow * *fit.tokensPerSecond, 2), roundedText(kServedHigh * *fit.tokensPerSecond, 2));
}

std::string gridText(const Placement& placement, const Use& asked)
{
    const FitGrid grid = fitGrid(placement, asked);
    std::vector<std::string> head { "batch" };
    for (const std::int64_t context : grid.contexts)
        head.push_back(fmt::format("{}", context));
    Table table(head);
    for (std::size_t batch = 0; batch < grid.batches.size(); ++batch) {
        std::vector<std::string> row { fmt::format("{}", grid.batches[batch]) };
        for (std::size_t context = 0; context < grid.contexts.size(); ++context) {
            const Fit& fit = grid.at(batch, context);
            const std::string speed = fit.tokensPerSecond ? roundedText(*fit.tokensPerSecond, 2) : "fits";
            row.push_back(fit.verdict == FitVerdict::No ? "no"
                    : fit.verdict == FitVerdict::Fewer  ? fmt::format("{} fit", fit.sequences)
                    : fit.verdict == FitVerdict::Tight  ? speed + " tight"
                                                        : speed);
        }
        table.add(row);
    }
    return "\ntokens/s of all sequences by context and batch:\n" + table.text();
}

std::string remedyText(const std::vector<FitRemedy>& found)
{
    std::string text;
    for (const FitRemedy& remedy : found)
        text += fmt::format(
            "{}{} ({:.1f} GB left)", text.empty() ? "It would fit with " : ", ", remedy.what, remedy.left / kGiga);
    return text.empty() ? "No single change makes it fit: fewer bits and more cards together may.\n" : text + ".\n";
}

Json remedyJson(const std::vector<FitRemedy>& found)
{
    Json list = Json::array();
    for (const FitRemedy& remedy : found)
        list.push_back({ { "what", remedy.what }, { "left_bytes", remedy.left } });
    return list;
}

std::string headText(const ModelToServe& served, const Machine& machine, const Options& options)
{
    const Device& device = machine.device;
    std::string text = fmt::format("{}, {:.2f} B parameters, on {}{}: {:.1f} GB, {} GB/s\n", served.model.name,
        served.model.parameters / kGiga, machine.serving.cards > 1 ? fmt::format("{} x ", machine.serving.cards) : "",
        device.name, device.usableBytes() * machine.serving.cards / kGiga, device.bandwidth.text());
    text += fmt::format("{} x {} tokens take {:.2f} GB of {}\n\n", options.machine.use.batch,
        options.machine.use.context,
        static_cast<double>(options.machine.use.batch)
            * served.model.cacheBytes(*parseCacheFormat(options.cache).value(), options.machine.use.context) / kGiga,
        options.cache);
    return text;
}

Result<Outcome> reckon(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Machine machine, machineOf(options.machine));
    KERF_TRY(const ModelToServe served, modelToServe(invocation, options.model));
    KERF_TRY(const CacheFormatPtr cache, parseCacheFormat(options.cache));
    KERF_CHECK(checkCacheFormat(*served.network, *cache));
    KERF_TRY(const std::vector<Candidate> candidates, candidatesOf(options, served, invocation));
    KERF_CHECK(checkUse(served.model, options.machine.use));
    Outcome outcome;
    outcome.json = { { "device", machine.device.name }, { "cards", machine.serving.cards },
        { "parameters", served.model.parameters }, { "cache", cache->name() },
        { "cache_bytes_per_token",
            served.model.cacheBytes(*cache, options.machine.use.context)
                / static_cast<double>(options.machine.use.context) },
        { "context", options.machine.use.context }, { "batch", options.machine.use.batch },
        { "uncertain", machine.uncertain }, { "formats", Json::array() } };
    Table table({ "weights", "bits", "resident GB", "room GB", "longest", "fits", "tokens/s" });
    std::string sources, after;
    for (const Candidate& candidate : candidates) {
        const SpeedSource speed = speedOf(machine.device, served.model, candidate.weights, candidate.arithmetic);
        const Placement placement { machine.device, served.model, candidate.weights, candidate.arithmetic, cache,
            machine.serving, speed.shares };
        const Fit fit = fitOf(placement, options.machine.use);
        const std::vector<FitRemedy> found = remedies(placement, options.machine.use, machine.known);
        table.add({ candidate.weights.name, fmt::format("{:.3g}", candidate.weights.bitsPerWeight),
            fmt::format("{:.1f}", candidate.weights.resident() / kGiga), fmt::format("{:.1f}", fit.room / kGiga),
            fmt::format("{}", fit.longest), fitText(fit), servedText(fit) });
        outcome.json["formats"].push_back(
            { { "name", candidate.weights.name }, { "bits_per_weight", candidate.weights.bitsPerWeight },
                { "arithmetic", arithmeticName(candidate.arithmetic) },
                { "memory", toJson(memoryParts(machine.device, served.model, candidate.weights, machine.serving)) },
                { "fit", toJson(fit) }, { "speed_source", speed.text }, { "calibrated", speed.isCalibrated },
                { "remedies", remedyJson(found) } });
        if (!speed.text.empty())
            sources += fmt::format("tokens/s of {}: {}\n", candidate.weights.name, speed.text);
        if (candidates.size() == 1)
            after += (fit.lacking() > 0 ? remedyText(found) : "") + gridText(placement, options.machine.use);
    }
    outcome.text = headText(served, machine, options) + table.text() + sources;
    if (!machine.uncertain.empty())
        outcome.text += fmt::format("Uncertain in the table: {}.\n", machine.uncertain);
    outcome.text += after;
    return outcome;
}

} // namespace

void addFit(CommandLine& line)
{
    CLI::App* verb = line.addVerb("fit", "Whether a model fits a machine, with which context and batch, and how fast",
        "  kerf-cli fit MODEL --device h100\n"
        "  kerf-cli fit config.json --device 'A100 80GB' --format int4-g128 --context 16384 --batch 8\n"
        "  kerf-cli fit MODEL --device 4090 --plan plan.json --kv kv-int8");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model, or its config.json alone")->required();
    options->machine.add(verb);
    verb->add_option("--format", options->formats, "Formats to look at, with + for activations; of one also a grid")
        ->type_name("FORMAT")
        ->capture_default_str();
    verb->add_option("--plan", options->plan, "A plan in place of formats")->type_name("FILE")->excludes("--format");
    verb->add_option("--run", options->run, "A run's plan in place of formats, by number or name")
        ->excludes("--format")
        ->excludes("--plan");
    verb->add_option("--kv", options->cache, "Format of the key/value cache")
        ->capture_default_str()
        ->type_name("FORMAT");
    line.onChosen(verb, [options](Invocation& invocation) { return reckon(*options, invocation); });
}

} // namespace kerf::cli
