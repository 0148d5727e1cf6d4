// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/gate_panel.h"

#include <algorithm>
#include <optional>

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/decide/decision_desk.h"
#include "ui/decide/gate_delegate.h"
#include "ui/decide/text_table_model.h"
#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

enum Column { Run, Flips, Loss, Bounds, Picture, Verdict, ColumnCount };
constexpr const char* kBetween = "; "; ///< requirements in one line
constexpr double kPilotFlips = 0.05; ///< what a pilot is planned with
const QString kAnswers = QStringLiteral("%1 ↓ %2 ↑");

/// Shares of items as percentage points, other metrics as they are.
double factorOf(const core::GateFinding& finding)
{
    return finding.answers ? 100 : 1;
}

QString valueText(const core::GateFinding& finding, double value)
{
    return numberText(factorOf(finding) * value, core::gateDigits(finding))
        + (finding.answers ? QStringLiteral(" %") : QString());
}

/// From the least to the most that a requirement's bounds and its limit reach over all runs: one scale for a column.
struct Scale {
    double least = 0, most = 0;
};

Scale scaleOf(const std::vector<core::JudgedRun>& runs, std::size_t requirement)
{
    std::optional<Scale> found;
    for (const core::JudgedRun& run : runs) {
        if (requirement >= run.findings.size())
            continue;
        const core::GateFinding& finding = run.findings[requirement];
        const double limit = finding.requirement.limit;
        const double least = std::min(finding.bounds.lower, limit), most = std::max(finding.bounds.upper, limit);
        found = found ? Scale { std::min(found->least, least), std::max(found->most, most) } : Scale { least, most };
    }
    const Scale scale = found.value_or(Scale());
    const double spare = 0.08 * (scale.most - scale.least);
    return { scale.least - spare, scale.most + spare };
}

BoundsPicture pictureOf(const core::GateFinding& finding, const Scale& scale)
{
    const bool isSpeed = finding.requirement.of == core::Requirement::Of::Speed;
    return { finding.bounds.lower, finding.bounds.upper, finding.estimate, finding.requirement.limit, isSpeed,
        scale.least, scale.most, finding.verdict };
}

/// Editable from its birth on: its field has its place in the order of Tab then.
QComboBox* makeRequired(QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setEditable(true);
    return box;
}

} // namespace

QString gateVerdictText(const core::GateFinding& finding)
{
    switch (finding.verdict) {
    case core::GateVerdict::Accept:
        return GatePanel::tr("✓ accepted");
    case core::GateVerdict::Reject:
        return GatePanel::tr("✗ rejected");
    case core::GateVerdict::Inconclusive:
        break;
    }
    if (!finding.itemsNeeded)
        return GatePanel::tr("? open");
    const auto more = static_cast<std::int64_t>(*finding.itemsNeeded) - static_cast<std::int64_t>(finding.items);
    return GatePanel::tr("? + %1 items").arg(countText(std::max<std::int64_t>(1, more)));
}

