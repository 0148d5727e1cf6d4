// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/wave_source.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 1 } << 30;
constexpr std::size_t kChunkHeader = 8;
constexpr std::uint32_t kPcm = 1, kExtensible = 0xfffe;

/// A little-endian number of 2 or 4 bytes. @pre inside
std::uint32_t numberAt(std::string_view bytes, std::size_t at, std::size_t size)
{
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

struct WaveParts {
    std::optional<std::string_view> format, data;
};

/// The two chunks that matter. Errors: BadFile, without the file's name.
Result<WaveParts> partsOf(std::string_view bytes)
{
    if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE")
        return fail(ErrorCode::BadFile, "is no WAV file (RIFF WAVE)");
    WaveParts parts;
    for (std::size_t at = 12; at + kChunkHeader <= bytes.size() && !parts.data;) {
        const std::string_view name = bytes.substr(at, 4);
        const std::size_t size = numberAt(bytes, at + 4, 4);
        if (size > bytes.size() - at - kChunkHeader)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "is truncated: its part \"{}\" has {} bytes of {}", name, bytes.size() - at - kChunkHeader, size));
        const std::string_view content = bytes.substr(at + kChunkHeader, size);
        if (name == "fmt ")
            parts.format = content;
        else if (name == "data")
            parts.data = content;
        at += kChunkHeader + size + size % 2;
    }
    if (!parts.format || !parts.data || parts.format->size() < 16)
        return fail(ErrorCode::BadFile, "has no parts \"fmt \" and \"data\" in this order");
    return parts;
}

Status checkFormat(std::string_view format)
{
    std::uint32_t coding = numberAt(format, 0, 2);
    if (coding == kExtensible && format.size() >= 26)
        coding = numberAt(format, 24, 2);
    const std::uint32_t channels = numberAt(format, 2, 2), bits = numberAt(format, 14, 2);
    if (coding == kPcm && channels == 1 && bits == 16)
        return {};
    return fail(ErrorCode::BadFile,
        fmt::format(
            "has coding {} with {} bits and {} channels; PCM (1) of 16 bits with one channel is read: convert it, "
            "for instance by `ffmpeg -i IN -ac 1 -c:a pcm_s16le OUT.wav`",
            coding, bits, channels));
}

/// Where a recording's chunks begin among all samples.
struct Recording {
    std::string name;
    std::vector<std::int16_t> samples;
    std::int64_t firstChunk = 0;
};

class WaveSource : public SampleSource {
public:
    WaveSource(SourceInfo info, std::vector<Recording> recordings, const WaveOptions& options)
        : SampleSource(std::move(info))
        , m_recordings(std::move(recordings))
        , m_options(options)
    {
    }
    std::string nameOf(std::int64_t sample) const override
    {
        const Recording& recording = of(sample);
        return fmt::format("{}, chunk {}", recording.name, sample - recording.firstChunk);
    }
    Result<std::string> hashOf(std::int64_t sample, const JobContext& /*job*/) const override
    {
        const std::vector<float> values = valuesOf(sample);
        return sha256(std::as_bytes(std::span(values)));
    }
    bool startsSequence(std::int64_t sample) const override { return of(sample).firstChunk == sample; }
    Result<SampleBatch> readThese(std::span<const std::int64_t> samples, const JobContext& job) const override
    {
        SampleBatch batch = room(static_cast<std::int64_t>(samples.size()));
        KERF_CHECK(fillSamples(samples, job, [&](std::int64_t sample, std::int64_t row) -> Status {
            std::ranges::copy(valuesOf(sample), batch.inputs.front().row(row).data());
            return {};
        }));
        return batch;
    }

private:
    const Recording& of(std::int64_t sample) const
    {
        return *(std::ranges::upper_bound(m_recordings, sample, {}, &Recording::firstChunk) - 1);
    }
    std::vector<float> valuesOf(std::int64_t sample) const
    {
        const Recording& recording = of(sample);
        const auto count = static_cast<std::int64_t>(recording.samples.size());
        const std::int64_t first = (sample - recording.firstChunk) * m_options.chunk - m_options.context;
        std::vector<float> values(static_cast<std::size_t>(m_options.context + m_options.chunk));
        for (std::int64_t at = std::max<std::int64_t>(0, first);
             at < std::min(count, first + m_options.context + m_options.chunk); ++at)
            values[static_cast<std::size_t>(at - first)]
                = static_cast<float>(recording.samples[static_cast<std::size_t>(at)]) / 32768.0F;
        return values;
    }

    std::vector<Recording> m_recordings;
    WaveOptions m_options;
};

} // namespace

Result<Wave> readWave(const std::filesystem::path& file)
{
    KERF_TRY(const std::string bytes, readTextFile(file, kMostBytes));
    const auto named = [&](Error error) {
        return Error { error.code, fmt::format("{}: {}.", file.string(), error.message) };
    };
    KERF_TRY(const WaveParts parts, partsOf(bytes).map_error(named));
    KERF_CHECK(checkFormat(*parts.format).map_error(named));
    Wave wave;
    wave.rate = numberAt(*parts.format, 4, 4);
    wave.samples.resize(parts.data->size() / sizeof(std::int16_t));
    std::memcpy(wave.samples.data(), parts.data->data(), wave.samples.size() * sizeof(std::int16_t));
    return wave;
}

Result<SampleSourcePtr> openWaves(const std::vector<std::filesystem::path>& files, const WaveOptions& options)
{
    if (files.empty() || options.chunk < 1 || options.context < 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} recordings in chunks of {} with a context of {} make no samples.", files.size(),
                options.chunk, options.context));
    SourceInfo info;
    info.name = files.front().filename().string();
    info.inputs = { { options.input, { options.context + options.chunk } } };
    info.reach = (options.context + options.chunk - 1) / options.chunk;
    std::vector<Recording> recordings;
    std::vector<std::string> filled;
    for (const auto& file : files) {
        KERF_TRY(Wave wave, readWave(file));
        if (wave.rate != options.rate || wave.samples.empty())
            return fail(ErrorCode::BadFile,
                wave.samples.empty() ? fmt::format("{}: has no samples.", file.string())
                                     : fmt::format("{}: has {} samples a second, but the model takes {}: resample it.",
                                         file.string(), wave.rate, options.rate));
        const auto count = static_cast<std::int64_t>(wave.samples.size());
        if (count % options.chunk != 0)
            filled.push_back(file.filename().string());
        recordings.push_back({ file.filename().string(), std::move(wave.samples), info.count });
        info.count += (count + options.chunk - 1) / options.chunk;
    }
    if (files.size() > 1)
        info.name += fmt::format(" and {} more", files.size() - 1);
    if (!filled.empty())
        info.notes.push_back({ fmt::format("The last chunk of {} recordings was filled with zeros.", filled.size()),
            std::move(filled) });
    return std::make_shared<WaveSource>(std::move(info), std::move(recordings), options);
}

} // namespace kerf::core
