// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

#include "core/exporters/exporter.h"

namespace kerf::ui {

/// What was written: path, size, what was verified, notes, and how the runtimes load it.
class ExportPage : public QWidget {
    Q_OBJECT
public:
    ExportPage(const core::ExportReport& report, const QString& target, const QString& run, QWidget* parent = nullptr);
};

/// The lines of code that load an exported folder in each of the runtimes that do: name of the runtime and text.
QList<std::pair<QString, QString>> loadingRecipes(
    const QString& target, const QString& folder, const std::vector<std::string>& loadedBy);

} // namespace kerf::ui
