// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/heatmap.h"

#include <algorithm>

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include "ui/heatmap/map_painter.h"
#include "ui/heatmap/map_text.h"
#include "ui/selection.h"
#include "ui/table_export.h"
#include "ui/theme.h"

namespace kerf::ui {

Heatmap::Heatmap(HeatmapModel* model, Selection* selection, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_model(model)
    , m_selection(selection)
{
    setObjectName(QStringLiteral("heatmap"));
    setAccessibleName(tr("Sensitivity and format of every layer"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    const auto relayout = [this] {
        m_anchor = m_current = QPoint(-1, -1);
        m_hover.reset();
        m_dragFrom.reset();
        updateLayout();
        viewport()->update();
    };
    connect(m_model, &QAbstractItemModel::modelReset, this, relayout);
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this] { viewport()->update(); });
    connect(m_selection, &Selection::layersChanged, this, [this] {
        const int layer = m_selection->currentLayer();
        // A cell of several layers stays the current one when it is taken as a whole.
        if (layer >= 0 && m_model->network() && !isIn(layer, m_current)) {
            m_current = m_model->position(layer);
            ensureVisible(m_current);
        }
        viewport()->update();
    });
    updateLayout();
}

void Heatmap::setHint(const QString& hint)
{
    m_hint = hint;
    viewport()->update();
}

QSize Heatmap::sizeHint() const
{
    return { 40 * fontMetrics().averageCharWidth() + 300, 22 * fontMetrics().height() };
}

int Heatmap::leastHeight() const
{
    return MapGeometry::leastHeight(m_model->rowCount(), QFontMetrics(font()));
}

void Heatmap::updateLayout()
{
    m_geometry = MapGeometry(mapRowNames(*m_model), m_model->columnCount(), viewport()->size(), QFontMetrics(font()));
    const QSize view = m_geometry.area().size(), content = m_geometry.content();
    horizontalScrollBar()->setPageStep(view.width());
    horizontalScrollBar()->setSingleStep(m_geometry.cell().width());
    horizontalScrollBar()->setRange(0, std::max(0, content.width() - view.width()));
    verticalScrollBar()->setPageStep(view.height());
    verticalScrollBar()->setSingleStep(m_geometry.cell().height());
    verticalScrollBar()->setRange(0, std::max(0, content.height() - view.height()));
    followScroll();
}

void Heatmap::followScroll()
{
    m_geometry.scrollTo({ horizontalScrollBar()->value(), verticalScrollBar()->value() });
    viewport()->update();
}

QRect Heatmap::cellRect(int row, int column) const
{
    return m_geometry.cellRect(row, column);
}

std::optional<QPoint> Heatmap::cellAt(const QPoint& position) const
{
    if (!m_geometry.area().contains(position) || m_model->columnCount() == 0)
        return {};
    const QPoint at = m_geometry.nearestCell(position);
    return m_model->cell(at.y(), at.x()).layer >= 0 ? std::optional(at) : std::nullopt;
}

void Heatmap::resizeEvent(QResizeEvent*)
{
    updateLayout();
}

void Heatmap::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        updateLayout();
    viewport()->update();
}

void Heatmap::scrollContentsBy(int, int)
{
    followScroll();
}

// ---- keys and mouse

void Heatmap::keyPressEvent(QKeyEvent* event)
{
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCurrent(-1, 0, extend);
    case Qt::Key_Right:
        return moveCurrent(1, 0, extend);
    case Qt::Key_Up:
        return moveCurrent(0, -1, extend);
    case Qt::Key_Down:
        return moveCurrent(0, 1, extend);
    case Qt::Key_Home:
        return moveCurrent(-m_model->columnCount(), 0, extend);
    case Qt::Key_End:
        return moveCurrent(m_model->columnCount(), 0, extend);
    case Qt::Key_Escape:
        m_selection->setLayers({}, -1);
        return;
    default:
        break;
    }
    if (event->key() == Qt::Key_Space && selectLine(event->modifiers()))
        return;
    if (event->matches(QKeySequence::Copy) && m_model->columnCount() > 0)
        return copyTable();
    if (event->matches(QKeySequence::SelectAll) && m_model->columnCount() > 0) {
        selectRectangle({ 0, 0 }, { m_model->columnCount() - 1, m_model->rowCount() - 1 }, {});
        return;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void Heatmap::moveCurrent(int dx, int dy, bool extend)
{
    if (m_model->columnCount() == 0)
        return;
    const QPoint last(m_model->columnCount() - 1, m_model->rowCount() - 1);
    QPoint to = m_current.x() < 0 ? QPoint(0, 0) : m_current + QPoint(dx, dy);
    to = { std::clamp(to.x(), 0, last.x()), std::clamp(to.y(), 0, last.y()) };
    if (!extend || m_anchor.x() < 0)
        m_anchor = to;
    m_current = to;
    selectRectangle(m_anchor, to, {});
    ensureVisible(to);
    announce();
}

void Heatmap::selectRectangle(const QPoint& from, const QPoint& to, const std::set<int>& also)
{
    std::vector<int> layers(also.begin(), also.end());
    for (int row = std::min(from.y(), to.y()); row <= std::max(from.y(), to.y()); ++row) {
        for (int column = std::min(from.x(), to.x()); column <= std::max(from.x(), to.x()); ++column) {
            const auto cell = m_model->layersOf(row, column);
            layers.insert(layers.end(), cell.begin(), cell.end());
        }
    }
    m_selection->setLayers(std::move(layers), m_model->cell(to.y(), to.x()).layer);
}

void Heatmap::ensureVisible(const QPoint& cell)
{
    const QRect rect = cellRect(cell.y(), cell.x());
    const QRect& area = m_geometry.area();
    const auto shift = [](QScrollBar* bar, int low, int high, int first, int last) {
        if (low < first)
            bar->setValue(bar->value() - (first - low));
        else if (high > last)
            bar->setValue(bar->value() + (high - last));
    };
    shift(horizontalScrollBar(), rect.left(), rect.right(), area.left(), area.right());
    shift(verticalScrollBar(), rect.top(), rect.bottom(), area.top(), area.bottom());
}

void Heatmap::mousePressEvent(QMouseEvent* event)
{
    const auto at = cellAt(event->pos());
    if (!at && event->button() == Qt::LeftButton)
        return selectHeader(event->pos(), event->modifiers());
    if (!at || event->button() == Qt::MiddleButton)
        return;
    const auto cell = m_model->layersOf(at->y(), at->x());
    const bool isSelected = std::ranges::all_of(cell, [this](int layer) { return m_selection->contains(layer); });
    if (event->button() == Qt::RightButton) {
        if (!isSelected)
            m_selection->setLayers({ cell.begin(), cell.end() }, cell.front());
        return;
    }
    m_dragFrom = at;
    m_dragAlso.clear();
    m_current = *at;
    if (event->modifiers() & Qt::ShiftModifier && m_anchor.x() >= 0) {
        m_dragFrom = m_anchor;
        selectRectangle(m_anchor, *at, {});
    } else if (event->modifiers() & Qt::ControlModifier) {
        m_anchor = *at;
        m_dragAlso.insert(m_selection->layers().begin(), m_selection->layers().end());
        if (isSelected) {
            m_dragFrom.reset(); // a toggle off: no rubber band follows
            for (const int layer : cell)
                m_dragAlso.erase(layer);
            m_selection->setLayers({ m_dragAlso.begin(), m_dragAlso.end() }, cell.front());
        } else {
            selectRectangle(*at, *at, m_dragAlso);
        }
    } else {
        m_anchor = *at;
        selectRectangle(*at, *at, {});
    }
    announce();
}

void Heatmap::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragFrom && (event->buttons() & Qt::LeftButton)) {
        const QPoint at = m_geometry.nearestCell(event->pos());
        m_current = at;
        selectRectangle(*m_dragFrom, at, m_dragAlso);
        ensureVisible(at);
        setHover({});
        return;
    }
    setHover(cellAt(event->pos()));
    hoverMargin(event->pos());
}

