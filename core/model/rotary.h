// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/model/config_reader.h"

namespace kerf::core {

/// Angles of a rotary position embedding: pair i turns by position * frequencies[i]; cosine and sine are multiplied by
/// magnitude (yarn's attention factor).
struct Rotary {
    std::vector<double> frequencies;
    double magnitude = 1;
};

/// What the model's own configuration adds to its rope settings.
struct RotaryContext {
    std::int64_t headDim = 0;
    double fraction = 1; ///< of head_dim that rotates, when the settings do not say
    double theta = 10000; ///< when the settings do not say
    std::int64_t maxPositions = 0;
};

/// From a `rope_parameters` or `rope_scaling` object. Kinds: default, linear, llama3 and yarn
/// (Peng et al., arXiv 2309.00071); "type" and "rope_type" are the same.
/// Errors: BadFile (unknown or unsupported kind, missing or impossible factors).
Result<Rotary> readRotary(const ConfigReader& settings, const RotaryContext& context);

/// Cosines and sines of positions [0, n): [n, pairs].
struct RotaryTable {
    Matrix cosine;
    Matrix sine;
};

/// Computes tables once and grows them when longer windows come. Thread-safe.
class RotaryTables {
public:
    explicit RotaryTables(Rotary rotary)
        : m_rotary(std::move(rotary))
    {
    }
    /// At least `positions` rows.
    std::shared_ptr<const RotaryTable> table(std::int64_t positions) const;

private:
    Rotary m_rotary;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const RotaryTable> m_table;
};

} // namespace kerf::core
