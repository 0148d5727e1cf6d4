// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/main_button.h"

#include <QPushButton>

namespace kerf::ui {

QPushButton* addMainButton(
    QDialogButtonBox* buttons, const QString& text, const QString& name, QDialogButtonBox::ButtonRole role)
{
    auto* button = new QPushButton(text, buttons);
    button->setObjectName(name);
    button->setProperty("primary", true); // before the box shows it to the style, which looks only once
    buttons->addButton(button, role);
    button->setDefault(role == QDialogButtonBox::AcceptRole);
    return button;
}

} // namespace kerf::ui
