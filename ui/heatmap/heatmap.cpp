// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/heatmap.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QHash>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include "ui/heatmap/color_scale.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kGap = 2; ///< between cells, logical pixels
constexpr int kPadding = 12; ///< around everything
constexpr int kLegendSteps = 96;

} // namespace

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
        if (layer >= 0 && m_model->network()) {
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

void Heatmap::updateLayout()
{
    const QFontMetrics metrics(font());
    int names = metrics.horizontalAdvance(tr("by block"));
    for (int row = 0; row < m_model->rowCount(); ++row)
        names = std::max(
            names, metrics.horizontalAdvance(m_model->headerData(row, Qt::Vertical, Qt::DisplayRole).toString()));
    m_layout.left = kPadding + names + 8;
    m_layout.top = kPadding + metrics.height() + 4;
    m_layout.right = kPadding + 3 * metrics.height();
    m_layout.bottom = kPadding + 6 * metrics.height();
    const int rows = std::max(1, m_model->rowCount());
    const int columns = std::max(1, m_model->columnCount());
    const QSize room = viewport()->size() - QSize(m_layout.left + m_layout.right, m_layout.top + m_layout.bottom);
    // Cells grow to fill the panel up to what stays readable as a grid, and shrink to colour alone before they scroll.
    const int narrow = metrics.height();
    m_layout.cellWidth = std::clamp(room.width() / columns, narrow, 9 * narrow);
    m_layout.cellHeight = std::clamp(room.height() / rows, narrow + kGap, 3 * narrow);
    const QSize content(columns * m_layout.cellWidth, rows * m_layout.cellHeight);
    m_layout.area = QRect(QPoint(m_layout.left, m_layout.top),
        QSize(std::max(1, std::min(room.width(), content.width())),
            std::max(1, std::min(room.height(), content.height()))));
    horizontalScrollBar()->setPageStep(m_layout.area.width());
    horizontalScrollBar()->setSingleStep(m_layout.cellWidth);
    horizontalScrollBar()->setRange(0, std::max(0, content.width() - m_layout.area.width()));
    verticalScrollBar()->setPageStep(m_layout.area.height());
    verticalScrollBar()->setSingleStep(m_layout.cellHeight);
    verticalScrollBar()->setRange(0, std::max(0, content.height() - m_layout.area.height()));
}

QRect Heatmap::cellRect(int row, int column) const
{
    return { m_layout.area.left() + column * m_layout.cellWidth - horizontalScrollBar()->value(),
        m_layout.area.top() + row * m_layout.cellHeight - verticalScrollBar()->value(), m_layout.cellWidth - kGap,
        m_layout.cellHeight - kGap };
}

QPoint Heatmap::clampedCellAt(const QPoint& position) const
{
    const QPoint inside
        = position - m_layout.area.topLeft() + QPoint(horizontalScrollBar()->value(), verticalScrollBar()->value());
    return { std::clamp(inside.x() / m_layout.cellWidth, 0, std::max(0, m_model->columnCount() - 1)),
        std::clamp(inside.y() / m_layout.cellHeight, 0, std::max(0, m_model->rowCount() - 1)) };
}

std::optional<QPoint> Heatmap::cellAt(const QPoint& position) const
{
    if (!m_layout.area.contains(position) || m_model->columnCount() == 0)
        return {};
    const QPoint at = clampedCellAt(position);
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
    viewport()->update();
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
            if (const int layer = m_model->cell(row, column).layer; layer >= 0)
                layers.push_back(layer);
        }
    }
    m_selection->setLayers(std::move(layers), m_model->cell(to.y(), to.x()).layer);
}

