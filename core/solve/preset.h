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
#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// Formats for a part of the layers. A later rule wins over an earlier one.
struct PresetRule {
    std::vector<std::string> roles; ///< LayerInfo::role; empty: any
    std::string match; ///< regular expression on the layer's name; empty: any
    /// Only the first and the last eighth of the blocks and every third between: llama.cpp's "more bits".
    bool moreBitsBlocks = false;
    std::vector<std::string> formats; ///< the first that the layer's shape takes
};

/// Keeps layers in 16 bit whose predicted KL divergence is above a threshold.
struct PresetThreshold {
    std::string format; ///< in which the layers are compared
    double share = 0; ///< the threshold as the share of the layers that may be above it, used when kld is not set
    std::optional<double> kld; ///< the threshold itself, nats
};

/// Settings that people know by the name of a tool, as data: resources/presets/*.json, built into the program.
struct Preset {
    std::string name;
    std::string summary; ///< one plain sentence
    std::string basis; ///< whose settings these are, and what of them
    std::vector<std::string> formats; ///< of the layers no rule names; the first that a layer's shape takes
    std::string method;
    QuantizeMode mode = QuantizeMode::Independent;
    Json settings = Json::object(); ///< of the method, as in a plan
    std::vector<PresetRule> rules;
    std::optional<PresetThreshold> keep;
    Json transforms; ///< as a plan's "transforms"; null: none
    Json kv; ///< as a plan's "kv"; null: 16 bit
    std::int64_t windows = 0; ///< calibration windows that the settings ask for; 0: any
};

/// Errors: BadFile: a key is missing, unknown or of the wrong type.
Result<Preset> presetFromJson(const Json& json, const std::string& what);
Result<Preset> readPreset(const std::filesystem::path& file);

/// The built-in presets whose formats, methods, settings, transforms and KV-cache formats all exist in this program.
std::vector<Preset> availablePresets(const Network& network);
/// A built-in preset by its name, or one in a file. Errors: InvalidArgument, listing those that are available; BadFile.
Result<Preset> findPreset(const std::string& nameOrFile, const Network& network);

/// Sets the strength of the preset's SmoothQuant. False when it has none.
bool setPresetSmoothing(Preset& preset, double strength);
/// The strength of the preset's SmoothQuant, when it has one.
std::optional<double> presetSmoothing(const Preset& preset);

struct PresetPlan {
    Plan plan; ///< named like the preset
    std::vector<std::string> kept; ///< layers above the threshold
    double threshold = 0; ///< nats; 0 without one
    std::vector<std::string> unfit; ///< layers whose shape takes none of the preset's formats: they keep 16 bits
    std::vector<std::string> notes; ///< what the preset asks for and the plan does without: sentences
};
/// What a preset makes of a model. `profile` may be null unless the preset has a threshold. To adjust a preset, change
/// its members before. SmoothQuant is left out where no layer's inputs are rounded: it makes weights harder to round,
/// and only inputs gain. Errors: InvalidArgument (needs a profile; a format, method or setting that does not exist).
Result<PresetPlan> presetPlan(const Preset& preset, const Network& network, const Profile* profile);

} // namespace kerf::core
