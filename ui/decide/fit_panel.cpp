// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/fit_panel.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/decide/decision_desk.h"
#include "ui/decide/fit_bar.h"
#include "ui/decide/fit_grid_model.h"
#include "ui/decide/verdict_text.h"
#include "ui/picture_file.h"
#include "ui/table_export.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

QString gigabytes(double bytes)
{
    return bytesText(static_cast<std::int64_t>(bytes));
}

} // namespace

FitPanel::FitPanel(DecisionDesk* desk, QWidget* parent)
    : DecidePanel(tr("Fit"), tr("context × batch"), parent)
    , m_desk(desk)
    , m_model(new FitGridModel(this))
    , m_view(new QTableView(this))
    , m_bar(new FitBar(this))
    , m_caption(makeText(QStringLiteral("fitCaption"), this))
    , m_note(makeText(QStringLiteral("fitNote"), this))
{
    m_view->setObjectName(QStringLiteral("fitGrid"));
    m_view->setAccessibleName(tr("What fits by context and batch"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new FitCellDelegate(m_view));
    m_view->setShowGrid(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setTabKeyNavigation(false);
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_view->horizontalHeader()->setMinimumSectionSize(6 * fontMetrics().averageCharWidth());
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_view->verticalHeader()->setMinimumSectionSize(fontMetrics().height() + 2);
    m_view->setMinimumHeight(9 * (fontMetrics().height() + 3));
    addTableExport(m_view, QStringLiteral("fit"));
    m_caption->setWordWrap(false);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    const QString legend = tr("Blue: fits; outlined: tight; hatched: so many sequences fit.");
    m_caption->setToolTip(legend);
    m_view->setWhatsThis(legend);
    auto* exported = new ExportButton(
        tr("Export Fit"), QStringLiteral("fit"), [this](const QString& file) { return save(file); }, this);
    connect(exported, &ExportButton::failed, desk->workbench(),
        [desk](const QString& text) { emit desk->workbench()->message(text, true); });
    head()->addWidget(exported);
    addText(m_caption);
    body()->addWidget(m_view, 1);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 2, 10, 0);
    bar->addWidget(m_bar);
    body()->addLayout(bar);
    addText(m_note);
    connect(m_view, &QTableView::clicked, this, &FitPanel::choose);
    connect(m_view, &QTableView::activated, this, &FitPanel::choose);
    connect(desk, &DecisionDesk::decided, this, &FitPanel::showDecision);
    showDecision();
}

void FitPanel::choose(const QModelIndex& at)
{
    const core::Use use = m_model->useAt(at);
    m_desk->change([&](core::DecisionSettings& settings) { settings.use = use; });
}

void FitPanel::showDecision()
{
    const core::Decision* decision = m_desk->decision();
    if (!decision || !decision->fit) {
        showProblem(decision ? problemText(*decision, decision->fit.error()) : m_desk->problem());
        return;
    }
    showProblem({});
    const core::FitSide& side = *decision->fit;
    m_caption->setText(tr("%1, %2: tokens/s of all sequences, predicted; served × 0.5 to × 0.85")
                           .arg(toQt(decision->subject), toQt(decision->settings.cache)));
    m_model->setGrid(side.grid, decision->settings.use);
    m_view->setCurrentIndex(m_model->asked());
    showBar(side);
    m_note->setText(noteText(side));
}

void FitPanel::showBar(const core::FitSide& side)
{
    const core::MemoryParts& memory = side.memory;
    const double reserved = memory.memory - memory.budget + memory.overhead + memory.activations;
    std::vector<FitBar::Part> parts {
        { FitBar::Kind::Weights, tr("weights %1").arg(gigabytes(memory.weights)), memory.weights },
        { FitBar::Kind::Reserved, tr("reserved %1").arg(gigabytes(reserved)), reserved },
    };
    const double cache = std::min(side.fit.asked, std::max(0.0, side.fit.room));
    if (cache > 0)
        parts.push_back({ FitBar::Kind::Cache, tr("cache %1").arg(gigabytes(cache)), cache });
    if (const double lacking = side.fit.lacking(); lacking > 0)
        parts.push_back({ FitBar::Kind::Lacking, tr("lacks %1").arg(gigabytes(lacking)), lacking });
    else
        parts.push_back({ FitBar::Kind::Left, tr("left %1").arg(gigabytes(side.fit.room - side.fit.asked)),
            side.fit.room - side.fit.asked });
    m_bar->setParts(std::move(parts));
}

QString FitPanel::noteText(const core::FitSide& side) const
{
    const core::Use& use = m_desk->decision()->settings.use;
    QStringList text {
        tr("%1 × %2 tokens: %3.").arg(QString::number(use.batch), countText(use.context), fitPhrase(side.fit))
    };
    QStringList would;
    for (const core::FitRemedy& remedy : side.remedies)
        would << tr("%1 (%2 left)").arg(toQt(remedy.what), gigabytes(remedy.left));
    if (side.fit.lacking() <= 0)
        text << tr("The longest sequence that fits alone: %1 tokens.").arg(countText(side.fit.longest));
    else if (would.isEmpty())
        text << tr("No single change makes it fit: fewer bits and more cards together may.");
    else
        text << tr("It would fit with %1.").arg(would.join(QStringLiteral(", ")));
    if (!side.speedSource.empty())
        text << tr("Speed: %1.").arg(toQt(side.speedSource));
    return text.join(u' ');
}

QString FitPanel::save(const QString& file) const
{
    if (file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive))
        return saveTable(file, shownTable(m_view));
    return savePicture(file, m_view->size(), tr("Fit"), [this](QPainter& painter) { m_view->render(&painter); });
}

} // namespace kerf::ui
