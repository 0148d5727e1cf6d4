// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/preserve.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/format/kv_format.h"
#include "core/format/layer_format.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/questions_job.h"
#include "core/jobs/run_job.h"
#include "core/solve/solver.h"

namespace kerf::core {
namespace {

constexpr double kWiderShare = 2; ///< times the layers kept: what is offered where too much was lost
constexpr const char* kWiderFormat = "int8-channel";

KeptShare shareOf(const Network& network, std::vector<std::string> layers)
{
    const double ofLayers = static_cast<double>(layers.size()) / static_cast<double>(network.layers().size());
    const double ofWeights = shareOfWeights(network, layers);
    return { std::move(layers), ofLayers, ofWeights };
}

KeptShare keptByPosition(const Network& network)
{
    std::vector<std::string> layers;
    for (const LayerInfo& layer : network.layers()) {
        const bool isAttention = std::ranges::count(std::array { "q", "k", "v", "o", "qkv" }, layer.role) > 0;
        if (isAttention || layer.block == 0 || layer.block == network.blockCount() - 1)
            layers.push_back(layer.name);
    }
    return shareOf(network, std::move(layers));
}

class Preserving {
public:
    Preserving(const Project& project, Workspace& workspace, const PreserveSettings& settings, const JobContext& job)
        : m_project(project)
        , m_network(*project.model.network)
        , m_workspace(workspace)
        , m_settings(settings)
        , m_job(job)
    {
    }

    Result<Preserved> run()
    {
        KERF_CHECK(checkFirst());
        Preserved made;
        KERF_TRY(m_profile, profiled());
        KERF_TRY(PresetPlan planned, presetPlan(m_settings.preset, m_network, &m_profile));
        describe(planned, made);
        KERF_TRY(made.run,
            runJob(m_project, m_workspace,
                RunJob { { made.plan, m_settings.calibration, m_settings.seed },
                    RunMeasures { m_settings.text, std::nullopt } },
                m_job));
        KERF_TRY(const std::string task, measureTask(made.run));
        KERF_CHECK(judge(task, made));
        made.advice = advise(made);
        return made;
    }

private:
    /// What would fail after hours fails before them.
    Status checkFirst()
    {
        Preset whole = m_settings.preset;
        if (!whole.keep)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The preset \"{}\" keeps no layers above a threshold.", whole.name));
        whole.keep.reset();
        KERF_CHECK(presetPlan(whole, m_network, nullptr));
        KERF_TRY(const Dataset text, loadData(m_project, m_settings.text, m_job));
        KERF_TRY(const Dataset calibration, loadData(m_project, m_settings.calibration, m_job));
        if (text.windows.size() < 2)
            return fail(ErrorCode::InvalidArgument,
                "The text to judge by has one window: nothing can be said of fewer than two. Give more text, or "
                "shorter "
                "windows.");
        m_calibrationHash = calibration.hash;
        if (text.hash == calibration.hash)
            return fail(ErrorCode::InvalidArgument,
                "The text to judge by is the calibration text: a run knows it already. Give another one.");
        if (!m_settings.questions.empty())
            KERF_CHECK(readQuestions(m_settings.questions));
        return {};
    }

    /// The newest profile where it was made from these tokens and predicts what is asked, else a new one.
    Result<Profile> profiled()
    {
        const std::string& format = m_settings.preset.keep->format;
        KERF_TRY(const RowId model, registerModel(m_project, m_workspace));
        KERF_TRY(std::optional<Profile> newest, m_workspace.latestProfile(model));
        const bool fits = newest && newest->datasetHash == m_calibrationHash
            && newest->method == m_settings.preset.method
            && std::ranges::any_of(
                newest->layers, [&](const LayerProfile& layer) { return predictFormat(layer, format).has_value(); });
        if (fits)
            return std::move(*newest);
        ProfileJob job { m_settings.calibration, {}, {} };
        job.options.method = m_settings.preset.method;
        job.options.methods.clear();
        job.options.formats = defaultProfileFormats();
        for (const std::string& wanted : { format, m_settings.preset.formats.front() })
            if (std::ranges::find(job.options.formats, wanted) == job.options.formats.end())
                job.options.formats.push_back(wanted);
        if (const auto cache = cacheToProfile(m_settings.preset))
            job.options.cacheFormats = { *cache };
        return runJob(m_project, m_workspace, job, m_job);
    }

    /// The preset's cache format, where a profile can measure it.
    static std::optional<std::string> cacheToProfile(const Preset& preset)
    {
        if (!preset.kv.is_string())
            return std::nullopt;
        auto name = preset.kv.get<std::string>();
        const auto format = parseCacheFormat(name);
        return format && !(*format)->isUnquantized() && !(*format)->hasFixedStep() ? std::optional(std::move(name))
                                                                                   : std::nullopt;
    }

