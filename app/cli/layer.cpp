// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/inspect_layer.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kListed = 8; ///< channels in a sentence

struct Options {
    fs::path model;
    std::string run;
    LayerQuestion question;
};

template <class... Visitors> struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors> Overloaded(Visitors...) -> Overloaded<Visitors...>;

std::string listed(const std::vector<std::int64_t>& channels)
{
    const std::size_t shown = std::min(channels.size(), kListed);
    return fmt::format("{}{}", fmt::join(channels.begin(), channels.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
        shown < channels.size() ? fmt::format(" and {} more", channels.size() - shown) : "");
}

std::string sentence(const Finding& finding)
{
    return std::visit(
        Overloaded {
            [](const OutlierChannels& found) {
                return fmt::format(
                    "{} input channels ({}) reach {:.3g} to {:.3g} times the median and carry {:.3g} % of "
                    "the Hessian; in 8-bit inputs with one scale a token a median channel keeps {} of 255 "
                    "levels beside the highest.",
                    found.channels.size(), listed(found.channels), found.lowest, found.highest, 100 * found.share,
                    found.levels);
            },
            [](const HeavyTails& found) {
                return fmt::format("The weights have heavy tails: kurtosis {:.3g} (a Gaussian has 3), the largest is "
                                   "{:.3g} standard deviations.",
                    found.kurtosis, found.largest);
            },
            [](const NarrowHessian& found) {
                return fmt::format(
                    "{} directions of the inputs carry {:.3g} % of the Hessian, but no single channels do.",
                    found.directions, 100 * found.share);
            },
            [](const FewTokens& found) {
                return fmt::format("Calibration saw {} tokens, fewer than the {} input channels: use more windows.",
                    found.tokens, found.channels);
            },
            [](const DeadChannels& found) {
                return fmt::format("{} of {} input channels ({}) were 0 in all {} tokens.", found.channels.size(),
                    found.of, listed(found.channels), found.tokens);
            },
            [](const CostlyErrors& found) {
                return fmt::format(
                    "An error here costs {:.3g} times what it costs in the median layer.", found.timesMedian);
            },
            [](const NothingStandsOut& found) {
                return found.largestRatio > 0
                    ? fmt::format("Nothing stands out: the largest channel is {:.3g} times the median, the weights' "
                                  "kurtosis is {:.3g}.",
                        found.largestRatio, found.kurtosis)
                    : fmt::format("Nothing stands out in the weights: their kurtosis is {:.3g}.", found.kurtosis);
            },
        },
        finding);
}

std::string sentence(const Remedy& remedy, const Task& task)
{
    if (const auto* smooth = std::get_if<SmoothInputs>(&remedy))
        return fmt::format("SmoothQuant {} brings the largest channel from {:.3g} to {:.3g} times the median.",
            smooth->alpha, smooth->before, smooth->after);
    const auto& other = std::get<OtherFormat>(remedy);
    return fmt::format("{} has a predicted {} of {} instead of {}.", other.format, task.divergenceName(),
        measuredText(other.after.kld, other.after.stderr_),
        divergenceAmount(task, measuredText(other.before.kld, other.before.stderr_)));
}

Json json(const Finding& finding)
{
    Json result { { "kind", findingName(finding) }, { "text", sentence(finding) } };
    std::visit(Overloaded {
                   [&](const OutlierChannels& found) {
                       result.update({ { "channels", found.channels }, { "lowest_ratio", found.lowest },
                           { "highest_ratio", found.highest }, { "share_of_hessian", found.share },
                           { "levels_left", found.levels } });
                   },
                   [&](const HeavyTails& found) {
                       result.update({ { "kurtosis", found.kurtosis }, { "largest_sigmas", found.largest } });
                   },
                   [&](const NarrowHessian& found) {
                       result.update({ { "directions", found.directions }, { "share_of_hessian", found.share } });
                   },
                   [&](const FewTokens& found) {
                       result.update({ { "tokens", found.tokens }, { "channels", found.channels } });
                   },
                   [&](const DeadChannels& found) {
                       result.update({ { "channels", found.channels }, { "tokens", found.tokens } });
                   },
                   [&](const CostlyErrors& found) { result["times_median"] = found.timesMedian; },
                   [&](const NothingStandsOut& found) {
                       result.update({ { "largest_ratio", found.largestRatio }, { "kurtosis", found.kurtosis } });
                   },
               },
        finding);
    return result;
}

Json json(const Remedy& remedy, const Task& task)
{
    if (const auto* smooth = std::get_if<SmoothInputs>(&remedy))
        return { { "kind", "smoothquant" }, { "alpha", smooth->alpha }, { "ratio_before", smooth->before },
            { "ratio_after", smooth->after }, { "text", sentence(remedy, task) } };
    const auto& other = std::get<OtherFormat>(remedy);
    return { { "kind", "format" }, { "format", other.format }, { "kld_before", other.before.kld },
        { "kld_after", other.after.kld }, { "text", sentence(remedy, task) } };
}

Json json(const LayerInspection& found, const Task& task)
{
    const WeightView& weight = found.weight;
    Json result { { "layer", found.layer.name }, { "block", found.layer.block }, { "role", found.layer.role },
        { "shape", { weight.shape.rows, weight.shape.cols } }, { "findings", Json::array() },
        { "remedies", Json::array() }, { "errors", Json::array() } };
    result["sensitive"] = found.isSensitive;
    result["weight"] = { { "mean", weight.mean }, { "sigma", weight.sigma }, { "abs_max", weight.absMax },
        { "kurtosis", weight.kurtosis }, { "zeros", weight.zeros }, { "histogram", weight.counts } };
    if (found.grid)
        result["grid"] = { { "group", found.grid->group }, { "groups", found.grid->groups },
            { "scale", found.grid->scale }, { "step", found.grid->step() }, { "values", found.grid->values } };
    if (found.inputs) {
        const InputView& inputs = *found.inputs;
        result["inputs"] = { { "tokens", inputs.tokens }, { "median_abs_max", inputs.median },
            { "largest_ratio", inputs.largestRatio() }, { "outliers", inputs.outliers }, { "dead", inputs.dead },
            { "hessian_trace", inputs.trace }, { "outlier_share", inputs.outlierShare } };
    }
    if (found.spectrum)
        result["eigenvalues"] = found.spectrum->values;
    if (found.run)
        result["run"] = { { "format", found.run->format }, { "row_errors", found.run->rowErrors },
            { "column_errors", found.run->columnErrors }, { "codes", found.run->codes } };
    for (const Finding& finding : found.findings)
        result["findings"].push_back(json(finding));
    for (const Remedy& remedy : found.remedies)
        result["remedies"].push_back(json(remedy, task));
    for (const ErrorCurve& curve : found.curves)
        for (const ErrorPoint& point : curve.points)
            result["errors"].push_back(
                { { "method", curve.method }, { "format", point.format }, { "bits_per_weight", point.bitsPerWeight },
                    { "of", curve.isOfOutputs ? "outputs" : "weights" }, { "relative_error", point.error } });
    return result;
}

std::string text(const LayerInspection& found, const Task& task)
{
    const WeightView& weight = found.weight;
    std::string text = fmt::format("{}: {} x {}, block {}, role {}\n", found.layer.name, weight.shape.rows,
        weight.shape.cols, found.layer.block, found.layer.role);
    for (const Finding& finding : found.findings)
        text += sentence(finding) + "\n";
    for (const Remedy& remedy : found.remedies)
        text += sentence(remedy, task) + "\n";
    text += fmt::format("\nweights: sigma {:.4g}, largest {:.4g}, kurtosis {:.4g}, {} are 0\n", weight.sigma,
        weight.absMax, weight.kurtosis, weight.zeros);
    if (found.grid)
        text += fmt::format("grid: group {} of {}, {} values, least step {:.4g}\n", found.grid->group,
            found.grid->groups, found.grid->values.size(), found.grid->step());
    if (found.inputs)
        text += fmt::format("inputs: {} tokens, median abs-max {:.4g}, largest {:.4g} times that, {} dead channels\n",
            found.inputs->tokens, found.inputs->median, found.inputs->largestRatio(), found.inputs->dead.size());
    for (const std::string& missing : { found.noGrid, found.noInputs, found.noRun })
        if (!missing.empty())
            text += missing + "\n";
    Table table({ "method", "format", "bits", found.inputs ? "relative output error" : "relative weight error" });
    for (const ErrorCurve& curve : found.curves)
        for (const ErrorPoint& point : curve.points)
            table.add({ curve.method, point.format, fmt::format("{:.4g}", point.bitsPerWeight),
                fmt::format("{:.4g}", point.error) });
    return text + "\n" + table.text();
}

Result<Outcome> show(Options options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    std::shared_ptr<const Profile> profile;
    if (invocation.hasWorkspace()) {
        KERF_TRY(const Workspace workspace, invocation.openExisting());
        KERF_TRY(const std::vector<ModelRow> models, workspace.models());
        const auto model = std::ranges::find(models, project->modelHash, &ModelRow::hash);
        if (model != models.end()) {
            KERF_TRY(std::optional<Profile> fitted, fittedProfile(workspace, model->id));
            if (fitted)
                profile = std::make_shared<const Profile>(std::move(*fitted));
        }
        if (!options.run.empty()) {
            KERF_TRY(const RunRow run, workspace.run(options.run));
            options.question.run = run.id;
        }
    }
    if (options.question.formats.empty())
        options.question.formats = commonFormats();
    LayerInspector inspector(project, invocation.options().workspace, std::move(profile));
    KERF_TRY(const LayerInspection found, inspector.inspect(options.question, invocation.job()));
    const TaskPtr task = nearestTask(*project->model.network);
    return Outcome { json(found, *task), text(found, *task), false };
}

} // namespace

void addLayer(CommandLine& line)
{
    CLI::App* verb = line.addVerb("layer", "One layer: its weights, its inputs, why it is sensitive, what helps",
        "  kerf-cli layer MODEL model.layers.3.mlp.down_proj\n"
        "  kerf-cli layer MODEL model.layers.3.mlp.down_proj -w work.kerf --run 2 --methods rtn gptq\n"
        "Without a workspace that has a profile only the weights are known.");
    auto options = std::make_shared<Options>();
    options->question.format = "int4-g128";
    verb->add_option("MODEL", options->model, "Model folder or GGUF file")->required();
    verb->add_option("LAYER", options->question.layer, "The layer's name, as inspect lists it")->required();
    verb->add_option("--format", options->question.format, "Whose grid is shown, and than which a better one is named")
        ->capture_default_str();
    verb->add_option("--group", options->question.group, "Whose grid: groups count along the rows")
        ->capture_default_str();
    verb->add_option("--run", options->run, "A run by number or name: its codes and errors too");
    verb->add_option("--methods", options->question.methods, "Quantize the layer by these methods too")
        ->default_val(std::vector<std::string> { "rtn" });
    line.onChosen(verb, [options](Invocation& invocation) { return show(*options, invocation); });
}

} // namespace kerf::cli
