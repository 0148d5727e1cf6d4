// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

class QTableView;

namespace kerf::ui {

/// Makes a table a list of rows: one whole row is selected at a time, no grid, no row numbers, columns as wide as what
/// they hold but for `stretched`, which takes the rest.
void showAsRows(QTableView* view, int stretched);

} // namespace kerf::ui