    void describe(PresetPlan& planned, Preserved& made)
    {
        made.plan = std::move(planned.plan);
        if (!m_settings.name.empty())
            made.plan.name = m_settings.name;
        made.notes = std::move(planned.notes);
        made.threshold = planned.threshold;
        made.kept = shareOf(m_network, std::move(planned.kept));
        made.byPosition = keptByPosition(m_network);
        made.inBoth = static_cast<std::size_t>(std::ranges::count_if(made.kept.layers, [&](const std::string& layer) {
            return std::ranges::find(made.byPosition.layers, layer) != made.byPosition.layers.end();
        }));
        made.bitsPerWeight = planSize(made.plan, m_network, m_project.otherBytes).bitsPerWeight;
        made.compression = 16 / made.bitsPerWeight;
        made.roundedBits = bitsOfRounded(made.plan);
        for (const std::string& layer : planned.unfit)
            made.notes.push_back(
                fmt::format("{} takes none of the preset's formats: it stays as it is stored.", layer));
    }

    /// Mean over the layers that are quantized; 16 where none is.
    double bitsOfRounded(Plan plan) const
    {
        std::erase_if(plan.layers, [](const PlanLayer& row) {
            const auto format = parseWeightFormat(row.format);
            return format && (*format)->isUnquantized();
        });
        return plan.layers.empty() ? 16 : planSize(plan, m_network, 0).bitsPerWeight;
    }

    /// Asks run and original, each only where it was not asked yet. Returns what is required of the metric.
    Result<std::string> measureTask(RowId run)
    {
        const std::string limit = fmt::format("<={:g} @{}", m_settings.margin, levelText(m_settings.confidence));
        if (m_settings.questions.empty())
            return fmt::format("perplexity_ratio<={:g} @{}", 1 + m_settings.margin, levelText(m_settings.confidence));
        KERF_TRY(const QuestionSet set, readQuestions(m_settings.questions));
        const char* metric = set.kind == QuestionKind::Answers ? "exact_match" : "acc";
        KERF_TRY(const RowId original, ensureBaselineRun(m_project, m_workspace));
        for (const RowId asked : { original, run }) {
            KERF_TRY(const RunRow row, m_workspace.run(std::to_string(asked)));
            if (metricOn(row, metric, set.hash))
                continue;
            KERF_TRY(const QuestionScores found,
                runJob(m_project, m_workspace, QuestionsJob { asked, { m_settings.questions, {} } }, m_job));
            m_job.log(LogLevel::Info, fmt::format("{}: {}", row.name, answersLine(found)));
        }
        return fmt::format("{}_drop{}", metric, limit);
    }

    Status judge(const std::string& task, Preserved& made)
    {
        KERF_TRY(const Requirement requirement, parseRequirement(task));
        KERF_TRY(const RunRow row, m_workspace.run(std::to_string(made.run)));
        KERF_TRY(const GateReference original, gateReference(m_workspace, row, {}));
        KERF_TRY(made.finding, judgeRun(row, original, requirement));
        const Metric* size = row.metric("size_bytes");
        const Metric* before = original.run ? original.run->metric("size_bytes") : nullptr;
        if (size && before)
            made.fileCompression = before->value / size->value;
        return {};
    }

    std::vector<std::string> advise(const Preserved& made) const
    {
        std::vector<std::string> sentences;
        if (made.finding.verdict == GateVerdict::Accept)
            return { fmt::format("What was lost is within the margin: export run {} with kerf-cli export.", made.run) };
        if (made.finding.verdict == GateVerdict::Inconclusive)
            sentences.push_back(itemsText(made.finding));
        if (made.finding.leansToAccept())
            return sentences;
        if (const auto wider = widerPlan(made))
            sentences.push_back(*wider);
        sentences.push_back(fmt::format("Round less: --format {}, half the size of 16 bit.", kWiderFormat));
        if (!made.plan.kv.empty())
            sentences.emplace_back("See what the cache costs: --kv kv-f16 leaves keys and values in 16 bit.");
        return sentences;
    }

    static std::string itemsText(const GateFinding& finding)
    {
        const std::string what = fmt::format(
            "{} items of {} do not decide a margin of {:g}", finding.items, finding.dataset, margin(finding));
        if (!finding.itemsNeeded)
            return what + ": give more of them.";
        return fmt::format(
            "{}: it leans to {}, and if what was seen goes on some {:.0f} items would decide. Measure on "
            "so many, or ask for a wider margin (--margin).",
            what, finding.leansToAccept() ? "accept" : "reject", *finding.itemsNeeded);
    }

