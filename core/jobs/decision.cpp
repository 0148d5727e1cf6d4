// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/decision.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "core/decide/trained_aware.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/metric_kind.h"
#include "core/jobs/this_machine.h"
#include "core/quantize/method.h"

namespace kerf::core {
namespace {

/// The plan that is decided about, and the run that carried it out.
struct Subject {
    const Plan* plan = nullptr;
    const RunRow* run = nullptr;
};

Result<Subject> subjectOf(const DecisionBasis& basis, RowId run)
{
    if (run == 0)
        return Subject { &basis.plan, nullptr };
    const auto found = std::ranges::find(*basis.runs, run, &RunRow::id);
    if (found == basis.runs->end())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "Run {}, which was to be decided about, is not among the runs of this model: choose another.", run));
    if (found->state != RunState::Done)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\" is {}: finish it, or choose another run.", found->name, runStateName(found->state)));
    if (&*found == findOriginal(*basis.runs, found->model))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\" is the model as it is stored: choose a run to set against it.", found->name));
    return Subject { &found->plan, &*found };
}

Result<Device> chosenDevice(const Result<KnownMachines>& known, const DecisionSettings& settings)
{
    if (settings.device.empty())
        return fail(ErrorCode::InvalidArgument, "No machine is chosen yet.");
    if (!known)
        return tl::unexpected(known.error());
    return findMachine(*known, settings.device, settings.memory);
}

Result<Advice> advised(const DecisionBasis& basis, const DecisionSettings& settings, const Device& device,
    const ServedModel& model, const ServingSettings& serving)
{
    AdviceQuestion question { device, serving, basis.network, model, settings.use, settings.tolerance,
        settings.isHighStakes };
    question.hasTaskEvaluation = std::ranges::any_of(*basis.runs, [](const RunRow& run) {
        return std::ranges::any_of(run.metrics, [](const Metric& metric) { return isOfTask(metric.name); });
    });
    if (basis.profile)
        question.predicted = predictedLosses(*basis.network, *basis.profile);
    question.trainedAware = trainedAwareBeside(basis.folder);
    return advise(question);
}

Result<FitSide> fitted(const DecisionBasis& basis, const DecisionSettings& settings, const Subject& subject,
    const std::vector<Device>& known, const Device& device, const ServedModel& model, const ServingSettings& serving)
{
    KERF_CHECK(checkUse(model, settings.use));
    KERF_TRY(const CacheFormatPtr cache, parseCacheFormat(settings.cache));
    KERF_CHECK(checkCacheFormat(*basis.network, *cache));
    FitSide side;
    side.model = model;
    KERF_TRY(side.weights, servedWeights(*basis.network, model, *subject.plan));
    KERF_TRY(side.arithmetic, arithmeticOf(*subject.plan));
    SpeedSource speed = speedOf(device, model, side.weights, side.arithmetic);
    const Placement placement { device, side.model, side.weights, side.arithmetic, cache, serving, speed.shares };
    side.speedSource = std::move(speed.text);
    side.memory = memoryParts(device, model, side.weights, serving);
    side.fit = fitOf(placement, settings.use);
    side.grid = fitGrid(placement, settings.use);
    side.remedies = remedies(placement, settings.use, known);
    return side;
}

JudgedRun judged(const RunRow& run, const GateReference& original, const std::vector<Requirement>& requirements)
{
    JudgedRun judged { run.id, run.name, 0, {}, {} };
    if (const Metric* size = run.metric("size_bytes"))
        judged.bytes = size->value;
    for (const Requirement& requirement : requirements) {
        auto finding = judgeRun(run, original, requirement);
        if (!finding) {
            judged.problem = finding.error().message;
            judged.findings.clear();
            return judged;
        }
        judged.findings.push_back(std::move(*finding));
    }
    return judged;
}

std::vector<JudgedRun> judgedRuns(const DecisionBasis& basis, const std::vector<Requirement>& requirements)
{
    std::vector<JudgedRun> found;
    const std::vector<RunRow>& runs = *basis.runs;
    const RunRow* original = runs.empty() ? nullptr : findOriginal(runs, runs.front().model);
    GateReference reference;
    if (original)
        reference.run = *original;
    if (basis.speeds)
        reference.speeds = *basis.speeds;
    for (const RunRow& run : runs)
        if (&run != original && run.state == RunState::Done)
            found.push_back(judged(run, reference, requirements));
    const auto size
        = [](const JudgedRun& run) { return run.bytes > 0 ? run.bytes : std::numeric_limits<double>::infinity(); };
    std::ranges::stable_sort(found, {}, size);
    return found;
}

