// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/sample_source.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/parallel.h"

namespace kerf::core {
namespace {

std::int64_t product(const std::vector<std::int64_t>& shape)
{
    std::int64_t values = 1;
    for (const std::int64_t size : shape)
        values *= size;
    return values;
}

/// Some samples of another source.
class PartOfSource : public SampleSource {
public:
    PartOfSource(SampleSourcePtr whole, std::vector<std::int64_t> samples, const char* which)
        : SampleSource(partInfo(*whole, samples, which))
        , m_whole(std::move(whole))
        , m_samples(std::move(samples))
    {
    }
    std::string nameOf(std::int64_t sample) const override { return m_whole->nameOf(at(sample)); }
    Result<std::string> hashOf(std::int64_t sample, const JobContext& job) const override
    {
        return m_whole->hashOf(at(sample), job);
    }
    std::int64_t classOf(std::int64_t sample) const override { return m_whole->classOf(at(sample)); }
    bool startsSequence(std::int64_t sample) const override
    {
        return sample == 0 || at(sample) != at(sample - 1) + 1 || m_whole->startsSequence(at(sample));
    }

    Result<SampleBatch> readThese(std::span<const std::int64_t> samples, const JobContext& job) const override
    {
        std::vector<std::int64_t> ofWhole;
        for (const std::int64_t sample : samples)
            ofWhole.push_back(at(sample));
        return m_whole->readThese(ofWhole, job);
    }

private:
    static SourceInfo partInfo(const SampleSource& whole, const std::vector<std::int64_t>& samples, const char* which)
    {
        SourceInfo info = whole.info();
        info.name += which;
        info.count = static_cast<std::int64_t>(samples.size());
        return info;
    }
    std::int64_t at(std::int64_t sample) const { return m_samples[static_cast<std::size_t>(sample)]; }

    SampleSourcePtr m_whole;
    std::vector<std::int64_t> m_samples;
};

/// A number in [0, 1) that a sample and the seed decide.
double shareOf(const std::string& hash, std::uint64_t seed)
{
    const std::string mixed = Hasher().add(hash).add(static_cast<std::int64_t>(seed)).hex();
    return static_cast<double>(std::strtoull(mixed.substr(0, 13).c_str(), nullptr, 16)) * 0x1.0p-52;
}

/// Windows that overlap are split in groups of neighbours, so that few are dropped at borders.
std::int64_t groupSize(const SourceInfo& info)
{
    return info.reach == 0 ? 1 : 8 * (info.reach + 1);
}

Result<std::vector<bool>> heldOutSamples(
    const SampleSource& source, double share, std::uint64_t seed, const JobContext& job)
{
    const std::int64_t size = groupSize(source.info()), groups = (source.count() + size - 1) / size;
    std::vector<char> chosen(static_cast<std::size_t>(groups)); // not bool: threads write beside each other
    std::vector<std::int64_t> firsts;
    for (std::int64_t group = 0; group < groups; ++group)
        firsts.push_back(group * size);
    KERF_CHECK(fillSamples(firsts, job, [&](std::int64_t first, std::int64_t group) -> Status {
        KERF_TRY(const std::string hash, source.hashOf(first, job));
        chosen[static_cast<std::size_t>(group)] = shareOf(hash, seed) < share ? 1 : 0;
        return {};
    }));
    std::vector<bool> isHeldOut;
    for (std::int64_t i = 0; i < source.count(); ++i)
        isHeldOut.push_back(chosen[static_cast<std::size_t>(i / size)] != 0);
    return isHeldOut;
}

} // namespace

std::int64_t SampleInput::values() const
{
    return product(shape);
}

Result<SampleBatch> SampleSource::read(std::int64_t first, std::int64_t count, const JobContext& job) const
{
    if (first < 0 || count < 0 || count > m_info.count - first)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: samples {} to {} of {} were asked for.", m_info.name, first, first + count, m_info.count));
    std::vector<std::int64_t> samples(static_cast<std::size_t>(count));
    std::iota(samples.begin(), samples.end(), first);
    return readThese(samples, job);
}

SampleBatch SampleSource::room(std::int64_t count) const
{
    SampleBatch batch;
    for (const SampleInput& input : m_info.inputs)
        batch.inputs.emplace_back(count, input.values());
    const auto samples = static_cast<std::size_t>(count);
    if (m_info.labels == LabelKind::Classes)
        batch.classes.resize(samples);
    if (m_info.labels == LabelKind::Boxes)
        batch.boxes.resize(samples);
    if (m_info.labels == LabelKind::Targets)
        batch.targets.resize(count, product(m_info.targetShape));
    return batch;
}

Status fillSamples(std::span<const std::int64_t> samples, const JobContext& job,
    const std::function<Status(std::int64_t sample, std::int64_t row)>& fill)
{
    std::vector<Status> results(samples.size());
    parallelFor(static_cast<std::int64_t>(samples.size()), [&](std::int64_t row) {
        Status& result = results[static_cast<std::size_t>(row)];
        result = job.checkStop();
        if (result)
            result = fill(samples[static_cast<std::size_t>(row)], row);
    });
    for (Status& result : results)
        KERF_CHECK(std::move(result));
    return {};
}

Result<HeldOutSplit> splitHeldOut(
    const SampleSourcePtr& source, double share, std::uint64_t seed, const JobContext& job)
{
    if (!(share > 0 && share < 1))
        return fail(ErrorCode::InvalidArgument, fmt::format("{} is no share of samples to hold out.", share));
    KERF_TRY(const std::vector<bool> isHeldOut, heldOutSamples(*source, share, seed, job));
    std::vector<std::int64_t> learned, heldOut;
    HeldOutSplit split;
    const auto isLearned = [&](std::int64_t sample) {
        return sample >= 0 && sample < source->count() && !isHeldOut[static_cast<std::size_t>(sample)];
    };
    for (std::int64_t i = 0; i < source->count(); ++i) {
        if (isLearned(i))
            learned.push_back(i);
        else if (isLearned(i - source->info().reach) || isLearned(i + source->info().reach))
            ++split.dropped;
        else
            heldOut.push_back(i);
    }
    if (learned.empty() || heldOut.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: of {} samples a share of {} leaves one side empty: take another share or more samples.",
                source->info().name, source->count(), share));
    split.learned = std::make_shared<PartOfSource>(source, std::move(learned), " (learned from)");
    split.heldOut = std::make_shared<PartOfSource>(source, std::move(heldOut), " (held out)");
    return split;
}

} // namespace kerf::core
