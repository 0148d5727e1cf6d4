// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/report_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/base/xml_text.h"
#include "core/jobs/html_table.h"
#include "core/jobs/metric_label.h"

namespace kerf::core {
namespace {

std::string signedText(double value, int digits)
{
    return (value > 0 ? "+" : value < 0 ? "−" : "") + numberText(std::abs(value), digits);
}

std::string differenceCell(const MetricDifference& difference, double factor)
{
    if (!difference.value)
        return difference.hindrance == Hindrance::None
            ? std::string("–")
            : fmt::format("– <span class=\"d\">{}</span>", xmlText(hindranceText(difference.hindrance)));
    std::string text = signedText(factor * *difference.value, 3);
    if (difference.interval) { // to the place that it leaves known
        const double low = factor * difference.interval->low, high = factor * difference.interval->high;
        const int decimals = decimalsOfError(factor * *difference.value, std::max((high - low) / (2 * 1.96), 1e-12));
        const auto place = [decimals](double value) {
            return fmt::format("{}{:.{}f}", value > 0 ? "+" : value < 0 ? "−" : "", std::abs(value), decimals);
        };
        text = fmt::format("{} ({} to {})", place(factor * *difference.value), place(low), place(high));
    }
    const char* style = difference.verdict == Verdict::Better ? "b" : difference.verdict == Verdict::Worse ? "w" : "d";
    return difference.verdict == Verdict::Unknown
        ? text
        : fmt::format("{} <span class=\"{}\">{}</span>", text, style, verdictName(difference.verdict));
}

std::string signedSize(std::int64_t bytes)
{
    return signedText(static_cast<double>(bytes) / 1e6, 3) + " MB";
}

std::string kldCell(const std::optional<Prediction>& kld)
{
    if (!kld)
        return "–";
    return (kld->kld > 0 ? "+" : kld->kld < 0 ? "−" : "") + measuredText(std::abs(kld->kld), kld->stderr_);
}

/// "int4-g128 × 30, bf16 × 12", the commonest first.
std::string formatCounts(const RunRow& run)
{
    std::map<std::string, int> counts;
    for (const PlanLayer& layer : run.plan.layers)
        ++counts[run.origin ? layer.format : layer.format + " " + layer.method];
    std::vector<std::pair<std::string, int>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string text;
    for (const auto& [format, count] : sorted)
        text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", format, count);
    return text;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string code(const std::string& text)
{
    return text.empty() ? std::string("–") : fmt::format("<code>{}</code>", xmlText(text));
}

} // namespace

std::string runTitle(const ComparedRuns& found, std::size_t run)
{
    return fmt::format("{} {}", static_cast<char>('A' + run), found.runs[run].name);
}

std::string runList(const ComparedRuns& found)
{
    HtmlTable table({ "Run", "Made", "Tags", "Note" }, 4);
    for (std::size_t run = 0; run < found.runs.size(); ++run) {
        const RunRow& row = found.runs[run];
        const std::string origin = row.origin ? fmt::format(" ({})", xmlText(row.origin->summary)) : "";
        table.add({ xmlText(runTitle(found, run)) + origin, xmlText(row.created), xmlText(joined(row.tags)),
            xmlText(row.note) });
    }
    return table.text();
}

std::string metricsTable(const ComparedRuns& found)
{
    const MetricComparison& metrics = found.metrics;
    std::vector<std::string> heads { "Metric", "Original" };
    for (std::size_t run = 0; run < found.runs.size(); ++run) {
        heads.push_back(xmlText(runTitle(found, run)));
        if (run != metrics.reference)
            heads.push_back(fmt::format(
                "{} − {} (95 %)", static_cast<char>('A' + run), static_cast<char>('A' + metrics.reference)));
    }
    HtmlTable table(heads);
    for (const MetricLine& line : metrics.lines) {
        const MetricLabel label = metricLabel(line.name);
        const char* arrow = line.direction == Direction::Lower ? " ↓" : line.direction == Direction::Higher ? " ↑" : "";
        std::vector<std::string> cells { xmlText(label.text) + arrow, cellText(line.original, label.factor) };
        for (std::size_t run = 0; run < found.runs.size(); ++run) {
            cells.push_back(cellText(line.values[run], label.factor));
            if (run != metrics.reference)
                cells.push_back(differenceCell(line.differences[run], label.factor));
        }
        table.add(cells);
    }
    std::string text = "<h2>Metrics</h2>\n" + table.text();
    if (found.runs.size() < 2)
        return text;
    text += "<p class=\"d\">↓ lower is better, ↑ higher is better. ";
    for (const PairedSet& set : metrics.paired)
        text += xmlText(set.text()) + ". ";
    return text
        + (metrics.paired.empty()
                ? std::string("The runs were not all measured on the same windows.</p>\n")
                : fmt::format("{} resamples, 95 %. “same”: the interval holds 0, which does not prove the two "
                              "equal.</p>\n",
                    kResamples));
}

std::string changeTables(const ComparedRuns& found)
{
    std::string text;
    for (std::size_t run = 0; run < found.runs.size(); ++run) {
        const PlanComparison& plan = found.plans[run];
        if (run == found.metrics.reference || plan.together.layers == 0)
            continue;
        HtmlTable table({ fmt::format("From {} to {}", static_cast<char>('A' + found.metrics.reference),
                              xmlText(runTitle(found, run))),
            "Layers", "Size", "Divergence, predicted" });
        for (const ChangeSum& sum : plan.sums)
            table.add({ changeName(sum.change), std::to_string(sum.layers), signedSize(sum.bytes), kldCell(sum.kld) });
        table.add({ "together", fmt::format("{} of {}", plan.together.layers, plan.layers.size()),
                      signedSize(plan.together.bytes), kldCell(plan.together.kld) },
            "t");
        text += table.text();
    }
    return text.empty() ? text : "<h2>What the change bought</h2>\n" + text;
}

std::string planTable(const ComparedRuns& found)
{
    HtmlTable formats({ "Run", "Formats and methods", "Transforms", "Cache" }, 4);
    std::vector<std::string> heads { "Layer" };
    for (std::size_t run = 0; run < found.runs.size(); ++run) {
        const RunRow& row = found.runs[run];
        std::vector<std::string> transforms;
        for (const TransformChoice& transform : row.plan.transforms)
            transforms.push_back(transform.name);
        formats.add({ xmlText(runTitle(found, run)), xmlText(formatCounts(row)), xmlText(joined(transforms)),
            xmlText(row.plan.kv.empty() ? std::string("16 bit") : row.plan.kv.front()) });
        heads.push_back(xmlText(runTitle(found, run)));
    }
    HtmlTable layers(heads, heads.size());
    for (std::size_t at = 0; at < found.plans.front().layers.size(); ++at) {
        std::vector<std::string> cells { code(found.plans.front().layers[at].layer) };
        for (const PlanComparison& plan : found.plans) {
            const ComparedLayer& layer = plan.layers[at];
            cells.push_back(xmlText(layer.formats[1] + (layer.methods[1].empty() ? "" : " " + layer.methods[1])));
        }
        layers.add(cells);
    }
    return "<h2>Plan</h2>\n" + formats.text() + "<details><summary>Every layer</summary>\n" + layers.text()
        + "</details>\n";
}

std::string provenanceTable(const ComparedRuns& found, const std::vector<Json>& texts)
{
    std::vector<std::string> heads { "" };
    for (std::size_t run = 0; run < found.runs.size(); ++run)
        heads.push_back(xmlText(runTitle(found, run)));
    HtmlTable table(heads, heads.size());
    const auto add = [&](const char* name, const std::function<std::string(const RunRow&)>& cell) {
        std::vector<std::string> cells { name };
        for (const RunRow& run : found.runs)
            cells.push_back(cell(run));
        table.add(cells);
    };
    add("Model", [](const RunRow& run) { return code(run.provenance.modelHash); });
    add("Calibration text", [](const RunRow& run) { return code(run.provenance.datasetHash); });
    add("Plan", [](const RunRow& run) { return code(run.provenance.planHash); });
    add("Mode", [](const RunRow& run) {
        return std::string(run.plan.mode == QuantizeMode::Sequential ? "sequential" : "independent");
    });
    add("Settings", [](const RunRow& run) { return code(toJson(run.plan.settings).dump()); });
    add("Seed", [](const RunRow& run) { return std::to_string(run.provenance.seed); });
    add("Engine, revision",
        [](const RunRow& run) { return xmlText(run.provenance.engineVersion + ", " + run.provenance.gitRevision); });
    add("Machine", [](const RunRow& run) {
        return xmlText(fmt::format(
            "{}, {}, {} threads", run.provenance.device, run.provenance.cpuFeatures, run.provenance.threads));
    });
    add("Time, peak memory", [](const RunRow& run) {
        return fmt::format("{} s, {} MB", numberText(run.provenance.seconds, 3),
            numberText(static_cast<double>(run.provenance.peakMemoryBytes) / 1e6, 3));
    });
    add("Added from", [](const RunRow& run) { return run.origin ? code(run.origin->path.string()) : "–"; });
    std::string text = "<h2>Provenance</h2>\n" + table.text();
    HtmlTable read({ "Text", "Windows", "Tokens", "Hash" }, 4);
    for (const Json& each : texts)
        read.add({ xmlText(each.value("name", std::string())),
            fmt::format(
                "{} of {}", each.value("windows", std::int64_t { 0 }), each.value("window", std::int64_t { 0 })),
            std::to_string(each.value("tokens", std::int64_t { 0 })), code(each.value("hash", std::string())) });
    return text + (texts.empty() ? std::string() : read.text());
}

} // namespace kerf::core
