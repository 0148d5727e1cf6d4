// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/bytes/bytes_panel.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/bytes/byte_table_model.h"
#include "ui/bytes/memory_bar.h"
#include "ui/bytes/treemap.h"
#include "ui/picture_file.h"
#include "ui/plan/cache_lengths.h"
#include "ui/plan/explanation.h"
#include "ui/row_table.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kLeverSoon = 200; ///< milliseconds from an edit to a new largest lever

} // namespace

BytesPanel::BytesPanel(Workbench* workbench, QWidget* parent)
    : QScrollArea(parent)
    , m_workbench(workbench)
    , m_view(workbench)
    , m_model(new ByteTableModel(&m_view, this))
{
    m_after.isAfter = true;
    auto* content = new QWidget(this);
    content->setObjectName(QStringLiteral("panel"));
    content->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(4);
    makeHead(layout);
    makeGrouping(layout);
    makeSide(m_before, layout);
    makeSide(m_after, layout);
    makeTable(layout);
    makeLever(layout);
    makeMemory(layout);
    auto* keys = explanation(content);
    keys->setText(tr("Click a field: its layers are selected. Enter goes in, Backspace back. T: the same as a table."));
    layout->addWidget(keys);
    layout->addStretch();
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    m_view.setShown(false);
    m_leverSoon.setSingleShot(true);
    m_leverSoon.setInterval(kLeverSoon);
    connect(&m_leverSoon, &QTimer::timeout, this, &BytesPanel::updateLever);
    connect(&m_view, &ByteView::changed, this, &BytesPanel::update);
    connect(workbench->selection(), &Selection::layersChanged, this, [this] {
        fillSide(m_before);
        fillSide(m_after);
    });
    update();
}

void BytesPanel::makeHead(QVBoxLayout* layout)
{
    auto* title = new QLabel(tr("Where the Bytes Go"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* exported = new ExportButton(
        tr("Export Bytes"), QStringLiteral("bytes"), [this](const QString& file) { return save(file); }, this);
    connect(exported, &ExportButton::failed, this, &BytesPanel::failed);
    auto* row = new QHBoxLayout;
    row->addWidget(title);
    row->addStretch();
    row->addWidget(exported);
    layout->addLayout(row);
}

void BytesPanel::makeGrouping(QVBoxLayout* layout)
{
    m_grouping = new QButtonGroup(this);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    const QString names[] = { tr("By Role"), tr("By Block"), tr("By Format") };
    for (int i = 0; i < 3; ++i) {
        auto* button = new QToolButton(this);
        button->setText(names[i]);
        button->setProperty("chip", true);
        button->setCheckable(true);
        button->setChecked(i == 0);
        button->setFocusPolicy(Qt::StrongFocus);
        m_grouping->addButton(button, i);
        row->addWidget(button);
    }
    row->addStretch();
    layout->addLayout(row);
    connect(m_grouping, &QButtonGroup::idClicked, this,
        [this](int id) { m_view.setGrouping(static_cast<core::ByteGrouping>(id)); });
    m_back = new QPushButton(tr("Back"), this);
    m_back->setAutoDefault(false);
    m_inside = new QLabel(this);
    connect(m_back, &QPushButton::clicked, &m_view, &ByteView::leave);
    auto* inside = new QHBoxLayout;
    inside->addWidget(m_back);
    inside->addWidget(m_inside, 1);
    layout->addLayout(inside);
}

void BytesPanel::makeSide(Side& side, QVBoxLayout* layout)
{
    side.title = new QLabel(this);
    side.total = new QLabel(this);
    side.total->setForegroundRole(QPalette::PlaceholderText);
    QFont bold = side.title->font();
    bold.setBold(true);
    side.title->setFont(bold);
    side.map = new Treemap(this);
    side.map->setObjectName(side.isAfter ? QStringLiteral("bytesAfter") : QStringLiteral("bytesBefore"));
    side.map->setAccessibleName(side.isAfter ? tr("Bytes after the plan") : tr("Bytes as they are stored"));
    auto* row = new QHBoxLayout;
    row->addWidget(side.title);
    row->addStretch();
    row->addWidget(side.total);
    layout->addLayout(row);
    layout->addWidget(side.map, 1);
    connect(side.map, &Treemap::picked, this, [this, &side](int field) { pick(side, field); });
    connect(side.map, &Treemap::entered, this, [this, &side](int field) { enter(side, field); });
    connect(side.map, &Treemap::left, &m_view, &ByteView::leave);
}

void BytesPanel::makeTable(QVBoxLayout* layout)
{
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("bytesTable"));
    m_table->setAccessibleName(tr("Bytes before and after the plan"));
    m_table->setModel(m_model);
    showAsRows(m_table, ByteTableModel::NameColumn);
    m_table->setMinimumHeight(14 * fontMetrics().height());
    m_table->installEventFilter(this); // letters are no search in it
    m_table->hide();
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& at) {
        const auto& layers = m_view.items()[static_cast<std::size_t>(at.row())].layers;
        if (!layers.empty())
            m_workbench->selection()->setLayers(layers, layers.front());
    });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& at) { m_view.enter(at.row()); });
    layout->addWidget(m_table, 2);
}

