// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/number_formats_page.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QTabWidget>

#include "ui/formats/chain_panel.h"
#include "ui/formats/grid_panel.h"
#include "ui/formats/number_bench.h"
#include "ui/formats/number_line.h"
#include "ui/formats/number_list.h"
#include "ui/formats/value_panel.h"
#include "ui/help/manual_window.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kWide = 62, kTall = 40; ///< heights of a line of text
constexpr int kListWidth = 21;
constexpr int kLeastWidth = 24, kLeastHeight = 27;

} // namespace

NumberFormatsPage::NumberFormatsPage(Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_bench(new NumberBench(this))
    , m_list(new NumberList(m_bench, workbench->document(), this))
    , m_value(new ValuePanel(m_bench, this))
    , m_line(new NumberLine(m_bench, this))
    , m_chain(new ChainPanel(this))
    , m_gridPanel(new GridPanel(workbench, this))
    , m_tabs(makePanelTabs(tr("Parts of the page"), this))
    , m_choiceBar(makeChoice())
    , m_layout(new QGridLayout(this))
{
    setManualPage(this, QStringLiteral("number-formats.md"));
    setAccessibleName(tr("Number formats"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(4);
    m_layout->setSizeConstraint(QLayout::SetNoConstraint); // what is arranged for a large page must not keep it large
    connect(m_list, &NumberList::formatChosen, this, &NumberFormatsPage::choose);
    connect(
        m_line, &Chart::failed, workbench, [workbench](const QString& text) { emit workbench->message(text, true); });
    place();
}

QWidget* NumberFormatsPage::makeChoice()
{
    auto* bar = new QWidget(this);
    m_choice = new QComboBox(bar);
    m_choice->setObjectName(QStringLiteral("numberFormatChoice"));
    m_choice->setAccessibleName(tr("Number format"));
    for (const core::NumberType& type : core::numberTypes())
        m_choice->addItem(toQt(type.title), toQt(type.name));
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 6, 10, 0);
    layout->addWidget(new QLabel(tr("Format"), bar));
    layout->addWidget(m_choice);
    layout->addStretch();
    const auto follow = [this] { m_choice->setCurrentIndex(m_choice->findData(toQt(m_bench->view().type().name))); };
    connect(m_choice, &QComboBox::activated, this, [this](int at) { choose(m_choice->itemData(at).toString()); });
    connect(m_bench, &NumberBench::formatChanged, m_choice, follow);
    follow();
    return bar;
}

QSize NumberFormatsPage::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return { kLeastWidth * line, kLeastHeight * line };
}

void NumberFormatsPage::choose(const QString& name)
{
    m_bench->setFormat(name);
    const core::NumberType& type = m_bench->view().type();
    if (!type.format->isUnquantized())
        m_gridPanel->showFormat(toQt(type.format->name()));
}

void NumberFormatsPage::showFormat(const QString& name)
{
    choose(name);
}

void NumberFormatsPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void NumberFormatsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        arrange();
}

void NumberFormatsPage::arrange()
{
    const int line = fontMetrics().height();
    const bool wide = width() >= kWide * line, tall = height() >= kTall * line;
    if (wide == m_wide && tall == m_tall)
        return;
    m_wide = wide;
    m_tall = tall;
    place();
}

void NumberFormatsPage::placeParts(bool all)
{
    if (m_tall) {
        m_layout->addWidget(m_value, 1, 1, 1, 2);
        m_value->show();
    } else {
        m_tabs->addTab(m_value, tr("Bits"));
    }
    if (all) {
        m_layout->addWidget(m_line, 2, 1, 1, 2);
        m_layout->addWidget(m_chain, 3, 1);
        m_layout->addWidget(m_gridPanel, 3, 2);
    } else {
        m_tabs->addTab(m_line, tr("Number Line"));
        m_tabs->addTab(m_chain, tr("Conversion Chain"));
        m_tabs->addTab(m_gridPanel, tr("On a Grid"));
        m_layout->addWidget(m_tabs, 2, 1, 1, 2);
    }
    if (all)
        for (QWidget* part :
            { static_cast<QWidget*>(m_line), static_cast<QWidget*>(m_chain), static_cast<QWidget*>(m_gridPanel) })
            part->show();
}

/// Wide: the list at the left. Tall: the bits above the other parts. Both: all parts are seen at once.
void NumberFormatsPage::place()
{
    const bool all = m_wide && m_tall;
    for (QWidget* part :
        { static_cast<QWidget*>(m_list), m_choiceBar, static_cast<QWidget*>(m_value), static_cast<QWidget*>(m_line),
            static_cast<QWidget*>(m_chain), static_cast<QWidget*>(m_gridPanel), static_cast<QWidget*>(m_tabs) })
        m_layout->removeWidget(part);
    m_tabs->clear();
    m_value->setNarrow(!m_wide);
    m_list->setVisible(m_wide);
    m_choiceBar->setVisible(!m_wide);
    m_tabs->setVisible(!all);
    m_list->setFixedWidth(kListWidth * fontMetrics().height());
    m_layout->addWidget(m_list, 0, 0, 4, 1);
    m_layout->addWidget(m_choiceBar, 0, 1, 1, 2);
    placeParts(all);
    m_layout->setRowStretch(2, all ? 4 : 1);
    m_layout->setRowStretch(3, all ? 5 : 0);
    m_layout->setColumnStretch(1, 8); // a chain of three steps is wider than a chart with its table
    m_layout->setColumnStretch(2, 6);
}

} // namespace kerf::ui
