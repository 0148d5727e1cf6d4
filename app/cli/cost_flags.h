// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "core/base/result.h"
#include "core/decide/cost.h"

namespace kerf::cli {

/// Flags of verbs that reckon what serving costs: one for each input, a number or LOW,VALUE,HIGH.
struct CostFlags {
    std::map<std::string, std::string> typed; ///< by flag

    void add(CLI::App* verb);
    bool has(const std::string& flag) const { return typed.contains(flag); }
    /// Writes what was typed over the inputs; an empty text makes an input what it is by default. Errors:
    /// InvalidArgument, naming flag and text.
    core::Status fill(core::CostInputs& inputs) const;
};

} // namespace kerf::cli
