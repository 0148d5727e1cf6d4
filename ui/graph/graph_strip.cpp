// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_strip.h"

#include <algorithm>

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "ui/graph/graph_model.h"
#include "ui/heatmap/format_mark.h"
#include "ui/plan/plan_document.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kFrame = 4; ///< above and below the cells
constexpr double kLeastGapped = 4; ///< pixels of a cell that leave room for a gap
constexpr double kMostWide = 28; ///< of a cell

} // namespace

GraphStrip::GraphStrip(GraphModel* model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
{
    setObjectName(QStringLiteral("graphStrip"));
    setAccessibleName(tr("All layers, in order"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(model, &GraphModel::viewChanged, this, &GraphStrip::follow);
    connect(model, &GraphModel::factsChanged, this, QOverload<>::of(&QWidget::update));
    follow();
}

QSize GraphStrip::sizeHint() const
{
    return { 40 * fontMetrics().averageCharWidth(), fontMetrics().height() + 2 * static_cast<int>(kFrame) };
}

int GraphStrip::layerCount() const
{
    return static_cast<int>(m_model->document().plan().layers.size());
}

void GraphStrip::follow()
{
    m_first = layerCount();
    m_last = -1;
    for (const NearNode& near : m_model->view().nodes) {
        const std::vector<int> alone { near.node };
        for (const int node : near.isBlock() ? m_model->graph().block(near.block) : alone)
            if (const int layer = m_model->graph().node(node).layer; layer >= 0) {
                m_first = std::min(m_first, layer);
                m_last = std::max(m_last, layer);
            }
    }
    update();
}

QRectF GraphStrip::cellRect(int layer) const
{
    const double cell = std::min(kMostWide, (width() - 2 * kFrame) / std::max(1, layerCount()));
    const double gap = cell >= kLeastGapped ? 1 : 0;
    return { kFrame + layer * cell, kFrame, cell - gap, height() - 2 * kFrame };
}

QRectF GraphStrip::frameRect() const
{
    if (m_last < m_first)
        return {};
    return cellRect(m_first).united(cellRect(m_last)).adjusted(-kFrame / 2, -kFrame / 2, kFrame / 2, kFrame / 2);
}

int GraphStrip::layerAt(double x) const
{
    const double cell = std::min(kMostWide, (width() - 2 * kFrame) / std::max(1, layerCount()));
    return std::clamp(static_cast<int>((x - kFrame) / cell), 0, layerCount() - 1);
}

int GraphStrip::centreLayer() const
{
    for (int node = m_model->centre(); node >= 0; --node)
        if (const int layer = m_model->graph().node(node).layer; layer >= 0)
            return layer;
    return 0;
}

void GraphStrip::goTo(int layer, bool remembers)
{
    const int node = m_model->graph().nodeOfLayer(std::clamp(layer, 0, layerCount() - 1));
    if (node < 0 || node == m_model->centre())
        return;
    m_model->setCentre(node, remembers);
    setAccessibleDescription(toQt(m_model->document().plan().layers[static_cast<std::size_t>(centreLayer())].layer));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void GraphStrip::keyPressEvent(QKeyEvent* event)
{
    if (layerCount() == 0)
        return;
    switch (event->key()) {
    case Qt::Key_Left:
        return goTo(centreLayer() - 1, true);
    case Qt::Key_Right:
        return goTo(centreLayer() + 1, true);
    case Qt::Key_Home:
        return goTo(0, true);
    case Qt::Key_End:
        return goTo(layerCount() - 1, true);
    default:
        QWidget::keyPressEvent(event);
    }
}

void GraphStrip::mousePressEvent(QMouseEvent* event)
{
    m_drags = event->button() == Qt::LeftButton && layerCount() > 0;
    if (m_drags)
        goTo(layerAt(event->position().x()), true);
}

void GraphStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drags)
        goTo(layerAt(event->position().x()), false);
}

void GraphStrip::mouseReleaseEvent(QMouseEvent*)
{
    m_drags = false;
}

void GraphStrip::focusInEvent(QFocusEvent*)
{
    update();
}

void GraphStrip::focusOutEvent(QFocusEvent*)
{
    update();
}

void GraphStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<core::PlanLayer>& layers = m_model->document().plan().layers;
    std::string known;
    QColor color;
    for (int layer = 0; layer < layerCount(); ++layer) {
        const std::string& format = layers[static_cast<std::size_t>(layer)].format;
        if (layer == 0 || format != known)
            color = formatColor(known = format);
        color.setAlphaF(layer >= m_first && layer <= m_last ? 1.0F : 0.45F);
        painter.fillRect(cellRect(layer), color);
    }
    painter.setPen(QPen(hasFocus() ? colors.text : colors.accent, 2, hasFocus() ? Qt::DotLine : Qt::SolidLine));
    painter.drawRect(frameRect());
}

} // namespace kerf::ui
