// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <span>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/decide/calibration.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr int kFormatVersion = 1;
constexpr int kMostFiles = 64;
constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kNameDigits = 16;
constexpr std::array kCostNames { "byte", "product", "attention", "block" };

Json toJson(const MachineIdentity& machine)
{
    return { { "processor", machine.processor }, { "features", machine.features }, { "threads", machine.threads },
        { "kernels", machine.kernels }, { "version", machine.version } };
}

MachineIdentity machineFrom(const Json& json)
{
    return { json.at("processor"), json.at("features"), json.at("threads"), json.at("kernels"), json.at("version") };
}

Json toJson(const SampleMean& mean)
{
    return { { "value", mean.value }, { "stderr", mean.standardError } };
}

SampleMean meanFrom(const Json& json)
{
    return { json.at("value"), json.at("stderr") };
}

Json toJson(const StepFit& fit)
{
    Json json { { "largest_error", fit.largestError }, { "steps", fit.steps } };
    for (std::size_t i = 0; i < kCostNames.size(); ++i) {
        const UnitCost& cost = *fit.costs()[i];
        json["seconds_per_" + std::string(kCostNames[i])]
            = { { "value", cost.value }, { "stderr", cost.standardError }, { "identified", cost.isIdentified } };
    }
    return json;
}

StepFit fitFrom(const Json& json)
{
    StepFit fit;
    fit.largestError = json.at("largest_error");
    fit.steps = json.at("steps");
    for (std::size_t i = 0; i < kCostNames.size(); ++i) {
        const Json& cost = json.at("seconds_per_" + std::string(kCostNames[i]));
        *fit.costs()[i] = { cost.at("value"), cost.at("stderr"), cost.at("identified") };
    }
    return fit;
}

/// A share and its error; null: not identified.
Json shareJson(const std::optional<double>& share, const UnitCost& cost)
{
    return share ? Json { { "value", *share }, { "stderr", *share * cost.relativeError() } } : Json();
}

Json toJson(const FormatCalibration& format)
{
    Json steps = Json::array();
    for (const CheckedStep& step : format.steps)
        steps.push_back({ { "model", step.model }, { "batch", step.use.batch }, { "context", step.use.context },
            { "measured_seconds", step.measured }, { "predicted_seconds", step.predicted }, { "error", step.error() },
            { "held_out", step.isHeldOut } });
    return { { "format", format.format }, { "in_cache", format.isInCache }, { "models", format.models },
        { "kernels", format.kernels }, { "time", format.time }, { "date", format.date() },
        { "bandwidth", format.bandwidth }, { "peak", format.peak }, { "peak_16", format.peakSixteen },
        { "fit", toJson(format.fit) }, { "memory_share", shareJson(format.memoryShare(), format.fit.byte) },
        { "compute_share", shareJson(format.computeShare(), format.fit.product) },
        { "attention_share", shareJson(format.attentionShare(), format.fit.attention) },
        { "largest_error", format.largestError() }, { "steps", std::move(steps) } };
}

FormatCalibration formatFrom(const Json& json)
{
    FormatCalibration format;
    format.format = json.at("format");
    format.isInCache = json.at("in_cache");
    format.models = json.at("models").get<std::vector<std::string>>();
    format.kernels = json.at("kernels");
    format.time = json.at("time");
    format.bandwidth = json.at("bandwidth");
    format.peak = json.at("peak");
    format.peakSixteen = json.at("peak_16");
    format.fit = fitFrom(json.at("fit"));
    for (const Json& step : json.at("steps"))
        format.steps.push_back({ step.at("model"), { step.at("context"), step.at("batch") },
            step.at("measured_seconds"), step.at("predicted_seconds"), step.at("held_out") });
    return format;
}

Result<Calibration> readCalibration(const fs::path& file)
{
    KERF_TRY(const std::string text, readTextFile(file, kMostBytes));
    KERF_TRY(const Json json, parseJson(text, file.string()));
    return calibrationFromJson(json, file.string());
}

/// Files of the folder, in the order of their names.
std::vector<fs::path> filesOf(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error))
        if (each->path().extension() == ".json" && files.size() < kMostFiles)
            files.push_back(each->path());
    std::ranges::sort(files);
    return files;
}

} // namespace

Json toJson(const Calibration& calibration)
{
    Json formats = Json::array();
    for (const FormatCalibration& format : calibration.formats)
        formats.push_back(toJson(format));
    return { { "kerf_calibration", kFormatVersion }, { "machine", toJson(calibration.machine) },
        { "time", calibration.time }, { "memory_bytes", calibration.memory },
        { "last_cache_bytes", calibration.lastCache }, { "bandwidth", toJson(calibration.bandwidth) },
        { "float32", toJson(calibration.float32) }, { "int8", toJson(calibration.int8) },
        { "formats", std::move(formats) } };
}

Result<Calibration> calibrationFromJson(const Json& json, const std::string& what)
{
    Calibration calibration;
    try {
        if (json.at("kerf_calibration") != kFormatVersion)
            return fail(
                ErrorCode::BadFile, fmt::format("{}: is of another version of Kerf: measure this machine anew.", what));
        calibration.machine = machineFrom(json.at("machine"));
        calibration.time = json.at("time");
        calibration.memory = json.at("memory_bytes");
        calibration.lastCache = json.at("last_cache_bytes");
        calibration.bandwidth = meanFrom(json.at("bandwidth"));
        calibration.float32 = meanFrom(json.at("float32"));
        calibration.int8 = meanFrom(json.at("int8"));
        for (const Json& format : json.at("formats"))
            calibration.formats.push_back(formatFrom(format));
    } catch (const Json::exception& error) {
        return fail(ErrorCode::BadFile, fmt::format("{}: the calibration cannot be read: {}", what, error.what()));
    }
    for (const FormatCalibration& format : calibration.formats)
        for (const UnitCost* cost : format.fit.costs())
            if (!(cost->value >= 0))
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: {} has a cost below 0: measure this machine anew.", what, format.format));
    for (const double figure :
        { calibration.memory, calibration.bandwidth.value, calibration.float32.value, calibration.int8.value })
        if (!(figure > 0))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the calibration has a figure that is not above 0: measure this machine anew.", what));
    return calibration;
}

fs::path calibrationFile(const fs::path& folder, const MachineIdentity& machine)
{
    const std::string text = toJson(machine).dump();
    return folder / (sha256(std::as_bytes(std::span(text))).substr(0, kNameDigits) + ".json");
}

Status saveCalibration(const fs::path& folder, const Calibration& calibration)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: the folder cannot be made: {}.", folder.string(), error.message()));
    return writeFileAtomically(calibrationFile(folder, calibration.machine), toJson(calibration).dump(2) + "\n");
}

StoredCalibrations storedCalibrations(const fs::path& folder, const MachineIdentity& here)
{
    StoredCalibrations stored;
    for (const fs::path& file : filesOf(folder)) {
        Result<Calibration> calibration = readCalibration(file);
        if (!calibration)
            stored.notes.push_back(calibration.error().message);
        else if (calibration->machine == here)
            stored.mine = std::make_shared<const Calibration>(std::move(*calibration));
        else
            stored.notes.push_back(fmt::format("A calibration of {} is not used: {}.",
                fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(calibration->time))),
                differenceText(here, calibration->machine)));
    }
    return stored;
}

} // namespace kerf::core
