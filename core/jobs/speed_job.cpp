// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/speed_job.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/evaluate/decode_times.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/provenance.h"

namespace kerf::core {
namespace {

constexpr const char* kSixteenBit = "bf16"; ///< stands for the weight as it is stored
constexpr std::size_t kMostBytes = std::size_t { 16 } << 20;
constexpr ThroughputOptions kWholeToken { 16, 32, 5 };

/// The file of times: machine, then what was timed.
class TimesFile {
public:
    TimesFile(const Project& project, const Workspace& workspace)
        : m_file(workspace.arraysFolder() / "decode-times.json")
    {
        const Provenance machine = startProvenance(project, {}, {}, 0);
        m_machine = fmt::format("{}, {}, {} threads", machine.device, machine.cpuFeatures, machine.threads);
        std::error_code ignored;
        if (!std::filesystem::exists(m_file, ignored))
            return;
        const Result<std::string> text = readTextFile(m_file, kMostBytes);
        Result<Json> json = text ? parseJson(*text, m_file.string()) : tl::unexpected(text.error());
        if (json && json->is_object())
            m_all = std::move(*json); // a damaged one is measured again
    }

    std::optional<double> find(const std::string& what) const
    {
        const auto machine = m_all.find(m_machine);
        if (machine == m_all.end() || !machine->is_object())
            return std::nullopt;
        const auto found = machine->find(what);
        return found != machine->end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
    }

    Status set(const std::string& what, double seconds)
    {
        m_all[m_machine][what] = seconds;
        std::error_code ignored;
        std::filesystem::create_directories(m_file.parent_path(), ignored);
        return writeFileAtomically(m_file, std::string_view(m_all.dump(1)));
    }

private:
    std::filesystem::path m_file;
    std::string m_machine;
    Json m_all = Json::object();
};

/// How a layer's product is named in the file. A format without a kernel has the time -1.
std::string productName(const LayerShape& shape, const std::string& format, std::int64_t coldBytes)
{
    return fmt::format("{} x {} {} of {} MiB", shape.rows, shape.cols, format, coldBytes >> 20);
}

std::string modelName(const Project& project)
{
    return "token of " + project.modelHash;
}

/// Bytes of all layers in a format: what a token reads.
std::int64_t coldBytes(const Network& network, const LayerFormat& format)
{
    std::int64_t bytes = 0;
    for (const LayerInfo& layer : network.layers())
        bytes += layerBytes(layer.shape, *format.weight);
    return bytes;
}

std::optional<DecodeTimes> collect(
    const Project& project, const TimesFile& file, const std::vector<std::string>& formats)
{
    const Network& network = *project.model.network;
    const std::optional<double> token = file.find(modelName(project));
    if (!token)
        return std::nullopt;
    DecodeTimes times;
    double stored = 0;
    for (const std::string& name : formats) {
        const Result<LayerFormat> format = parseLayerFormat(name);
        if (!format)
            continue;
        const std::int64_t cold = coldBytes(network, *format);
        for (const LayerInfo& layer : network.layers()) {
            const auto seconds = file.find(productName(layer.shape, format->name(), cold));
            if (!seconds || *seconds < 0)
                continue;
            times.layers[layer.name][format->name()] = *seconds;
            if (format->name() == kSixteenBit)
                stored += *seconds;
        }
    }
    times.otherSeconds = std::max(0.0, *token - stored);
    return times;
}

/// The formats and the stored one.
std::vector<std::string> withStored(std::vector<std::string> formats)
{
    if (std::ranges::find(formats, kSixteenBit) == formats.end())
        formats.insert(formats.begin(), kSixteenBit);
    return formats;
}

Status measureProducts(
    const Project& project, TimesFile& file, const std::vector<std::string>& formats, const JobContext& job)
{
    const Network& network = *project.model.network;
    std::int64_t done = 0;
    for (const std::string& name : formats) {
        job.progress({ "Timing " + name, done++, static_cast<std::int64_t>(formats.size()), "formats" });
        KERF_TRY(const LayerFormat format, parseLayerFormat(name));
        const std::int64_t cold = coldBytes(network, format);
        for (const LayerInfo& layer : network.layers()) {
            const std::string what = productName(layer.shape, format.name(), cold);
            if (file.find(what) || !format.checkShape(layer.shape))
                continue;
            KERF_TRY(const Matrix weight, network.layerWeight(layer.name));
            KERF_TRY(const std::optional<double> seconds, measureDecodeSeconds(weight, format, cold, job));
            KERF_CHECK(file.set(what, seconds.value_or(-1)));
        }
    }
    return {};
}

Result<DecodeTimes> measureTimes(
    const Project& project, const Workspace& workspace, const std::vector<std::string>& formats, const JobContext& job)
{
    TimesFile file(project, workspace);
    KERF_CHECK(measureProducts(project, file, formats, job));
    if (!file.find(modelName(project))) {
        const Network& network = *project.model.network;
        ThroughputOptions options = kWholeToken;
        options.generate = std::min(options.generate, std::max<std::int64_t>(1, network.maxPositions() / 2));
        options.prompt = std::min(options.prompt, std::max<std::int64_t>(1, network.maxPositions() - options.generate));
        KERF_TRY(const Throughput found, measureThroughput(network, {}, options, job));
        KERF_CHECK(file.set(modelName(project), 1 / found.decodeTokensPerSecond));
    }
    const std::optional<DecodeTimes> times = collect(project, file, formats);
    if (!times)
        return fail(ErrorCode::Internal, "The measured times cannot be read back.");
    return *times;
}

} // namespace

Result<DecodeTimes> runDecodeTimes(
    const Project& project, const Workspace& workspace, const std::vector<std::string>& formats, const JobContext& job)
{
    return atJobEdge([&] { return measureTimes(project, workspace, withStored(formats), job); });
}

std::optional<DecodeTimes> knownDecodeTimes(
    const Project& project, const Workspace& workspace, const std::vector<std::string>& formats)
{
    return collect(project, TimesFile(project, workspace), withStored(formats));
}

std::optional<double> predictSpeed(const DecodeTimes& times, const Plan& plan)
{
    double seconds = times.otherSeconds;
    for (const PlanLayer& row : plan.layers) {
        const auto layer = times.layers.find(row.layer);
        if (layer == times.layers.end())
            return std::nullopt;
        const auto format = parseLayerFormat(row.format);
        if (!format)
            return std::nullopt;
        const auto known = layer->second.find(format->weight->isUnquantized() ? kSixteenBit : format->name());
        if (known == layer->second.end())
            return std::nullopt;
        seconds += known->second;
    }
    return seconds > 0 ? std::optional(1 / seconds) : std::nullopt;
}

} // namespace kerf::core
