// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/model/decoder_config.h"
#include "core/model/gguf_family.h"

namespace kerf::core {

/// What all plain frequencies are divided by; nothing when they differ.
std::optional<float> ggufRopeFactor(const RotaryAngles& rotary);
/// What llama.cpp divides each of the plain frequencies by (rope_freqs.weight); empty: no such tensor.
std::vector<float> ggufRopeFactors(const GgufFamily& family, const DecoderConfig& config);
/// Each so many-th block sees all positions, the others a window: 0 for none.
std::int64_t ggufWindowPeriod(const DecoderConfig& config);
/// Whether blocks that see a window have frequencies of their own.
bool turnsByWindow(const DecoderConfig& config);

} // namespace kerf::core
