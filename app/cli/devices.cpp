// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command_line.h"
#include "app/cli/measure_machine.h"
#include "app/cli/table.h"
#include "core/jobs/this_machine.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::filesystem::path devices;
    std::string name;
    bool csv = false;
    MeasureFlags measure;
};

std::string cell(const std::optional<DeviceFigure>& figure)
{
    return figure ? figure->text() : "-";
}

Json orNull(const std::optional<DeviceFigure>& figure)
{
    if (!figure)
        return {};
    return { { "value", figure->value }, { "uncertain", figure->isUncertain }, { "measured", figure->isMeasured },
        { "at_most", figure->isAtMost } };
}

Json jsonOf(const Device& device)
{
    return { { "name", device.name }, { "kind", deviceKindName(device.kind) }, { "memory_gib", orNull(device.memory) },
        { "usable_bytes", device.usableBytes() }, { "bandwidth_gbs", orNull(device.bandwidth) },
        { "fp16", orNull(device.fp16) }, { "fp8", orNull(device.fp8) }, { "int8", orNull(device.int8) },
        { "fp4", orNull(device.fp4) }, { "int4", orNull(device.int4) }, { "capability", device.capability },
        { "power_w", orNull(device.power) }, { "kernels", device.kernels }, { "source", device.source },
        { "checked", device.checked }, { "note", device.note },
        { "calibration", device.calibration ? toJson(*device.calibration) : Json() } };
}

std::string sheetOf(const Device& device)
{
    Table table({ device.name, "" });
    table.add({ "kind", deviceKindName(device.kind) });
    table.add({ "memory", fmt::format("{} GiB, {:.1f} GB usable", device.memory.text(), device.usableBytes() / 1e9) });
    table.add({ "bandwidth", fmt::format("{} GB/s", device.bandwidth.text()) });
    for (const auto& [name, figure] : { std::pair("FP16", device.fp16), { "FP8", device.fp8 }, { "INT8", device.int8 },
             { "FP4", device.fp4 }, { "INT4", device.int4 } })
        table.add(
            { name, figure ? fmt::format("{} dense {}", figure->text(), name[0] == 'I' ? "TOPS" : "TFLOPS") : "-" });
    table.add({ "capability", device.capability });
    table.add({ "power", device.power ? device.power->text() + " W" : "?" });
    for (const std::string& letter : device.kernels)
        table.add({ letter, std::string(kernelText(letter)) });
    table.add({ "source", fmt::format("{} ({})", device.source, device.checked) });
    if (!device.note.empty())
        table.add({ "note", device.note });
    return table.text() + (device.calibration ? calibrationText(*device.calibration) : "");
}

Result<Outcome> show(const Options& options)
{
    KERF_TRY(const KnownMachines known, knownMachines(options.devices));
    if (!options.name.empty()) {
        KERF_TRY(const Device device, findMachine(known, options.name));
        return Outcome { jsonOf(device), sheetOf(device) };
    }
    Outcome outcome;
    if (options.csv) {
        outcome.text = shippedDevicesText();
        return outcome;
    }
    Table table({ "device", "GiB", "GB/s", "FP16", "FP8", "INT8", "FP4", "capability", "kernels" });
    outcome.json["devices"] = Json::array();
    for (const Device& device : known.devices) {
        outcome.json["devices"].push_back(jsonOf(device));
        table.add({ device.name, device.memory.text(), device.bandwidth.text(), cell(device.fp16), cell(device.fp8),
            cell(device.int8), cell(device.fp4), device.capability,
            fmt::format("{}", fmt::join(device.kernels, " ")) });
    }
    outcome.text = table.text()
        + "Dense TFLOPS and TOPS. -: none or not known, ?: uncertain, m: measured, <=: what can be put in.\n";
    if (!known.devices.front().calibration)
        outcome.text += "This machine is not among them: kerf-cli devices --measure MODEL measures it.\n";
    outcome.json["notes"] = known.notes;
    for (const std::string& note : known.notes)
        outcome.text += note + "\n";
    return outcome;
}

} // namespace

void addDevices(CommandLine& line)
{
    CLI::App* verb = line.addVerb("devices",
        "The machines that fit and advise know, each figure with its source; measures the one at hand",
        "  kerf-cli devices\n"
        "  kerf-cli devices h100\n"
        "  kerf-cli devices --measure MODEL            then: kerf-cli fit MODEL --device this\n"
        "  kerf-cli devices --csv > mine.csv");
    auto options = std::make_shared<Options>();
    verb->add_option("NAME", options->name, "One of them, by a part of its name");
    verb->add_option("--devices", options->devices, "A table of your own, read before the one that comes with Kerf")
        ->type_name("FILE.csv");
    verb->add_flag("--csv", options->csv, "The table that comes with Kerf, as it is: to add rows of your own");
    options->measure.add(verb);
    line.onChosen(verb, [options](Invocation& invocation) {
        return options->measure.models.empty() ? show(*options) : measureHere(options->measure, invocation);
    });
}

} // namespace kerf::cli
