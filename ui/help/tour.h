// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <vector>

#include <QFrame>
#include <QPointer>

class QLabel;
class QPushButton;

namespace kerf::ui {

class Actions;
class Workbench;

/// The main job in five steps, each said beside what it is done with: a bubble that points, and goes on by itself when
/// the step was done. It never stands in the way: everything else works meanwhile.
class Tour : public QFrame {
    Q_OBJECT
public:
    Tour(Workbench* workbench, Actions* actions, QWidget* window);

    void start();
    /// Once for each user, when the program starts without a model.
    static bool isFirstTime();
    int step() const { return m_step; } ///< from 0; -1: not shown
    QString text() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Step {
        QString title, text;
        std::function<QWidget*()> target; ///< may be null, or not in view: the bubble then stands in the middle
        std::function<bool()> isDone;
    };
    void makeSteps(Actions* actions);
    void makeBubble();
    void follow(); ///< whatever may finish a step
    void show(int step);
    void goOn(); ///< past steps that are done
    void place();
    void finish();
    QWidget* buttonOf(const QObject* action) const;

    Workbench* m_workbench;
    QWidget* m_window;
    std::vector<Step> m_steps;
    int m_step = -1;
    bool m_exported = false;
    QFrame* m_ring; ///< round the target
    QPointer<QWidget> m_target;
    QLabel *m_title, *m_text, *m_count;
    QPushButton *m_back, *m_next;
};

} // namespace kerf::ui
