// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/device.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/ascii.h"
#include "core/base/parse_number.h"
#include "core/text/csv_parser.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::array kColumns { "name", "kind", "memory_gib", "reported_gib", "bandwidth_gbs", "fp16", "fp8", "int8",
    "fp4", "int4", "capability", "power_w", "kernels", "source", "checked", "note" };
constexpr double kGiB = 1024.0 * 1024 * 1024;
/// vLLM's logs see 79.1 GiB of "80 GB" (docs/manual/fit.md).
constexpr double kSeen = 0.98875;
constexpr std::size_t kMostBytes = 1 << 20; ///< of a person's file

struct Kernel {
    std::string_view letter, text;
};
constexpr std::array kKernels { Kernel { "M", "Marlin: 4 and 8 bit weights, 16 bit activations" },
    Kernel { "m8", "Marlin: FP8 weights, 16 bit activations" },
    Kernel { "Ma", "Machete: 4 and 8 bit weights, 16 bit activations" },
    Kernel { "I8", "INT8 weights and activations" }, Kernel { "F8", "FP8 weights and activations" },
    Kernel { "A4", "CUTLASS: 4 bit weights, 8 bit activations" }, Kernel { "N4", "NVFP4 weights and activations" },
    Kernel { "X4", "MXFP4 weights and activations" }, Kernel { "X", "exllama: 4 bit weights" },
    Kernel { "B", "bitsandbytes" }, Kernel { "G", "ggml (llama.cpp)" }, Kernel { "A", "AITER" },
    Kernel { "T", "Triton: 4 bit weights, INT8 weights and activations" },
    Kernel { "C", "oneDNN: INT8 weights and activations" }, Kernel { "MLX", "MLX" },
    Kernel { "INC", "Intel Neural Compressor: 4 bit weights" } };

struct KindName {
    DeviceKind kind;
    const char* name;
};
constexpr std::array kKinds { KindName { DeviceKind::Gpu, "gpu" }, KindName { DeviceKind::Unified, "unified" },
    KindName { DeviceKind::Cpu, "cpu" }, KindName { DeviceKind::Accelerator, "accelerator" } };

/// One record and where it stands.
struct Row {
    const CsvParser::Record& record;
    const std::string& what;

    const std::string& at(std::string_view column) const
    {
        const auto found = std::ranges::find(kColumns, column);
        return record.fields[static_cast<std::size_t>(found - kColumns.begin())];
    }
    tl::unexpected<Error> wrong(std::string_view column, const std::string& why) const
    {
        return fail(
            ErrorCode::BadFile, fmt::format("{}: line {}: {}: \"{}\" {}.", what, record.line, column, at(column), why));
    }
    /// Nothing for "-", "?" and an empty cell.
    Result<std::optional<DeviceFigure>> figure(std::string_view column) const
    {
        std::string_view text = at(column);
        if (text.empty() || text == "-" || text == "?")
            return std::nullopt;
        DeviceFigure figure;
        if (text.starts_with("<=")) {
            figure.isAtMost = true;
            text.remove_prefix(2);
        }
        if (text.ends_with('?')) {
            figure.isUncertain = true;
            text.remove_suffix(1);
        }
        if (text.ends_with('m')) {
            figure.isMeasured = true;
            text.remove_suffix(1);
        }
        const std::optional<double> value = parseNumber(text);
        if (!value || !(*value > 0) || !std::isfinite(*value))
            return wrong(column, "is neither a number above 0 (with m for measured, ? for uncertain) nor - or ?");
        figure.value = *value;
        return figure;
    }
    Result<DeviceFigure> needed(std::string_view column) const
    {
        KERF_TRY(const std::optional<DeviceFigure> figure, this->figure(column));
        if (!figure)
            return wrong(column, "is needed: nothing can be reckoned without it");
        return *figure;
    }
};

Result<std::set<std::string>> kernelsOf(const Row& row)
{
    std::set<std::string> letters;
    std::istringstream words(row.at("kernels"));
    for (std::string letter; words >> letter;) {
        if (std::ranges::find(kKernels, letter, &Kernel::letter) == kKernels.end())
            return row.wrong("kernels", fmt::format("has \"{}\", which is none of {}", letter, [] {
                std::vector<std::string_view> known;
                for (const Kernel& kernel : kKernels)
                    known.push_back(kernel.letter);
                return fmt::format("{}", fmt::join(known, ", "));
            }()));
        letters.insert(letter);
    }
    return letters;
}

