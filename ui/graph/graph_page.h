// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QSpinBox;
class QStackedWidget;

namespace kerf::ui {

class ChartTable;
class GraphModel;
class GraphStrip;
class GraphView;
class PlanDocument;
class Selection;

/// The page of the graph: what is around a layer, how far, the whole network as a strip, and what the colours mean. T
/// shows the edges in view as a table.
class GraphPage : public QWidget {
    Q_OBJECT
public:
    GraphPage(const PlanDocument* document, Selection* selection, QWidget* parent = nullptr);

    GraphModel* model() const { return m_model; }
    GraphView* view() const { return m_view; }
    GraphStrip* strip() const { return m_strip; }

signals:
    void inspectorWanted();
    void failed(const QString& message);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeBar();
    void makeSteps(QWidget* bar);
    QWidget* makeFit(QWidget* bar);
    QWidget* makeExport(QWidget* bar);
    QWidget* makeFoot();
    void makeTable();
    void showTable(bool shown);
    void fillTable();
    void showView();
    void fitRoom();
    void showNote();
    void showLegend();

    GraphModel* m_model;
    GraphView* m_view;
    GraphStrip* m_strip;
    ChartTable* m_table;
    QAction* m_asTable;
    QStackedWidget* m_stack;
    QLabel* m_around = nullptr;
    QLabel* m_count = nullptr;
    QSpinBox* m_steps = nullptr;
    QLabel* m_legend = nullptr;
    QLabel* m_note = nullptr; ///< what the plan does before the current node
    QWidget* m_bar; ///< makes the labels: after them
    QWidget* m_foot;
};

} // namespace kerf::ui
