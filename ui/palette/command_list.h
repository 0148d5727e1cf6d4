// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <vector>

#include <QAbstractListModel>
#include <QString>

namespace kerf::ui {

/// One thing that the command palette can do.
struct Command {
    QString group; ///< where it comes from: a menu, "Run", "Layer"
    QString text;
    QString keys; ///< shortcut; empty: none
    QString problem; ///< why it cannot be done now; empty: it can
    std::function<void()> run;
};

/// The commands that answer what was typed, the best first.
class CommandList : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { GroupRole = Qt::UserRole + 1, KeysRole, ProblemRole };
    static constexpr int kMostShown = 60; ///< nobody reads on; typing more is faster

    using QAbstractListModel::QAbstractListModel;

    void setCommands(std::vector<Command> commands);
    /// An empty query shows the commands in their own order.
    void setQuery(const QString& query);
    const Command& command(int row) const { return m_commands[m_shown[static_cast<std::size_t>(row)]]; }
    int matchCount() const { return m_matches; } ///< more than are shown, perhaps

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<Command> m_commands;
    std::vector<std::size_t> m_shown;
    int m_matches = 0;
};

} // namespace kerf::ui