Result<Device> deviceOf(const Row& row)
{
    Device device;
    device.name = row.at("name");
    if (device.name.empty())
        return row.wrong("name", "is empty");
    const auto kind
        = std::ranges::find(kKinds, row.at("kind"), [](const KindName& known) { return std::string(known.name); });
    if (kind == kKinds.end())
        return row.wrong("kind", "is none of gpu, unified, cpu, accelerator");
    device.kind = kind->kind;
    KERF_TRY(device.memory, row.needed("memory_gib"));
    KERF_TRY(device.reported, row.figure("reported_gib"));
    KERF_TRY(device.bandwidth, row.needed("bandwidth_gbs"));
    KERF_TRY(device.fp16, row.figure("fp16"));
    KERF_TRY(device.fp8, row.figure("fp8"));
    KERF_TRY(device.int8, row.figure("int8"));
    KERF_TRY(device.fp4, row.figure("fp4"));
    KERF_TRY(device.int4, row.figure("int4"));
    KERF_TRY(device.power, row.figure("power_w"));
    KERF_TRY(device.kernels, kernelsOf(row));
    device.capability = row.at("capability");
    device.source = row.at("source");
    device.checked = row.at("checked");
    device.note = row.at("note");
    if (device.source.empty())
        return row.wrong("source", "is empty: say where the figures are from");
    return device;
}

} // namespace

std::string DeviceFigure::text() const
{
    return fmt::format("{}{:g}{}{}", isAtMost ? "<=" : "", value, isMeasured ? "m" : "", isUncertain ? "?" : "");
}

const char* deviceKindName(DeviceKind kind)
{
    return std::ranges::find(kKinds, kind, &KindName::kind)->name;
}

double Device::usableBytes() const
{
    if (reported)
        return reported->value * kGiB;
    return memory.value * kGiB * (kind == DeviceKind::Cpu ? 1 : kSeen);
}

std::optional<double> Device::computeCapability() const
{
    return parseNumber(capability);
}

std::string_view kernelText(std::string_view letter)
{
    return std::ranges::find(kKernels, letter, &Kernel::letter)->text;
}

Result<std::vector<Device>> parseDevices(std::string_view csv, const std::string& what)
{
    CsvParser parser(',');
    std::deque<CsvParser::Record> records;
    KERF_CHECK(parser.push(csv, records, what));
    KERF_CHECK(parser.finish(records, what));
    if (records.empty() || !std::ranges::equal(records.front().fields, kColumns))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: the first line has to be: {}", what, fmt::join(kColumns, ",")));
    records.pop_front();
    std::vector<Device> devices;
    for (const CsvParser::Record& record : records) {
        if (record.fields.size() != kColumns.size())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: line {}: has {} fields, but {} are needed.", what, record.line, record.fields.size(),
                    kColumns.size()));
        KERF_TRY(devices.emplace_back(), deviceOf({ record, what }));
        const std::string& name = devices.back().name;
        if (std::ranges::count(devices, name, &Device::name) > 1)
            return fail(ErrorCode::BadFile, fmt::format("{}: line {}: {} is there twice.", what, record.line, name));
    }
    return devices;
}

const std::vector<Device>& shippedDevices()
{
    static const std::vector<Device> devices = parseDevices(shippedDevicesText(), "devices.csv").value();
    return devices;
}

Result<std::vector<Device>> devicesWith(const fs::path& file)
{
    std::vector<Device> devices;
    if (!file.empty()) {
        std::ifstream stream(file, std::ios::binary);
        std::string text(kMostBytes + 1, '\0');
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(stream.gcount()));
        if (text.empty() || text.size() > kMostBytes)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: {}.", file.string(), text.empty() ? "cannot be read, or is empty" : "is above 1 MiB"));
        KERF_TRY(devices, parseDevices(text, file.string()));
    }
    for (const Device& device : shippedDevices())
        if (std::ranges::find(devices, device.name, &Device::name) == devices.end())
            devices.push_back(device);
    return devices;
}

Result<Device> findDevice(const std::vector<Device>& devices, std::string_view name)
{
    const std::string wanted = lowerAscii(std::string(name));
    std::vector<std::string> near, all;
    const Device* found = nullptr;
    for (const Device& device : devices) {
        const std::string known = lowerAscii(device.name);
        if (known == wanted)
            return device;
        if (!wanted.empty() && known.find(wanted) != std::string::npos) {
            near.push_back(device.name);
            found = &device;
        }
        all.push_back(device.name);
    }
    if (near.size() == 1)
        return *found;
    return fail(ErrorCode::InvalidArgument,
        near.empty() ? fmt::format("There is no device \"{}\". There are: {}.", name, fmt::join(all, ", "))
                     : fmt::format("\"{}\" may be {}.", name, fmt::join(near, ", ")));
}

Result<Device> findDevice(const std::vector<Device>& devices, std::string_view name, double memory)
{
    KERF_TRY(Device device, findDevice(devices, name));
    if (memory > 0)
        device.reported = DeviceFigure { memory };
    else if (device.memory.isAtMost)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} takes up to {:g} GiB: say how much memory is in it (kerf-cli: --memory).", device.name,
                device.memory.value));
    return device;
}

std::string uncertainFigures(const Device& device)
{
    std::string text;
    const auto note = [&](const char* name, const std::optional<DeviceFigure>& figure) {
        if (figure && figure->isUncertain)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, figure->text());
    };
    note("memory", device.reported ? device.reported : device.memory);
    note("bandwidth", device.bandwidth);
    note("fp16", device.fp16);
    note("fp8", device.fp8);
    note("int8", device.int8);
    note("fp4", device.fp4);
    return text;
}

} // namespace kerf::core