void Heatmap::ensureVisible(const QPoint& cell)
{
    const QRect rect = cellRect(cell.y(), cell.x());
    const QRect& area = m_layout.area;
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
    if (!at || event->button() == Qt::MiddleButton)
        return;
    const int layer = m_model->cell(at->y(), at->x()).layer;
    if (event->button() == Qt::RightButton) {
        if (!m_selection->contains(layer))
            m_selection->setLayers({ layer }, layer);
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
        if (m_dragAlso.erase(layer) > 0) {
            m_dragFrom.reset(); // a toggle off: no rubber band follows
            m_selection->setLayers({ m_dragAlso.begin(), m_dragAlso.end() }, layer);
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
        const QPoint at = clampedCellAt(event->pos());
        m_current = at;
        selectRectangle(*m_dragFrom, at, m_dragAlso);
        ensureVisible(at);
        setHover({});
        return;
    }
    setHover(cellAt(event->pos()));
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
            hoverCard(*cell), viewport());
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

QString Heatmap::hoverCard(const QPoint& at) const
{
    const HeatmapModel::Cell& cell = m_model->cell(at.y(), at.x());
    const core::LayerInfo& layer = m_model->network()->layers()[static_cast<std::size_t>(cell.layer)];
    QString card
        = QStringLiteral("<b>%1</b><br>%2")
              .arg(toQt(layer.name).toHtmlEscaped(),
                  tr("%1 × %2 · %3 · %4 bits per weight")
                      .arg(QLocale().toString(qlonglong(layer.shape.rows)),
                          QLocale().toString(qlonglong(layer.shape.cols)), cell.format, numberText(cell.bits, 3)));
    if (cell.problem)
        card += QStringLiteral("<br>") + tr("The loader cannot take this layer as it is: see the loader check.");
    const core::Profile* profile = m_model->profile();
    if (!profile)
        return card + QStringLiteral("<br>") + tr("Not profiled yet.");
    card += QStringLiteral("<table cellspacing=0><tr><td><i>%1</i></td><td align=right><i>&nbsp;&nbsp;%2</i></td>"
                           "<td align=right><i>&nbsp;&nbsp;%3</i></td></tr>")
                .arg(tr("format"), tr("relative error"), tr("predicted KLD, nats"));
    const core::LayerProfile* row = m_model->layerProfile(cell.layer);
    for (const std::string& format : row ? profile->formats : std::vector<std::string> {}) {
        const auto predicted = core::predictFormat(*row, format);
        if (const auto error = row->relativeError.find(format); predicted && error != row->relativeError.end()) {
            const QString kld = measuredText(predicted->kld, predicted->stderr_);
            card += QStringLiteral("<tr><td>%1</td><td align=right>%2</td><td align=right>%3</td></tr>")
                        .arg(toQt(format), numberText(error->second),
                            row->swapIn.contains(format) ? tr("%1 measured").arg(kld) : kld);
        }
    }
    return card + QStringLiteral("</table>");
}

// ---- painting

void Heatmap::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const ThemeColors& colors = themeColors(palette());
    painter.fillRect(event->rect(), colors.panel);
    if (m_model->columnCount() == 0)
        return;
    painter.save();
    painter.setClipRect(m_layout.area.adjusted(-2, -2, 2, 2));
    paintCells(painter, m_layout.area);
    painter.restore();
    paintHeaders(painter);
    paintMargins(painter);
    paintLegend(painter);
}

void Heatmap::paintCells(QPainter& painter, const QRect& dirty) const
{
    const QPoint first = clampedCellAt(dirty.topLeft());
    const QPoint last = clampedCellAt(dirty.bottomRight());
    const bool names = namesFit(first, last);
    const bool room = names || m_layout.cellWidth >= fontMetrics().horizontalAdvance(QStringLiteral("16")) + kGap + 2;
    for (int row = first.y(); row <= last.y(); ++row) {
        for (int column = first.x(); column <= last.x(); ++column) {
            const HeatmapModel::Cell& cell = m_model->cell(row, column);
            if (cell.layer < 0)
                continue;
            const QRect rect = cellRect(row, column);
            painter.fillRect(rect, QColor(cell.color));
            if (cell.problem) {
                QColor hatch(cell.textColor);
                hatch.setAlphaF(0.35f);
                painter.fillRect(rect, QBrush(hatch, Qt::BDiagPattern));
            }
            if (room) {
                painter.setPen(QColor(cell.textColor));
                painter.drawText(rect, Qt::AlignCenter, names ? cell.format : cell.text);
            }
        }
    }
    for (int row = first.y(); row <= last.y(); ++row) {
        for (int column = first.x(); column <= last.x(); ++column) {
            if (m_model->cell(row, column).layer >= 0)
                paintCellMarks(painter, { column, row }, cellRect(row, column));
        }
    }
}

