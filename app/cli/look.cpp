// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/look.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"

namespace kerf::cli {

using namespace core;

namespace {

struct Options {
    std::string run;
    DataChoice data;
    std::int64_t top = 20;
};

std::string classText(const Look& look, const std::optional<LookedClass>& found)
{
    if (!found)
        return "";
    const auto index = static_cast<std::size_t>(found->index);
    const std::string name = index < look.classes.size() ? look.classes[index] : std::to_string(found->index);
    return fmt::format("{} ({} %)", name, numberText(100 * found->probability, 3));
}

std::string boxesText(const LookedSample& sample)
{
    const auto count = [&](bool (LookedBox::*is)() const) {
        return std::ranges::count_if(sample.boxes, [&](const LookedBox& box) { return (box.*is)(); });
    };
    return fmt::format("{} lost, {} new of {}", count(&LookedBox::isLost), count(&LookedBox::isNew),
        static_cast<std::ptrdiff_t>(sample.boxes.size()) - count(&LookedBox::isNew));
}

Outcome describe(const Look& look, std::int64_t top)
{
    Outcome outcome;
    outcome.json = toJson(look);
    const bool hasClasses = !look.samples.empty() && look.samples.front().original.has_value();
    Table table(hasClasses ? std::vector<std::string> { "sample", "original", "run", look.unit }
                           : std::vector<std::string> { "sample", "boxes", look.unit });
    std::int64_t shown = 0;
    for (const LookedSample& sample : look.samples) {
        if (!sample.isChanged() || shown++ >= top)
            continue;
        const std::string divergence = numberText(sample.divergence, 3);
        table.add(hasClasses
                ? std::vector { sample.name, classText(look, sample.original), classText(look, sample.run), divergence }
                : std::vector { sample.name, boxesText(sample), divergence });
    }
    outcome.text = lookText(look) + "\n";
    if (shown > 0)
        outcome.text += "\n" + table.text();
    if (shown > top)
        outcome.text += fmt::format("and {} more: --top {}, or --json.\n", shown - top, shown);
    return outcome;
}

Result<Outcome> look(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    KERF_TRY(const Look found, lookAtRun(*project, workspace, run.id, options.data, invocation.job()));
    Outcome outcome = describe(found, options.top);
    outcome.json["run"] = run.id;
    return outcome;
}

} // namespace

void addLook(CommandLine& line)
{
    CLI::App* verb = line.addVerb("look",
        "Which samples a run of an ONNX network sees differently: boxes lost and new, classes that became others",
        "  kerf-cli look 3 --text pictures/ -w work.kerf\n  kerf-cli look 3 --text pictures/ --samples 100 --json -w "
        "work.kerf");
    auto options = std::make_shared<Options>();
    options->data.samples = 0;
    verb->add_option("RUN", options->run, "Run by number or name")->required();
    verb->add_option(
            "--text", options->data.files, "Samples to look at: a folder of pictures, a .safetensors file, recordings")
        ->type_name("FILE...")
        ->required();
    verb->add_option("--samples", options->data.samples, "So many samples, drawn at random; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    verb->add_option("--sample-seed", options->data.sampleSeed, "What they are drawn by")->type_name("SEED");
    verb->add_option("--top", options->top, "List so many of those that changed; --json has all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    line.onChosen(verb, [options](Invocation& invocation) { return look(*options, invocation); });
}

} // namespace kerf::cli
