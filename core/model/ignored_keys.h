// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string_view>

namespace kerf::core {

/// True for keys of config.json that say nothing about what the network computes from given tokens: names, versions,
/// training, special tokens, defaults of generation, types that loaders cast to. All others that are not read could
/// make it another network, and are told.
bool isBesideTheNetwork(std::string_view key);

} // namespace kerf::core
