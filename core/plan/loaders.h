// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace kerf::core {

/// The runtimes that checkLoader (core/plan/plan.h) knows: "any" (only that every format can hold its layer), "vllm",
/// "transformers", "llama.cpp".
std::span<const std::string> loaders();

/// The formats with rounded inputs that vLLM's kernels take and compressed-tensors holds: a byte a weight, and for each
/// token a step of its own.
inline constexpr std::array<std::string_view, 3> kServedWithInputs { "int8-channel+a8-token",
    "fp8-e4m3-channel+afp8-token", "fp8-e4m3-tensor+afp8-token" };

} // namespace kerf::core
