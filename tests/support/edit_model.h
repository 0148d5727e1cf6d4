// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoint/safetensors_writer.h"

namespace kerf::test {

/// A tensor with its bytes.
struct OwnedTensor {
    core::TensorSpec spec;
    std::vector<std::byte> bytes;
};
OwnedTensor floatTensor(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values);

/// Changes keys of a folder's config.json; a null value takes the key away.
core::Status editConfig(const std::filesystem::path& folder, const core::Json& changes);
/// Rewrites a folder's model.safetensors.
core::Status editTensors(
    const std::filesystem::path& folder, const std::function<void(std::map<std::string, OwnedTensor>&)>& edit);
/// The same tensors in `count` shards, model-00001-of-…, without an index.
core::Status splitIntoShards(const std::filesystem::path& folder, int count);

} // namespace kerf::test
