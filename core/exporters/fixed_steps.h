// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/exporters/exporter.h"
#include "core/exporters/target_checks.h"

namespace kerf::core {

/// The step by which a layer's inputs are rounded, whatever they are.
struct FixedStep {
    const QuantizedRow* row = nullptr;
    float step = 0;
};
/// Of the rows whose activation format has one. Errors: InvalidArgument: the run has none for a layer.
Result<std::vector<FixedStep>> fixedInputSteps(const ExportSource& source, const std::vector<QuantizedRow>& rows);

/// Every block's keys and values are float8 with one step, the only cache format that servers take from a checkpoint.
bool hasFloat8Cache(const ExportSource& source);
struct CacheSteps {
    std::string attention; ///< module of the block that has keys: "model.layers.0.self_attn"
    float keys = 0;
    float values = 0;
};
/// Of every block; none without such a cache. Errors: InvalidArgument: a family whose blocks have no keys of their own.
Result<std::vector<CacheSteps>> float8CacheSteps(const ExportSource& source);

/// A float32 scale beside the layers.
AddedTensor addedScale(std::string name, float scale, std::vector<std::int64_t> shape);

} // namespace kerf::core
