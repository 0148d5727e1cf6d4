// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/profile/profile.h"

namespace kerf::core {

/// What predictions ask of a format's name.
struct FormatFacts {
    std::string weight; ///< name without the activations
    int bits = 0; ///< of a code
    bool isUnquantized = false;
    bool hasActivation = false;
};
/// Parsed once a thread. Null: not a format.
const FormatFacts* formatFacts(const std::string& name);

/// KLD per unit of relative error at codes of so many bits, by the profile's method: from the measured format nearest
/// in bits (ties: fewer bits), not with activations, whose part of the KLD is not the error's; the layer's own slope
/// when there is none.
Prediction slopeAt(const LayerProfile& layer, int bits);

/// predictFormat before measured plans correct it.
std::optional<Prediction> uncorrected(const LayerProfile& layer, const std::string& format, const FormatFacts& facts);

} // namespace kerf::core
