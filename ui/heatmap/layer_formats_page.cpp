// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/layer_formats_page.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/empty_state.h"
#include "ui/heatmap/layer_formats_model.h"
#include "ui/plan/plan_document.h"
#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/value_text.h"

namespace kerf::ui {

LayerFormatsPage::LayerFormatsPage(PlanDocument* document, const Selection* selection, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_model(new LayerFormatsModel(document, selection, this))
    , m_title(new QLabel(this))
    , m_facts(new QLabel(this))
    , m_view(new QTableView(this))
    , m_empty(new EmptyState(this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_facts->setWordWrap(true);
    m_view->setObjectName(QStringLiteral("layerFormats"));
    m_view->setAccessibleName(tr("Formats of one layer"));
    m_view->setModel(m_model);
    m_view->setFrameShape(QFrame::NoFrame);
    showAsRows(m_view, LayerFormatsModel::FormatColumn);
    m_view->installEventFilter(this);
    m_empty->setText(
        tr("Select a layer in the map or the tree: its formats stand here, with what each takes and costs."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(4);
    for (QWidget* part : { static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_facts) })
        layout->addWidget(part);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_empty, 1);
    connect(m_view, &QTableView::doubleClicked, this, [this](const QModelIndex& at) { setFormat(at.row()); });
    connect(m_model, &QAbstractItemModel::modelReset, this, &LayerFormatsPage::showLayer);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &LayerFormatsPage::showLayer);
    showLayer();
}

void LayerFormatsPage::showLayer()
{
    const bool has = m_model->layer() >= 0;
    for (QWidget* part :
        { static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_facts), static_cast<QWidget*>(m_view) })
        part->setVisible(has);
    m_empty->setVisible(!has);
    if (!has)
        return;
    const auto layer = static_cast<std::size_t>(m_model->layer());
    const core::LayerInfo& info = m_document->network()->layers()[layer];
    const core::PlanLayer& row = m_document->plan().layers[layer];
    m_title->setText(toQt(info.name));
    const QString facts = tr("%1 × %2 · in the plan %3 by %4")
                              .arg(QLocale().toString(qlonglong(info.shape.rows)),
                                  QLocale().toString(qlonglong(info.shape.cols)), toQt(row.format), toQt(row.method));
    const QString lock = m_document->isLocked(m_model->layer()) ? tr("%1 · locked").arg(facts) : facts;
    m_facts->setText(m_document->profile()
            ? tr("%1 · Enter or a double click sets a format").arg(lock)
            : tr("%1 · errors and divergences need a profile (Ctrl+P) · Enter sets a format").arg(lock));
    if (!m_view->currentIndex().isValid() && m_model->currentRow() >= 0)
        m_view->setCurrentIndex(m_model->index(m_model->currentRow(), 0));
}

void LayerFormatsPage::setFormat(int row)
{
    m_document->setFormat({ m_model->layer() }, m_model->formatAt(row).toStdString());
}

void LayerFormatsPage::copyTable() const
{
    QList<QStringList> rows;
    for (int row = -1; row < m_model->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column)
            cells << (row < 0 ? m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()
                              : m_model->index(row, column).data(LayerFormatsModel::ValueRole).toString());
        rows << cells;
    }
    QGuiApplication::clipboard()->setText(tabbedText(rows));
}

bool LayerFormatsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_view || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && m_view->currentIndex().isValid()) {
        setFormat(m_view->currentIndex().row());
        return true;
    }
    if (key->matches(QKeySequence::Copy)) {
        copyTable();
        return true;
    }
    return false;
}

} // namespace kerf::ui
