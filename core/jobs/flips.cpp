// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/flips.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/jobs/metric_kind.h"
#include "core/jobs/paired_items.h"

namespace kerf::core {
namespace {

/// What is kept of the items and of both answers to them.
struct Kept {
    std::vector<ItemRow> items;
    std::vector<std::string> before, after;
};

Result<Kept> keptOf(const Workspace& workspace, const RunRow& run, const RunRow& reference, const Flips& found)
{
    Kept kept;
    const auto count = static_cast<std::size_t>(found.items);
    KERF_TRY(kept.items, workspace.items(found.datasetHash));
    KERF_TRY(kept.before, workspace.answers(reference.id, found.metric, found.datasetHash));
    KERF_TRY(kept.after, workspace.answers(run.id, found.metric, found.datasetHash));
    if (kept.items.size() != count)
        kept.items.clear();
    for (std::vector<std::string>* answers : { &kept.before, &kept.after })
        if (answers->size() != count)
            answers->clear();
    return kept;
}

std::string missingOf(const Kept& kept, const Flips& found, const RunRow& run, const GateReference& reference)
{
    std::string of;
    if (kept.before.empty())
        of = reference.name();
    if (kept.after.empty())
        of += fmt::format("{}\"{}\"", of.empty() ? "" : " and ", run.name);
    if (!of.empty())
        return fmt::format("What {} answered to {} was not kept: it was measured by an earlier version. Ask or score "
                           "again to have it.",
            of, found.dataset);
    return kept.items.empty() ? fmt::format("The texts of {} were not kept.", found.dataset) : std::string();
}

const RunRow* referenceRun(const GateReference& reference)
{
    return reference.run ? &*reference.run : nullptr;
}

} // namespace

std::vector<std::string> flipMetrics(const RunRow& run, const GateReference& reference)
{
    std::vector<std::string> names;
    for (const char* name : answerMetrics())
        if (const auto pair = pairItems(run, reference, name);
            pair && areAnswers(pair->mine) && areAnswers(pair->others))
            names.emplace_back(name);
    return names;
}

Result<Flips> findFlips(
    const Workspace& workspace, const RunRow& run, const GateReference& reference, const std::string& metric)
{
    Flips found;
    const std::vector<std::string> names = metric.empty() ? flipMetrics(run, reference) : std::vector { metric };
    found.metric = names.empty() ? "accuracy" : names.front();
    KERF_TRY(const PairedItems pair, pairItems(run, reference, found.metric));
    if (!areAnswers(pair.mine) || !areAnswers(pair.others))
        return fail(ErrorCode::InvalidArgument, fmt::format("The items of {} are not right or wrong.", found.metric));
    found.dataset = pair.metric->dataset;
    found.datasetHash = pair.metric->datasetHash;
    found.items = static_cast<std::int64_t>(pair.mine.size());
    const RunRow* other = referenceRun(reference);
    KERF_TRY(const Kept kept, keptOf(workspace, run, other ? *other : run, found));
    for (const bool isHarmful : { true, false })
        for (std::size_t item = 0; item < pair.mine.size(); ++item) {
            if (isHarmful ? pair.mine[item] >= pair.others[item] : pair.mine[item] <= pair.others[item])
                continue;
            Flip flip { static_cast<std::int64_t>(item), isHarmful, {}, {}, {}, {} };
            if (!kept.items.empty()) {
                flip.text = kept.items[item].text;
                flip.expected = kept.items[item].expected;
            }
            flip.before = kept.before.empty() ? std::string() : kept.before[item];
            flip.after = kept.after.empty() ? std::string() : kept.after[item];
            found.flips.push_back(std::move(flip));
            ++(isHarmful ? found.harmful : found.beneficial);
        }
    found.missing = missingOf(kept, found, run, reference);
    return found;
}

std::string flipsText(const Flips& flips)
{
    return fmt::format("{} harmful and {} beneficial flips of {} items of {} ({}).", flips.harmful, flips.beneficial,
        flips.items, flips.dataset, flips.metric);
}

Json toJson(const Flips& flips)
{
    const auto orNone = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    Json items = Json::array();
    for (const Flip& flip : flips.flips)
        items.push_back({ { "item", flip.item }, { "kind", flip.isHarmful ? "harmful" : "beneficial" },
            { "text", orNone(flip.text) }, { "expected", orNone(flip.expected) }, { "reference", orNone(flip.before) },
            { "run", orNone(flip.after) } });
    return { { "metric", flips.metric }, { "dataset", flips.dataset }, { "n", flips.items },
        { "harmful", flips.harmful }, { "beneficial", flips.beneficial }, { "missing", orNone(flips.missing) },
        { "items", std::move(items) } };
}

} // namespace kerf::core
