// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/invocation.h"

namespace kerf::cli {

/// Work of a verb. Called once, after the command line was read.
using Work = std::function<core::Result<Outcome>(Invocation&)>;

/// The command line under construction: every verb adds itself and says what it does when it is chosen.
struct CommandLine {
    CLI::App& app;
    CommonOptions& common;
    Work chosen;

    /// A verb (or, with a parent, one of its parts) with the flags that all verbs take.
    CLI::App* addVerb(
        const std::string& name, const std::string& summary, const std::string& examples, CLI::App* parent = nullptr);
    void onChosen(CLI::App* verb, Work work);
    /// --require 'KEY<=NUMBER', for verbs whose JSON has numbers worth a threshold.
    void addRequire(CLI::App* verb);
};

void addInspect(CommandLine& line);
void addLayer(CommandLine& line);
void addBytes(CommandLine& line);
void addNumber(CommandLine& line);
void addTokenize(CommandLine& line);
void addData(CommandLine& line);
void addLens(CommandLine& line);
void addLogits(CommandLine& line);
void addOutputs(CommandLine& line);
void addProfile(CommandLine& line);
void addPlan(CommandLine& line);
void addQuantize(CommandLine& line);
void addSweep(CommandLine& line);
void addPreserve(CommandLine& line);
void addAsk(CommandLine& line);
void addScore(CommandLine& line);
void addLook(CommandLine& line);
void addEvaluate(CommandLine& line);
void addTokens(CommandLine& line);
void addGenerate(CommandLine& line);
void addBench(CommandLine& line);
void addRuns(CommandLine& line);
void addJobs(CommandLine& line);
void addCompare(CommandLine& line);
void addDecide(CommandLine& line);
void addGate(CommandLine& line);
void addCost(CommandLine& line);
void addFit(CommandLine& line);
void addAdvise(CommandLine& line);
void addDevices(CommandLine& line);
void addReport(CommandLine& line);
void addPareto(CommandLine& line);
void addCurve(CommandLine& line);
void addExport(CommandLine& line);
void addVerify(CommandLine& line);
void addConvert(CommandLine& line);
void addImport(CommandLine& line);
void addImatrix(CommandLine& line);
void addSelftest(CommandLine& line);

/// The names of all export targets, and a line for each with what loads it.
std::string targetNames();
std::string targetSummaries();

} // namespace kerf::cli
