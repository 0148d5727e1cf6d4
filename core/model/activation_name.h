// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/activation.h"

namespace kerf::core {

/// The activation that config.json calls so ("gelu_new"). Nothing: unknown.
std::optional<kernels::Activation> activationNamed(std::string_view name);
/// "silu, gelu, …": for error messages.
std::string activationNames();

} // namespace kerf::core
