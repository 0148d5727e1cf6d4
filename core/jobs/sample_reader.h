// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <vector>

#include "core/data/sample_source.h"
#include "core/evaluate/picture_reader.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// Samples of a source that stand alone, by the windows that stand for them.
class SourceReader final : public SampleReader, private PictureReader {
public:
    explicit SourceReader(SampleSourcePtr source)
        : m_source(std::move(source))
    {
    }
    void add(const std::vector<TokenId>& window, std::int64_t sample) { m_samples.emplace(window, sample); }

    Result<std::vector<Matrix>> read(std::span<const std::vector<TokenId>> windows) const override;
    std::vector<std::int64_t> classes(std::span<const std::vector<TokenId>> windows) const override;
    std::string nameOf(const std::vector<TokenId>& window) const override
    {
        return m_source->nameOf(m_samples.at(window));
    }
    std::vector<std::string> classNames() const override { return m_source->info().classes; }
    const PictureReader* pictureReader() const override;

private:
    std::filesystem::path fileOf(const std::vector<TokenId>& window) const override
    {
        return m_source->fileOf(m_samples.at(window));
    }
    Result<SamplePictures> pictures(std::span<const std::vector<TokenId>> windows) const override;
    std::vector<std::int64_t> samplesOf(std::span<const std::vector<TokenId>> windows) const;

    SampleSourcePtr m_source;
    std::map<std::vector<TokenId>, std::int64_t> m_samples;
};

} // namespace kerf::core