/// The loss of answers that the gate measured, with its bounds; nothing where no requirement is of right or wrong
/// answers.
std::optional<Assumption> measuredLoss(const JudgedRun* subject)
{
    if (!subject)
        return std::nullopt;
    for (const GateFinding& finding : subject->findings)
        if (finding.answers) {
            const LossBounds bounds
                = lossBounds(*finding.answers, finding.requirement.confidence, finding.clusters.designEffect);
            return Assumption { finding.answers->loss(), bounds.lower, bounds.upper };
        }
    return std::nullopt;
}

Result<CostSide> reckoned(const DecisionSettings& settings, const JudgedRun* subject)
{
    if (!settings.hasCosts())
        return fail(ErrorCode::InvalidArgument, "The price of a machine and the requests a month are not given.");
    CostSide side;
    side.inputs = settings.costs;
    const std::optional<Assumption> loss = settings.loss ? settings.loss : measuredLoss(subject);
    if (!loss && settings.costs.errorCost.value > 0)
        return fail(ErrorCode::InvalidArgument,
            "How many right answers are lost was not measured, so that what they cost is not known: gate the run on a "
            "task, or give the loss.");
    side.isLossMeasured = loss && !settings.loss;
    side.inputs.loss = loss.value_or(Assumption::certain(0));
    KERF_CHECK(checkCosts(side.inputs));
    side.sheet = costSheet(side.inputs);
    side.swings = costSwings(side.inputs);
    if (settings.insteadMachines > 0 && settings.insteadPrice > 0) {
        CostInputs other = side.inputs;
        other.machinesAfter = Assumption::certain(settings.insteadMachines);
        other.priceAfter = Assumption::certain(settings.insteadPrice);
        other.loss = other.calibration = other.maintenance = other.storage = Assumption::certain(0);
        side.instead = costSheet(other);
    }
    return side;
}

} // namespace

DecisionSettings usualDecision(const Network& network)
{
    DecisionSettings settings;
    settings.use.context = std::min(settings.use.context, network.maxPositions());
    return settings;
}

Result<std::optional<DecisionSettings>> storedDecision(const Project& project, const Workspace& workspace)
{
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    KERF_TRY(const std::optional<Json> stored, workspace.decision(model));
    if (!stored)
        return std::nullopt;
    KERF_TRY(DecisionSettings settings, decisionSettingsFromJson(*stored, workspace.file().string()));
    return settings;
}

Result<DecisionBasis> decisionBasis(const Project& project, const Workspace& workspace)
{
    DecisionBasis basis { project.model.network, project.modelFolder, nullptr, nullptr, nullptr, {} };
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    std::vector<RunRow> runs;
    std::optional<Plan> draft;
    if (model != 0) {
        KERF_TRY(runs, workspace.runs(model));
        KERF_TRY(draft, workspace.draft(model));
        KERF_TRY(ModelSpeeds speeds, loadSpeeds(workspace, model));
        basis.speeds = std::make_shared<const ModelSpeeds>(std::move(speeds));
        KERF_TRY(auto profile, fittedProfile(workspace, model));
        if (profile)
            basis.profile = std::make_shared<const Profile>(std::move(*profile));
    }
    if (!draft) {
        KERF_TRY(draft, uniformPlan(*basis.network, "16 bit", "bf16", kDefaultMethod));
    }
    basis.plan = std::move(*draft);
    basis.runs = std::make_shared<const std::vector<RunRow>>(std::move(runs));
    return basis;
}

Result<Decision> decide(
    const DecisionBasis& basis, const DecisionSettings& settings, const std::vector<JudgedRun>* judged)
{
    Decision decision;
    decision.settings = settings;
    KERF_TRY(const Subject subject, subjectOf(basis, settings.run));
    decision.subject = subject.run ? subject.run->name : subject.plan->name;
    decision.run = subject.run ? subject.run->id : 0;
    decision.requirements = requirementsOf(settings);
    std::vector<Requirement> requirements;
    for (const std::string& text : decision.requirements) {
        KERF_TRY(requirements.emplace_back(), parseRequirement(text));
    }
    decision.judged = judged ? *judged : judgedRuns(basis, requirements);
    decision.cost = reckoned(settings, decision.judgedSubject());
    const Result<KnownMachines> known = knownMachines(settings.devices);
    decision.device = chosenDevice(known, settings);
    const Result<ServedModel> model = servedModel(*basis.network);
    decision.canBeServed = model.has_value();
    if (!decision.device || !model) {
        const Error why = decision.device ? model.error() : decision.device.error();
        decision.advice = tl::unexpected(why);
        decision.fit = tl::unexpected(why);
        return decision;
    }
    ServingSettings serving = defaultServing(*decision.device);
    serving.cards = settings.cards;
    decision.advice = advised(basis, settings, *decision.device, *model, serving);
    decision.fit = fitted(basis, settings, subject, known->devices, *decision.device, *model, serving);
    return decision;
}

