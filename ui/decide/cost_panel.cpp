// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/cost_panel.h"

#include <cmath>

#include <QDate>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/decide/decision_desk.h"
#include "ui/decide/text_table_model.h"
#include "ui/decide/tornado_chart.h"
#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kChartLines = 10; ///< of text
constexpr double kDaysOfMonth = 30, kMostMonths = 1200; ///< a date beyond a hundred years says nothing

/// The day on which it is even, if it begins today.
QString evenDate(const core::CostSide& side)
{
    if (!side.sheet.breakEven || *side.sheet.breakEven > kMostMonths)
        return {};
    const double days = *side.sheet.breakEven * kDaysOfMonth;
    const QDate date = QDate::currentDate().addDays(static_cast<qint64>(std::ceil(days)));
    return CostPanel::tr("If it begins today: %1").arg(QLocale().toString(date, QLocale::ShortFormat));
}

} // namespace

QString moneyText(double amount, const std::string& currency)
{
    const int decimals = std::abs(amount) >= 1000 ? 0 : 2;
    const QString digits = QLocale().toString(std::abs(amount), 'f', decimals);
    return (amount < 0 ? QStringLiteral("−") : QString()) + toQt(core::withCurrency(digits.toStdString(), currency));
}

CostPanel::CostPanel(DecisionDesk* desk, QWidget* parent)
    : DecidePanel(tr("Cost"), tr("does it pay"), parent)
    , m_desk(desk)
    , m_sheet(new TextTableModel({ tr("A month"), tr("Amount") }, 1, this))
    , m_instead(new TextTableModel({ tr("Instead"), tr("A month"), tr("First year"), tr("Remark") }, 1, this))
    , m_tornado(new TornadoChart(this))
{
    m_tornado->setMinimumSize(30 * fontMetrics().averageCharWidth(), kChartLines * fontMetrics().lineSpacing());
    QTableView* sheet = makeTable(m_sheet, QStringLiteral("costSheet"), tr("What it costs and saves"));
    QTableView* instead = makeTable(m_instead, QStringLiteral("costInstead"), tr("What else could be done"));
    instead->setMaximumHeight(4 * (fontMetrics().height() + 9));
    connect(m_tornado, &Chart::failed, desk->workbench(),
        [desk](const QString& text) { emit desk->workbench()->message(text, true); });
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(sheet);
    split->addWidget(m_tornado);
    sheet->setMinimumWidth(36 * fontMetrics().averageCharWidth());
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    body()->addWidget(split, 1);
    body()->addWidget(instead);
    connect(desk, &DecisionDesk::decided, this, &CostPanel::showDecision);
    showDecision();
}

QTableView* CostPanel::makeTable(TextTableModel* model, const QString& name, const QString& what)
{
    auto* view = new QTableView(this);
    view->setObjectName(name);
    view->setAccessibleName(what);
    view->setModel(model);
    showAsRows(view, 0);
    addTableExport(view, name);
    return view;
}

QString CostPanel::money(double amount) const
{
    return moneyText(amount, m_desk->settings().currency);
}

void CostPanel::showDecision()
{
    const core::Decision* decision = m_desk->decision();
    if (!decision || !decision->cost) {
        showProblem(!decision                    ? m_desk->problem()
                : !decision->settings.hasCosts() ? tr("Give the price of a machine and the requests a month.")
                                                 : toQt(decision->cost.error().message));
        return;
    }
    showProblem({});
    showSheet(*decision->cost);
    showInstead(*decision->cost);
    m_tornado->setSwings(decision->cost->swings, decision->cost->sheet.year, toQt(decision->settings.currency));
}

void CostPanel::showSheet(const core::CostSide& side)
{
    const core::CostSheet& sheet = side.sheet;
    const core::CostInputs& in = side.inputs;
    const double priceAfter = in.priceAfter ? in.priceAfter->value : in.price.value;
    const auto machines = [&](double count, double price) {
        return tr("%1 machines at %2 an hour, %3 hours")
            .arg(numberText(count), money(price), numberText(in.hours.value));
    };
    std::vector<TextTableModel::Row> rows {
        { { tr("Today"), money(sheet.before) }, machines(in.machinesBefore.value, in.price.value) },
        { { tr("After"), money(sheet.after) }, machines(in.machinesAfter.value, priceAfter) },
        { { tr("Errors, %1 %").arg(numberText(100 * in.loss.value, 2)), money(sheet.errors) },
            tr("%1 requests, %2 an error")
                .arg(countText(static_cast<std::int64_t>(in.requests.value)), money(in.errorCost.value)) },
        { { tr("Upkeep"), money(sheet.upkeep) }, tr("Hours of work and storage") },
        { { tr("Net"), money(sheet.net) }, tr("What is saved less errors and upkeep"), {}, true },
        { { tr("Once"), money(sheet.once) }, tr("Work, calibration, and the days on which both versions serve") },
    };
    rows.push_back(
        { { tr("Pays back in"), sheet.breakEven ? tr("%1 months").arg(numberText(*sheet.breakEven)) : tr("never") },
            evenDate(side) });
    rows.push_back({ { tr("First year"), money(sheet.year) }, {}, {}, true });
    if (sheet.largestLoss)
        rows.push_back({ { tr("Loss it can bear"), tr("%1 %").arg(numberText(100 * *sheet.largestLoss)) },
            tr("Share of right answers from which on errors cost more than is saved") });
    m_sheet->setRows(std::move(rows));
}

void CostPanel::showInstead(const core::CostSide& side)
{
    std::vector<TextTableModel::Row> rows {
        { { tr("Leave it as it is"), money(side.sheet.before), money(0), tr("the baseline") } },
    };
    if (side.instead)
        rows.push_back({ { tr("Other machines, the model as it is"), money(side.instead->after),
            money(side.instead->year), tr("no loss") } });
    m_instead->setRows(std::move(rows));
}

} // namespace kerf::ui
