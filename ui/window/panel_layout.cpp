// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/panel_layout.h"

#include <algorithm>
#include <utility>

#include <QChildEvent>
#include <QDockWidget>
#include <QLayout>
#include <QMainWindow>
#include <QScreen>
#include <QSettings>
#include <QTabBar>
#include <QTimer>

namespace kerf::ui {
namespace {

constexpr int kLayoutVersion = 1;
constexpr QSize kFirstSize(1440, 900);
constexpr QSize kFrame(16, 48); ///< the desktop's round a window
constexpr int kNarrow = 175; ///< characters; below, panels side by side share places
constexpr int kLow = 30; ///< lines; below, nothing stands under the map
constexpr int kTall = 62; ///< lines: so high is a window in which map and charts stand above each other
constexpr int kRest = 150; ///< milliseconds
constexpr Qt::DockWidgetArea kAreas[]
    = { Qt::LeftDockWidgetArea, Qt::RightDockWidgetArea, Qt::BottomDockWidgetArea, Qt::BottomDockWidgetArea };

const QString kGeometryKey = QStringLiteral("geometry");
const QString kLayoutKey = QStringLiteral("layout");

} // namespace

PanelLayout::PanelLayout(QMainWindow* window, std::vector<QDockWidget*> docks, QWidget* planBar)
    : m_window(window)
    , m_docks(std::move(docks))
    , m_planBar(planBar)
{
    for (std::size_t i = 0; i < m_docks.size(); ++i)
        m_window->addDockWidget(kAreas[i], m_docks[i]);
    m_window->installEventFilter(this);
    for (QDockWidget* dock : m_docks)
        dock->installEventFilter(this);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kRest);
    connect(&m_settle, &QTimer::timeout, this, &PanelLayout::keepWide);
}

/// The tabs of panels that share a place are the main window's own, made when they are needed.
bool PanelLayout::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ChildPolished)
        if (auto* tabs = qobject_cast<QTabBar*>(static_cast<QChildEvent*>(event)->child()))
            tabs->setAccessibleName(tr("Panels"));
    if (watched != m_window && (event->type() == QEvent::Resize || event->type() == QEvent::Move))
        m_settle.start();
    return QObject::eventFilter(watched, event);
}

void PanelLayout::restoreGeometry()
{
    if (!m_window->restoreGeometry(QSettings().value(kGeometryKey).toByteArray()))
        m_window->resize(kFirstSize.boundedTo(m_window->screen()->availableSize() - kFrame));
    restorePanels();
}

void PanelLayout::save() const
{
    QSettings settings;
    settings.setValue(kGeometryKey, m_window->saveGeometry());
    if (m_open)
        settings.setValue(kLayoutKey,
            m_room != Room()         ? m_wideLayout
                : m_hidden.isEmpty() ? m_window->saveState(kLayoutVersion)
                                     : m_hidden);
}

void PanelLayout::setOpen(bool open)
{
    if (m_open && !open)
        save();
    setAlone(false);
    m_open = open;
    // Side by side the panels may need more than as they will be arranged: until then the window keeps its size.
    m_window->layout()->setSizeConstraint(QLayout::SetNoConstraint);
    QTimer::singleShot(0, this, [this] { m_window->layout()->setSizeConstraint(QLayout::SetDefaultConstraint); });
    m_planBar->setVisible(open);
    for (QDockWidget* dock : m_docks)
        dock->setVisible(open);
    if (!open)
        return;
    restorePanels();
    m_planBar->show();
    arrange();
}

void PanelLayout::restorePanels()
{
    placePanels();
    m_window->restoreState(QSettings().value(kLayoutKey).toByteArray(), kLayoutVersion);
}

