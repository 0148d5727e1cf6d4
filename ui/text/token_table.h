// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "ui/text/shown_text.h"

namespace kerf::ui {

/// The tokens of windows first … last as a table with a head line: comma-separated (RFC 4180) or with tabs, for
/// spreadsheets. No thousands separators, a point for decimals.
QString tokenTable(const ShownText& text, int first, int last, QChar separator);

} // namespace kerf::ui
