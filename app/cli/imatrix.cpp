// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "core/jobs/importance_job.h"
#include "core/jobs/job.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    ImportanceJob job;
};

Result<Outcome> writeMatrix(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    KERF_TRY(const ImportanceReport made, runJob(*project, workspace, options.job, invocation.job()));
    JobReport report = options.job.report(made);
    return Outcome { std::move(report.json), report.text + "\n", false };
}

} // namespace

void addImatrix(CommandLine& line)
{
    CLI::App* verb = line.addVerb("imatrix", "llama.cpp's importance matrix, from the statistics of a calibration text",
        "  kerf-cli imatrix MODEL --calibration text.txt --out imatrix.gguf -w work.kerf\n"
        "  llama-quantize --imatrix imatrix.gguf IN.gguf OUT.gguf Q4_K_M\n"
        "Profile and runs of the same text share its statistics: what is there is not measured again.");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    addCalibration(verb, options->job.calibration, true);
    verb->add_option("--out", options->job.out, "New file; an existing one is refused")
        ->type_name("FILE.gguf")
        ->required();
    line.onChosen(verb, [options](Invocation& invocation) { return writeMatrix(*options, invocation); });
}

} // namespace kerf::cli
