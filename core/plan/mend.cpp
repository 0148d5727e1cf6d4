// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/mend.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/format/layer_format.h"
#include "core/plan/layer_index.h"
#include "core/plan/loaders.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

using Names = std::set<std::string>;

constexpr const char* kWithoutOnline = "the rotation without its online part";

struct Candidate {
    std::string name;
    double distance; ///< in bits per weight, from the widest that the layers have
};

/// What the layers might get: first their own formats, the widest before the others, then integers and what is of the
/// rows' families by distance: others stand in exports that have no place for their neighbours.
std::vector<Candidate> candidatesFor(const Plan& rows, const Names& layers, const LayerShape& shape)
{
    const auto bitsOf = [&](const std::string& name) {
        const auto format = parseWeightFormat(name);
        return format ? (*format)->bitsPerWeight(shape) : 0;
    };
    const auto roundsInputs = [](const std::string& name) {
        const auto format = parseLayerFormat(name);
        return format && format->activation != ActivationFormat::None;
    };
    Names own;
    double widest = 0;
    for (const PlanLayer& row : rows.layers) {
        if (!layers.contains(row.layer))
            continue;
        own.insert(row.format);
        widest = std::max(widest, bitsOf(row.format));
    }
    std::vector<Candidate> all;
    for (const std::string& name : own)
        all.push_back({ name, widest - bitsOf(name) - 100 });
    const auto familyOf = [](const std::string& name) {
        const auto format = parseWeightFormat(name);
        return format ? (*format)->family() : FormatFamily::Float;
    };
    std::set<FormatFamily> families { FormatFamily::Float, FormatFamily::Integer, FormatFamily::GgmlBlock };
    for (const PlanLayer& row : rows.layers) // those of the neighbours too: a target may hold them alone
        families.insert(familyOf(row.format));
    // Inputs that stay as they are do so.
    const bool mayRoundInputs = std::ranges::any_of(own, roundsInputs);
    for (const std::string& name : commonFormats())
        if (!own.contains(name) && families.contains(familyOf(name)) && (mayRoundInputs || !roundsInputs(name)))
            all.push_back({ name, std::abs(bitsOf(name) - widest) });
    std::ranges::stable_sort(all, {}, &Candidate::distance);
    return all;
}

bool isFree(const std::vector<PlanProblem>& problems, const Names& layers)
{
    return std::ranges::none_of(problems, [&](const PlanProblem& problem) {
        return std::ranges::any_of(problem.layers, [&](const std::string& name) { return layers.contains(name); });
    });
}

/// Whose problems are looked for, and by whose rules.
struct Loading {
    const Network& network;
    std::unordered_map<std::string_view, const LayerInfo*> index;
    const MendGoal& goal;
};

/// One format for `layers`, the others of the rows as they are; nothing where no format helps.
Result<std::optional<Plan>> withOneFormat(const Plan& rows, const Names& layers, const Loading& loading)
{
    for (const Candidate& candidate : candidatesFor(rows, layers, loading.index.at(*layers.begin())->shape)) {
        Plan mended = rows;
        for (PlanLayer& row : mended.layers)
            if (layers.contains(row.layer))
                row.format = candidate.name;
        KERF_TRY(const std::vector<PlanProblem> left, loading.goal.problems(mended));
        if (isFree(left, layers))
            return mended;
    }
    return std::nullopt;
}

/// Layers that runtimes may fuse, of which a problem concerns some. No loader's rule looks past a tie.
struct Tie {
    Plan rows;
    Names layers, concerned;
    std::string look; ///< decides how they are mended: blocks that are alike have the same
};

/// The ties that hold a concerned layer.
std::vector<Tie> tiesOf(const Plan& plan, const Names& concerned, const Loading& loading)
{
    std::map<std::string, Tie> ties;
    for (const PlanLayer& row : plan.layers) {
        const auto found = loading.index.find(row.layer);
        if (found == loading.index.end())
            continue;
        const LayerInfo& layer = *found->second;
        const bool isConcerned = concerned.contains(row.layer);
        Tie& tie = ties[layer.tie.empty() ? layer.name : layer.tie];
        tie.rows.layers.push_back(row);
        tie.layers.insert(row.layer);
        if (isConcerned)
            tie.concerned.insert(row.layer);
        tie.look += fmt::format("{} {} x {} {}\n", row.format, layer.shape.rows, layer.shape.cols, isConcerned);
    }
    std::vector<Tie> found;
    for (auto& [name, tie] : ties)
        if (!tie.concerned.empty())
            found.push_back(std::move(tie));
    return found;
}

