// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/advice_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/decide/decision_desk.h"
#include "ui/decide/text_table_model.h"
#include "ui/decide/verdict_text.h"
#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

enum Column { Rank, Format, Resident, Room, Speed, Kld };

QString speedText(const core::Fit& fit)
{
    return fit.tokensPerSecond ? numberText(*fit.tokensPerSecond, 2) : QStringLiteral("–");
}

QString escaped(const std::string& text)
{
    return toQt(text).toHtmlEscaped();
}

} // namespace

AdvicePanel::AdvicePanel(DecisionDesk* desk, Actions* actions, QWidget* parent)
    : DecidePanel(tr("Advice"), tr("which format"), parent)
    , m_desk(desk)
    , m_model(new TextTableModel(
          { tr("Rank"), tr("Format"), tr("Resident"), tr("Left for cache"), tr("Tokens/s"), tr("KLD, predicted") }, 2,
          this))
    , m_view(new QTableView(this))
    , m_reasons(makeText(QStringLiteral("adviceReasons"), this))
    , m_use(new QPushButton(tr("&Make This Plan"), this))
{
    m_view->setObjectName(QStringLiteral("adviceTable"));
    m_view->setAccessibleName(tr("Formats, ranked for this machine"));
    m_view->setModel(m_model);
    showAsRows(m_view, Format);
    addTableExport(m_view, QStringLiteral("advice"));
    m_use->setObjectName(QStringLiteral("makeAdvisedPlan"));
    m_use->setToolTip(tr("Every layer in the format of the chosen row, the first unless you choose another"));
    auto* sweep = new QToolButton(this);
    sweep->setDefaultAction(actions->sweep);
    sweep->setProperty("chip", true);
    head()->addWidget(sweep);
    head()->addWidget(m_use);
    m_reasons->setTextFormat(Qt::RichText);
    m_reasons->setMargin(8);
    m_reasons->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    body()->addWidget(m_view, 3);
    body()->addWidget(scrolled(m_reasons, this), 2);
    connect(
        m_use, &QPushButton::clicked, this, [this] { m_desk->workbench()->useUniform(chosenFormat().toStdString()); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this] { m_use->setEnabled(!chosenFormat().isEmpty()); });
    connect(desk, &DecisionDesk::decided, this, &AdvicePanel::showDecision);
    showDecision();
}

QString AdvicePanel::chosenFormat() const
{
    const QModelIndex at = m_view->currentIndex().isValid() ? m_view->currentIndex() : m_model->index(0, 0);
    return at.data(Qt::UserRole).toString();
}

void AdvicePanel::showDecision()
{
    const core::Decision* decision = m_desk->decision();
    m_use->setEnabled(decision && decision->advice);
    if (!decision || !decision->advice) {
        showProblem(decision ? problemText(*decision, decision->advice.error()) : m_desk->problem());
        return;
    }
    showProblem({});
    showTable(*decision->advice);
    m_reasons->setText(reasonsText(*decision->advice));
}

void AdvicePanel::showTable(const core::Advice& advice)
{
    std::vector<TextTableModel::Row> rows;
    for (std::size_t i = 0; i < advice.ranked.size(); ++i) {
        const core::AdvisedFormat& each = advice.ranked[i];
        TextTableModel::Row row { { QString::number(i + 1), toQt(each.format->format),
            bytesText(static_cast<std::int64_t>(each.weights.resident())),
            each.fit.room > 0 ? bytesText(static_cast<std::int64_t>(each.fit.room)) : tr("none"), speedText(each.fit),
            each.predicted ? measuredText(each.predicted->kld, each.predicted->standardError) : QStringLiteral("–") } };
        row.data = toQt(each.format->format);
        row.isBold = i == 0;
        QStringList tip { tr("%1. %2.").arg(toQt(each.format->text), fitPhrase(each.fit)) };
        if (!each.isWithinTolerance && each.fit.verdict != core::FitVerdict::No)
            tip << tr("Whether it is good enough only a gate can say.");
        row.tip = tip.join(u' ');
        rows.push_back(std::move(row));
    }
    for (const core::Refusal& refusal : advice.refused) {
        TextTableModel::Row row { { QStringLiteral("✗"),
            tr("%1: %2").arg(toQt(refusal.format), toQt(refusal.reason)) } };
        row.tip = toQt(refusal.reason);
        row.isDim = true;
        rows.push_back(std::move(row));
    }
    m_view->clearSpans();
    m_model->setRows(std::move(rows));
    for (std::size_t i = 0; i < advice.refused.size(); ++i)
        m_view->setSpan(static_cast<int>(advice.ranked.size() + i), Format, 1, Kld - Format + 1);
}

QString AdvicePanel::reasonsText(const core::Advice& advice) const
{
    QString text = QStringLiteral("<p><b>%1</b> ").arg(tr("Why the first.").toHtmlEscaped());
    for (const core::Reason& reason : advice.reasons)
        text += QStringLiteral("<b>%1</b> %2 ").arg(escaped(reason.rule), escaped(reason.text));
    text += QStringLiteral("</p>");
    if (advice.ranked.size() > 1)
        text += QStringLiteral("<p><b>%1</b> %2</p>")
                    .arg(tr("Runner-up.").toHtmlEscaped(), escaped(advice.ranked[1].format->text));
    for (const std::string& warning : advice.warnings)
        text += QStringLiteral("<p>⚠ %1</p>").arg(escaped(warning));
    text += QStringLiteral("<p><b>%1</b> ").arg(tr("What would change this.").toHtmlEscaped());
    for (const std::string& change : advice.changes)
        text += escaped(change) + u' ';
    text += QStringLiteral("</p><p>%1</p>")
                .arg(tr("Of the key/value cache the advice is %1.").arg(toQt(advice.cache)).toHtmlEscaped());
    if (!m_desk->decision()->device->name.empty())
        if (const std::string uncertain = core::uncertainFigures(*m_desk->decision()->device); !uncertain.empty())
            text += QStringLiteral("<p>%1</p>")
                        .arg(tr("Uncertain in the table: %1.").arg(toQt(uncertain)).toHtmlEscaped());
    return text;
}

} // namespace kerf::ui
