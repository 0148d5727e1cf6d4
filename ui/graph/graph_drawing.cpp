// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_drawing.h"

#include <algorithm>
#include <map>

#include <QPainterPathStroker>

#include "ui/graph/graph_model.h"
#include "ui/graph/layered_layout.h"

namespace kerf::ui {
namespace {

constexpr double kInset = 10; ///< of a box's text, behind its strip
constexpr double kLeastWidth = 13, kMostWidth = 32; ///< of a box, in average characters
constexpr double kTurn = 44; ///< between the Q of a column and the DQ of the next
constexpr int kMostPorts = 12; ///< spaces between edges that come to a box which have room for a DQ each
constexpr double kBeside = 1.5; ///< how far the line below reaches behind the box, in widths of a Q
constexpr double kMargin = 16; ///< around the whole

QFont bold(QFont font)
{
    font.setBold(true);
    return font;
}

/// @param behind room of the line below beside the box
double widthOf(const NodeLines& lines, const QFontMetricsF& metrics, const QFontMetricsF& nameMetrics, double behind)
{
    const double widest
        = std::max({ nameMetrics.horizontalAdvance(lines.name), metrics.horizontalAdvance(lines.operation),
            metrics.horizontalAdvance(lines.format), metrics.horizontalAdvance(lines.below) - behind });
    const double character = metrics.averageCharWidth();
    return std::clamp(widest + 2 * kInset, kLeastWidth * character, kMostWidth * character);
}

/// Level where it leaves and arrives.
void curveTo(QPainterPath& path, const QPointF& to)
{
    const QPointF from = path.currentPosition();
    const double middle = (from.x() + to.x()) / 2;
    path.cubicTo({ middle, from.y() }, { middle, to.y() }, to);
}

} // namespace

GraphDrawing::GraphDrawing(const GraphModel& model, const QFont& font)
{
    const QFontMetricsF metrics(font), nameMetrics(bold(font));
    m_mark = { metrics.horizontalAdvance(QStringLiteral("DQ")) + 10, metrics.height() };
    std::map<int, int> arriving;
    for (const NearEdge& edge : model.view().edges)
        ++arriving[edge.to];
    for (const NearNode& near : model.view().nodes) {
        const double ports = std::min(kMostPorts, arriving[static_cast<int>(m_boxes.size())] + 1);
        m_boxes.push_back({ {}, {}, nodeLines(model, near) });
        m_boxes.back().frame.setSize({ widthOf(m_boxes.back().lines, metrics, nameMetrics, kBeside * m_mark.width()),
            std::max(3 * metrics.lineSpacing() + 8, ports * (m_mark.height() + 1)) });
    }
    place(model, metrics);
    update(model);
}

void GraphDrawing::place(const GraphModel& model, const QFontMetricsF& metrics)
{
    const double line = metrics.lineSpacing() + 2;
    LayoutInput input;
    input.columnGap = 2 * m_mark.width() + kTurn;
    input.rowGap = metrics.height();
    for (const Box& box : m_boxes) // as far above as below: edges meet the middle of the frame
        input.sizes.push_back(box.frame.size() + QSizeF(0, 2 * line));
    for (const NearEdge& edge : model.view().edges)
        input.edges.emplace_back(edge.from, edge.to);
    const LayoutResult layout = layeredLayout(input);
    m_columns = layout.columns;
    m_bounds = layout.bounds.adjusted(-kMargin - m_mark.width(), -kMargin, kMargin + m_mark.width(), kMargin);
    std::map<int, double> widths; // of columns
    for (std::size_t i = 0; i < m_boxes.size(); ++i)
        widths[m_columns[i]] = std::max(widths[m_columns[i]], layout.places[i].width());
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        QRectF& frame = m_boxes[i].frame;
        frame.setWidth(widths[m_columns[i]]);
        frame.moveTopLeft(layout.places[i].topLeft() + QPointF(0, line));
        // It reaches under the Q: there is no edge.
        m_boxes[i].below
            = { frame.bottomLeft() + QPointF(0, 3), QSizeF(frame.width() + kBeside * m_mark.width(), line) };
    }
    route(model, layout.bends);
}

/// Edges that come to one box meet it at different heights, in the order of where they come from.
void GraphDrawing::route(const GraphModel& model, const std::vector<std::vector<QPointF>>& bends)
{
    const auto& edges = model.view().edges;
    std::vector<std::vector<std::pair<double, std::size_t>>> arriving(m_boxes.size());
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const double from = m_boxes[static_cast<std::size_t>(edges[i].from)].frame.center().y();
        arriving[static_cast<std::size_t>(edges[i].to)].emplace_back(bends[i].empty() ? from : bends[i].back().y(), i);
    }
    m_lines.resize(edges.size());
    for (std::size_t box = 0; box < m_boxes.size(); ++box) {
        std::ranges::sort(arriving[box]);
        const QRectF& frame = m_boxes[box].frame;
        for (std::size_t port = 0; port < arriving[box].size(); ++port) {
            const double share = static_cast<double>(port + 1) / static_cast<double>(arriving[box].size() + 1);
            const std::size_t at = arriving[box][port].second;
            m_lines[at].path = pathTo({ frame.left(), frame.top() + share * frame.height() },
                m_boxes[static_cast<std::size_t>(edges[at].from)], bends[at]);
        }
    }
}

/// Straight where a Q and a DQ stand, and through the columns between.
QPainterPath GraphDrawing::pathTo(const QPointF& end, const Box& from, const std::vector<QPointF>& bends) const
{
    QPainterPath path({ from.frame.right(), from.frame.center().y() });
    path.lineTo(path.currentPosition() + QPointF(m_mark.width() + 8, 0));
    for (std::size_t bend = 0; bend < bends.size(); ++bend)
        if (bend % 2 == 0)
            curveTo(path, bends[bend]);
        else
            path.lineTo(bends[bend]);
    curveTo(path, end - QPointF(m_mark.width() + 14, 0));
    path.lineTo(end);
    return path;
}

void GraphDrawing::update(const GraphModel& model)
{
    const auto& edges = model.view().edges;
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        m_boxes[i].lines = nodeLines(model, model.view().nodes[i]);
        m_boxes[i].givesRounded = false;
    }
    for (std::size_t i = 0; i < edges.size(); ++i) {
        m_lines[i].isRounded = model.fact(model.telling(edges[i])).isRounded();
        if (m_lines[i].isRounded)
            m_boxes[static_cast<std::size_t>(edges[i].from)].givesRounded = true;
    }
}

QPointF GraphDrawing::markBehind(const Box& box) const
{
    return { box.frame.right() + 4 + m_mark.width() / 2, box.frame.center().y() };
}

QPointF GraphDrawing::markBefore(const Line& line) const
{
    return line.path.currentPosition() - QPointF(12 + m_mark.width() / 2, 0);
}

int GraphDrawing::boxAt(const QPointF& point) const
{
    const auto found = std::ranges::find_if(
        m_boxes, [&](const Box& box) { return box.frame.contains(point) || box.below.contains(point); });
    return found == m_boxes.end() ? -1 : static_cast<int>(found - m_boxes.begin());
}

int GraphDrawing::lineAt(const QPointF& point, double reach) const
{
    QPainterPathStroker stroker;
    stroker.setWidth(2 * reach);
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        if (m_lines[i].path.boundingRect().adjusted(-reach, -reach, reach, reach).contains(point)
            && stroker.createStroke(m_lines[i].path).contains(point))
            return static_cast<int>(i);
    return -1;
}

} // namespace kerf::ui
