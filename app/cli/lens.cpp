// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/lens_job.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::filesystem::path model;
    std::vector<std::filesystem::path> against;
    std::size_t sites = 12;
    LensJob job;
};

std::string timesText(double ratio)
{
    return numberText(ratio, 3) + "x";
}

/// Sites whose channels moved the most, first.
void addDrift(const DataLens& lens, std::size_t most, Outcome& outcome)
{
    std::vector<SiteDrift> sites = byMovedShare(lens.drift);
    sites.resize(std::min(sites.size(), most));
    Table table({ "site", "channels", "p5", "median", "p95", "moved", "farthest channel" });
    for (const SiteDrift& site : sites) {
        const std::string farthest = site.worst.empty()
            ? std::string()
            : fmt::format("{}: {} to {}", site.worst.front().channel, numberText(site.worst.front().before, 3),
                numberText(site.worst.front().after, 3));
        table.add({ site.site, std::to_string(site.channels), timesText(site.low), timesText(site.median),
            timesText(site.high), fmt::format("{:.1f} %", 100 * site.movedShare()), farthest });
    }
    outcome.text += fmt::format(
        "Largest magnitudes of channels on {} ({} tokens) over those on {} ({} tokens); moved: by "
        "more than a factor of 2\n\n{}\n",
        lens.other.name, lens.other.usedTokens(), lens.calibration.name, lens.calibration.usedTokens(), table.text());
}

void addRanking(const DataLens& lens, Outcome& outcome)
{
    Table table({ "windows", "tokens", "Spearman", "Kendall", "largest move" });
    for (const RankingStep& step : lens.ranking.steps)
        table.add({ std::to_string(step.windows), std::to_string(step.windows * lens.calibration.windowLength()),
            numberText(step.spearman, 4), numberText(step.kendall, 4),
            step.largestMove == 0 ? "none" : fmt::format("{} places: {}", step.largestMove, step.movedLayer) });
    outcome.text += fmt::format("Order of the layers by their error in {}, beside that with all windows\n\n{}\n{}\n",
        lens.ranking.format, table.text(), rankingText(lens.ranking));
}

Result<Outcome> look(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model, true));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    LensJob job = options.job;
    if (!options.against.empty()) {
        job.against = job.calibration;
        job.against->files = options.against;
    }
    KERF_TRY(const DataLens lens, runJob(*project, workspace, job, invocation.job()));
    Outcome outcome { toJson(lens), {} };
    if (job.against)
        addDrift(lens, options.sites, outcome);
    addRanking(lens, outcome);
    if (lens.coverage)
        outcome.text += coverageText(*lens.coverage, lens.calibration.name, lens.other.name) + "\n";
    for (const std::string& sentence : lens.advice)
        outcome.text += sentence + "\n";
    return outcome;
}

} // namespace

void addLens(CommandLine& line)
{
    CLI::App* verb = line.addVerb("lens",
        "Whether a calibration text does: drift of channel ranges to another text, and whether the order of layers "
        "settles",
        "  kerf-cli lens MODEL --calibration a.txt --samples 64 -w work.kerf\n"
        "  kerf-cli lens MODEL --calibration books.txt --against code.jsonl -w work.kerf --json");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder, .gguf or .onnx file")->required();
    addCalibration(verb, options->job.calibration, true);
    verb->add_option("--against", options->against, "Another text, cut the same way: how channel ranges differ on it")
        ->type_name("FILE...");
    verb->add_option(
            "--format", options->job.options.format, "Format whose rounding to nearest gives the errors of layers")
        ->capture_default_str()
        ->type_name("FORMAT");
    verb->add_option("--sites", options->sites, "So many sites in the table of drift, farthest first")
        ->capture_default_str()
        ->type_name("N");
    line.onChosen(verb, [options](Invocation& invocation) { return look(*options, invocation); });
}

} // namespace kerf::cli
