// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <string_view>

namespace kerf::core {

/// The texts of resources/presets/*.json, in the order of the files' names. The source is written by CMake.
std::span<const std::string_view> presetTexts();

} // namespace kerf::core
