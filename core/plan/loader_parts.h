// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/loaders.h"

/// What the files of single loaders share. Inside this room only.
namespace kerf::core {

using PlacedLayers = std::vector<PlacedLayer>;
using PlanProblems = std::vector<PlanProblem>;

/// Whether a row of the table is a rule or a known fault.
inline constexpr bool kRule = false, kFault = true;

/// Layers with the same problem share one message. `rule` gives the end of "<layers>: …", empty where nothing is wrong.
PlanProblems layerProblems(const PlacedLayers& layers, const std::function<std::string(const PlacedLayer&)>& rule);
std::vector<std::string> namesOf(const PlacedLayers& layers);
/// Integers with a scale for every group or row.
bool isPlainInteger(const Format& format);
bool isFloat8(const Format& format); ///< E4M3
bool roundsInputs(const PlacedLayer& placed);
/// The online part of a rotation, which no runtime has.
PlanProblems onlineRotation(std::string_view loader, const Plan& plan);

std::span<const LoaderRule> vllmRules();
std::span<const LoaderRule> transformersRules();
std::span<const LoaderRule> llamaCppRules();
std::span<const LoaderRule> tensorRtRules();

} // namespace kerf::core
