// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QLabel;
class QTableView;

namespace kerf::ui {

class EmptyState;
class LayerFormatsModel;
class PlanDocument;
class Selection;

/// The formats of the current layer as a table. Enter or a double click gives the layer the format; Ctrl+C copies the
/// table.
class LayerFormatsPage : public QWidget {
    Q_OBJECT
public:
    LayerFormatsPage(PlanDocument* document, const Selection* selection, QWidget* parent = nullptr);

    QTableView* view() const { return m_view; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showLayer();
    void setFormat(int row);
    void copyTable() const;

    PlanDocument* m_document;
    LayerFormatsModel* m_model;
    QLabel* m_title;
    QLabel* m_facts;
    QTableView* m_view;
    EmptyState* m_empty;
};

} // namespace kerf::ui