GatePanel::GatePanel(DecisionDesk* desk, Actions* actions, QWidget* parent)
    : DecidePanel(tr("Gate"), tr("is it good enough"), parent)
    , m_desk(desk)
    , m_model(
          new TextTableModel({ tr("Run"), tr("Flips"), tr("Loss"), tr("Bounds"), tr("Limit"), tr("Verdict") }, 1, this))
    , m_view(new QTableView(this))
    , m_required(makeRequired(this))
    , m_problem(makeText(QStringLiteral("gateProblem"), this))
    , m_note(makeText(QStringLiteral("gateNote"), this))
    , m_cheapest(new QPushButton(tr("&Cheapest That Passes"), this))
{
    m_view->setObjectName(QStringLiteral("gateTable"));
    m_view->setAccessibleName(tr("Runs, judged by what is required"));
    m_view->setModel(m_model);
    m_view->setItemDelegateForColumn(Picture, new GateDelegate(m_view));
    showAsRows(m_view, Run);
    addTableExport(m_view, QStringLiteral("gate"));
    m_required->setObjectName(QStringLiteral("gateRequired"));
    m_required->setAccessibleName(tr("What must hold"));
    m_required->setInsertPolicy(QComboBox::NoInsert);
    m_required->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_required->setMinimumContentsLength(16);
    m_required->setToolTip(tr("What must hold, as kerf-cli gate takes it: metric, limit and level in per cent. Several "
                              "with “;” between them: all must hold."));
    auto* label = new QLabel(tr("Re&quired"), this);
    label->setBuddy(m_required);
    m_cheapest->setObjectName(QStringLiteral("cheapestThatPasses"));
    m_cheapest->setToolTip(tr("Decide about the run of the fewest bytes that is accepted"));
    auto* asked = new QHBoxLayout;
    asked->setContentsMargins(10, 0, 10, 0);
    asked->addWidget(label);
    asked->addWidget(m_required, 1);
    body()->addLayout(asked);
    QPalette wrong = m_problem->palette();
    wrong.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_problem->setPalette(wrong);
    m_problem->hide();
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(10, 0, 10, 6);
    for (const auto& [button, action] : { std::pair(&m_ask, actions->askRun), std::pair(&m_score, actions->scoreRun),
             std::pair(&m_evaluate, actions->evaluateRun) }) {
        *button = new QToolButton(this);
        (*button)->setDefaultAction(action);
        (*button)->setProperty("chip", true);
        buttons->addWidget(*button);
    }
    buttons->addStretch();
    buttons->addWidget(m_cheapest);
    addText(m_problem);
    body()->addWidget(m_view, 1);
    addText(m_note);
    body()->addLayout(buttons);
    connect(m_view, &QTableView::clicked, this, &GatePanel::choose);
    connect(m_view, &QTableView::activated, this, &GatePanel::choose);
    connect(m_required, &QComboBox::activated, this, &GatePanel::readRequirements);
    connect(m_required->lineEdit(), &QLineEdit::editingFinished, this, &GatePanel::readRequirements);
    connect(m_cheapest, &QPushButton::clicked, this, [this] {
        const core::Decision* decision = m_desk->decision();
        if (const core::JudgedRun* run = decision ? decision->takeInstead() : nullptr)
            m_desk->change([id = run->run](core::DecisionSettings& settings) { settings.run = id; });
    });
    connect(desk, &DecisionDesk::decided, this, &GatePanel::showDecision);
    connect(desk, &DecisionDesk::settingsChanged, this, &GatePanel::fillRequirements);
    fillRequirements();
    showDecision();
}

/// What the runs' measurements could answer, and what is required now.
void GatePanel::fillRequirements()
{
    const QSignalBlocker block(m_required);
    m_problem->hide();
    const core::DecisionSettings& settings = m_desk->settings();
    QStringList now;
    for (const std::string& text : core::requirementsOf(settings))
        now << toQt(text);
    m_required->clear();
    for (const std::string& text :
        core::possibleRequirements(m_desk->workbench()->session()->runs(), settings.tolerance))
        m_required->addItem(toQt(text));
    m_required->setEditText(now.join(QLatin1String(kBetween)));
    m_required->lineEdit()->setCursorPosition(0);
}

void GatePanel::readRequirements()
{
    std::vector<std::string> texts;
    for (const QString& part : m_required->currentText().split(u';', Qt::SkipEmptyParts)) {
        const std::string text = part.trimmed().toStdString();
        if (const auto requirement = core::parseRequirement(text); !requirement) {
            m_problem->setText(toQt(requirement.error().message));
            m_problem->show();
            return;
        }
        texts.push_back(text);
    }
    m_problem->hide();
    if (texts == core::requirementsOf(m_desk->settings()))
        return;
    m_desk->change([&](core::DecisionSettings& settings) { settings.requirements = texts; });
}

