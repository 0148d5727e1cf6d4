// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QColor>

namespace kerf::ui {

class PlanDocument;
class Selection;

/// The formats that keys 1…9 set, by bits per weight, with what each would cost the selected layers.
class FormatPaletteModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { KeyColumn, FormatColumn, BitsColumn, KldColumn, ColumnCount };

    FormatPaletteModel(PlanDocument* document, Selection* selection, QObject* parent = nullptr);

    const QStringList& formats() const { return m_formats; }
    /// Format of key 1…9; empty when there is none.
    QString formatOfKey(int key) const;
    /// The format that all selected layers have; empty when they differ or none is selected.
    QString currentFormat() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void chooseFormats();
    void refresh();
    QString kldText(const QString& format) const;

    PlanDocument* m_document;
    Selection* m_selection;
    QStringList m_formats;
};

} // namespace kerf::ui