/// The layers that a header stands for; those of a sum are the same.
std::vector<int> Heatmap::layersAt(const QPoint& position) const
{
    using Part = MapGeometry::Part;
    const Part part = m_geometry.partAt(position);
    if (m_model->columnCount() == 0 || part == Part::Cells || part == Part::None)
        return {};
    const QPoint at = m_geometry.nearestCell(position);
    const bool all = part == Part::Corner, column = part == Part::Block || part == Part::BlockSum;
    std::vector<int> layers;
    for (int row = 0; row < m_model->rowCount(); ++row)
        for (int block = 0; block < m_model->columnCount(); ++block)
            if (const auto cell = m_model->layersOf(row, block); all || (column ? block == at.x() : row == at.y()))
                layers.insert(layers.end(), cell.begin(), cell.end());
    return layers;
}

void Heatmap::selectHeader(const QPoint& position, Qt::KeyboardModifiers modifiers)
{
    if (toggleRow(position))
        return;
    std::vector<int> layers = layersAt(position);
    if (layers.empty())
        return;
    m_current = m_anchor = m_model->position(layers.front());
    const int current = layers.front();
    if (modifiers & Qt::ControlModifier)
        layers.insert(layers.end(), m_selection->layers().begin(), m_selection->layers().end());
    m_selection->setLayers(std::move(layers), current);
    announce();
}

