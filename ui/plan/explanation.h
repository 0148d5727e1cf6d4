// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

class QLabel;
class QWidget;

namespace kerf::ui {

/// A dim label of several lines, for the sentence that explains a choice.
QLabel* explanation(QWidget* parent);

} // namespace kerf::ui
