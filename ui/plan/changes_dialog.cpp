// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/changes_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/plan/changes_model.h"
#include "ui/plan/plan_reference.h"
#include "ui/row_table.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kWidth = 118; ///< characters
constexpr double kMegabyte = 1e6;

} // namespace

ChangesDialog::ChangesDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_reference(new PlanReference(workbench, this))
    , m_model(new ChangesModel(workbench->document()->divergence(), this))
    , m_against(new QComboBox(this))
    , m_summary(new QLabel(this))
    , m_view(new QTableView(this))
{
    setObjectName(QStringLiteral("changesDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("What Changed"));
    m_against->setObjectName(QStringLiteral("changesAgainst"));
    m_against->setAccessibleName(tr("Plan to compare with"));
    m_summary->setObjectName(QStringLiteral("changesSummary"));
    m_summary->setWordWrap(true);
    m_view->setObjectName(QStringLiteral("changesTable"));
    m_view->setAccessibleName(tr("Layers that changed"));
    m_view->setModel(m_model);
    showAsRows(m_view, ChangesModel::LayerColumn);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setTextElideMode(Qt::ElideMiddle); // both ends tell layers apart
    m_view->setMinimumHeight(14 * fontMetrics().height());
    auto* caption = new QLabel(tr("Compared with"), this);
    caption->setBuddy(m_against);
    auto* row = new QHBoxLayout;
    row->addWidget(caption);
    row->addWidget(m_against);
    row->addStretch();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(row);
    layout->addWidget(m_summary);
    layout->addWidget(m_view, 1);
    layout->addWidget(buttons);
    fillReferences();
    m_reference->set(PlanReference::Kind::LastStep);
    m_against->setCurrentIndex(0);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_against, &QComboBox::activated, this, [this](int at) {
        const core::RowId run = m_against->currentData().toLongLong();
        m_reference->set(run > 0 ? PlanReference::Kind::Run
                : at == 0        ? PlanReference::Kind::LastStep
                                 : PlanReference::Kind::Baseline,
            run);
        update();
    });
    connect(m_reference, &PlanReference::changed, this, &ChangesDialog::update);
    connect(workbench->document(), &PlanDocument::estimateChanged, this, &ChangesDialog::update);
    connect(workbench->document(), &PlanDocument::planReset, this, &QDialog::reject);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ChangesDialog::selectLayers);
    update();
    fitToScreen(this, kWidth);
}

void ChangesDialog::fillReferences()
{
    m_against->addItem(tr("the plan before the last step"), 0);
    m_against->addItem(tr("the plan as opened or solved"), 0);
    for (const RunSummary& run : m_workbench->runs())
        m_against->addItem(run.name, QVariant::fromValue<qlonglong>(run.id));
}

void ChangesDialog::update()
{
    const PlanDocument& document = *m_workbench->document();
    if (document.isEmpty() || !m_reference->plan())
        return reject();
    m_model->setDifference(
        core::planDifference(*m_reference->plan(), document.plan(), *document.network(), document.profile()));
    m_summary->setText(summary());
}

/// How much, at what price, and what a megabyte costs.
QString ChangesDialog::summary() const
{
    const core::PlanDifference& found = m_model->difference();
    if (found.layers.empty())
        return tr("No layer differs from %1.").arg(m_reference->name());
    const QString head
        = tr("%n layer(s) differ from %1: %2", nullptr, static_cast<int>(found.layers.size()))
              .arg(m_reference->name(), signedText(static_cast<double>(found.bytes), bytesText(std::abs(found.bytes))));
    if (!found.kld)
        return tr("%1. What that does to the divergence is not predicted.").arg(head);
    const DivergenceText& divergence = m_workbench->document()->divergence();
    const QString kld = divergence.amount(signedText(*found.kld, numberText(std::abs(*found.kld))));
    if (found.bytes == 0 || (*found.kld > 0) == (found.bytes > 0))
        return tr("%1 and %2 of predicted %3.").arg(head, kld, divergence.name);
    const double each = std::abs(*found.kld / (static_cast<double>(found.bytes) / kMegabyte));
    return tr("%1 and %2 of predicted %3: %4 a megabyte.")
        .arg(head, kld, divergence.name, divergence.amount(numberText(each, 2)));
}

void ChangesDialog::selectLayers()
{
    std::vector<int> layers;
    for (const QModelIndex& row : m_view->selectionModel()->selectedRows())
        layers.push_back(m_model->difference().layers[static_cast<std::size_t>(row.row())].layer);
    if (!layers.empty())
        m_workbench->selection()->setLayers(layers, layers.front());
}

} // namespace kerf::ui
