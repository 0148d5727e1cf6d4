// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/format_palette.h"

#include <algorithm>

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/plan/format_palette_model.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_pickers.h"
#include "ui/selection.h"
#include "ui/value_text.h"

namespace kerf::ui {

FormatPalette::FormatPalette(FormatPaletteModel* model, PlanDocument* document, Selection* selection, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_selection(selection)
    , m_caption(new QLabel(this))
    , m_view(new QTableView(this))
    , m_pickers(new PlanPickers(document, selection, this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_caption->setWordWrap(true);
    m_view->setObjectName(QStringLiteral("formatPalette"));
    m_view->setAccessibleName(tr("Formats for the selected layers"));
    m_view->setModel(model);
    m_view->setSelectionMode(QAbstractItemView::NoSelection);
    m_view->setShowGrid(false);
    m_view->setTextElideMode(Qt::ElideMiddle); // both ends tell formats apart
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->setTabKeyNavigation(false); // Tab leaves for the next widget; arrows move between formats
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->horizontalHeader()->setSectionResizeMode(FormatPaletteModel::FormatColumn, QHeaderView::Stretch);
    fitColumns();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = new QHBoxLayout; // the label's own margins are not kept under the style sheet
    head->setContentsMargins(10, 8, 10, 6);
    head->addWidget(m_caption);
    layout->addLayout(head);
    m_view->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents); // what it does not need is the pickers'
    m_view->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    layout->addWidget(m_view, 2);
    auto* pickers = new QScrollArea(this); // a small screen or a large font leaves them less than they need
    pickers->setWidgetResizable(true);
    pickers->setFrameShape(QFrame::NoFrame);
    pickers->setFocusPolicy(Qt::NoFocus);
    pickers->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    pickers->setWidget(m_pickers);
    layout->addWidget(pickers, 1);
    const auto apply = [this, model](const QModelIndex& at) {
        if (!m_selection->layers().empty())
            m_document->setFormat(m_selection->layers(), model->formats()[at.row()].toStdString());
    };
    connect(m_view, &QTableView::clicked, this, apply);
    connect(m_view, &QTableView::activated, this, apply);
    const auto showCurrent = [this, model] {
        if (const int row = model->currentRow(); row >= 0)
            m_view->scrollTo(model->index(row, 0));
    };
    connect(selection, &Selection::layersChanged, this, [this, showCurrent] {
        updateCaption();
        showCurrent();
    });
    connect(model, &FormatPaletteModel::keysChanged, this, [this, model] {
        m_view->scrollTo(
            model->index(model->page() * FormatPaletteModel::kPageSize, 0), QAbstractItemView::PositionAtTop);
    });
    connect(document, &PlanDocument::planReset, this, &FormatPalette::updateCaption);
    addShowAction(model);
    updateCaption();
}

void FormatPalette::addShowAction(const FormatPaletteModel* model)
{
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view, &QTableView::customContextMenuRequested, this, [this, model](const QPoint& at) {
        const QModelIndex index = m_view->indexAt(at);
        if (!index.isValid())
            return;
        const QString format = model->formats()[index.row()];
        auto* menu = new QMenu(m_view);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addAction(
            tr("&Show Bits and Values of %1").arg(format), this, [this, format] { emit formatShown(format); });
        menu->popup(m_view->viewport()->mapToGlobal(at));
    });
}

/// As wide as what can stand in the columns, whatever does: nothing moves when the plan changes.
void FormatPalette::fitColumns()
{
    const QFontMetrics metrics(font());
    const int margin = 2 * metrics.averageCharWidth() + 6;
    const auto fit = [&](int column, const QString& widest) {
        const QString title = m_view->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        m_view->horizontalHeader()->resizeSection(
            column, std::max(metrics.horizontalAdvance(widest), metrics.horizontalAdvance(title)) + margin);
    };
    fit(FormatPaletteModel::KeyColumn, QStringLiteral("8"));
    fit(FormatPaletteModel::BitsColumn, QStringLiteral("88.88"));
    fit(FormatPaletteModel::KldColumn, QStringLiteral("0.00000088"));
    m_view->verticalHeader()->setDefaultSectionSize(metrics.height() + 9);
}

void FormatPalette::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitColumns();
}

void FormatPalette::updateCaption()
{
    const auto& layers = m_selection->layers();
    if (layers.empty() || !m_document->network())
        m_caption->setText(tr("Select layers in the map or the tree, then choose a format here or press its key."));
    else if (layers.size() == 1)
        m_caption->setText(toQt(m_document->network()->layers()[static_cast<std::size_t>(layers.front())].name));
    else
        m_caption->setText(tr("%n layer(s) selected", nullptr, static_cast<int>(layers.size())));
}

} // namespace kerf::ui
