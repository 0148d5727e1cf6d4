// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QByteArray>
#include <QObject>
#include <QTimer>

class QDockWidget;
class QMainWindow;

namespace kerf::ui {

/// Where the panels of a window stand: as they were left, as they stand at first, and in a small window, or with a
/// large font, those of a side in one place as tabs. Without a model no panel is shown.
class PanelLayout : public QObject {
    Q_OBJECT
public:
    /// The docks in the order of Panels::docks().
    PanelLayout(QMainWindow* window, std::vector<QDockWidget*> docks, QWidget* planBar);

    void restoreGeometry(); ///< of the window, when it is made
    void save() const;
    void setOpen(bool open); ///< whether a model is
    void arrange(); ///< for the room that there is now
    void restoreDefault();
    void setAlone(bool alone); ///< the middle of the window, without panels; they come back as they stood

signals:
    void aloneChanged(bool alone);
    void narrowChanged(bool narrow);
    void tightChanged(bool tight); ///< there is no room for charts under the map

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Room { ///< what the window has too little of
        bool narrow = false, low = false;
        bool operator==(const Room&) const = default;
    };
    Room room() const;
    void placePanels(); ///< where they stand at first
    void restorePanels(); ///< where they were left
    void keepWide();
    void hideIdleTabs();
    void stack(const Room& room);

    QMainWindow* m_window;
    std::vector<QDockWidget*> m_docks;
    QWidget* m_planBar;
    bool m_open = false;
    Room m_room;
    QByteArray m_wideLayout; ///< as the panels stood last while the window had room for all
    QByteArray m_hidden; ///< as the panels stood before the middle was alone; empty: it is not
    QTimer m_settle; ///< panels that move are kept when they rest
};

} // namespace kerf::ui
