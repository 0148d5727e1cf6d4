// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/calibration.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;
constexpr double kGiga = 1e9, kTera = 1e12;
constexpr double kCacheNumber = 4; ///< bytes: Kerf's generation keeps keys and values in float32

std::string dateOf(std::int64_t time)
{
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(time)));
}

std::optional<double> shareOf(const UnitCost& cost, double figure)
{
    return cost.isIdentified && figure > 0 ? std::optional(1 / (cost.value * figure)) : std::nullopt;
}

/// A share in the place of what the times do not show: so large that it costs nothing.
constexpr double kFree = 1e30;

double shareOrFree(const UnitCost& cost, double figure)
{
    return cost.value > 0 ? 1 / (cost.value * figure) : kFree;
}

DeviceFigure measured(double value)
{
    const double digits = std::pow(10, 2 - std::floor(std::log10(value)));
    return { std::round(value * digits) / digits, false, true, false };
}

/// What was measured that speaks for one part of the weights.
struct Match {
    const FormatCalibration* found = nullptr;
    bool isExact = false;
};

Match matchOf(const Calibration& calibration, const ServedPart& part, Arithmetic arithmetic, bool isInCache)
{
    const bool isRounded = part.format != "bf16";
    Match near;
    for (const FormatCalibration& each : calibration.formats) {
        const Result<LayerFormat> format = parseLayerFormat(each.format);
        // Reading weights from caches costs so little that it is often lost among the rest, and may be.
        if (!format || each.isInCache != isInCache || (!isInCache && !each.fit.byte.isIdentified))
            continue;
        if (isRounded && arithmeticOf(format->activation) != arithmetic)
            continue;
        if (format->weight->isUnquantized() ? !isRounded : format->weight->name() == part.format)
            return { &each, true };
        if (isRounded && !format->weight->isUnquantized() && format->weight->codeBits() == part.bits)
            near = { &each, false };
    }
    return near;
}

/// Costs of all parts together: reading by bytes, products by parameters.
StepFit mixed(const std::vector<ServedPart>& parts, const std::vector<Match>& matches)
{
    StepFit sum;
    double bytes = 0, parameters = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const StepFit& fit = matches[i].found->fit;
        sum.byte.value += parts[i].bytes * fit.byte.value;
        sum.product.value += parts[i].parameters * fit.product.value;
        sum.attention.value += parts[i].parameters * fit.attention.value;
        sum.block.value += parts[i].parameters * fit.block.value;
        bytes += parts[i].bytes;
        parameters += parts[i].parameters;
    }
    sum.byte.value /= bytes;
    for (UnitCost* cost : { &sum.product, &sum.attention, &sum.block })
        cost->value /= parameters;
    return sum;
}

std::string calibratedText(const std::vector<Match>& matches)
{
    std::string date;
    double error = 0;
    std::vector<std::string> others;
    for (const Match& match : matches) {
        date = date.empty() ? match.found->date() : std::min(date, match.found->date());
        error = std::max(error, match.found->largestError());
        if (!match.isExact)
            others.push_back(match.found->format);
    }
    return fmt::format("calibrated on {}, ±{:.0f} %{}", date, std::ceil(100 * error),
        others.empty() ? "" : fmt::format(", by {}", fmt::join(others, ", ")));
}

std::string missingText(const Calibration& calibration, const std::string& format, bool isInCache)
{
    const char* const where = isInCache ? "in the processor's caches" : "from memory";
    if (const FormatCalibration* found = calibration.find(format, isInCache); found)
        return fmt::format("usual shares: what reading {} {} takes was not told apart on this machine", format, where);
    if (calibration.find(format, !isInCache))
        return fmt::format("usual shares: {} was timed with weights {} alone", format,
            isInCache ? "from memory" : "in the processor's caches");
    return fmt::format("usual shares: {} was not timed on this machine", format);
}

