// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>

#include <QWidget>

class QLabel;
class QTabWidget;

namespace kerf::ui {

class ChannelChart;
class Inspection;
class WeightChart;
class Workbench;

/// The wide charts of the selected layer: its weights and inputs, its Hessian, and what the selected run made of it.
class InspectorStrip : public QWidget {
    Q_OBJECT
public:
    InspectorStrip(Inspection* inspection, Workbench* workbench, QWidget* parent = nullptr);

    /// One chart above the other, for a narrow place; else side by side.
    void setStacked(bool stacked);
    WeightChart* weights() const { return m_weights; }
    ChannelChart* inputs() const { return m_inputs; }
    QSize sizeHint() const override;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makePair(QWidget* left, QWidget* right);
    void makePages();
    void update();
    void showLayerName();
    void showWeights();
    void showInputs();
    void showRun();
    void clear(const QString& why);

    Inspection* m_inspection;
    Workbench* m_workbench;
    QTabWidget* m_tabs;
    QLabel* m_layer; ///< name and shape
    WeightChart* m_weights;
    ChannelChart *m_inputs, *m_diagonal, *m_spectrum, *m_rows, *m_columns, *m_codes;
};

} // namespace kerf::ui
