// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/check_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/memory.h"
#include "core/base/number_text.h"
#include "core/base/quantity_text.h"
#include "core/jobs/job_json.h"
#include "core/jobs/provenance.h"
#include "core/jobs/run_ranks.h"
#include "core/jobs/statistics_folder.h"
#include "core/plan/loaders.h"
#include "core/plan/transform_reach.h"
#include "core/text/overlap.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFewWindows = 16; ///< below, the standard error itself is known to a fifth only
constexpr std::int64_t kEnoughWindows = 64;
constexpr double kTwoSided95 = 1.96;

std::int64_t widestOf(const Network& network)
{
    std::int64_t widest = 0;
    for (const LayerInfo& layer : network.layers())
        widest = std::max(widest, layer.shape.cols);
    return widest;
}

/// Per window, the newest two measured runs on that text; the difference's deviation when both have draws of it.
struct Scatter {
    double deviation = 0; ///< of one window, in the unit of the divergence
    std::string from;
    bool isPaired = false;
};

double deviationOf(const std::vector<double>& values)
{
    double mean = 0, squares = 0;
    for (const double value : values)
        mean += value / static_cast<double>(values.size());
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::optional<Scatter> scatterOf(const std::vector<RunRow>& runs, const Dataset& text)
{
    std::optional<Scatter> single;
    const RunRow* newest = nullptr;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        const Metric* kld = divergenceOf(*run);
        if (!kld || kld->draws.size() < 2 || kld->settings.value("window", std::int64_t { 0 }) != text.windowLength()
            || kld->value == 0)
            continue;
        if (!newest) {
            newest = &*run;
            single = Scatter { std::sqrt(2.0) * deviationOf(kld->draws), run->name, false };
            continue;
        }
        const Metric* other = divergenceOf(*newest);
        if (other->datasetHash != kld->datasetHash || other->draws.size() != kld->draws.size())
            continue;
        std::vector<double> differences(kld->draws.size());
        for (std::size_t i = 0; i < differences.size(); ++i)
            differences[i] = kld->draws[i] - other->draws[i];
        return Scatter { deviationOf(differences), fmt::format("{} and {}", run->name, newest->name), true };
    }
    return single;
}

std::string windowsText(const Dataset& data)
{
    return fmt::format("{} windows × {}", data.windows.size(), data.windowLength());
}

} // namespace

void addDevice(JobChecks& found)
{
    found.add({ "device", CheckState::Ok, "CPU", machineName() });
}

Result<std::optional<Dataset>> addText(
    JobChecks& found, const char* id, const Project& project, const DataChoice& choice, const JobContext& context)
{
    auto data = loadData(project, choice, context);
    if (!data && data.error().code == ErrorCode::Cancelled)
        return tl::unexpected(data.error());
    if (!data) {
        found.add({ id, CheckState::Block, "cannot be used", data.error().message, CheckFix { "texts" } });
        return std::optional<Dataset>();
    }
    JobCheck check { id, CheckState::Ok, windowsText(*data), usageText(*data) };
    const std::int64_t widest = widestOf(*project.model.network);
    if (const std::vector<std::string> warnings = data->warnings(); !warnings.empty()) {
        check.state = CheckState::Warn;
        check.basis = warnings.front();
        check.fix = CheckFix { "texts" };
    } else if (std::string_view(id) == "calibration" && data->usedTokens() < widest) {
        check.state = CheckState::Warn;
        check.basis = fmt::format(
            "{} tokens cannot fill the Hessian of the {} inputs of the widest layers", data->usedTokens(), widest);
        check.fix = CheckFix { "texts" };
    }
    found.add(std::move(check));
    return std::optional<Dataset>(std::move(*data));
}

Status addOverlap(JobChecks& found, const Dataset& calibration, const Dataset& evaluation, const JobContext& context)
{
    KERF_TRY(const Overlap overlap, findOverlap(calibration, evaluation, context));
    JobCheck check { "overlap", CheckState::Ok, "none",
        fmt::format("{} of {} runs of 13 tokens are shared", overlap.sharedShingles, overlap.shingles) };
    if (overlap.sharedShingles > 0)
        check.result = fmt::format("{} %", numberText(100 * overlap.share(), 2));
    if (overlap.isNotable()) {
        check.state = CheckState::Warn;
        check.basis = overlapWarning(overlap, evaluation);
        check.fix = CheckFix { "texts" };
    }
    found.add(std::move(check));
    return {};
}

Status addWindows(JobChecks& found, const Workspace& workspace, RowId model, const Dataset& evaluation)
{
    JobCheck* const check = found.checks.empty() ? nullptr : &found.checks.back();
    if (!check || check->id != "evaluation" || check->state != CheckState::Ok)
        return {};
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    const auto windows = static_cast<std::int64_t>(evaluation.windows.size());
    if (const std::optional<Scatter> scatter = scatterOf(runs, evaluation))
        check->basis = fmt::format("tells differences of the divergence over {} (95 %), by the scatter of {}{}",
            numberText(kTwoSided95 * scatter->deviation / std::sqrt(static_cast<double>(windows)), 2), scatter->from,
            scatter->isPaired ? " over windows" : ", unpaired");
    else
        check->basis += "; which differences that tells is not measured yet";
    if (windows >= kFewWindows)
        return {};
    check->state = CheckState::Warn;
    check->result += " are few";
    if (!evaluation.wholeText)
        check->fix = CheckFix { "evaluation_windows", kEnoughWindows };
    return {};
}

