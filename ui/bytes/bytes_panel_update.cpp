// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the bytes panel shows, and what follows from its buttons, fields and keys.

#include <algorithm>
#include <functional>

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QTableView>

#include "ui/bytes/byte_table_model.h"
#include "ui/bytes/bytes_panel.h"
#include "ui/bytes/memory_bar.h"
#include "ui/bytes/squarify.h"
#include "ui/bytes/treemap.h"
#include "ui/picture_file.h"
#include "ui/plan/cache_lengths.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kLow = 34; ///< lines; below, only the map of what is left is shown

QString percent(std::int64_t part, std::int64_t all)
{
    return QLocale().toString(all > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(all) : 0, 'f', 0);
}

} // namespace

void BytesPanel::update()
{
    const bool inside = m_view.isInside();
    m_back->setVisible(inside);
    m_inside->setVisible(inside);
    m_inside->setText(m_view.insideName());
    m_grouping->button(static_cast<int>(m_view.grouping()))->setChecked(true);
    m_before.title->setText(tr("Before"));
    m_before.total->setText(bytesText(m_view.before()));
    m_after.title->setText(tr("After, %1").arg(toQt(m_workbench->document()->plan().name)));
    m_after.total->setText(tr("%1 · %2 %").arg(bytesText(m_view.after()), percent(m_view.after(), m_view.before())));
    fillSide(m_before);
    fillSide(m_after);
    updateMemory();
    m_leverSoon.start();
}

/// Fields in falling order of the side's own bytes.
void BytesPanel::fillSide(Side& side)
{
    const std::vector<ByteView::Item>& items = m_view.items();
    const auto bytesOf = [&](const ByteView::Item& item) { return side.isAfter ? item.after : item.before; };
    side.order.resize(items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
        side.order[i] = static_cast<int>(i);
    std::ranges::stable_sort(
        side.order, std::greater<>(), [&](int i) { return bytesOf(items[static_cast<std::size_t>(i)]); });
    const std::int64_t all = side.isAfter ? m_view.after() : m_view.before();
    std::vector<TreemapField> fields;
    for (const int i : side.order) {
        const ByteView::Item& item = items[static_cast<std::size_t>(i)];
        const QString detail = tr("%1 · %2 %").arg(bytesText(bytesOf(item)), percent(bytesOf(item), all));
        const QString card
            = tr("%1: %2 before, %3 after, %4 % of what is left")
                  .arg(item.name, bytesText(item.before), bytesText(item.after), percent(item.after, m_view.after()));
        const bool selected = !item.layers.empty() && std::ranges::all_of(item.layers, [this](int layer) {
            return m_workbench->selection()->contains(layer);
        });
        fields.push_back({ item.name, detail,
            item.planned ? card : tr("%1. It stays as it is stored: no plan changes it.").arg(card),
            static_cast<double>(bytesOf(item)), item.planned, selected });
    }
    side.map->setFields(std::move(fields));
}

void BytesPanel::pick(const Side& side, int field)
{
    const auto& layers = m_view.items()[static_cast<std::size_t>(side.order[static_cast<std::size_t>(field)])].layers;
    if (!layers.empty())
        m_workbench->selection()->setLayers(layers, layers.front());
}

void BytesPanel::enter(const Side& side, int field)
{
    m_view.enter(side.order[static_cast<std::size_t>(field)]);
}

void BytesPanel::showTable(bool shown)
{
    for (QWidget* part : { static_cast<QWidget*>(m_before.title), static_cast<QWidget*>(m_before.total),
             static_cast<QWidget*>(m_before.map), static_cast<QWidget*>(m_after.map) })
        part->setVisible(!shown);
    m_table->setVisible(shown);
    if (shown)
        m_table->setFocus();
    else
        m_after.map->setFocus();
    fitSides();
}

/// In a low window the map of what is left stands alone.
void BytesPanel::fitSides()
{
    const bool both = m_table->isHidden() && viewport()->height() >= kLow * fontMetrics().height();
    for (QWidget* part : { static_cast<QWidget*>(m_before.title), static_cast<QWidget*>(m_before.total),
             static_cast<QWidget*>(m_before.map) })
        part->setVisible(both);
}

// ---- the largest lever

void BytesPanel::updateLever()
{
    const PlanDocument& document = *m_workbench->document();
    m_lever.reset();
    if (document.isEmpty() || !isVisible()) {
        m_leverBox->setVisible(false);
        return;
    }
    std::vector<std::string> formats
        = document.profile() ? m_workbench->loadableFormats() : core::profileFormatsFor(*document.network());
    const bool hasCache = document.network()->cacheShape().isCache();
    m_lever = core::largestLever(document.plan(), *document.network(), document.profile(), formats,
        hasCache ? core::CacheUse { m_lengths->context(), m_lengths->batch() } : core::CacheUse {});
    m_leverText->setText(leverText());
    m_useLever->setVisible(m_lever.has_value());
    m_leverBox->setVisible(true);
}

QString BytesPanel::leverText() const
{
    QString largest;
    if (!m_view.isInside() && !m_view.items().empty() && !m_view.items().front().planned)
        largest = tr("Largest: %1, %2 % of what is left; it stays as it is stored.")
                      .arg(m_view.items().front().name, percent(m_view.items().front().after, m_view.after()));
    if (!m_lever)
        return largest.isEmpty() ? tr("No format below those of the plan would save anything.") : largest;
    const QString what = m_lever->layers.empty()
        ? tr("the cache in %1").arg(toQt(m_lever->format))
        : tr("%1 in %2 (%n layer(s))", nullptr, static_cast<int>(m_lever->layers.size()))
              .arg(toQt(m_lever->role), toQt(m_lever->format));
    const DivergenceText& divergence = m_workbench->document()->divergence();
    const QString lever = m_lever->kld
        ? tr("The largest lever: %1 would save %2 and add %3 of predicted %4.")
              .arg(what, bytesText(m_lever->saved), divergence.amount(numberText(*m_lever->kld, 2)), divergence.name)
        : tr("The largest lever: %1 would save %2.").arg(what, bytesText(m_lever->saved));
    return largest.isEmpty() ? lever : largest + u'\n' + lever;
}

void BytesPanel::takeLever()
{
    if (!m_lever)
        return;
    PlanDocument* document = m_workbench->document();
    const core::ByteLever lever = *m_lever;
    if (lever.layers.empty())
        document->setCacheFormat(lever.format);
    else
        document->setFormat(lever.layers, lever.format);
}

// ---- memory

void BytesPanel::updateMemory()
{
    const PlanDocument& document = *m_workbench->document();
    const bool has = !document.isEmpty() && document.network()->cacheShape().isCache();
    m_memory->setVisible(has);
    if (!has)
        return;
    m_cache->setEnabled(document.network()->cacheShape().canBeRounded());
    const core::Plan& plan = document.plan();
    m_cache->setCurrentIndex(m_cache->findText(plan.kv.empty() ? QStringLiteral("kv-f16") : toQt(plan.kv.front())));
    const auto cache = core::cacheBytes(plan, *document.network(), m_lengths->context(), m_lengths->batch());
    const std::int64_t bytes = cache.value_or(0), weights = document.estimate().size.sizeBytes;
    m_bar->setBytes(weights, bytes);
    m_together->setText(tr("%1 together · %2 bytes a token")
                            .arg(bytesText(weights + bytes),
                                QLocale().toString(qlonglong(bytes / (m_lengths->context() * m_lengths->batch())))));
}

// ---- events and files

void BytesPanel::showEvent(QShowEvent* event)
{
    QScrollArea::showEvent(event);
    m_view.setShown(true);
    m_leverSoon.start(0);
}

void BytesPanel::hideEvent(QHideEvent* event)
{
    QScrollArea::hideEvent(event);
    m_view.setShown(false);
}

void BytesPanel::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    fitSides();
}

void BytesPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_T && event->modifiers() == Qt::NoModifier)
        return showTable(m_table->isHidden());
    if (event->key() == Qt::Key_Backspace)
        return m_view.leave();
    QScrollArea::keyPressEvent(event);
}

bool BytesPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress)
        return QScrollArea::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    const bool ours = key->key() == Qt::Key_T || key->key() == Qt::Key_Backspace;
    if (ours)
        keyPressEvent(key);
    return ours;
}

QString BytesPanel::save(const QString& file) const
{
    if (file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive))
        return saveTable(file, m_model->rows());
    const int line = fontMetrics().height();
    const QSize size(640, 640);
    const ThemeColors& colors = themeColors(palette());
    return savePicture(file, size, tr("Where the bytes go"), [&](QPainter& painter) {
        painter.setFont(font());
        painter.fillRect(QRect(QPoint(), size), colors.panel);
        int top = 8;
        for (const Side* side : { &m_before, &m_after }) {
            painter.setPen(colors.text);
            painter.drawText(QRect(8, top, size.width() - 16, line), Qt::AlignLeft, side->title->text());
            painter.drawText(QRect(8, top, size.width() - 16, line), Qt::AlignRight, side->total->text());
            const QRectF room(8, top + line + 4, size.width() - 16, size.height() / 2 - line - 20);
            std::vector<double> bytes;
            for (const TreemapField& field : side->map->fields())
                bytes.push_back(field.bytes);
            Treemap::paintFields(painter, side->map->fields(), squarify(bytes, room), colors, -1, -1);
            top += size.height() / 2;
        }
    });
}

} // namespace kerf::ui
