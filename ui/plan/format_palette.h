// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QLabel;
class QTableView;

namespace kerf::ui {

class FormatPaletteModel;
class PlanDocument;
class PlanPickers;
class Selection;

/// The list of formats beside the heatmap: a click (or Enter) gives the selected layers that format.
class FormatPalette : public QWidget {
    Q_OBJECT
public:
    FormatPalette(FormatPaletteModel* model, PlanDocument* document, Selection* selection, QWidget* parent = nullptr);

    QTableView* view() const { return m_view; }
    PlanPickers* pickers() const { return m_pickers; }

signals:
    void formatShown(const QString& format); ///< its bits and values are wanted

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateCaption();
    void fitColumns();
    void addShowAction(const FormatPaletteModel* model);

    PlanDocument* m_document;
    Selection* m_selection;
    QLabel* m_caption;
    QTableView* m_view;
    PlanPickers* m_pickers;
};

} // namespace kerf::ui
