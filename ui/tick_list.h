// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include <QListWidget>

namespace kerf::ui {

/// Names to tick, each with a sentence about it as its tool tip.
class TickList : public QListWidget {
    Q_OBJECT
public:
    TickList(const QString& name, const QString& title, QWidget* parent);

    /// The names side by side, as many as fit, in at most so many lines before it scrolls.
    void flow(int lines);
    void add(const std::string& text, const std::string& sentence, bool ticked);
    std::vector<std::string> ticked() const;
};

} // namespace kerf::ui
