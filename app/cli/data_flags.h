// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/jobs/project.h"
#include "core/plan/plan.h"

namespace kerf::cli {

/// --calibration, --window, --samples, --add-bos, --field, --sample-seed: how texts are chosen and cut, the same for
/// every verb.
void addCalibration(CLI::App* verb, core::DataChoice& choice, bool required);
void addWindow(CLI::App* verb, core::DataChoice& choice);
/// What a list of texts may hold, for a flag's help.
inline constexpr const char* kTextKinds
    = "plain text, JSON lines, a JSON array, CSV or TSV, recognized by content; conversations by the chat template";

/// --requantize: a model that is quantized already is worked on all the same.
void addRequantize(CLI::App* verb, bool& requantize);

/// Settings of the methods: --damping, --activation-order, --no-scale-search, --setting. The names are those of the
/// plan's JSON.
struct SettingFlags {
    std::optional<double> damping; ///< of every method; otherwise each has its own
    std::string activationOrder = "static";
    bool noScaleSearch = false;
    std::vector<std::string> others; ///< "key=value" with the keys of the plan's JSON
};
void addSettings(CLI::App* verb, SettingFlags& flags);
/// Errors: InvalidArgument, naming the flag.
core::Result<core::MethodSettings> settingsOf(const SettingFlags& flags);

/// Transforms of a plan: --no-bn-fold, --equalize, --rotate, --rotate-online, --smooth, --awq; in this order.
struct TransformFlags {
    bool keepsNorms = false; ///< without the folding of BatchNormalizations that plans begin with
    bool equalize = false;
    bool rotate = false;
    bool rotateOnline = false;
    std::string smooth; ///< a number, or "search"
    bool awq = false;
};
void addTransforms(CLI::App* verb, TransformFlags& flags);
void addKeepNorms(CLI::App* verb, bool& keepsNorms); ///< --no-bn-fold alone
/// Takes the folding of BatchNormalizations out.
void keepNorms(std::vector<core::TransformChoice>& transforms);
/// What the flags make of the transforms that a plan begins with. Errors: InvalidArgument, naming the flag.
core::Result<std::vector<core::TransformChoice>> transformsOf(
    const TransformFlags& flags, std::vector<core::TransformChoice> starting, std::int64_t seed);

/// "int4-g64,int3-g64" and repeated flags to a list.
std::vector<std::string> splitList(const std::vector<std::string>& values);

} // namespace kerf::cli
