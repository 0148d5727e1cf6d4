// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/measure_machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/table.h"
#include "core/base/parse_number.h"
#include "core/jobs/this_machine.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

constexpr double kGiga = 1e9, kTera = 1e12;

std::string figureText(const SampleMean& mean, double unit)
{
    return fmt::format("{:.3g} ± {:.1g}", mean.value / unit, mean.standardError / unit);
}

std::string shareText(const std::optional<double>& share, const UnitCost& cost)
{
    if (share)
        return fmt::format("{:.3f} ± {:.3f}", *share, *share * cost.relativeError());
    return cost.value > 0 ? "not told apart" : "none seen";
}

std::string stepText(const UnitCost& cost)
{
    if (cost.isIdentified)
        return fmt::format("{:.1f} ± {:.1f}", 1e6 * cost.value, 1e6 * cost.standardError);
    return cost.value > 0 ? "not told apart" : "none seen";
}

std::string heldOutText(const FormatCalibration& format)
{
    std::string text;
    for (const CheckedStep& step : format.steps)
        if (step.isHeldOut)
            text += fmt::format("{}, {} x {} tokens of {}, which the fit did not see: {:.3g} ms predicted, {:.3g} "
                                "measured, {:+.1f} %\n",
                format.format, step.use.batch, step.use.context, step.model, 1e3 * step.predicted, 1e3 * step.measured,
                100 * step.error());
    return text;
}

/// "8x512".
Result<Use> useOf(const std::string& text)
{
    const std::size_t at = text.find('x');
    if (at != std::string::npos) {
        const auto batch = parseNumber(text.substr(0, at)), context = parseNumber(text.substr(at + 1));
        if (batch && context && *batch >= 1 && *context >= 1 && *batch <= 1 << 16 && *context <= 1 << 24)
            return Use { static_cast<std::int64_t>(*context), static_cast<std::int64_t>(*batch) };
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("--unseen: \"{}\" is no number of sequences and their tokens, as in 8x512.", text));
}

} // namespace

void MeasureFlags::add(CLI::App* verb)
{
    CLI::Option* measure = verb->add_option("--measure", models,
                                   "Measure this machine: bandwidth, peaks, and whole decode steps of these models, "
                                   "from which speeds are calibrated")
                               ->type_name("MODEL");
    const auto positive = CLI::Range(std::int64_t { 1 }, std::int64_t { 1 } << 24);
    verb->add_option("--format", options.formats, "Formats to time; bf16: weights as they are stored")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->needs(measure);
    verb->add_option("--batch", options.batches, "Sequences of the steps")
        ->check(positive)
        ->capture_default_str()
        ->needs(measure);
    verb->add_option(
            "--context", options.contexts, "Tokens of their sequences (128 1024, or an eighth and all of what fits)")
        ->check(positive)
        ->needs(measure);
    verb->add_option("--unseen", unseen, "A step to predict: timed, but kept from the fit (8x512)")
        ->type_name("BATCHxCONTEXT")
        ->needs(measure);
    verb->add_option("--rounds", options.rounds, "Samples of each step")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str()
        ->needs(measure);
}

Result<Outcome> measureHere(const MeasureFlags& flags, Invocation& invocation)
{
    CalibrationOptions options = flags.options;
    if (!flags.unseen.empty()) {
        KERF_TRY(options.heldOut, useOf(flags.unseen));
    }
    std::vector<CalibrationModel> models;
    for (const fs::path& path : flags.models) {
        KERF_TRY(const Model model, invocation.openModel(path));
        models.push_back({ fs::absolute(path).lexically_normal().filename().string(), model.network });
    }
    KERF_TRY(const Calibration calibration, measureMachine(models, options, invocation.job()));
    KERF_CHECK(keepCalibration(calibration));
    Outcome outcome { toJson(calibration), {} };
    outcome.json["file"] = calibrationFile(calibrationFolder(), calibration.machine).string();
    outcome.text = fmt::format("{}, {} threads, {}: {:.1f} GiB\n{} GB/s read, {} TFLOPS of float32, {} TOPS of INT8\n{}"
                               "kept in {}\n",
        calibration.machine.processor, calibration.machine.threads, calibration.machine.kernels,
        calibration.memory / (1 << 30), figureText(calibration.bandwidth, kGiga),
        figureText(calibration.float32, kTera), figureText(calibration.int8, kTera), calibrationText(calibration),
        outcome.json["file"].get<std::string>());
    return outcome;
}

std::string calibrationText(const Calibration& calibration)
{
    Table table({ "format", "weights", "of bandwidth", "of peak", "attention", "t0, µs a block", "error", "measured" });
    std::string after;
    for (const FormatCalibration& format : calibration.formats) {
        table.add({ format.format, format.isInCache ? "in cache" : "in memory",
            shareText(format.memoryShare(), format.fit.byte), shareText(format.computeShare(), format.fit.product),
            shareText(format.attentionShare(), format.fit.attention), stepText(format.fit.block),
            fmt::format("±{:.0f} %", 100 * format.largestError()),
            fmt::format("{} with {}", format.date(), fmt::join(format.models, ", ")) });
        after += heldOutText(format);
    }
    return table.text() + after;
}

} // namespace kerf::cli
