// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <vector>

#include <QString>
#include <QWidget>

class QAction;
class QLabel;
class QPushButton;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace kerf::core {
struct Decision;
}

namespace kerf::ui {

class Actions;
class DecideForm;
class DecidePanel;
class DecisionDesk;
class Workbench;

/// One sentence that a person can sign, and why: which format, does it fit, is it good enough, does it pay. Where there
/// is room the four parts stand side by side with the form; else they are tabs under the verdict, the form the first.
class DecidePage : public QWidget {
    Q_OBJECT
public:
    DecidePage(Workbench* workbench, Actions* actions, QWidget* parent = nullptr);

    /// Of the tabs: side by side is for those who have the room.
    QSize minimumSizeHint() const override;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// What comes next: the button's text, and what it does; nothing where there are several ways.
    struct Step {
        QString text;
        std::function<void()> take {};
    };
    QWidget* makeVerdict();
    void place(bool wide);
    void showVerdict();
    void takeStep();
    Step stepAfter(const core::Decision& decision);
    QAction* measuringAction(const core::Decision& decision) const;

    DecisionDesk* m_desk;
    Actions* m_actions;
    QLabel *m_headline, *m_detail;
    QPushButton* m_next;
    QToolButton* m_whole; ///< gives the page the window
    DecideForm* m_form;
    QScrollArea* m_formArea;
    std::vector<DecidePanel*> m_panels;
    QStackedWidget* m_stack;
    QSplitter *m_wide, *m_upper, *m_lower;
    QTabWidget* m_tabs;
    bool m_isWide = false;
};

} // namespace kerf::ui
