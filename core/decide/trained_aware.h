// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kerf::core {

/// Files and folders in a model's folder, and beside it, whose names say that they come from quantization-aware
/// training ("gemma-3-27b-it-qat-q4_0.gguf"), sorted. Unreadable folders have none.
std::vector<std::string> trainedAwareBeside(const std::filesystem::path& model);

} // namespace kerf::core
