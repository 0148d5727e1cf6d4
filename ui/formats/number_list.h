// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>
#include <QWidget>

#include "core/format/number_type.h"

class QLabel;
class QSortFilterProxyModel;
class QTableView;

namespace kerf::ui {

class NumberBench;
class PlanDocument;

/// All kinds of numbers with bits, largest value and decimal digits; below them the formats of the plan.
class NumberListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { FormatColumn, BitsColumn, LargestColumn, DigitsColumn, ColumnCount };
    static constexpr int kNameRole = Qt::UserRole; ///< what NumberBench::setFormat takes
    static constexpr int kFilterRole = Qt::UserRole + 1; ///< title, name, bits and summary

    explicit NumberListModel(QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        const core::NumberType* type;
        double largest;
        std::optional<double> digits;
    };
    std::vector<Row> m_rows;
};

/// The list with its filter, "Used by the plan", and the keys of the page.
class NumberList : public QWidget {
    Q_OBJECT
public:
    NumberList(NumberBench* bench, PlanDocument* document, QWidget* parent = nullptr);

    QTableView* view() const { return m_view; }
    QString usedText() const; ///< "int4-g128: 22 layers", a line each

signals:
    void formatChosen(const QString& name);

private:
    void showCurrent();
    void showUsed();
    void showCount();

    NumberBench* m_bench;
    PlanDocument* m_document;
    QLabel* m_count;
    QTableView* m_view;
    QSortFilterProxyModel* m_filtered;
    QLabel *m_usedTitle, *m_used;
};

} // namespace kerf::ui