void GatePanel::showDecision()
{
    const core::Decision* decision = m_desk->decision();
    if (!decision) {
        showProblem(m_desk->problem());
        return;
    }
    showProblem({});
    if (!m_required->hasFocus())
        fillRequirements();
    showTable(*decision);
    const auto network = m_desk->workbench()->session()->network();
    const bool writesText = network && network->generator();
    m_ask->setVisible(writesText);
    m_score->setVisible(!writesText);
    m_cheapest->setEnabled(decision->takeInstead() != nullptr);
    m_note->setText(noteText(*decision));
}

void GatePanel::showTable(const core::Decision& decision)
{
    std::vector<TextTableModel::Row> rows;
    std::vector<int> problems;
    for (const core::JudgedRun& run : decision.judged) {
        if (!run.problem.empty()) {
            problems.push_back(static_cast<int>(rows.size()));
            rows.push_back(
                { { toQt(run.name), toQt(run.problem) }, toQt(run.problem), {}, run.run == decision.run, true });
        }
        for (std::size_t i = 0; i < run.findings.size(); ++i) {
            const core::GateFinding& finding = run.findings[i];
            TextTableModel::Row row { { toQt(run.name),
                finding.answers
                    ? kAnswers.arg(countText(finding.answers->harmful), countText(finding.answers->beneficial))
                    : QStringLiteral("–"),
                valueText(finding, finding.estimate),
                tr("%1 … %2").arg(valueText(finding, finding.bounds.lower), valueText(finding, finding.bounds.upper)),
                QString(), gateVerdictText(finding) } };
            row.tip = toQt(core::gateText(finding));
            row.data = QVariant::fromValue(pictureOf(finding, scaleOf(decision.judged, i)));
            row.isBold = run.run == decision.run;
            rows.push_back(std::move(row));
        }
    }
    const bool hasFlips = std::ranges::any_of(decision.judged, [](const core::JudgedRun& run) {
        return !run.problem.empty()
            || std::ranges::any_of(run.findings, [](const auto& each) { return each.answers.has_value(); });
    });
    m_view->clearSpans();
    m_model->setRows(std::move(rows));
    m_view->setColumnHidden(Flips, !hasFlips); // of perplexity or divergence none are known
    for (const int row : problems)
        m_view->setSpan(row, Flips, 1, ColumnCount - Flips);
}

QString GatePanel::noteText(const core::Decision& decision) const
{
    const core::JudgedRun* subject = decision.judgedSubject();
    QStringList text;
    if (subject)
        for (const core::GateFinding& finding : subject->findings)
            text << toQt(core::gateText(finding));
    if (text.isEmpty()) {
        const auto required = core::parseRequirement(decision.requirements.front());
        const double needed = required && required->of == core::Requirement::Of::Drop && required->limit > 0
            ? core::itemsNeeded({ kPilotFlips, 0 }, required->limit, required->confidence)
            : 0;
        if (needed > 0)
            text << tr("A pilot of 200 items tells how often answers change. If 5 % of them do and none is lost in "
                       "truth, some %1 items decide.")
                        .arg(countText(static_cast<std::int64_t>(needed)));
    }
    if (decision.judged.size() > 1)
        text << tr("Of several runs choose one before, or on other items: the best of many looks better than it is.");
    return text.join(u' ');
}

void GatePanel::choose(const QModelIndex& at)
{
    const QString name = at.siblingAtColumn(Run).data().toString();
    const core::Decision* decision = m_desk->decision();
    if (!decision)
        return;
    const auto found = std::ranges::find(decision->judged, name.toStdString(), &core::JudgedRun::name);
    if (found == decision->judged.end())
        return;
    const core::RowId run = found->run;
    m_desk->workbench()->selection()->setRun(run);
    m_desk->change([run](core::DecisionSettings& settings) { settings.run = run; });
}

} // namespace kerf::ui
