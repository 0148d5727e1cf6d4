// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "core/base/number_text.h"
#include "core/jobs/generate_run.h"
#include "core/text/token_text.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::string run;
    std::string prompt;
    SideBySideSettings settings;
};

std::string sideText(const SideBySide& found, std::size_t side, const std::string& name)
{
    return fmt::format("--- {} ({:.0f} tokens/s{})\n{}\n\n", name, found.tokensPerSecond[side],
        found.ended[side] ? ", ended its text" : "", found.text(side));
}

std::string partingText(const SideBySide& found)
{
    if (!found.parting)
        return fmt::format(
            "They do not part within {} tokens.\n", std::max(found.written[0].size(), found.written[1].size()));
    const Parting& parting = *found.parting;
    const auto quoted = [&](std::size_t token) { return fmt::format("\"{}\"", visibleText(parting.texts[token])); };
    const auto share
        = [&](std::size_t model, std::size_t token) { return numberText(parting.probability[model][token], 3); };
    return fmt::format(
        "They part at token {}: the original has {} {}, {} {}; the run {} {}, {} {}; random number {}.\n",
        parting.step + 1, quoted(0), share(0, 0), quoted(1), share(0, 1), quoted(0), share(1, 0), quoted(1),
        share(1, 1), numberText(parting.random, 3));
}

Result<Outcome> generate(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    SideBySideSettings settings = options.settings;
    settings.sampler.seed = static_cast<std::uint64_t>(invocation.options().seed);
    KERF_TRY(
        const SideBySide found, generateRun(*project, workspace, run, options.prompt, settings, {}, invocation.job()));
    Outcome outcome;
    outcome.json = toJson(found);
    outcome.json["run_id"] = run.id;
    outcome.json["name"] = run.name;
    outcome.json["prompt"] = options.prompt;
    outcome.json["temperature"] = settings.sampler.temperature;
    outcome.json["top_p"] = settings.sampler.topP;
    outcome.json["seed"] = invocation.options().seed;
    outcome.text = sideText(found, 0, "original") + sideText(found, 1, run.name) + partingText(found);
    return outcome;
}

} // namespace

void addGenerate(CommandLine& line)
{
    CLI::App* verb = line.addVerb("generate", "Original and run go on with a prompt, side by side, and where they part",
        "  kerf-cli generate 3 --prompt 'The captain took the lantern' --seed 7 -w work.kerf\n"
        "  kerf-cli generate 3 --prompt 'Once' --temperature 0 --tokens 40 -w work.kerf");
    auto options = std::make_shared<Options>();
    SamplerSettings& sampler = options->settings.sampler;
    verb->add_option("RUN", options->run, "A finished run by number or name")->required();
    verb->add_option("--prompt", options->prompt, "The text to go on with")->type_name("TEXT")->required();
    verb->add_option("--tokens", options->settings.tokens, "At most so many tokens")
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->type_name("N");
    verb->add_option(
            "--temperature", sampler.temperature, "Logits are divided by it; 0: always the most probable token")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str()
        ->type_name("T");
    verb->add_option("--top-p", sampler.topP, "Only the most probable tokens that together have this share")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str()
        ->type_name("P");
    line.onChosen(verb, [options](Invocation& invocation) { return generate(*options, invocation); });
}

} // namespace kerf::cli