void PanelLayout::placePanels()
{
    for (std::size_t i = 0; i < m_docks.size(); ++i) {
        m_docks[i]->setFloating(false);
        m_window->addDockWidget(kAreas[i], m_docks[i]);
        m_docks[i]->show();
    }
    m_window->splitDockWidget(m_docks[2], m_docks[3], Qt::Horizontal);
    m_room = {};
    m_wideLayout.clear();
    const int unit = m_window->fontMetrics().horizontalAdvance(u'0');
    const int width = m_window->width();
    m_window->resizeDocks({ m_docks[0], m_docks[1] }, { 41 * unit, 41 * unit }, Qt::Horizontal);
    m_window->resizeDocks({ m_docks[2], m_docks[3] }, { 60 * width / 100, 40 * width / 100 }, Qt::Horizontal);
    m_window->resizeDocks({ m_docks[2] }, { 32 * m_window->height() / 100 }, Qt::Vertical);
}

void PanelLayout::setAlone(bool alone)
{
    if (!m_open || alone != m_hidden.isEmpty())
        return;
    if (alone) {
        m_settle.stop();
        m_hidden = m_window->saveState(kLayoutVersion);
        for (QDockWidget* dock : m_docks)
            dock->hide();
    } else {
        m_window->restoreState(std::exchange(m_hidden, {}), kLayoutVersion);
        arrange();
    }
    emit aloneChanged(alone);
}

void PanelLayout::restoreDefault()
{
    setAlone(false);
    placePanels();
    arrange();
}

PanelLayout::Room PanelLayout::room() const
{
    const QFontMetrics metrics = m_window->fontMetrics();
    return { m_window->width() < kNarrow * metrics.averageCharWidth(), m_window->height() < kLow * metrics.height() };
}

/// A window that shrinks has squeezed its panels before it says so: how they stood is kept before that.
void PanelLayout::keepWide()
{
    if (m_open && m_hidden.isEmpty() && m_room == Room() && room() == Room())
        m_wideLayout = m_window->saveState(kLayoutVersion);
}

void PanelLayout::arrange()
{
    const Room now = room();
    if (!m_open || !m_hidden.isEmpty())
        return;
    emit tightChanged(now != Room() || m_window->height() < kTall * m_window->fontMetrics().height());
    if (now == m_room)
        return;
    m_settle.stop();
    if (m_wideLayout.isEmpty()) // it opened small, or shrinks at once
        m_wideLayout = m_window->saveState(kLayoutVersion);
    if (m_room != Room())
        m_window->restoreState(m_wideLayout, kLayoutVersion);
    QTimer::singleShot(0, this, [this] {
        if (m_open && m_room == Room()) // once more with the window's new size: until then it holds them too narrow
            m_window->restoreState(m_wideLayout, kLayoutVersion);
        hideIdleTabs();
    });
    m_room = now;
    emit narrowChanged(now.narrow);
    if (now != Room())
        stack(now);
}

/// Of panels that shared a place and no longer do, Qt leaves an empty bar of tabs above one of them.
void PanelLayout::hideIdleTabs()
{
    const auto sharesPlace = [this](QDockWidget* dock) { return !m_window->tabifiedDockWidgets(dock).isEmpty(); };
    const bool shares = std::ranges::any_of(m_docks, sharesPlace);
    for (QTabBar* tabs : m_window->findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly))
        if (!shares || tabs->count() == 0)
            tabs->hide();
}

void PanelLayout::stack(const Room& room)
{
    if (room.narrow)
        m_window->tabifyDockWidget(m_docks[0], m_docks[1]);
    if (room.low)
        m_window->tabifyDockWidget(m_docks[0], m_docks[2]);
    m_window->tabifyDockWidget(m_docks[2], m_docks[3]);
    m_docks[2]->raise();
    m_docks[0]->raise();
    m_window->resizeDocks({ m_docks[0] }, { 36 * m_window->width() / 100 }, Qt::Horizontal);
    if (!room.low)
        m_window->resizeDocks({ m_docks[2] }, { 30 * m_window->height() / 100 }, Qt::Vertical);
}

} // namespace kerf::ui