std::optional<GateVerdict> JudgedRun::verdict() const
{
    return findings.empty() ? std::nullopt : std::optional(verdictOf(findings));
}

const JudgedRun* Decision::judgedSubject() const
{
    const auto found = std::ranges::find(judged, run, &JudgedRun::run);
    return run == 0 || found == judged.end() ? nullptr : &*found;
}

std::optional<GateVerdict> Decision::goodEnough() const
{
    const JudgedRun* found = judgedSubject();
    return found ? found->verdict() : std::nullopt;
}

const JudgedRun* Decision::cheapestAccepted() const
{
    const auto found = std::ranges::find_if(
        judged, [](const JudgedRun& each) { return each.bytes > 0 && each.verdict() == GateVerdict::Accept; });
    return found == judged.end() ? nullptr : &*found;
}

const JudgedRun* Decision::takeInstead() const
{
    const JudgedRun* found = cheapestAccepted();
    return found && found->run != run ? found : nullptr;
}

std::optional<Pays> Decision::pays() const
{
    if (!cost)
        return std::nullopt;
    if (std::ranges::any_of(cost->swings, &CostSwing::decides))
        return Pays::Unsettled;
    return cost->sheet.year > 0 ? Pays::Yes : Pays::No;
}

NextStep Decision::nextStep() const
{
    const auto verdict = goodEnough();
    if (verdict == GateVerdict::Reject)
        return NextStep::AnotherPlan;
    if (settings.device.empty())
        return NextStep::ChooseMachine;
    if (settingsProblem())
        return NextStep::MendSettings;
    if (fit && (fit->fit.verdict == FitVerdict::No || fit->fit.verdict == FitVerdict::Fewer))
        return NextStep::MakeItFit;
    if (run == 0)
        return NextStep::CarryOut;
    if (!verdict)
        return NextStep::Measure;
    if (verdict == GateVerdict::Inconclusive)
        return NextStep::MoreItems;
    if (!cost)
        return NextStep::GivePrices;
    if (pays() == Pays::Unsettled)
        return NextStep::Settle;
    return pays() == Pays::No ? NextStep::AnotherPlan : NextStep::Report;
}

const Error* Decision::settingsProblem() const
{
    if (!device)
        return settings.device.empty() ? nullptr : &device.error();
    if (canBeServed && !fit)
        return &fit.error();
    return settings.hasCosts() && !cost ? &cost.error() : nullptr;
}

const char* paysName(Pays pays)
{
    static constexpr std::array kNames { "yes", "no", "unsettled" };
    return kNames[static_cast<std::size_t>(pays)];
}

const char* nextStepName(NextStep step)
{
    static constexpr std::array kNames { "choose_machine", "mend_settings", "make_it_fit", "carry_out", "measure",
        "more_items", "give_prices", "settle", "another_plan", "report" };
    return kNames[static_cast<std::size_t>(step)];
}

std::vector<std::string> requirementsOf(const DecisionSettings& settings)
{
    if (!settings.requirements.empty())
        return settings.requirements;
    return { fmt::format("accuracy_drop<={:g} @95", tolerancePoints(settings.tolerance) / 100) };
}

std::vector<std::string> possibleRequirements(const std::vector<RunRow>& runs, Tolerance tolerance)
{
    std::vector<std::string> found;
    const auto isMeasured = [&](const char* name) {
        return std::ranges::any_of(runs, [&](const RunRow& run) {
            const Metric* metric = run.metric(name);
            return metric && !metric->draws.empty();
        });
    };
    const double points = tolerancePoints(tolerance) / 100;
    for (const MetricKind& kind : metricKinds()) {
        const std::string name = kind.name;
        if (!isMeasured(kind.name))
            continue;
        if (kind.direction == Direction::Higher)
            found.push_back(fmt::format("{}_drop<={:g} @95", name, points));
        else if (name == "kld_mean")
            found.push_back(fmt::format("kld_mean<={:g} @95", toleranceScreen(tolerance)));
        else if (name == "perplexity")
            found.push_back(fmt::format("perplexity_ratio<={:g} @95", 1 + points));
    }
    return found;
}

std::map<std::string, PredictedLoss> predictedLosses(const Network& network, const Profile& profile)
{
    std::map<std::string, PredictedLoss> predicted;
    for (const ServedFormat& format : servedFormats())
        if (const auto plan = uniformPlan(network, format.format, format.format, kDefaultMethod))
            if (const auto found = predictPlan(profile, *plan)) // what it does not know, size decides
                predicted[format.format] = { found->kld, found->stderr_ };
    return predicted;
}

} // namespace kerf::core
