// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/table.h"
#include "core/jobs/jobs.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    ProfileJob job;
    std::vector<std::string> formats;
    std::vector<std::string> kv;
    std::string measure = "kld";
    SettingFlags settings;
};

/// One row a layer, one column a format: predicted KL divergence, or the relative output error it comes from.
std::string profileTable(const Profile& profile, const std::string& measure)
{
    std::vector<std::string> heads { "layer" };
    heads.insert(heads.end(), profile.formats.begin(), profile.formats.end());
    if (measure == "hessian")
        heads.push_back("tr(H)");
    else
        heads.push_back("slope");
    Table table(heads);
    for (const LayerProfile& layer : profile.layers) {
        std::vector<std::string> cells { layer.layer };
        for (const std::string& format : profile.formats) {
            const auto error = layer.relativeError.find(format);
            const auto predicted = predictLayer(profile, layer.layer, format);
            if (error == layer.relativeError.end() || !predicted)
                cells.push_back("-");
            else
                cells.push_back(fmt::format("{:.2e}", measure == "hessian" ? error->second : predicted->kld));
        }
        cells.push_back(measure == "hessian" ? fmt::format("{:.3e}", layer.hessianTrace)
                                             : fmt::format("{:.2e} ± {:.0e}", layer.slope, layer.slopeStderr));
        table.add(cells);
    }
    return table.text();
}

/// One row a block, one column a cache format: measured KL divergence of that block's cache alone.
std::string cacheTable(const Profile& profile)
{
    std::vector<std::string> heads { "block" };
    for (const auto& [format, measured] : profile.caches.front())
        heads.push_back(format);
    Table table(heads);
    for (std::size_t block = 0; block < profile.caches.size(); ++block) {
        std::vector<std::string> cells { std::to_string(block) };
        for (const auto& [format, measured] : profile.caches[block])
            cells.push_back(fmt::format("{:.2e} ± {:.0e}", measured.kld, measured.stderr_));
        table.add(cells);
    }
    return "\nKL divergence with one block's key/value cache quantized, nats a token\n\n" + table.text();
}

Result<Outcome> profile(const Options& options, Session& session)
{
    KERF_TRY(Workspace workspace, session.openWorkspace());
    session.warnIfReadOnly(workspace);
    KERF_TRY(const ProjectPtr project, session.openProject(options.model));
    ProfileJob job = options.job;
    job.options.formats = splitList(options.formats);
    job.options.cacheFormats = splitList(options.kv);
    KERF_TRY(job.options.settings, settingsOf(options.settings));
    job.held.window = job.calibration.window;
    job.held.samples = job.options.probeWindows;
    const auto start = std::chrono::steady_clock::now();
    KERF_TRY(const Profile found, runProfile(*project, workspace, job, session.job()));
    Outcome outcome;
    outcome.json = toJson(found);
    outcome.json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    outcome.text = fmt::format("{}, by {}, {} held-out windows\n\n{}",
        options.measure == "hessian" ? "Relative output error tr(D H Dᵀ)/tr(W H Wᵀ)"
                                     : "Predicted KL divergence, nats a token",
        found.method, found.probeWindows, profileTable(found, options.measure));
    if (!found.caches.empty())
        outcome.text += cacheTable(found);
    return outcome;
}

} // namespace

void addProfile(CommandLine& line)
{
    CLI::App* verb = line.addVerb("profile", "How much every layer suffers in every format",
        "  kerf-cli profile MODEL --calibration text.txt -w work.kerf\n"
        "  kerf-cli profile MODEL --calibration text.txt --formats int2-g64,int3-g64,int4-g64 -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    addCalibration(verb, options->job.calibration, true);
    verb->add_option(
            "--held", options->job.held.files, "Texts for the slopes (default: what follows the calibration windows)")
        ->type_name("FILE...");
    verb->add_option("--formats", options->formats, "Formats to profile, separated by commas")->type_name("LIST");
    verb->add_option("--kv", options->kv, "Cache formats to measure block by block, separated by commas")
        ->type_name("LIST");
    verb->add_option("--method", options->job.options.method, "hcd, gptq, foem or rtn")
        ->capture_default_str()
        ->type_name("METHOD");
    verb->add_option(
            "--measure", options->measure, "What the table shows: kld (predicted divergence) or hessian (output error)")
        ->check(CLI::IsMember({ "kld", "hessian" }))
        ->capture_default_str()
        ->type_name("MEASURE");
    verb->add_option("--probe-windows", options->job.options.probeWindows, "Held-out windows for the slopes")
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->type_name("N");
    addSettings(verb, options->settings);
    line.onChosen(verb, [options](Session& session) { return profile(*options, session); });
}

} // namespace kerf::cli