/// Whether every cell in view has room for the name of its format: then names stand in the cells, else marks.
bool Heatmap::namesFit(const QPoint& first, const QPoint& last) const
{
    const QFontMetrics metrics(font());
    QHash<QString, int> widths;
    for (int row = first.y(); row <= last.y(); ++row) {
        for (int column = first.x(); column <= last.x(); ++column) {
            const HeatmapModel::Cell& cell = m_model->cell(row, column);
            if (cell.layer < 0 || widths.contains(cell.format))
                continue;
            widths[cell.format] = metrics.horizontalAdvance(cell.format);
            if (widths[cell.format] + kGap + 8 > m_layout.cellWidth)
                return false;
        }
    }
    return true;
}

void Heatmap::paintCellMarks(QPainter& painter, const QPoint& at, const QRect& rect) const
{
    const ThemeColors& colors = themeColors(palette());
    const int layer = m_model->cell(at.y(), at.x()).layer;
    const bool selected = m_selection->contains(layer);
    if (selected) {
        // Two lines, so that the frame stands out from every colour of the scale.
        painter.setPen(QPen(colors.panel, 1));
        painter.drawRect(rect.adjusted(1, 1, -2, -2));
        painter.setPen(QPen(colors.accent, 2));
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
    if (m_hover && *m_hover == at && !selected) {
        painter.setPen(QPen(colors.text, 1));
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
    if (hasFocus() && at == m_current) {
        painter.setPen(QPen(colors.text, 1, Qt::DotLine));
        painter.drawRect(rect.adjusted(-1, -1, 0, 0));
    }
}

void Heatmap::paintHeaders(QPainter& painter) const
{
    const ThemeColors& colors = themeColors(palette());
    const QFontMetrics metrics(font());
    const QPoint first = clampedCellAt(m_layout.area.topLeft());
    const QPoint last = clampedCellAt(m_layout.area.bottomRight());
    painter.setPen(colors.dim);
    painter.drawText(
        QRect(0, 0, m_layout.left - 8, m_layout.area.top() - 4), Qt::AlignRight | Qt::AlignBottom, tr("block"));
    const int wanted = metrics.horizontalAdvance(QStringLiteral("000")) + 6;
    int step = 1;
    for (const int candidate : { 1, 2, 4, 8, 16, 32 }) {
        step = candidate;
        if (candidate * m_layout.cellWidth >= wanted)
            break;
    }
    for (int column = (first.x() + step - 1) / step * step; column <= last.x(); column += step) {
        const QRect rect = cellRect(0, column);
        painter.drawText(QRect(rect.center().x() - wanted, 0, 2 * wanted, m_layout.area.top() - 4),
            Qt::AlignHCenter | Qt::AlignBottom, QLocale().toString(column));
    }
    painter.setPen(colors.text);
    painter.save();
    painter.setClipRect(besideCells());
    for (int row = first.y(); row <= last.y(); ++row) {
        const QRect rect = cellRect(row, 0);
        painter.drawText(QRect(0, rect.top(), m_layout.left - 8, rect.height()), Qt::AlignRight | Qt::AlignVCenter,
            m_model->headerData(row, Qt::Vertical, Qt::DisplayRole).toString());
    }
    painter.restore();
}

/// Names and bars of the rows that are half scrolled out end with their cells.
QRect Heatmap::besideCells() const
{
    return { 0, m_layout.area.top(), viewport()->width(), m_layout.area.height() };
}

void Heatmap::paintMargins(QPainter& painter) const
{
    if (!m_model->hasValues())
        return;
    const ThemeColors& colors = themeColors(palette());
    QColor bar = colors.accent;
    bar.setAlphaF(0.55f);
    const QFontMetrics metrics(font());
    const int height = 2 * metrics.height();
    const int base = m_layout.area.bottom() + 6 + height;
    const QPoint first = clampedCellAt(m_layout.area.topLeft());
    const QPoint last = clampedCellAt(m_layout.area.bottomRight());
    painter.save();
    painter.setClipRect(QRect(m_layout.area.left(), m_layout.area.bottom(), m_layout.area.width(), height + 8));
    for (int column = first.x(); column <= last.x(); ++column) {
        const QRect rect = cellRect(0, column);
        const int tall = std::max(1, static_cast<int>(std::lround(m_model->blockShare(column) * height)));
        painter.fillRect(rect.left(), base - tall, rect.width(), tall, bar);
    }
    painter.restore();
    painter.setPen(colors.dim);
    painter.drawText(QRect(0, base - metrics.height(), m_layout.left - 8, metrics.height()),
        Qt::AlignRight | Qt::AlignVCenter, tr("by block"));
    const int room = m_layout.right - kPadding - 6;
    painter.save();
    painter.setClipRect(besideCells());
    for (int row = first.y(); row <= last.y(); ++row) {
        const QRect rect = cellRect(row, 0);
        const int wide = std::max(1, static_cast<int>(std::lround(m_model->roleShare(row) * room)));
        painter.fillRect(m_layout.area.right() + 6, rect.top() + rect.height() / 5, wide, rect.height() * 3 / 5, bar);
    }
    painter.restore();
}

void Heatmap::paintLegend(QPainter& painter) const
{
    const ThemeColors& colors = themeColors(palette());
    const QFontMetrics metrics(font());
    const int left = m_layout.area.left(), right = viewport()->width() - kPadding;
    painter.setPen(colors.dim);
    if (!m_model->profile() && m_model->measure() != HeatmapMeasure::Format) {
        painter.drawText(QRect(left, m_layout.area.bottom() + 10, right - left, 5 * metrics.height()),
            Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_hint);
        return;
    }
    const int top = m_layout.area.bottom() + 12 + (m_model->hasValues() ? 2 * metrics.height() : 0);
    const int used = m_model->hasValues() ? paintScale(painter, top) : paintFormats(painter, top);
    const QString keys = m_selection->layers().empty()
        ? tr("Click or drag to select layers · arrows move")
        : tr("%n selected", nullptr, static_cast<int>(m_selection->layers().size()))
            + tr(" · 1…9 set a format · Shift+arrows extend · Space keeps 16 bit");
    const QRect beside(left + used + 24, top, right - left - used - 24, 3 * metrics.height());
    const QRect needed = metrics.boundingRect(beside, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, keys);
    painter.setPen(colors.dim);
    if (beside.width() > 0 && beside.contains(needed)) // what does not fit is in the list of shortcuts
        painter.drawText(beside, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, keys);
}

/// The measure with its unit, its colours, and the values at their ends. Returns the width it took.
int Heatmap::paintScale(QPainter& painter, int top) const
{
    const ThemeColors& colors = themeColors(palette());
    const QFontMetrics metrics(font());
    const int left = m_layout.area.left(), room = viewport()->width() - kPadding - left;
    const QString title = tr("%1 · log scale").arg(m_model->measureText());
    const int width = std::clamp(metrics.horizontalAdvance(title) + 2, std::min(2 * kLegendSteps, room), room);
    painter.setPen(colors.text);
    painter.drawText(
        QRect(left, top, width, metrics.height()), Qt::AlignLeft, metrics.elidedText(title, Qt::ElideRight, width));
    const int bar = top + metrics.height() + 2;
    for (int i = 0; i < kLegendSteps; ++i) {
        const int from = left + i * width / kLegendSteps;
        const int to = left + (i + 1) * width / kLegendSteps;
        painter.fillRect(from, bar, to - from, 9, cividis((i + 0.5) / kLegendSteps));
    }
    const QRect below(left, bar + 11, width, metrics.height());
    painter.setPen(colors.dim);
    painter.drawText(below, Qt::AlignLeft, numberText(m_model->minimum(), 2));
    painter.drawText(below, Qt::AlignRight, numberText(m_model->maximum(), 2));
    return width;
}

/// A swatch and the name of every format of the plan, as many as there is room for. Returns the width they took.
int Heatmap::paintFormats(QPainter& painter, int top) const
{
    const QFontMetrics metrics(font());
    const int left = m_layout.area.left(), right = viewport()->width() - kPadding, side = metrics.height() - 2;
    const ThemeColors& colors = themeColors(palette());
    int x = left, y = top, widest = 0;
    for (const auto& [name, color] : m_model->formatColors()) {
        const int width = side + 5 + metrics.horizontalAdvance(name) + 16;
        if (x > left && x + width > right) {
            x = left;
            y += metrics.height() + 3;
        }
        if (y + metrics.height() > viewport()->height())
            break;
        painter.fillRect(x, y + 1, side, side, color);
        painter.setPen(colors.text);
        painter.drawText(QRect(x + side + 5, y, width, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, name);
        x += width;
        widest = std::max(widest, x - left);
    }
    return widest;
}

} // namespace kerf::ui
