// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/command_line.h"

#include <fmt/format.h>

namespace kerf::cli {
namespace {

void addCommon(CLI::App* verb, CommonOptions& common)
{
    const char* group = "Everywhere";
    verb->add_option("-w,--workspace", common.workspace, "Workspace, created when missing")
        ->type_name("FILE.kerf")
        ->group(group);
    verb->add_option("--threads", common.threads, "Threads to use; 0 = one a core")
        ->check(CLI::Range(0, 4096))
        ->type_name("N")
        ->group(group);
    verb->add_option("--seed", common.seed, "Seed, stored with every run")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N")
        ->group(group);
    verb->add_flag("--json", common.json, "One JSON object on stdout; logs and progress on stderr")->group(group);
    verb->add_flag("--quiet", common.quiet, "No progress and no notes on stderr")->group(group);
    verb->add_option("--log-file", common.logFile, "Write the log to this file as well")
        ->type_name("FILE")
        ->group(group);
}

} // namespace

CLI::App* CommandLine::addVerb(
    const std::string& name, const std::string& summary, const std::string& examples, CLI::App* parent)
{
    CLI::App* verb = (parent ? parent : &app)->add_subcommand(name, summary);
    addCommon(verb, common);
    verb->footer("Examples:\n" + examples);
    return verb;
}

void CommandLine::onChosen(CLI::App* verb, Work work)
{
    verb->callback([this, work = std::move(work)] { chosen = work; });
}

void CommandLine::addRequire(CLI::App* verb)
{
    verb->add_option("--require", common.require,
            "Exit with 5 unless this holds for a key of the JSON, e.g. 'kld_mean<=0.05'; with a level, e.g. "
            "'acc_drop<=0.01 @95', unless it is sure (6: it cannot be decided; kerf-cli gate)")
        ->type_name("KEY<=NUMBER")
        ->expected(1)
        ->take_all();
}

} // namespace kerf::cli
