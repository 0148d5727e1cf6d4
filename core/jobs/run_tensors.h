// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/format/format.h"
#include "core/graph/activation_linear.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// The quantized layer of a run, from its artifact; its hash is checked. Errors: BadFile (damaged: named), Io.
Result<QuantizedTensor> loadRunLayer(const Workspace& workspace, RowId run, const std::string& layer);
/// Replacements for every quantized layer of a run.
Result<Replacements> loadRun(const Workspace& workspace, RowId run);

using RunTensors = std::map<std::string, std::shared_ptr<const QuantizedTensor>>;

/// The quantized layers of a finished run, by name, hashes checked.
/// Errors: InvalidArgument (not finished), BadFile (damaged: named), Io.
Result<RunTensors> loadRunTensors(const Workspace& workspace, RowId run);

/// How the inputs of a run's quantized layers are rounded; layers with float inputs are not named.
Result<LayerActivations> loadRunActivations(const Workspace& workspace, RowId run);

/// A plan's cache formats with the fixed steps that calibration found, by block. Errors: BadFile, when one is missing.
Result<CacheSettings> cacheSettingsWith(
    const Plan& plan, const Network& network, const std::map<int, std::pair<float, float>>& steps);
/// How a run's blocks keep keys and values, with the steps that its calibration found.
Result<CacheSettings> loadRunCaches(const Workspace& workspace, RowId run, const Network& network);

} // namespace kerf::core