SpeedShares sharesOf(const StepFit& fit, const Device& device, const ServedModel& model, Arithmetic arithmetic)
{
    const auto peak = [&](Arithmetic each) {
        const auto figure = peakOf(device, each);
        return figure ? figure->value * kTera : 1;
    };
    SpeedShares shares;
    shares.memory = shareOrFree(fit.byte, device.bandwidth.value * kGiga);
    shares.compute = shareOrFree(fit.product, peak(arithmetic));
    shares.attention = shareOrFree(fit.attention, peak(Arithmetic::Sixteen));
    shares.step = fit.block.value * static_cast<double>(model.blocks());
    shares.isSummed = true;
    shares.cacheNumber = kCacheNumber;
    return shares;
}

} // namespace

std::string differenceText(const MachineIdentity& here, const MachineIdentity& other)
{
    std::vector<std::string> differences;
    const auto compare = [&](const char* what, const std::string& mine, const std::string& its) {
        if (mine != its)
            differences.push_back(fmt::format("{}{} in place of {}", what, its, mine));
    };
    compare("", here.processor, other.processor);
    compare("features ", here.features, other.features);
    compare("threads ", std::to_string(here.threads), std::to_string(other.threads));
    compare("kernels ", here.kernels, other.kernels);
    compare("version ", here.version, other.version);
    return fmt::format("{}", fmt::join(differences, "; "));
}

std::optional<double> FormatCalibration::memoryShare() const
{
    return shareOf(fit.byte, bandwidth);
}

std::optional<double> FormatCalibration::computeShare() const
{
    return shareOf(fit.product, peak);
}

std::optional<double> FormatCalibration::attentionShare() const
{
    return shareOf(fit.attention, peakSixteen);
}

double FormatCalibration::largestError() const
{
    double largest = 0;
    for (const CheckedStep& step : steps)
        largest = std::max(largest, std::abs(step.error()));
    return largest;
}

std::string FormatCalibration::date() const
{
    return dateOf(time);
}

void Calibration::update(const Calibration& newer)
{
    std::vector<FormatCalibration> all = newer.formats;
    for (FormatCalibration& old : formats)
        if (!newer.find(old.format, old.isInCache))
            all.push_back(std::move(old));
    *this = newer;
    formats = std::move(all);
}

const FormatCalibration* Calibration::find(std::string_view format, bool isInCache) const
{
    const auto found = std::ranges::find_if(
        formats, [&](const FormatCalibration& each) { return each.format == format && each.isInCache == isInCache; });
    return found == formats.end() ? nullptr : &*found;
}

Device deviceOf(std::shared_ptr<const Calibration> calibration)
{
    Device device;
    device.name = kThisMachine;
    device.kind = DeviceKind::Cpu;
    device.memory = measured(calibration->memory / kGiB);
    device.bandwidth = measured(calibration->bandwidth.value / kGiga);
    device.fp16 = measured(calibration->float32.value / kTera);
    device.int8 = measured(calibration->int8.value / kTera);
    device.capability = calibration->machine.features;
    device.kernels = { "G", "C" };
    device.source = fmt::format("measured by kerf-cli devices --measure; {}, {} threads",
        calibration->machine.processor, calibration->machine.threads);
    device.checked = dateOf(calibration->time);
    device.note = "FP32 rate";
    device.calibration = std::move(calibration);
    return device;
}

SpeedSource speedOf(const Device& device, const ServedModel& model, const ServedWeights& weights, Arithmetic arithmetic)
{
    SpeedSource source { defaultShares(device, model), false, {} };
    if (!device.calibration)
        return source;
    const bool isInCache = weights.read(model, 1) <= device.calibration->lastCache;
    std::vector<Match> matches;
    for (const ServedPart& part : weights.parts) {
        matches.push_back(matchOf(*device.calibration, part, arithmetic, isInCache));
        if (!matches.back().found) {
            source.text = missingText(*device.calibration, part.format, isInCache);
            return source;
        }
    }
    if (matches.empty())
        return source;
    source.shares = sharesOf(mixed(weights.parts, matches), device, model, arithmetic);
    source.isCalibrated = true;
    source.text = calibratedText(matches);
    return source;
}

} // namespace kerf::core