    static double margin(const GateFinding& finding)
    {
        return finding.requirement.of == Requirement::Of::Ratio ? finding.requirement.limit - 1
                                                                : finding.requirement.limit;
    }

    /// With more layers in 16 bit: what the profile predicts of it.
    std::optional<std::string> widerPlan(const Preserved& made) const
    {
        Preset wider = m_settings.preset;
        wider.keep->kld.reset();
        wider.keep->share = std::min(1.0, kWiderShare * made.kept.ofLayers);
        const auto planned = presetPlan(wider, m_network, &m_profile);
        if (!planned || planned->kept.size() <= made.kept.layers.size())
            return std::nullopt;
        const auto now = predictPlan(m_profile, made.plan), then = predictPlan(m_profile, planned->plan);
        const double bits = planSize(planned->plan, m_network, m_project.otherBytes).bitsPerWeight;
        return fmt::format("Keep more: --keep-share {:.3g} keeps {} layers ({:.1f} % of the weights) and compresses "
                           "{:.2f}x instead of {:.2f}x{}.",
            wider.keep->share, planned->kept.size(), 100 * shareOfWeights(m_network, planned->kept), 16 / bits,
            made.compression,
            now && then ? fmt::format("; the predicted divergence falls from {} to {} nats a token",
                numberText(now->kld, 2), numberText(then->kld, 2))
                        : std::string());
    }

    const Project& m_project;
    const Network& m_network;
    Workspace& m_workspace;
    const PreserveSettings& m_settings;
    const JobContext& m_job;
    std::string m_calibrationHash; ///< since checkFirst()
    Profile m_profile;
};

/// What keeping by weights costs, so that nobody takes a share of the layers for one of the weights.
constexpr std::array kSharesTold { 0.15, 0.175, 0.2 };

} // namespace

double compressionWith(double shareKept, double bits)
{
    return 16 / (16 * shareKept + bits * (1 - shareKept));
}

Result<Preserved> preserve(
    const Project& project, Workspace& workspace, const PreserveSettings& settings, const JobContext& job)
{
    return atJobEdge([&] { return Preserving(project, workspace, settings, job).run(); });
}

Json toJson(const Preserved& made)
{
    Json byShare = Json::array();
    for (const double share : kSharesTold)
        byShare.push_back(
            { { "share_of_weights", share }, { "compression", compressionWith(share, made.roundedBits) } });
    const KeptShare& position = made.byPosition;
    return { { "run", made.run }, { "plan", made.plan.name }, { "threshold", made.threshold },
        { "layers_kept", made.kept.layers }, { "share_kept", made.kept.ofLayers },
        { "share_of_weights_kept", made.kept.ofWeights }, { "bits_per_weight", made.bitsPerWeight },
        { "compression", made.compression }, { "compression_of_file", made.fileCompression },
        { "compression_by_share", std::move(byShare) },
        { "by_position",
            { { "layers", position.layers.size() }, { "share", position.ofLayers },
                { "share_of_weights", position.ofWeights }, { "in_both", made.inBoth } } },
        { "gate", Json::array({ toJson(made.finding) }) }, { "verdict", gateVerdictName(made.finding.verdict) },
        { "notes", made.notes }, { "advice", made.advice } };
}

std::string preservedText(const Preserved& made)
{
    const auto percent = [](double share) { return fmt::format("{:.1f} %", 100 * share); };
    std::string text = fmt::format("{} of {} layers ({}) stay in 16 bit, {} of the weights: predicted divergence above "
                                   "{}.\n",
        made.kept.layers.size(), made.plan.layers.size(), percent(made.kept.ofLayers), percent(made.kept.ofWeights),
        numberText(made.threshold, 3));
    text += fmt::format("{:.3f} bits a weight: the quantizable weights are {:.2f}x smaller than in 16 bit, the "
                        "checkpoint {:.2f}x than as it is stored.\n",
        made.bitsPerWeight, made.compression, made.fileCompression);
    text += "What counts is the share of the weights:";
    for (const double share : kSharesTold)
        text += fmt::format("{} {:g} % would give {:.2f}x", share == kSharesTold.front() ? "" : ",", 100 * share,
            compressionWith(share, made.roundedBits));
    text += fmt::format(
        ".\nBy position (attention, first and last block) {} layers would stay, {} of the weights; {} of "
        "the {} kept are among them.\n",
        made.byPosition.layers.size(), percent(made.byPosition.ofWeights), made.inBoth, made.kept.layers.size());
    for (const std::string& note : made.notes)
        text += note + "\n";
    text += fmt::format("\nRun {} ({})\n{}\n", made.run, made.plan.name, gateText(made.finding));
    for (const std::string& sentence : made.advice)
        text += sentence + "\n";
    return text;
}

} // namespace kerf::core
