// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/mend.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/plan/layer_index.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

struct Candidate {
    std::string name;
    double distance; ///< in bits per weight, from the widest that the layers have
};

/// What the layers might get: first their own formats, the widest before the others, then all others by distance.
std::vector<Candidate> candidatesFor(const std::vector<const PlanLayer*>& rows, const LayerShape& shape)
{
    const auto bitsOf = [&](const std::string& name) {
        const auto format = parseWeightFormat(name);
        return format ? (*format)->bitsPerWeight(shape) : 0;
    };
    std::set<std::string> own;
    double widest = 0;
    for (const PlanLayer* row : rows) {
        own.insert(row->format);
        widest = std::max(widest, bitsOf(row->format));
    }
    std::vector<Candidate> all;
    for (const std::string& name : own)
        all.push_back({ name, widest - bitsOf(name) - 100 });
    for (const std::string& name : commonFormats())
        if (!own.contains(name))
            all.push_back({ name, std::abs(bitsOf(name) - widest) });
    std::ranges::stable_sort(all, {}, &Candidate::distance);
    return all;
}

bool isFree(const std::vector<PlanProblem>& problems, const std::set<std::string>& layers)
{
    return std::ranges::none_of(problems, [&](const PlanProblem& problem) {
        return std::ranges::any_of(problem.layers, [&](const std::string& name) { return layers.contains(name); });
    });
}

Result<PlanMend> withoutOnlineRotation(const Plan& plan)
{
    PlanMend mend { "the rotation without its online part", plan };
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

Result<PlanMend> mendProblem(
    const Plan& plan, const Network& network, const std::string& loader, const PlanProblem& problem)
{
    if (problem.layers.empty())
        return withoutOnlineRotation(plan);
    const std::set<std::string> names(problem.layers.begin(), problem.layers.end());
    const auto index = indexLayers(network);
    std::vector<const PlanLayer*> rows;
    for (const PlanLayer& row : plan.layers)
        if (names.contains(row.layer) && index.contains(row.layer))
            rows.push_back(&row);
    if (rows.empty())
        return fail(ErrorCode::InvalidArgument, "The plan has none of the layers of this problem.");
    for (const Candidate& candidate : candidatesFor(rows, index.at(rows.front()->layer)->shape)) {
        PlanMend mend { {}, plan };
        for (PlanLayer& row : mend.plan.layers)
            if (names.contains(row.layer))
                row.format = candidate.name;
        KERF_TRY(const std::vector<PlanProblem> left, checkLoader(mend.plan, network, loader));
        if (!isFree(left, names))
            continue;
        mend.what = rows.size() == 1
            ? fmt::format("{} for {}", candidate.name, rows.front()->layer)
            : fmt::format("{} for {} and {} more", candidate.name, rows.front()->layer, rows.size() - 1);
        return mend;
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("No format lets {} load this: {}", loader, problem.message));
}

Result<Plan> mendPlan(const Plan& plan, const Network& network, const std::string& loader)
{
    Plan mended = plan;
    KERF_TRY(std::vector<PlanProblem> problems, checkLoader(mended, network, loader));
    for (std::size_t before = problems.size() + 1; !problems.empty() && problems.size() < before;) {
        before = problems.size();
        KERF_TRY(PlanMend mend, mendProblem(mended, network, loader, problems.front()));
        mended = std::move(mend.plan);
        KERF_TRY(problems, checkLoader(mended, network, loader));
    }
    if (!problems.empty())
        return fail(ErrorCode::InvalidArgument, problems.front().message);
    return mended;
}

} // namespace kerf::core
