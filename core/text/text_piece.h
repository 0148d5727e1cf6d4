// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace kerf::core {

/// A piece of text on its way to the model.
struct TextPiece {
    std::string text;
    bool first = false; ///< starts where the whole input starts
    bool continued = false; ///< goes on where another ended: nothing is put before it
};

} // namespace kerf::core
