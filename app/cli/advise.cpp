// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command_line.h"
#include "app/cli/machine_flags.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/decide/advice.h"
#include "core/decide/trained_aware.h"
#include "core/jobs/decision.h"
#include "core/model/outline.h"
#include "core/profile/profile.h"
#include "core/quantize/method.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model, out;
    MachineFlags machine;
    Tolerance tolerance = Tolerance::Normal;
    bool isHighStakes = false, hasTaskEvaluation = false;
    std::vector<fs::path> others;
    std::vector<std::string> asked;
};

constexpr double kGiga = 1e9;

/// The model with what a workspace may know of it.
struct AskedModel {
    ModelToServe served;
    std::optional<Profile> profile {};
};

Result<AskedModel> askedModel(const Options& options, const Invocation& invocation)
{
    AskedModel asked;
    if (!invocation.hasWorkspace() || isOutline(options.model)) {
        KERF_TRY(asked.served, modelToServe(invocation, options.model));
        return asked;
    }
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(asked.served, modelToServe(project->model.network));
    KERF_TRY(asked.profile, profileOf(invocation, *project));
    return asked;
}

Result<std::vector<OtherModel>> otherModels(const Options& options, const Invocation& invocation)
{
    std::vector<OtherModel> others;
    for (const fs::path& path : options.others) {
        KERF_TRY(const ModelToServe served, modelToServe(invocation, path));
        KERF_TRY(const FormatPtr format, parseFormat("int4-g128"));
        others.push_back({ path.filename().string(), served.model.parameters,
            servedWeights(*served.network, served.model, format).resident() });
    }
    return others;
}

std::string speedText(const Fit& fit)
{
    return fit.tokensPerSecond ? roundedText(*fit.tokensPerSecond, 2) : "-";
}

std::string rankingText(const Advice& advice)
{
    Table table({ "", "format", "", "resident GB", "fits", "tokens/s", "KLD", "" });
    for (std::size_t i = 0; i < advice.ranked.size(); ++i) {
        const AdvisedFormat& advised = advice.ranked[i];
        table.add({ fmt::format("{}", i + 1), advised.format->format, advised.format->text,
            fmt::format("{:.1f}", advised.weights.resident() / kGiga), fitText(advised.fit), speedText(advised.fit),
            advised.predicted ? measuredText(advised.predicted->kld, advised.predicted->standardError) : "",
            advised.isWithinTolerance || advised.fit.verdict == FitVerdict::No ? "" : "needs a gate" });
    }
    return table.text();
}

std::string adviceText(const AdviceQuestion& question, const Advice& advice)
{
    const AdvisedFormat& first = advice.first();
    std::string text = fmt::format("{} on {}, tolerance {} ({:g} points), {} x {} tokens: {}\n\n", question.model.name,
        question.device.name, toleranceName(question.tolerance), tolerancePoints(question.tolerance),
        question.use.batch, question.use.context,
        first.fit.verdict == FitVerdict::No ? "nothing fits"
                                            : fmt::format("{}, cache {}", first.format->format, advice.cache));
    text += rankingText(advice);
    for (const AdvisedFormat& advised : advice.ranked)
        if (!advised.speedSource.empty())
            text += fmt::format("tokens/s of {}: {}\n", advised.format->format, advised.speedSource);
    for (const Refusal& refusal : advice.refused)
        text += fmt::format("not {}: {}\n", refusal.format, refusal.reason);
    text += "\nwhy\n";
    for (const Reason& reason : advice.reasons)
        text += fmt::format("  {:<4} {}\n", reason.rule, reason.text);
    if (advice.ranked.size() > 1 && first.fit.verdict != FitVerdict::No)
        text += fmt::format("  runner-up: {} ({} tokens/s predicted)\n", advice.ranked[1].format->text,
            speedText(advice.ranked[1].fit));
    for (const std::string& warning : advice.warnings)
        text += fmt::format("warning: {}\n", warning);
    text += "what would change it\n";
    for (const std::string& change : advice.changes)
        text += fmt::format("  {}\n", change);
    return text;
}

Result<Outcome> answer(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Machine machine, machineOf(options.machine));
    KERF_TRY(const AskedModel asked, askedModel(options, invocation));
    const ModelToServe& served = asked.served;
    AdviceQuestion question { machine.device, machine.serving, served.network, served.model, options.machine.use,
        options.tolerance, options.isHighStakes, options.hasTaskEvaluation };
    if (asked.profile)
        question.predicted = predictedLosses(*served.network, *asked.profile);
    KERF_TRY(question.others, otherModels(options, invocation));
    question.trainedAware = trainedAwareBeside(options.model);
    KERF_TRY(const Advice advice, advise(question));
    Outcome outcome { toJson(advice), adviceText(question, advice) };
    outcome.json.update({ { "device", machine.device.name }, { "tolerance", toleranceName(options.tolerance) },
        { "uncertain", machine.uncertain }, { "asked", Json::array() } });
    for (const std::string& format : options.asked) {
        const auto reason = refusalOf(machine.device, format);
        outcome.json["asked"].push_back({ { "format", format }, { "refused", reason ? Json(*reason) : Json() } });
        outcome.text += fmt::format("{}: {}\n", format, reason ? "no. " + *reason : "nothing speaks against it.");
    }
    if (!machine.uncertain.empty())
        outcome.text += fmt::format("Uncertain in the table: {}.\n", machine.uncertain);
    if (!options.out.empty()) {
        const char* format = advice.first().format->format;
        KERF_TRY(const Plan plan, uniformPlan(*served.network, format, format, kDefaultMethod));
        KERF_CHECK(writePlan(options.out, plan));
        outcome.text += fmt::format("The plan is in {}.\n", options.out.string());
    }
    return outcome;
}

} // namespace

void addAdvise(CommandLine& line)
{
    CLI::App* verb = line.addVerb("advise", "Which number format for this machine, model and tolerance, and why",
        "  kerf-cli advise MODEL --device 'A100 80GB' --tolerance normal --batch 8\n"
        "  kerf-cli advise MODEL --device h100 --high-stakes -w work.kerf\n"
        "  kerf-cli advise config.json --device b300 --ask int8-channel+a8-token");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model, or its config.json alone")->required();
    options->machine.add(verb);
    addTolerance(verb, options->tolerance);
    verb->add_flag("--high-stakes", options->isHighStakes, "Mathematics, facts, code: wrong answers are not noticed");
    verb->add_flag("--task-evaluation", options->hasTaskEvaluation, "The loss on the task was or will be measured");
    verb->add_option("--other", options->others, "Models that could run instead")->type_name("MODEL");
    verb->add_option("--ask", options->asked, "A format, or awq: whether the machine should run it")
        ->type_name("FORMAT");
    verb->add_option("--out", options->out, "Write the answer as a plan")->type_name("FILE");
    line.onChosen(verb, [options](Invocation& invocation) { return answer(*options, invocation); });
}

} // namespace kerf::cli
