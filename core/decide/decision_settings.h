// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/decide/advice.h"
#include "core/decide/cost.h"

namespace kerf::core {

/// What a decision on a model depends on beside the model and its runs: the machine, the use, what may be lost, money.
/// It belongs to the project; runs have results only.
struct DecisionSettings {
    std::int64_t run = 0; ///< that is decided about, by its number; 0: the plan in hand
    std::string device {}; ///< of the table, by name; empty: not chosen yet
    std::filesystem::path devices {}; ///< a person's own table
    double memory = 0; ///< GiB of a device; 0: as the table says
    int cards = 1;
    Use use {};
    std::string cache = "kv-f16"; ///< format of keys and values
    Tolerance tolerance = Tolerance::Normal;
    bool isHighStakes = false;
    std::vector<std::string> requirements {}; ///< as parseRequirement takes them; all must hold
    CostInputs costs {}; ///< a price or requests of 0: not given yet. Its loss is that of the gate
    std::optional<Assumption> loss {}; ///< in place of what the gate measured
    double insteadMachines = 0; ///< of another kind that would serve the model as it is; 0: none are thought of
    double insteadPrice = 0; ///< of one of them, an hour
    std::string currency = "$"; ///< a sign or a word, see withCurrency

    bool hasCosts() const { return costs.price.value != 0 && costs.requests.value != 0; }
};

/// Errors: InvalidArgument, naming the value (out of its range, not a number; a requirement or format that cannot be
/// read; a table of devices that is none).
Status checkDecision(const DecisionSettings& settings);

/// Every value by its name.
Json toJson(const DecisionSettings& settings);
/// Values that are missing stay as they are by default. Errors: BadFile, naming `what` and the value that is none or
/// that checkDecision() refuses.
Result<DecisionSettings> decisionSettingsFromJson(const Json& json, const std::string& what);

} // namespace kerf::core
