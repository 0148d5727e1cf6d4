// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>
#include <QColor>

#include "core/profile/profile.h"

namespace kerf::ui {

class PlanDocument;
class Selection;

/// The formats that keys set: all that the profile has, by bits per weight, and 16 bit at the end, with what each would
/// cost the selected layers. Keys 1…9 mean the nine of the present page; a page is chosen by setPage, and the one with
/// the selected layers' format comes up by itself.
class FormatPaletteModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { KeyColumn, FormatColumn, BitsColumn, KldColumn, ColumnCount };
    static constexpr int kPageSize = 9; ///< keys 1…9

    FormatPaletteModel(PlanDocument* document, Selection* selection, QObject* parent = nullptr);

    const QStringList& formats() const { return m_formats; }
    /// Format of key 1…9 on the present page; empty when there is none.
    QString formatOfKey(int key) const;
    /// The format that all selected layers have; empty when they differ or none is selected.
    QString currentFormat() const;
    int currentRow() const { return static_cast<int>(m_formats.indexOf(currentFormat())); } ///< -1 = none
    int pageCount() const { return (static_cast<int>(m_formats.size()) + kPageSize - 1) / kPageSize; }
    int page() const { return m_page; }
    void setPage(int page); ///< wraps round

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void keysChanged(); ///< keys mean other formats

private:
    void chooseFormats();
    void refresh();
    void compute() const;
    QString keyText(int row) const;
    QString display(int row, int column) const;

    PlanDocument* m_document;
    Selection* m_selection;
    QStringList m_formats;
    std::vector<double> m_bits; ///< typical, of each format
    int m_page = 0;
    /// What follows from plan, profile and selection: computed once when it is first asked for after a change.
    mutable bool m_known = false;
    mutable QString m_current;
    mutable std::vector<std::optional<core::Prediction>> m_costs;
};

} // namespace kerf::ui
