// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/reporter.h"
#include "app/cli/required.h"
#include "core/base/parallel.h"
#include "core/base/version.h"

namespace kerf::cli {
namespace {

using namespace kerf::core;

constexpr const char* kFooter = R"(The way of the work:
  kerf-cli profile MODEL --calibration TEXT -w work.kerf
  kerf-cli plan solve MODEL --bits-per-weight 4.25 --out plan.json -w work.kerf
  kerf-cli quantize MODEL --plan plan.json --calibration TEXT -w work.kerf
  kerf-cli evaluate RUN --text OTHER_TEXT -w work.kerf
  kerf-cli export RUN --to compressed-tensors --out FOLDER -w work.kerf

The same command again after a crash or a stop goes on where it was, and so does kerf-cli jobs N --resume.
Exit codes: 0 done, 1 the work failed, 2 wrong usage, 3 bad input file, 4 stopped, 5 a --require or gate was not met, 6 it cannot be decided.)";

void describe(CommandLine& line)
{
    line.app.set_version_flag(
        "--version", fmt::format("kerf-cli {} ({})", versionText(), gitRevision()), "Version and git revision");
    line.app.require_subcommand(1);
    line.app.footer(kFooter);
    addInspect(line);
    addLayer(line);
    addBytes(line);
    addNumber(line);
    addTokenize(line);
    addData(line);
    addLens(line);
    addLogits(line);
    addOutputs(line);
    addProfile(line);
    addPlan(line);
    addQuantize(line);
    addSweep(line);
    addPreserve(line);
    addEvaluate(line);
    addAsk(line);
    addScore(line);
    addLook(line);
    addTokens(line);
    addGenerate(line);
    addBench(line);
    addRuns(line);
    addJobs(line);
    addCompare(line);
    addDecide(line);
    addGate(line);
    addCost(line);
    addFit(line);
    addAdvise(line);
    addDevices(line);
    addReport(line);
    addPareto(line);
    addCurve(line);
    addExport(line);
    addVerify(line);
    addConvert(line);
    addImport(line);
    addImatrix(line);
    addSelftest(line);
}

void printJson(const Json& json)
{
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

Exit report(const Error& error, Reporter& reporter, bool json)
{
    const Exit code = exitFor(error.code);
    reporter.log(LogLevel::Error, error.message);
    if (json)
        printJson({ { "error", error.message }, { "exit_code", static_cast<int>(code) } });
    return code;
}

Result<Outcome> work(const CommandLine& line, Reporter& reporter, const std::stop_token& stop)
{
    try {
        Invocation invocation(line.common, reporter.job(stop));
        return line.chosen(invocation);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "There is not enough memory for this.");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, fmt::format("Unexpected failure: {}", exception.what()));
    }
}

Exit runChosen(const CommandLine& line, const std::stop_token& stop)
{
    const CommonOptions& common = line.common;
    Reporter reporter(common);
    if (const Status opened = reporter.openLogFile(); !opened)
        return report(opened.error(), reporter, common.json);
    const auto required = parseRequired(common);
    if (!required)
        return report(required.error(), reporter, common.json);
    setThreadCount(common.threads);
    auto outcome = work(line, reporter, stop);
    reporter.clearProgress();
    if (!outcome)
        return report(outcome.error(), reporter, common.json);
    const auto missed = missedThresholds(required->thresholds, outcome->json);
    if (!missed)
        return report(missed.error(), reporter, common.json);
    if (!required->beyondChance.empty())
        if (const Status judged = judgeOutcome(*outcome, common, required->beyondChance); !judged)
            return report(judged.error(), reporter, common.json);
    if (!missed->empty())
        outcome->json["requirements_missed"] = *missed;
    if (common.json)
        printJson(outcome->json);
    else
        fmt::print("{}", outcome->text);
    for (const std::string& sentence : *missed)
        reporter.log(LogLevel::Error, sentence);
    if (std::fflush(stdout) != 0)
        return Exit::Failed;
    if (outcome->failed)
        return Exit::Failed;
    if (!missed->empty() || outcome->gate == GateVerdict::Reject)
        return Exit::Threshold;
    return outcome->gate == GateVerdict::Inconclusive ? Exit::Undecided : Exit::Done;
}

/// A wrong command line, in a sentence.
Exit usage(const CLI::ParseError& error, const CLI::App& app, bool json)
{
    std::string verb;
    for (const CLI::App* chosen = &app; !chosen->get_subcommands().empty();) {
        chosen = chosen->get_subcommands().front();
        verb += " " + chosen->get_name();
    }
    const std::vector<std::string> extras = app.remaining(true);
    const std::string what = verb.empty() && !extras.empty() ? fmt::format("There is no verb \"{}\"", extras.front())
                                                             : std::string(error.what());
    const std::string message = fmt::format("{}. See kerf-cli{} --help", what, verb);
    fmt::print(stderr, "kerf-cli: {}\n", message);
    if (json)
        printJson({ { "error", message }, { "exit_code", static_cast<int>(Exit::Usage) } });
    return Exit::Usage;
}

Exit runMain(int argc, char** argv)
{
    const StopOnSignal signals;
    CLI::App app("Kerf cuts precision out of neural networks and measures what was lost.", "kerf-cli");
    CommonOptions common;
    CommandLine line { app, common, {} };
    describe(line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            app.exit(error);
            return Exit::Done;
        }
        return usage(error, app, common.json);
    }
    return runChosen(line, signals.token());
}

} // namespace
} // namespace kerf::cli

int main(int argc, char** argv)
{
    return static_cast<int>(kerf::cli::runMain(argc, argv));
}
