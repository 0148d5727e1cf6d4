// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/model/opened_network.h"

namespace kerf::core {

/// Whether a path holds a configuration and no weights: a *.json file, or a folder with nothing but config.json of what
/// opens as a model.
bool isOutline(const std::filesystem::path& path);

/// A network known from its config.json alone: shapes, caches and sizes of a model that is not here. Its weights cannot
/// be read, so that it cannot be run. Which head an encoder has is not known: that of a classifier of texts with two
/// labels is taken. Errors: BadFile (no such file; a family that is not known).
Result<OpenedNetwork> openOutline(const std::filesystem::path& path);

} // namespace kerf::core
