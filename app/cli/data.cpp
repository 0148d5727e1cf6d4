// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/table.h"
#include "core/jobs/calibration_advice.h"
#include "core/text/document_lengths.h"
#include "core/text/overlap.h"
#include "core/text/token_text.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

constexpr std::size_t kShownText = 300; ///< bytes of a window in the text for a person
constexpr double kBar = 40; ///< characters of the longest bar

struct Options {
    std::filesystem::path model;
    DataChoice calibration;
    std::vector<std::filesystem::path> text;
    std::int64_t preview = 4;
    std::int64_t mostBytes = std::int64_t { 64 } << 20;
};

void addNotes(const Dataset& data, Outcome& outcome)
{
    outcome.text += usageText(data) + "\n";
    for (const std::vector<std::string>& sentences : { data.notes, data.warnings() })
        for (const std::string& sentence : sentences)
            outcome.text += "  " + sentence + "\n";
}

void addLengths(const DocumentLengths& found, std::int64_t window, Outcome& outcome)
{
    outcome.json["documents"] = toJson(found);
    outcome.json["documents"]["shorter_than_window"] = found.shorterThan(window);
    outcome.text
        += fmt::format("\n{} documents of {} to {} tokens, {} in the middle; {} are shorter than a window{}\n\n",
            found.lengths.size(), found.quantile(0), found.quantile(1), found.quantile(0.5), found.shorterThan(window),
            found.whole ? "" : " (of the text's beginning; --most-bytes 0 reads all)");
    const std::vector<DocumentLengths::Bin> bins = found.histogram();
    const auto most = std::ranges::max_element(bins, {}, &DocumentLengths::Bin::documents);
    Table table({ "tokens", "documents", "of all tokens", "" });
    for (const DocumentLengths::Bin& bin : bins)
        table.add({ bin.to - bin.from == 1 ? fmt::format("{}", bin.from)
                                           : fmt::format("{} to {}", bin.from, bin.to - 1),
            std::to_string(bin.documents),
            fmt::format("{:.1f} %",
                100 * static_cast<double>(bin.tokens) / static_cast<double>(std::max<std::int64_t>(1, found.tokens()))),
            std::string(static_cast<std::size_t>(std::lround(
                            kBar * static_cast<double>(bin.documents) / static_cast<double>(most->documents))),
                '#') });
    outcome.text += table.text();
}

void addWindows(const Dataset& data, const Tokenizer& tokenizer, std::int64_t count, Outcome& outcome)
{
    outcome.json["preview"] = Json::array();
    for (std::size_t i = 0; i < data.windows.size() && static_cast<std::int64_t>(i) < count; ++i) {
        const std::string text = tokenizer.decode(data.windows[i]);
        outcome.json["preview"].push_back(text);
        std::string shown = visibleText(text);
        if (shown.size() > kShownText)
            shown = shown.substr(0, shown.find_last_of(' ', kShownText)) + " …";
        outcome.text += fmt::format("\nWindow {}: {}\n", i + 1, shown);
    }
}

/// What the calibration holds of a text to measure on. Errors: as loadData.
Result<std::pair<Dataset, Coverage>> addText(
    const Options& options, const Project& project, const Dataset& data, Invocation& invocation, Outcome& outcome)
{
    DataChoice choice = options.calibration;
    choice.files = options.text;
    choice.samples = 0;
    choice.sampleSeed.reset();
    KERF_TRY(Dataset text, loadData(project, choice, invocation.job()));
    KERF_TRY(const Overlap overlap, findOverlap(data, text, invocation.job()));
    Coverage coverage = findCoverage(data, text);
    outcome.json["text"] = toJson(text);
    outcome.json["overlap"] = { { "share", overlap.share() }, { "shared_windows", overlap.sharedWindows } };
    outcome.json["coverage"] = toJson(coverage);
    outcome.text += overlap.isNotable()
        ? overlapWarning(overlap, text) + "\n"
        : fmt::format("{:.3g} % of the runs of 13 tokens of {} stand in it too.\n", 100 * overlap.share(), text.name);
    outcome.text += coverageText(coverage, data.name, text.name) + "\n";
    return std::pair { std::move(text), std::move(coverage) };
}

Result<Outcome> lookAtData(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model, true));
    KERF_TRY(const Tokenizer tokenizer, project->tokenizer);
    KERF_TRY(const Dataset data, loadData(*project, options.calibration, invocation.job()));
    Outcome outcome;
    outcome.json = { { "calibration", toJson(data) } };
    addNotes(data, outcome);
    std::optional<std::pair<Dataset, Coverage>> text;
    if (!options.text.empty()) {
        KERF_TRY(text, addText(options, *project, data, invocation, outcome));
    }
    const std::vector<std::string> advice = calibrationAdvice(
        { data, text ? &text->first : nullptr, text ? &text->second : nullptr, nullptr }, tokenizer);
    outcome.json["advice"] = advice;
    for (const std::string& sentence : advice)
        outcome.text += sentence + "\n";
    KERF_TRY(const DocumentLengths lengths,
        measureDocuments(
            tokenizer, options.calibration.files, options.calibration.field, options.mostBytes, invocation.job()));
    addLengths(lengths, data.windowLength(), outcome);
    addWindows(data, tokenizer, options.preview, outcome);
    return outcome;
}

} // namespace

void addData(CommandLine& line)
{
    CLI::App* verb = line.addVerb("data", "What a text gives: windows, their beginning, how long its documents are",
        "  kerf-cli data MODEL --calibration talks.jsonl --window 512\n"
        "  kerf-cli data MODEL --calibration a.txt --sample-seed 7 --text evaluation.txt --json");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder, .gguf or .onnx file")->required();
    addCalibration(verb, options->calibration, true);
    verb->add_option("--text", options->text, "Texts to measure on: how much of them is in the others")
        ->type_name("FILE...");
    verb->add_option("--preview", options->preview, "So many windows are written as text")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str()
        ->type_name("N");
    verb->add_option("--most-bytes", options->mostBytes, "Documents are counted up to so many bytes of a file; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str()
        ->type_name("N");
    line.onChosen(verb, [options](Invocation& invocation) { return lookAtData(*options, invocation); });
}

} // namespace kerf::cli
