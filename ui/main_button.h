// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialogButtonBox>

class QPushButton;

namespace kerf::ui {

/// Adds the button that a dialog is for, in the accent colour. In the accepting role it is also what Return presses.
QPushButton* addMainButton(QDialogButtonBox* buttons, const QString& text, const QString& name,
    QDialogButtonBox::ButtonRole role = QDialogButtonBox::AcceptRole);

} // namespace kerf::ui
