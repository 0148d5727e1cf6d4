// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>
#include <set>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/base/number_text.h"
#include "core/decide/published_loss.h"
#include "core/jobs/degradation_svg.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    std::vector<fs::path> workspaces;
    fs::path svg;
};

std::string countText(std::int64_t parameters)
{
    const auto count = static_cast<double>(parameters);
    return count >= 1e9 ? numberText(count / 1e9, 3) + " G" : numberText(count / 1e6, 3) + " M";
}

std::string pointTable(const std::vector<DegradationPoint>& points)
{
    Table table({ "workspace", "model", "parameters", "run", "bits", "perplexity, %", "KLD", "text" });
    for (const DegradationPoint& point : points)
        table.add({ point.run.workspace, point.run.model, countText(point.parameters), point.run.name,
            fmt::format("{:.3g}", point.bitsPerWeight),
            measuredText(point.perplexity.value, point.perplexity.standardError),
            point.kld ? measuredText(point.kld->value, point.kld->standardError) : "-", point.dataset });
    return table.text();
}

std::string publishedTable()
{
    Table table({ "format", "the text, %", "published, %", "of" });
    for (const PublishedRange& range : publishedRanges()) {
        bool isFirst = true;
        for (const PublishedFigure& figure : range.figures) {
            table.add({ isFirst ? range.format : "", isFirst ? range.rangeText() : "", numberText(figure.percent(), 2),
                fmt::format("{} {}: {:g} to {:g} ({})", figure.model, figure.how, figure.original, figure.quantized,
                    figure.source) });
            isFirst = false;
        }
        if (isFirst)
            table.add({ range.format, range.rangeText(), "-", "" });
    }
    return table.text();
}

std::string leftOutText(const std::vector<LeftOutRun>& leftOut)
{
    std::string text = leftOut.empty() ? "" : "\nLeft out:\n";
    for (const LeftOutRun& left : leftOut)
        text += fmt::format("  {}, {}, run {} ({}): {}\n", left.run.workspace, left.run.model, left.run.run,
            left.run.name, left.reason);
    return text;
}

Result<Outcome> curve(const Options& options, Invocation& invocation)
{
    std::vector<fs::path> files = options.workspaces;
    if (invocation.hasWorkspace())
        files.insert(files.begin(), invocation.options().workspace);
    std::set<fs::path> known; // one named twice counts once
    std::erase_if(files, [&](const fs::path& file) {
        std::error_code ignored;
        return !known.insert(fs::weakly_canonical(file, ignored)).second;
    });
    std::erase(files, fs::path());
    if (files.empty())
        return fail(ErrorCode::InvalidArgument,
            "This needs workspaces: kerf-cli curve A.kerf B.kerf, or one with -w FILE.kerf.");
    KERF_TRY(const Degradation found, loadDegradation(files));
    Outcome outcome { toJson(found), {} };
    outcome.text = (found.points.empty() ? "No run can be set beside its original yet.\n" : pointTable(found.points))
        + leftOutText(found.leftOut)
        + fmt::format("\nPerplexity: per cent over the original's on the same windows, ± one standard error of the "
                      "windows' differences.\n\nPublished, on WikiText-2 where no other is named\n{}{}\n{}\n",
            publishedTable(), kPublishedSource, kPublishedReading);
    if (options.svg.empty())
        return outcome;
    if (found.points.empty())
        return fail(ErrorCode::InvalidArgument, "There is nothing to draw: " + outcome.text);
    KERF_CHECK(writeFileAtomically(options.svg, degradationSvg(found)));
    outcome.json["svg"] = options.svg.string();
    return outcome;
}

} // namespace

void addCurve(CommandLine& line)
{
    CLI::App* verb = line.addVerb("curve",
        "What all measured runs of some workspaces lost, by bits and by size of the model, beside published ranges",
        "  kerf-cli curve -w work.kerf\n  kerf-cli curve small.kerf large.kerf --svg curve.svg --json");
    auto options = std::make_shared<Options>();
    verb->add_option("WORKSPACE", options->workspaces, "Workspaces, beside that of -w")->type_name("FILE.kerf ...");
    verb->add_option("--svg", options->svg, "Write a picture")->type_name("FILE.svg");
    line.onChosen(verb, [options](Invocation& invocation) { return curve(*options, invocation); });
}

} // namespace kerf::cli
