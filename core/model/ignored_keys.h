// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string_view>

#include "core/checkpoint/note.h"
#include "core/model/config_reader.h"

namespace kerf::core {

/// True for keys of config.json that say nothing about what the network computes from given tokens: names, versions,
/// training, special tokens, defaults of generation, types that loaders cast to. All others that are not read could
/// make it another network, and are told.
bool isBesideTheNetwork(std::string_view key);

/// A note on the keys that were not read and do say something of the network. Nothing: there are none.
std::optional<Note> ignoredKeysNote(const ConfigReader& config, std::string_view type);

} // namespace kerf::core
