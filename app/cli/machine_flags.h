// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/invocation.h"
#include "core/decide/advice.h"
#include "core/decide/fit.h"

namespace kerf::cli {

/// Flags of verbs that ask what a machine can do: --device, --devices, --cards, --memory, --utilization, --context,
/// --batch.
struct MachineFlags {
    std::string device;
    std::filesystem::path devices; ///< a person's own table
    int cards = 1;
    double memory = 0; ///< GiB; 0: as the table says
    double utilization = 0; ///< 0: as the kind of device is served
    core::Use use;

    void add(CLI::App* verb);
};

/// --tolerance strict|normal|loose. @tparam T core::Tolerance, or an optional one
template <class T> void addTolerance(CLI::App* verb, T& tolerance)
{
    std::map<std::string, core::Tolerance> names;
    for (const core::Tolerance each : core::kTolerances)
        names[core::toleranceName(each)] = each;
    verb->add_option(
            "--tolerance", tolerance, "Accuracy that may be lost: strict (0.5 points), normal (1) or loose (3)")
        ->transform(CLI::CheckedTransformer(names).description(""))
        ->type_name("strict|normal|loose");
}

/// A machine as the flags name it.
struct Machine {
    core::Device device;
    core::ServingSettings serving;
    std::vector<core::Device> known; ///< all that could be chosen
    std::string uncertain; ///< figures that are, for a person: "fp16 14?"; empty: none
};
/// Errors: InvalidArgument (no such device; memory that the table does not know), BadFile (the person's table).
core::Result<Machine> machineOf(const MachineFlags& flags);

/// A decoder to serve: of a folder or file, or of a config.json alone.
struct ModelToServe {
    std::shared_ptr<const core::Network> network;
    core::ServedModel model;
};
/// Errors: as servedModel.
core::Result<ModelToServe> modelToServe(std::shared_ptr<const core::Network> network);
/// Errors: as openModel, openOutline and servedModel.
core::Result<ModelToServe> modelToServe(const Invocation& invocation, const std::filesystem::path& path);

} // namespace kerf::cli
