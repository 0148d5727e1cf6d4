// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

namespace kerf::ui {

/// Names that become the entries of one menu, each with its first letter or digit that no entry before it has marked by
/// "&"; without a mark where all are taken.
QStringList withMnemonics(QStringList names);

} // namespace kerf::ui