/// A click on the arrow of a row that stands for several layers a block.
bool Heatmap::toggleRow(const QPoint& position)
{
    if (m_geometry.partAt(position) != MapGeometry::Part::Role || position.x() > m_geometry.arrowWidth())
        return false;
    const int row = m_geometry.nearestCell(position).y();
    if (m_model->rows().at(row).copies == 1)
        return false;
    m_model->setOpen(row, !m_model->rows().at(row).isOpen);
    return true;
}

bool Heatmap::isIn(int layer, const QPoint& cell) const
{
    if (cell.x() < 0 || cell.x() >= m_model->columnCount() || cell.y() >= m_model->rowCount())
        return false;
    const auto layers = m_model->layersOf(cell.y(), cell.x());
    return std::ranges::find(layers, layer) != layers.end();
}

/// Shift and Space take the whole row of the current cell, Ctrl and Space its column, as in tables.
bool Heatmap::selectLine(Qt::KeyboardModifiers modifiers)
{
    if (m_current.x() < 0 || m_model->columnCount() == 0)
        return false;
    const QPoint last(m_model->columnCount() - 1, m_model->rowCount() - 1);
    if (modifiers == Qt::ShiftModifier)
        selectRectangle({ 0, m_current.y() }, { last.x(), m_current.y() }, {});
    else if (modifiers == Qt::ControlModifier)
        selectRectangle({ m_current.x(), 0 }, { m_current.x(), last.y() }, {});
    else
        return false;
    return true;
}

/// What a header or a sum says, and that a click takes its layers.
void Heatmap::hoverMargin(const QPoint& position)
{
    using Part = MapGeometry::Part;
    const Part part = m_geometry.partAt(position);
    const QPoint at = m_geometry.nearestCell(position);
    const bool isLine = m_model->columnCount() > 0 && part != Part::Cells && part != Part::None;
    viewport()->setCursor(isLine ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (part == Part::Cells)
        return;
    if (!isLine)
        QToolTip::hideText();
    else
        QToolTip::showText(viewport()->mapToGlobal(position + QPoint(12, 8)),
            part == Part::Corner                                ? tr("Click: all layers")
                : part == Part::Block || part == Part::BlockSum ? mapBlockText(*m_model, at.x())
                                                                : mapRoleText(*m_model, at.y()),
            viewport());
}

void Heatmap::copyTable() const
{
    QGuiApplication::clipboard()->setText(tabbedText(mapTable(*m_model, m_selection->layers())));
}

void Heatmap::mouseReleaseEvent(QMouseEvent*)
{
    m_dragFrom.reset();
}

void Heatmap::leaveEvent(QEvent*)
{
    setHover({});
}

void Heatmap::setHover(std::optional<QPoint> cell)
{
    if (cell == m_hover)
        return;
    m_hover = cell;
    if (cell)
        QToolTip::showText(viewport()->mapToGlobal(cellRect(cell->y(), cell->x()).bottomRight() + QPoint(6, 2)),
            mapCellCard(*m_model, *cell), viewport());
    else
        QToolTip::hideText();
    viewport()->update();
}

bool Heatmap::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip)
        return true; // the hover card follows the mouse without the usual delay
    return QAbstractScrollArea::viewportEvent(event);
}

void Heatmap::announce()
{
    if (m_current.x() < 0 || m_current.x() >= m_model->columnCount())
        return;
    setAccessibleDescription(m_model->describe(m_current.y(), m_current.x()));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void Heatmap::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const ThemeColors& colors = themeColors(palette());
    painter.fillRect(event->rect(), colors.panel);
    if (m_model->columnCount() == 0)
        return;
    MapPainter(painter,
        { *m_model, *m_selection, m_geometry, colors, m_hint, m_hover,
            hasFocus() ? std::optional(m_current) : std::nullopt })
        .paint();
}

} // namespace kerf::ui
