// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_view.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include "ui/graph/graph_model.h"
#include "ui/graph/graph_painter.h"
#include "ui/picture_file.h"
#include "ui/table_export.h"
#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr double kLeastZoom = 0.1, kMostZoom = 4;
constexpr double kReadable = 0.8; ///< below this, the view does not shrink by itself to show all
constexpr double kZoomStep = 1.25; ///< of a key; of 120 units of a wheel
constexpr double kReach = 5; ///< pixels beside an edge that count as on it

} // namespace

GraphView::GraphView(GraphModel* model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
{
    setObjectName(QStringLiteral("graphView"));
    setAccessibleName(tr("Graph around a layer"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(model, &GraphModel::viewChanged, this, &GraphView::layOut);
    connect(model, &GraphModel::factsChanged, this, [this] {
        m_drawing.update(*m_model);
        update();
    });
    connect(model, &GraphModel::selectionChanged, this, QOverload<>::of(&QWidget::update));
    connect(model, &GraphModel::currentChanged, this, [this] {
        showCurrent();
        announce();
    });
    layOut();
}

QSize GraphView::sizeHint() const
{
    return { 60 * fontMetrics().averageCharWidth(), 20 * fontMetrics().height() };
}

QSize GraphView::minimumSizeHint() const
{
    return { 30 * fontMetrics().averageCharWidth(), 5 * fontMetrics().height() };
}

// ---- what is in view, and where

void GraphView::layOut()
{
    m_drawing = m_model->isEmpty() ? GraphDrawing() : GraphDrawing(*m_model, font());
    showWell();
    announce();
}

void GraphView::showWell()
{
    if (m_zoomOf != Zoom::Kept)
        zoomToFit(m_zoomOf == Zoom::All ? kLeastZoom : kReadable);
    if (m_model->current() >= 0) {
        const QPointF current = m_drawing.boxes()[static_cast<std::size_t>(m_model->current())].frame.center();
        const QRectF& bounds = m_drawing.bounds();
        m_origin = { originFor(width(), bounds.left(), bounds.right(), current.x()),
            originFor(height(), bounds.top(), bounds.bottom(), current.y()) };
    }
    update();
}

/// Along one side of the widget: the whole in the middle where there is room, else the current node as near to the
/// middle as leaves no room empty.
double GraphView::originFor(double room, double first, double last, double current) const
{
    if (m_zoom * (last - first) <= room)
        return room / 2 - m_zoom * (first + last) / 2;
    return std::clamp(room / 2 - m_zoom * current, room - m_zoom * last, -m_zoom * first);
}

void GraphView::zoomToFit(double least)
{
    const QRectF& bounds = m_drawing.bounds();
    if (!bounds.isEmpty())
        m_zoom = std::clamp(std::min(width() / bounds.width(), height() / bounds.height()), least, 1.0);
}

void GraphView::fit()
{
    m_zoomOf = Zoom::All;
    showWell();
}

void GraphView::zoomBy(double factor, std::optional<QPointF> at)
{
    const QPointF kept = at.value_or(QRectF(rect()).center());
    const QPointF point = toDrawing(kept);
    m_zoom = std::clamp(m_zoom * factor, kLeastZoom, kMostZoom);
    m_origin = kept - m_zoom * point;
    m_zoomOf = Zoom::Kept;
    update();
}

QRectF GraphView::boxRect(int inView) const
{
    const QRectF& frame = m_drawing.boxes()[static_cast<std::size_t>(inView)].frame;
    return { m_origin + m_zoom * frame.topLeft(), m_zoom * frame.size() };
}

/// Moves no farther than it takes.
void GraphView::showCurrent()
{
    if (m_model->current() < 0)
        return;
    const QRectF box = boxRect(m_model->current()), room = QRectF(rect()).adjusted(8, 8, -8, -8);
    const auto shift = [](double low, double high, double first, double last) {
        return low < first ? first - low : high > last ? last - high : 0;
    };
    m_origin += QPointF(shift(box.left(), box.right(), room.left(), room.right()),
        shift(box.top(), box.bottom(), room.top(), room.bottom()));
    update();
}

void GraphView::announce()
{
    if (m_model->current() < 0)
        return;
    setAccessibleDescription(
        nodeDescription(*m_model, m_model->view().nodes[static_cast<std::size_t>(m_model->current())]));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void GraphView::resizeEvent(QResizeEvent*)
{
    showWell();
}

void GraphView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange
        || event->type() == QEvent::LanguageChange)
        layOut();
    update();
}

// ---- keys

void GraphView::keyPressEvent(QKeyEvent* event)
{
    if (m_model->current() < 0 || zoomKey(*event) || moveKey(event->key()))
        return;
    if (event->matches(QKeySequence::Copy))
        return QGuiApplication::clipboard()->setText(tabbedText(graphTable(*m_model)));
    switch (event->key()) {
    case Qt::Key_Plus:
        return m_model->setSteps(m_model->steps() + 1);
    case Qt::Key_Minus:
        return m_model->setSteps(m_model->steps() - 1);
    case Qt::Key_Backspace:
        return m_model->goBack();
    case Qt::Key_F:
        return m_model->toggleFold();
    case Qt::Key_Home:
        return fit();
    case Qt::Key_C:
        return m_model->setCentre(m_model->view().nodes[static_cast<std::size_t>(m_model->current())].node);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit entered();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool GraphView::zoomKey(const QKeyEvent& event)
{
    if (!(event.modifiers() & Qt::ControlModifier))
        return false;
    if (event.key() == Qt::Key_Plus || event.key() == Qt::Key_Equal)
        zoomBy(kZoomStep);
    else if (event.key() == Qt::Key_Minus)
        zoomBy(1 / kZoomStep);
    else
        return false;
    return true;
}

bool GraphView::moveKey(int key)
{
    if (key == Qt::Key_Left || key == Qt::Key_Right)
        follow(key == Qt::Key_Right);
    else if (key == Qt::Key_Up || key == Qt::Key_Down)
        moveInColumn(key == Qt::Key_Down ? 1 : -1);
    else
        return false;
    return true;
}

/// Along the edge to what lies nearest in height.
void GraphView::follow(bool isForth)
{
    const auto heightOf
        = [this](int box) { return m_drawing.boxes()[static_cast<std::size_t>(box)].frame.center().y(); };
    const int current = m_model->current();
    int best = -1;
    for (const NearEdge& edge : m_model->view().edges) {
        if ((isForth ? edge.from : edge.to) != current)
            continue;
        const int other = isForth ? edge.to : edge.from;
        const auto away = [&](int box) { return std::abs(heightOf(box) - heightOf(current)); };
        if (best < 0 || away(other) < away(best))
            best = other;
    }
    if (best >= 0)
        m_model->moveTo(best);
}

void GraphView::moveInColumn(int by)
{
    const auto& columns = m_drawing.columns();
    const auto current = static_cast<std::size_t>(m_model->current());
    const auto heightOf = [this](std::size_t box) { return m_drawing.boxes()[box].frame.center().y(); };
    int best = -1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double way = by * (heightOf(i) - heightOf(current));
        if (columns[i] == columns[current] && way > 0
            && (best < 0 || way < by * (heightOf(static_cast<std::size_t>(best)) - heightOf(current))))
            best = static_cast<int>(i);
    }
    if (best >= 0)
        m_model->moveTo(best);
}

// ---- the mouse

void GraphView::mousePressEvent(QMouseEvent* event)
{
    const int box = m_drawing.boxAt(toDrawing(event->position()));
    if (box >= 0)
        m_model->setCurrent(box);
    else if (event->button() == Qt::LeftButton)
        m_dragFrom = event->position() - m_origin;
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_dragFrom)
        return hover(event->position(), event->globalPosition().toPoint());
    m_origin = event->position() - *m_dragFrom;
    setCursor(Qt::ClosedHandCursor);
    update();
}

void GraphView::mouseReleaseEvent(QMouseEvent*)
{
    m_dragFrom.reset();
    unsetCursor();
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const int box = m_drawing.boxAt(toDrawing(event->position())); box >= 0)
        m_model->setCentre(m_model->view().nodes[static_cast<std::size_t>(box)].node);
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    zoomBy(std::pow(kZoomStep, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void GraphView::hover(const QPointF& position, const QPoint& global)
{
    const QPointF point = toDrawing(position);
    const int box = m_drawing.boxAt(point);
    const int line = box >= 0 ? -1 : m_drawing.lineAt(point, kReach / m_zoom);
    const QString text = box >= 0 ? nodeCard(*m_model, m_model->view().nodes[static_cast<std::size_t>(box)])
        : line >= 0               ? edgeCard(*m_model, m_model->view().edges[static_cast<std::size_t>(line)])
                                  : QString();
    if (text == m_hovered)
        return;
    m_hovered = text;
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(global + QPoint(12, 8), text, this);
}

void GraphView::leaveEvent(QEvent*)
{
    m_hovered.clear();
}

void GraphView::focusInEvent(QFocusEvent*)
{
    update();
}

void GraphView::focusOutEvent(QFocusEvent*)
{
    update();
}

// ---- the picture

void GraphView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    painter.fillRect(event->rect(), colors.panel);
    if (m_model->isEmpty())
        return;
    painter.translate(m_origin);
    painter.scale(m_zoom, m_zoom);
    GraphPainter(painter, *m_model, m_drawing, colors).paint(hasFocus());
}

QString GraphView::save(const QString& file) const
{
    if (file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive))
        return saveTable(file, graphTable(*m_model));
    const QRectF& bounds = m_drawing.bounds();
    const ThemeColors& colors = themeColors(palette());
    return savePicture(file, bounds.size().toSize(), accessibleName(), [&](QPainter& painter) {
        painter.setFont(font());
        painter.fillRect(QRectF(QPointF(), bounds.size()), colors.panel);
        painter.translate(-bounds.topLeft());
        GraphPainter(painter, *m_model, m_drawing, colors).paint(false);
    });
}

} // namespace kerf::ui
