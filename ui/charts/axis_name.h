// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

class QCPAxis;

namespace kerf::ui {

/// Names an axis with unit and direction in words, or where there is no room for them in brief, with an arrow.
void nameAxis(QCPAxis* axis, const QString& whole, const QString& brief);

} // namespace kerf::ui
