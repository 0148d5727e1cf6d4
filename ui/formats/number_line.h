// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/format/number_view.h"
#include "ui/inspector/titled_chart.h"

class QCPGraph;
class QCPItemStraightLine;
class QCPItemText;
class QComboBox;
class QMenu;
class QToolButton;

namespace kerf::ui {

class NumberBench;

/// The values of several formats on one line each: all of them with the largest at 1, or those around the number in
/// hand. Values closer than a pixel are drawn as a band. A click takes the value under it.
class NumberLine : public TitledChart {
    Q_OBJECT
public:
    explicit NumberLine(NumberBench* bench, QWidget* parent = nullptr);

    QStringList formats() const; ///< names, the one in hand first
    void setAround(bool around);
    void setLogarithmicLine(bool logarithmic);
    int tickCount(int row) const; ///< values drawn one by one
    bool hasBand(int row) const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;

private:
    struct Row {
        core::NumberView view;
        double unit = 1; ///< what is drawn at 1
        QVector<double> ticks;
        QVector<double> bands; ///< begin and end of each
    };
    void makeControls();
    void makeFormatMenu();
    void chooseRows();
    void fill();
    void chooseRange();
    void collect(Row& row) const;
    void addGraphs();
    void setPowersOfTen();
    void nameRows();
    void fitTicks();
    void placeMarker();
    bool isAround() const;
    bool isLogarithmic() const;
    void takeValueAt(const QPoint& at);

    NumberBench* m_bench;
    QStringList m_others; ///< names of the formats beside the one in hand
    std::vector<Row> m_rows;
    double m_low = -1, m_high = 1;
    QComboBox* m_spacing;
    QComboBox* m_range;
    QToolButton* m_choose;
    QMenu* m_menu;
    QCPItemStraightLine* m_marker;
    QCPItemText* m_markerText;
};

} // namespace kerf::ui