void BytesPanel::makeLever(QVBoxLayout* layout)
{
    m_leverBox = new QWidget(this);
    m_leverBox->setObjectName(QStringLiteral("leverBox"));
    m_leverBox->setAttribute(Qt::WA_StyledBackground);
    m_leverText = new QLabel(m_leverBox);
    m_leverText->setObjectName(QStringLiteral("leverText"));
    m_leverText->setWordWrap(true);
    m_useLever = new QPushButton(tr("Add to the Plan"), m_leverBox);
    m_useLever->setObjectName(QStringLiteral("useLever"));
    m_useLever->setAutoDefault(false);
    auto* inside = new QVBoxLayout(m_leverBox);
    inside->setContentsMargins(8, 6, 8, 6);
    inside->addWidget(m_leverText);
    inside->addWidget(m_useLever, 0, Qt::AlignLeft);
    layout->addWidget(m_leverBox);
    connect(m_useLever, &QPushButton::clicked, this, &BytesPanel::takeLever);
}

void BytesPanel::makeMemory(QVBoxLayout* layout)
{
    m_memory = new QWidget(this);
    auto* title = new QLabel(tr("Memory When It Runs"), m_memory);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    m_lengths = new CacheLengths(QStringLiteral("bytes"), m_memory);
    m_cache = new QComboBox(m_memory);
    m_cache->setObjectName(QStringLiteral("bytesCache"));
    m_cache->setAccessibleName(tr("Format of the key/value cache"));
    for (const std::string& name : core::commonCacheFormats())
        m_cache->addItem(toQt(name));
    m_bar = new MemoryBar(m_memory);
    m_together = new QLabel(m_memory);
    m_together->setObjectName(QStringLiteral("bytesTogether"));
    m_together->setWordWrap(true);
    auto* cacheRow = new QHBoxLayout;
    auto* caption = new QLabel(tr("Cache"), m_memory);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setBuddy(m_cache);
    cacheRow->addWidget(caption);
    cacheRow->addWidget(m_cache);
    cacheRow->addStretch();
    auto* inside = new QVBoxLayout(m_memory);
    inside->setContentsMargins(0, 6, 0, 0);
    inside->setSpacing(4);
    inside->addWidget(title);
    inside->addWidget(m_lengths);
    inside->addLayout(cacheRow);
    inside->addWidget(m_bar);
    inside->addWidget(m_together);
    layout->addWidget(m_memory);
    connect(m_lengths, &CacheLengths::changed, this, &BytesPanel::updateMemory);
    connect(m_lengths, &CacheLengths::changed, &m_leverSoon, qOverload<>(&QTimer::start));
    connect(m_cache, &QComboBox::activated, this,
        [this] { m_workbench->document()->setCacheFormat(m_cache->currentText().toStdString()); });
    connect(m_workbench->document(), &PlanDocument::planReset, this, [this] {
        if (const core::Network* network = m_workbench->document()->network())
            m_lengths->setContext(network->maxPositions());
    });
}

} // namespace kerf::ui
