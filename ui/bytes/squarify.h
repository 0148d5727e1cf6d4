// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QRectF>

namespace kerf::ui {

/// Fills a room with one rectangle a number, with areas in proportion to the numbers and sides as equal as a simple
/// rule makes them (Bruls, Huizing, van Wijk, "Squarified Treemaps", 2000). @pre the numbers fall and are not negative;
/// those that are 0 get empty rectangles.
std::vector<QRectF> squarify(const std::vector<double>& numbers, const QRectF& room);

} // namespace kerf::ui
