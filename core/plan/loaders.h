// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <string>

namespace kerf::core {

/// The runtimes that checkLoader (core/plan/plan.h) knows: "any" (only that every format can hold its layer), "vllm",
/// "transformers", "llama.cpp".
std::span<const std::string> loaders();

} // namespace kerf::core
