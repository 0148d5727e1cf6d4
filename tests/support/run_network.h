// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <vector>

#include "core/model/network.h"

namespace kerf::test {

struct NetworkRun {
    std::vector<core::Matrix> hidden; ///< after each block, all windows
    core::Matrix logits; ///< of all tokens
};

/// All blocks and the head over windows, with replaced layers if any.
core::Result<NetworkRun> runNetwork(const core::Network& network,
    const std::vector<std::vector<core::TokenId>>& windows, const core::Replacements* replacements = nullptr);

/// Rows of the I64 tensor `input_ids` ([windows, tokens], or [tokens]) of a safetensors file.
core::Result<std::vector<std::vector<core::TokenId>>> readTokenWindows(const std::filesystem::path& file);

} // namespace kerf::test