void addDisk(JobChecks& found, const char* id, const fs::path& folder, std::int64_t needed, const std::string& parts)
{
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    if (error) {
        found.add({ id, CheckState::Warn, "not known", fmt::format("{}: {}", folder.string(), error.message()) });
        return;
    }
    const auto available = static_cast<std::int64_t>(
        std::min<std::uintmax_t>(space.available, std::numeric_limits<std::int64_t>::max()));
    const bool fits = needed <= available;
    const std::string basis = fmt::format("needs {}{}; {} has {} free", bytesText(needed),
        parts.empty() ? parts : ": " + parts, folder.string(), bytesText(available));
    found.add({ id, fits ? CheckState::Ok : CheckState::Block,
        fits ? bytesText(needed) : fmt::format("short by {}", bytesText(needed - available)), basis });
}

void addMemory(JobChecks& found, const Project& project, const Workspace& workspace, RowId model,
    const Dataset* calibration, bool withHessians)
{
    const Network& network = *project.model.network;
    std::map<int, std::int64_t> weights, hessians;
    std::set<std::string> sites;
    for (const LayerInfo& layer : network.layers()) {
        weights[layer.block] += layer.shape.rows * layer.shape.cols * std::int64_t { sizeof(float) };
        if (sites.insert(layer.site).second) // summed in double precision
            hessians[layer.block] += layer.shape.cols * layer.shape.cols * std::int64_t { sizeof(double) };
    }
    const auto largest = [](const std::map<int, std::int64_t>& of) {
        std::int64_t most = 0;
        for (const auto& [block, bytes] : of)
            most = std::max(most, bytes);
        return most;
    };
    const std::int64_t blocks = 2 * largest(weights);
    const std::int64_t sums = calibration && withHessians ? largest(hessians) : 0;
    const std::int64_t states
        = calibration ? calibration->usedTokens() * network.hiddenSize() * std::int64_t { sizeof(float) } : 0;
    found.memoryBytes = blocks + sums + states;
    std::int64_t seen = 0;
    if (const auto runs = workspace.runs(model))
        for (const RunRow& run : *runs)
            seen = std::max(seen, run.provenance.peakMemoryBytes);
    const std::int64_t available = availableMemoryBytes(), installed = installedMemoryBytes();
    const bool known = available > 0 && installed > 0;
    const CheckState state = known && found.memoryBytes > installed ? CheckState::Block
        : known && found.memoryBytes > available                    ? CheckState::Warn
                                                                    : CheckState::Ok;
    std::string basis = fmt::format(
        "estimated: 2 blocks {}, Hessians {}, hidden states {}", bytesText(blocks), bytesText(sums), bytesText(states));
    if (seen > 0)
        basis += fmt::format("; the most that a run of this model took is {}", bytesText(seen));
    found.add({ "memory", state,
        known ? fmt::format("{} of {} free", bytesText(found.memoryBytes), bytesText(available))
              : bytesText(found.memoryBytes),
        std::move(basis) });
}

void addTransforms(JobChecks& found, const std::vector<const Plan*>& plans, const Network& network)
{
    JobCheck check { "transforms", CheckState::Ok, {}, {} };
    std::set<std::string> told; // plans of a sweep often have the same
    for (const Plan* plan : plans)
        for (const TransformReach& reach : transformReaches(*plan, network)) {
            if (!told.insert(reach.text()).second)
                continue;
            check.result
                += fmt::format("{}{} of {} layers", check.result.empty() ? "" : ", ", reach.reached, reach.layers);
            check.basis += (check.basis.empty() ? "" : " ") + reach.text();
            const CheckState few = reach.reached == 0 ? CheckState::Warn : CheckState::Note;
            check.state = std::max(check.state, reach.isFew() ? few : CheckState::Ok);
        }
    if (!told.empty())
        found.add(std::move(check));
}

void addTargets(JobChecks& found, const Plan& plan, const Network& network, const std::string& loader)
{
    if (loader != "any") {
        JobCheck check { "loader", CheckState::Ok, "loads", std::string(loaderTitle(loader)) };
        const auto problems = checkLoader(plan, network, loader);
        if (problems && !problems->empty()) {
            check.state = CheckState::Warn;
            check.result = fmt::format("{} would refuse it", loaderTitle(loader));
            check.basis = problems->front().message;
            check.layers = problems->front().layers;
        }
        found.add(std::move(check));
    }
    std::vector<std::string> takes;
    std::string refused;
    for (const Exporter* exporter : allExporters()) {
        const std::vector<PlanProblem> problems = exporter->check(plan, network);
        if (problems.empty())
            takes.push_back(exporter->name());
        else
            refused += fmt::format("{}{}: {}", refused.empty() ? "" : " ", exporter->name(), problems.front().message);
    }
    const std::size_t all = allExporters().size();
    found.add({ "export", takes.empty() ? CheckState::Warn : CheckState::Ok,
        takes.empty() ? "no target takes it" : fmt::format("{} of {} targets", takes.size(), all),
        fmt::format("{}{}", fmt::join(takes, ", "), refused.empty() ? "" : (takes.empty() ? "" : ". ") + refused) });
}

MissingStatistics missingStatistics(const Project& project, const Workspace& workspace, const Dataset& calibration)
{
    const auto cache = openStatistics(workspace, project.modelHash, calibration.hash);
    MissingStatistics missing;
    std::set<std::string> sites;
    for (const LayerInfo& layer : project.model.network->layers()) {
        if (!sites.insert(layer.site).second)
            continue;
        ++missing.allSites;
        if (cache && cache->has(layer.site))
            continue;
        ++missing.sites;
        missing.bytes += layer.shape.cols * layer.shape.cols * std::int64_t { sizeof(float) };
    }
    return missing;
}

} // namespace kerf::core
