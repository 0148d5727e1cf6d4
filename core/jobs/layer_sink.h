// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/workspace/workspace.h"

namespace kerf::core {

/// Where what is finished of a plan is noted while it is carried out, and looked for when it goes on: the rows of a
/// run, or a trial that nobody sees.
class LayerSink {
public:
    using CacheSteps = std::map<int, std::pair<float, float>>; ///< by block: of keys, of values

    LayerSink() = default;
    LayerSink(const LayerSink&) = delete;
    LayerSink& operator=(const LayerSink&) = delete;
    virtual ~LayerSink() = default;

    virtual Result<std::vector<RunLayerRow>> layers() const = 0; ///< finished ones
    virtual Result<std::optional<RunLayerRow>> layer(const std::string& name) const = 0;
    virtual Status addLayer(const RunLayerRow& row) = 0; ///< replaces the one of the same name
    virtual Result<CacheSteps> cacheSteps() const = 0;
    virtual Status setCacheSteps(int block, float keyStep, float valueStep) = 0;
    virtual Result<NamedQuantizers> valueQuantizers() const = 0;
    virtual Status setValueQuantizers(const NamedQuantizers& quantizers) = 0; ///< replaces all
    /// A file beside the layers that the plan needs, such as the factors of its transforms.
    virtual Status addArtifact(const std::string& kind, const std::filesystem::path& path, const std::string& hash) = 0;
};

} // namespace kerf::core
