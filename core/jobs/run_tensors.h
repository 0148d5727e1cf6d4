// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/format/format.h"
#include "core/graph/activation_linear.h"
#include "core/quantize/method.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// The quantized layers of a run, from their artifacts. Their rows are read once, so that unlike the workspace it can
/// be used on any thread.
class RunLayers {
public:
    static Result<RunLayers> open(const Workspace& workspace, RowId run);
    std::vector<std::string> names() const;
    /// One of them; its hash is checked. Errors: InvalidArgument (not finished, or kept as floats), BadFile (damaged:
    /// named), Io.
    Result<QuantizedTensor> load(const std::string& layer) const;
    /// The same with what is added to its outputs and with its report.
    Result<LayerResult> loadWhole(const std::string& layer) const;
    /// contentHash() of a layer, as the run stored it; nothing for a layer without codes.
    std::optional<std::string> hash(const std::string& layer) const;

private:
    RunLayers(std::filesystem::path arrays, RowId run)
        : m_arrays(std::move(arrays))
        , m_run(run)
    {
    }

    struct Artifact {
        std::string key, hash;
    };
    std::filesystem::path m_arrays;
    RowId m_run = 0;
    std::map<std::string, Artifact> m_artifacts; ///< by layer; without those that have none
};

using RunTensors = std::map<std::string, std::shared_ptr<const QuantizedTensor>>;

/// What is added to the outputs of layers, by layer: where the run's plan corrects biases.
using LayerShifts = std::map<std::string, Vector>;

/// Operators that run these codes; layers named in `activations` round their inputs, those in `shifts` add to their
/// outputs. Errors: as makeActivationLinear.
Result<Replacements> replacementsOf(
    const RunTensors& tensors, const LayerActivations& activations, const LayerShifts& shifts = {});

/// Of a finished run; none where its plan does not correct biases, or had no data to correct them by. Errors: as
/// loadRunTensors; BadFile: another run made a lost layer again without.
Result<LayerShifts> loadRunShifts(const Workspace& workspace, RowId run, const Network& network);

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
