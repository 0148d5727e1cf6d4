// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/sample_reader.h"

namespace kerf::core {
namespace {

/// Of [channels, height, width], or of [height, width, channels] where the last has at most 4.
ImageSize pictureSize(const std::vector<std::int64_t>& shape)
{
    const bool isLast = shape[2] <= 4 && shape[0] > 4;
    return isLast ? ImageSize { shape[1], shape[0] } : ImageSize { shape[2], shape[1] };
}

} // namespace

Result<std::vector<Matrix>> SourceReader::read(std::span<const std::vector<TokenId>> windows) const
{
    KERF_TRY(SampleBatch batch, m_source->readThese(samplesOf(windows)));
    return std::move(batch.inputs);
}

std::vector<std::int64_t> SourceReader::classes(std::span<const std::vector<TokenId>> windows) const
{
    if (m_source->info().labels != LabelKind::Classes)
        return {};
    std::vector<std::int64_t> classes;
    for (const std::int64_t sample : samplesOf(windows))
        classes.push_back(m_source->classOf(sample));
    return classes;
}

const PictureReader* SourceReader::pictureReader() const
{
    const std::vector<SampleInput>& inputs = m_source->info().inputs;
    return inputs.size() == 1 && inputs.front().shape.size() == 3 ? this : nullptr;
}

Result<SamplePictures> SourceReader::pictures(std::span<const std::vector<TokenId>> windows) const
{
    KERF_TRY(SampleBatch batch, m_source->readThese(samplesOf(windows)));
    SamplePictures pictures;
    pictures.input = pictureSize(m_source->info().inputs.front().shape);
    pictures.placements = std::move(batch.placements);
    if (pictures.placements.empty()) // arrays: what the network sees is the picture
        pictures.placements.assign(windows.size(), PicturePlacement { 1, 1, 0, 0, pictures.input });
    if (m_source->info().labels == LabelKind::Boxes)
        pictures.truths = std::move(batch.boxes);
    return pictures;
}

std::vector<std::int64_t> SourceReader::samplesOf(std::span<const std::vector<TokenId>> windows) const
{
    std::vector<std::int64_t> samples;
    samples.reserve(windows.size());
    for (const std::vector<TokenId>& window : windows)
        samples.push_back(m_samples.at(window));
    return samples;
}

} // namespace kerf::core