/// The rows, mended for the concerned ones of them. Where a runtime fuses them and nothing suits the others as they
/// are, these follow.
Result<std::optional<Plan>> mendTie(const Tie& tie, const Loading& loading)
{
    KERF_TRY(std::optional<Plan> mended, withOneFormat(tie.rows, tie.concerned, loading));
    if (mended)
        return mended;
    return withOneFormat(tie.rows, tie.layers, loading);
}

/// "int8-channel for model.layers.0.self_attn.q_proj and 2 more, bf16 for lm_head"
std::string changesText(const Plan& before, const Plan& after)
{
    std::map<std::string, std::vector<std::string>> byFormat;
    for (std::size_t i = 0; i < after.layers.size(); ++i)
        if (after.layers[i].format != before.layers[i].format)
            byFormat[after.layers[i].format].push_back(after.layers[i].layer);
    std::vector<std::string> parts;
    for (const auto& [format, layers] : byFormat)
        parts.push_back(layers.size() == 1
                ? fmt::format("{} for {}", format, layers.front())
                : fmt::format("{} for {} and {} more", format, layers.front(), layers.size() - 1));
    return fmt::format("{}", fmt::join(parts, ", "));
}

Result<PlanMend> withoutOnlineRotation(const Plan& plan)
{
    PlanMend mend { kWithoutOnline, plan };
    for (TransformChoice& choice : mend.plan.transforms) {
        if (!rotatesOnline({ choice }))
            continue;
        Json settings = choice.settings;
        settings[kOnlineRotation] = false;
        KERF_TRY(choice, transformChoice(choice.name, settings));
    }
    return mend;
}

} // namespace

MendGoal loaderGoal(const Network& network, const std::string& loader, const std::string& target)
{
    return { loader,
        [&network, loader, target](const Plan& plan) { return checkLoader(plan, network, loader, target); } };
}

Result<PlanMend> mendProblem(const Plan& plan, const Network& network, const MendGoal& goal, const PlanProblem& problem)
{
    if (problem.layers.empty() && !rotatesOnline(plan.transforms))
        return fail(ErrorCode::InvalidArgument, problem.message); // no change of formats helps
    if (problem.layers.empty())
        return withoutOnlineRotation(plan);
    const Names concerned(problem.layers.begin(), problem.layers.end());
    const Loading loading { network, indexLayers(network), goal };
    if (goal.looksPastTies) {
        KERF_TRY(const std::optional<Plan> whole, withOneFormat(plan, concerned, loading));
        if (whole)
            return PlanMend { changesText(plan, *whole), *whole };
        return fail(
            ErrorCode::InvalidArgument, fmt::format("No format lets {} take this: {}", goal.name, problem.message));
    }
    const std::vector<Tie> ties = tiesOf(plan, concerned, loading);
    if (ties.empty())
        return fail(ErrorCode::InvalidArgument, "The plan has none of the layers of this problem.");
    std::map<std::string, std::optional<Plan>> byLook;
    std::unordered_map<std::string, std::string> formats; // by layer
    for (const Tie& tie : ties) {
        const auto [at, isNew] = byLook.try_emplace(tie.look);
        if (isNew) {
            KERF_TRY(at->second, mendTie(tie, loading));
        }
        if (!at->second)
            return fail(
                ErrorCode::InvalidArgument, fmt::format("No format lets {} take this: {}", goal.name, problem.message));
        for (std::size_t i = 0; i < tie.rows.layers.size(); ++i)
            formats[tie.rows.layers[i].layer] = at->second->layers[i].format;
    }
    PlanMend mend { {}, plan };
    for (PlanLayer& row : mend.plan.layers)
        if (const auto format = formats.find(row.layer); format != formats.end())
            row.format = format->second;
    mend.what = changesText(plan, mend.plan);
    return mend;
}

Result<PlanMend> mendPlan(const Plan& plan, const Network& network, const MendGoal& goal)
{
    Plan mended = plan;
    KERF_TRY(std::vector<PlanProblem> problems, goal.problems(mended));
    for (std::size_t before = problems.size() + 1; !problems.empty() && problems.size() < before;) {
        before = problems.size();
        KERF_TRY(PlanMend mend, mendProblem(mended, network, goal, problems.front()));
        mended = std::move(mend.plan);
        KERF_TRY(problems, goal.problems(mended));
    }
    if (!problems.empty())
        return fail(ErrorCode::InvalidArgument, problems.front().message);
    std::string what = changesText(plan, mended);
    if (rotatesOnline(plan.transforms) && !rotatesOnline(mended.transforms))
        what += what.empty() ? kWithoutOnline : std::string(", ") + kWithoutOnline;
    return PlanMend { std::move(what), std::move(mended) };
}

} // namespace kerf::core
