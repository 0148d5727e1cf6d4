// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QBoxLayout;
class QComboBox;
class QGridLayout;
class QTabWidget;

namespace kerf::ui {

class ChainPanel;
class GridPanel;
class NumberBench;
class NumberLine;
class NumberList;
class ValuePanel;
class Workbench;

/// What a format can hold, and what it makes of a number: list of formats, bits, number line, conversions, and weights
/// on a grid. With little room the list is a drop-down and parts are tabs.
class NumberFormatsPage : public QWidget {
    Q_OBJECT
public:
    explicit NumberFormatsPage(Workbench* workbench, QWidget* parent = nullptr);

    NumberBench* bench() const { return m_bench; }
    ValuePanel* value() const { return m_value; }
    NumberLine* line() const { return m_line; }
    NumberList* list() const { return m_list; }
    ChainPanel* chain() const { return m_chain; }
    GridPanel* grid() const { return m_gridPanel; }
    /// The format in hand, here and on the grid: any name that plans have.
    void showFormat(const QString& name);
    bool isWide() const { return m_wide; }
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeChoice();
    void arrange();
    void place();
    void placeParts(bool all);
    void choose(const QString& name);

    NumberBench* m_bench;
    NumberList* m_list;
    ValuePanel* m_value;
    NumberLine* m_line;
    ChainPanel* m_chain;
    GridPanel* m_gridPanel;
    QTabWidget* m_tabs;
    QWidget* m_choiceBar; ///< the list where there is no room for it
    QComboBox* m_choice;
    QGridLayout* m_layout;
    bool m_wide = false, m_tall = false;
};

} // namespace kerf::ui
