// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/machine_flags.h"

#include <fmt/format.h>

#include "core/jobs/this_machine.h"
#include "core/model/outline.h"

namespace kerf::cli {

using namespace kerf::core;

void MachineFlags::add(CLI::App* verb)
{
    const auto positive = CLI::Range(std::int64_t { 1 }, std::int64_t { 1 } << 24);
    verb->add_option("--device", device,
            "Machine by its name in the table, or a part of it (kerf-cli devices); this: the machine at hand, once "
            "measured")
        ->required()
        ->type_name("NAME");
    verb->add_option("--devices", devices, "A table of your own, with the columns of kerf-cli devices --csv")
        ->type_name("FILE.csv");
    verb->add_option("--cards", cards, "Devices side by side, the model cut across them")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    verb->add_option("--memory", memory, "GiB of a device that are there, in place of the table's")
        ->check(CLI::Range(0.1, 1e6))
        ->type_name("GIB");
    verb->add_option("--utilization", utilization,
            "Share of the memory that the server takes (0.92: vLLM's gpu_memory_utilization; CPUs 1, shared memory "
            "0.75)")
        ->check(CLI::Range(0.05, 1.0))
        ->type_name("SHARE");
    verb->add_option("--context", use.context, "Tokens of a sequence")->check(positive)->capture_default_str();
    verb->add_option("--batch", use.batch, "Sequences at once")->check(positive)->capture_default_str();
}

Result<Machine> machineOf(const MachineFlags& flags)
{
    Machine machine;
    KERF_TRY(KnownMachines known, knownMachines(flags.devices));
    KERF_TRY(machine.device, findMachine(known, flags.device, flags.memory));
    machine.known = std::move(known.devices);
    machine.serving = defaultServing(machine.device);
    machine.serving.cards = flags.cards;
    if (flags.utilization > 0)
        machine.serving.utilization = flags.utilization;
    machine.uncertain = uncertainFigures(machine.device);
    return machine;
}

Result<ModelToServe> modelToServe(std::shared_ptr<const Network> network)
{
    ModelToServe found { std::move(network), {} };
    KERF_TRY(found.model, servedModel(*found.network));
    return found;
}

Result<ModelToServe> modelToServe(const Invocation& invocation, const std::filesystem::path& path)
{
    if (isOutline(path)) {
        KERF_TRY(const OpenedNetwork opened, openOutline(path));
        return modelToServe(opened.network);
    }
    KERF_TRY(const Model model, invocation.openModel(path));
    return modelToServe(model.network);
}

} // namespace kerf::cli
