// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;
class QTableWidget;

namespace kerf::ui {

class GridLookup;
class GroupChart;
class Workbench;

/// The selected layer's weights on the grid of a format, one group at a time, and the error of other formats on the
/// whole layer by round to nearest.
class GridPanel : public QWidget {
    Q_OBJECT
public:
    explicit GridPanel(Workbench* workbench, QWidget* parent = nullptr);

    GroupChart* chart() const { return m_chart; }
    QTableWidget* errors() const { return m_errors; }
    QString titleText() const;
    void showFormat(const QString& format); ///< of a weight: "nf4-b64"

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeBar();
    void makeTable();
    void update();
    void showGroup();
    void showErrors();

    GridLookup* m_lookup;
    QLabel* m_title;
    QSpinBox* m_group;
    QComboBox* m_format;
    GroupChart* m_chart;
    QLabel* m_caption;
    QTableWidget* m_errors;
};

} // namespace kerf::ui
