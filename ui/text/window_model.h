// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>

#include "ui/text/shown_text.h"

namespace kerf::ui {

/// The windows of a text: number, first words, mean KLD and its 99 % quantile. In the text's order; a proxy sorts by
/// SortRole.
class WindowModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NumberColumn, StartColumn, MeanColumn, P99Column, ColumnCount };
    static constexpr int SortRole = Qt::UserRole;
    static constexpr int TextRole = Qt::UserRole + 1; ///< all of the window's text, to find in

    using QAbstractTableModel::QAbstractTableModel;

    void setText(const ShownTextPtr& text);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ShownTextPtr m_text;
};

/// The classes of tokens that a text has: mean KLD and share of the tokens.
class ClassModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, MeanColumn, ShareColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setText(const ShownTextPtr& text);
    core::TokenClass kindOf(int row) const { return m_classes[static_cast<std::size_t>(row)].kind; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<core::ClassSummary> m_classes;
};

} // namespace kerf::ui
