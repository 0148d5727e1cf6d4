// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/run_summary.h"

#include <QCoreApplication>

#include "core/jobs/fitted_profile.h"
#include "core/jobs/run_search.h"
#include "ui/plan/plan_text.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

MetricValue measured(const core::RunRow& run, const char* name)
{
    const core::Metric* metric = run.metric(name);
    return metric ? MetricValue { metric->value, metric->standardError } : MetricValue {};
}

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RunSummary)
};

const RunPlanFacts& factsOf(const core::RunRow& run, const core::Network& network, std::int64_t otherBytes,
    const std::shared_ptr<const core::Profile>& profile, KnownPlans& known)
{
    const auto [found, isNew] = known.try_emplace(run.id);
    RunPlanFacts& facts = found->second;
    if (isNew) {
        facts.settings = run.origin ? toQt(run.origin->summary) : planText(run.plan);
        facts.size = core::planSize(run.plan, network, otherBytes);
        facts.isOriginal = core::isOriginal(run);
        facts.searched = facts.settings + u'\n' + toQt(core::planSearchText(run));
    }
    if (isNew || facts.profile != profile) {
        facts.predictedKld.reset();
        if (profile && !run.origin) // how its codes were chosen is not known
            if (const auto predicted = core::predictPlan(*profile, core::planAsCarriedOut(run)))
                facts.predictedKld = predicted->kld;
        facts.profile = profile;
    }
    return facts;
}

} // namespace

QString rankingText(core::SpeedRanking speeds)
{
    switch (speeds) {
    case core::SpeedRanking::NotTimed:
        return Words::tr("Speeds: not all runs are timed");
    case core::SpeedRanking::FewSittings:
        return Words::tr("Speeds: it takes %1 sittings to rank them").arg(core::kLeastSittings);
    case core::SpeedRanking::Alike:
        return Words::tr("Speeds: none can be told from another");
    case core::SpeedRanking::Ranked:
        break;
    }
    return {};
}

QString markOf(core::Standing standing)
{
    return standing == core::Standing::Front    ? QStringLiteral("◆")
        : standing == core::Standing::Undecided ? QStringLiteral("◇")
                                                : QString();
}

QString standingText(const RunSummary& run)
{
    switch (run.standing) {
    case core::Standing::Front:
        return Words::tr("On the front: every other run is worse in one of the two");
    case core::Standing::Undecided:
        return Words::tr("Not beaten, but it cannot be told from %1").arg(run.against);
    case core::Standing::Dominated:
        return Words::tr("Beaten by %1").arg(run.against);
    case core::Standing::None:
        break;
    }
    return {};
}

QString speedText(const core::SpeedFigure& speed)
{
    const QString words
        = Words::tr("%1 tokens/s, %2× the original").arg(numberText(speed.tokensPerSecond), numberText(speed.ratio));
    if (!speed.ratioInterval)
        return Words::tr("%1 (%2 of %3 sittings: its drift is not known)")
            .arg(words)
            .arg(speed.sittings)
            .arg(core::kLeastSittings);
    return Words::tr("%1 (95 % of later sittings: %2–%3×)")
        .arg(words, numberText(speed.ratioInterval->low), numberText(speed.ratioInterval->high));
}

QString workText(const core::SpeedFigure& speed)
{
    const QString bytes = bytesText(speed.bytes);
    return speed.instructions
        ? Words::tr("%1 of weights a token, %2 million instructions").arg(bytes, numberText(*speed.instructions / 1e6))
        : Words::tr("%1 of weights a token; instructions are not counted on this system").arg(bytes);
}

std::vector<RunSummary> summarizeRuns(const std::vector<core::RunRow>& runs, const core::Network& network,
    std::int64_t otherBytes, const std::shared_ptr<const core::Profile>& profile, const core::RunRanks& ranks,
    KnownPlans& known)
{
    std::vector<RunSummary> all;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const core::RunRow& run = runs[i];
        RunSummary each;
        const RunPlanFacts& facts = factsOf(run, network, otherBytes, profile, known);
        each.id = run.id;
        each.name = toQt(run.name);
        each.state = run.state;
        each.created = toQt(run.created);
        each.error = toQt(run.error);
        each.note = toQt(run.note);
        for (const std::string& tag : run.tags)
            each.tags << toQt(tag);
        each.searched = QStringList({ each.name, each.note, each.tags.join(u'\n'),
                                        run.origin ? toQt(run.origin->path.string()) : QString() })
                            .join(u'\n')
            + u'\n' + facts.searched;
        each.settings = facts.settings;
        each.layersDone = run.layersDone;
        each.layersTotal = run.layersTotal;
        each.bitsPerWeight = facts.size.bitsPerWeight;
        each.sizeBytes = static_cast<double>(facts.size.sizeBytes);
        if (run.origin) // its own tensors, as they lie there
            each.sizeBytes = measured(run, "size_bytes").value;
        each.isOriginal = facts.isOriginal;
        each.predictedKld = facts.predictedKld;
        each.perplexity = measured(run, "perplexity");
        each.kld = measured(run, core::frontMetric(core::distanceOf(network)).name);
        each.sameTop1 = measured(run, "same_top1");
        for (int y = 0; y < core::kFrontYs; ++y) {
            const auto axis = static_cast<core::FrontY>(y);
            if (const MetricValue value = measured(run, core::frontMetric(axis).name); value.known())
                each.up[axis] = value;
        }
        each.prefill = measured(run, "prefill_tokens_per_second");
        each.wholeDecode = measured(run, "measured_decode_tokens_per_second");
        each.speed = ranks.figures[i];
        each.standing = ranks.ranks[i].standing;
        if (const auto other = ranks.ranks[i].other)
            each.against = toQt(runs[*other].name);
        all.push_back(std::move(each));
    }
    return all;
}

} // namespace kerf::ui
