// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <QColor>
#include <QString>

namespace kerf::core {
struct LayerFormat;
}

namespace kerf::ui {

/// A format in two to five letters, for a cell without room for its name: the bits of a code behind a letter for the
/// family (none for integers, f for floats of 8 bits, n for code books, m for microscaling, q for llama.cpp), inputs
/// behind them: "4", "nf4" is "n4", "int8-channel+a8-token" is "8a8".
QString formatMark(const core::LayerFormat& format);

/// A colour for a format's name: the hue tells the family, the lightness the bits; grey is not quantized. Never the
/// only thing that tells formats apart: name or mark stands beside it.
QColor formatColor(const std::string& format);

} // namespace kerf::ui
