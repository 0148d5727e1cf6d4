// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include <QString>

class QComboBox;
class QMenu;

namespace kerf::ui {

/// The formats of one family, in order of bits.
struct FormatGroup {
    QString name; ///< "Integers", "llama.cpp"
    std::vector<std::string> formats;
};
/// Every format of the registry's list, by family.
std::vector<FormatGroup> formatGroups();

/// A submenu a family; each format with its sentence as tool tip.
void fillFormatMenu(QMenu* menu, const std::function<void(const std::string& format)>& chosen);
/// Every format, family after family, with a line between them and the sentence as tool tip.
void fillFormatChoice(QComboBox* choice);

} // namespace kerf::ui
