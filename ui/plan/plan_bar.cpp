// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_bar.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/plan/budget_slider.h"
#include "ui/plan/plan_document.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QFont scaled(QFont font, double factor, bool bold = false)
{
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(bold);
    return font;
}

/// A small caption above a row of widgets.
QVBoxLayout* captioned(const QString& caption, QWidget* parent, QHBoxLayout* row)
{
    auto* label = new QLabel(caption, parent);
    label->setFont(scaled(parent->font(), 0.88));
    label->setForegroundRole(QPalette::PlaceholderText);
    auto* column = new QVBoxLayout;
    column->setSpacing(1);
    column->addWidget(label);
    column->addLayout(row);
    return column;
}

} // namespace

PlanBar::PlanBar(PlanDocument* document, const QList<QAction*>& buttons, QMenu* exportMenu, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_budget(new BudgetSlider(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 2);
    layout->setSpacing(8);
    const auto addButton = [&](QAction* action) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("barButton"));
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setFocusPolicy(Qt::TabFocus);
        button->setProperty("primary", action->property("primary"));
        layout->addWidget(button);
        return button;
    };
    for (QAction* action : buttons)
        addButton(action);
    auto* exportButton = addButton(exportMenu->menuAction());
    exportButton->setPopupMode(QToolButton::InstantPopup);
    layout->addSpacing(6);
    layout->addWidget(m_budget, 1);
    m_budget->setMaximumWidth(44 * fontMetrics().averageCharWidth());
    layout->addSpacing(6);
    m_size = addTile(tr("Size"), tr("Bytes of the whole checkpoint under this plan, and its share of the original"));
    m_bits
        = addTile(tr("Bits"), tr("Mean bits per weight over the quantizable layers, scales and zero points counted"));
    m_kld = addTile(tr("Predicted KLD"),
        tr("Expected KL divergence, nats per token, of this plan against the original, with its standard error; 0 is "
           "identical"));
    m_speed = addTile(tr("Predicted Decode"),
        tr("Tokens a second, and times the original's, by the table of kernel times: the products that the plan runs, "
           "each in its format"));

    m_loader = new QComboBox(this);
    m_loader->setObjectName(QStringLiteral("loaderChoice"));
    m_loader->setAccessibleName(tr("Loader that the plan is checked against"));
    m_loader->addItem(tr("any"), QStringLiteral("any"));
    m_loader->addItem(tr("vLLM"), QStringLiteral("vllm"));
    m_loader->addItem(tr("transformers"), QStringLiteral("transformers"));
    m_loader->setToolTip(
        tr("The runtime that is to load the export: the plan is checked against it, and the solver keeps "
           "to what it takes"));
    m_check = new QToolButton(this);
    m_check->setObjectName(QStringLiteral("loaderCheck"));
    m_check->setAutoRaise(true);
    m_check->setFont(scaled(font(), 1, true));
    auto* loaderRow = new QHBoxLayout;
    loaderRow->setSpacing(2);
    loaderRow->addWidget(m_loader);
    loaderRow->addWidget(m_check);
    layout->addLayout(captioned(tr("Loader"), this, loaderRow));
    layout->addStretch(1);

    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("planName"));
    m_name->setAccessibleName(tr("Name of the plan"));
    m_name->setMaximumWidth(24 * fontMetrics().averageCharWidth());
    m_edits = new QLabel(this);
    m_edits->setFont(scaled(font(), 0.88));
    m_edits->setForegroundRole(QPalette::PlaceholderText);
    auto* planRow = new QHBoxLayout;
    planRow->setSpacing(6);
    planRow->addWidget(m_name);
    planRow->addWidget(m_edits);
    layout->addLayout(captioned(tr("Plan"), this, planRow));

    connect(m_loader, &QComboBox::currentIndexChanged, this,
        [this] { m_document->setLoader(m_loader->currentData().toString().toStdString()); });
    connect(m_check, &QToolButton::clicked, this, &PlanBar::problemsRequested);
    connect(m_name, &QLineEdit::editingFinished, this, [this] { m_document->rename(m_name->text()); });
    connect(document, &PlanDocument::estimateChanged, this, &PlanBar::updateTiles);
    setSpeed({});
    updateTiles();
}

PlanBar::Tile PlanBar::addTile(const QString& title, const QString& toolTip)
{
    Tile tile { new QWidget(this), new QLabel(this), new QLabel(this) };
    tile.value->setFont(scaled(font(), 1.12, true));
    tile.note->setFont(scaled(font(), 0.88));
    tile.note->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(tile.value, 0, Qt::AlignBaseline);
    row->addWidget(tile.note, 0, Qt::AlignBaseline);
    auto* column = captioned(title, this, row);
    column->setContentsMargins(0, 0, 0, 0);
    tile.box->setLayout(column);
    tile.box->setToolTip(toolTip);
    tile.value->setAccessibleName(title);
    layout()->addWidget(tile.box);
    return tile;
}

void PlanBar::setSpeed(const std::optional<core::SpeedFigure>& speed)
{
    m_speed.box->setVisible(speed.has_value());
    if (!speed)
        return;
    m_speed.value->setText(numberText(speed->tokensPerSecond, 3));
    m_speed.note->setText(tr("tok/s, %1×").arg(numberText(speed->ratio, 2)));
}

void PlanBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_check)
        updateLoader();
}

void PlanBar::updateTiles()
{
    const PlanEstimate& estimate = m_document->estimate();
    const bool has = !m_document->isEmpty();
    setEnabled(has);
    m_size.value->setText(has ? bytesText(estimate.size.sizeBytes) : QStringLiteral("–"));
    m_size.note->setText(has && estimate.originalBytes > 0
            ? QLocale().toString(
                  100.0 * static_cast<double>(estimate.size.sizeBytes) / static_cast<double>(estimate.originalBytes),
                  'f', 0)
                + QStringLiteral(" %")
            : QString());
    m_bits.value->setText(has ? QLocale().toString(estimate.size.bitsPerWeight, 'f', 2) : QStringLiteral("–"));
    m_bits.note->setText(tr("per weight"));
    m_kld.value->setText(estimate.kld ? numberText(estimate.kld->kld, 2) : QStringLiteral("–"));
    m_kld.note->setText(estimate.kld ? QStringLiteral("± %1").arg(numberText(estimate.kld->stderr_, 1))
            : m_document->profile()  ? estimate.notPredicted.section(QLatin1Char(','), 0, 0)
                                     : tr("needs a profile"));
    const int runs = m_document->profile() ? m_document->profile()->fittedRuns : 0;
    m_kld.value->setToolTip(runs > 0 ? tr("Expected KL divergence, nats per token, of this plan against the original, "
                                          "fitted to %n measured plan(s)",
                                nullptr, runs)
                                     : QString());
    m_kld.note->setToolTip(estimate.notPredicted.isEmpty()
            ? QString()
            : tr("No prediction: %1. Profile what is missing, or measure a run.").arg(estimate.notPredicted));
    if (!m_name->hasFocus() || m_name->text().isEmpty())
        m_name->setText(toQt(m_document->plan().name));
    m_name->setCursorPosition(0);
    m_edits->setText(tr("%n edit(s)", nullptr, m_document->edits()));
    if (has)
        m_budget->setBits(estimate.size.bitsPerWeight);
    updateLoader();
}

void PlanBar::updateLoader()
{
    const auto& problems = m_document->estimate().problems;
    const ThemeColors& colors = themeColors(palette());
    const bool good = problems.empty();
    m_check->setText(good ? QStringLiteral("✓") : tr("✗ %1").arg(problems.size()));
    m_check->setStyleSheet(QStringLiteral("color: %1; border: 0;").arg((good ? colors.good : colors.error).name()));
    QStringList lines;
    for (const core::PlanProblem& problem : problems)
        lines << toQt(problem.message);
    if (lines.size() > 6)
        lines = lines.mid(0, 6) << tr("… and %n more", nullptr, static_cast<int>(problems.size()) - 6);
    m_check->setToolTip(good ? tr("%1 can load this plan").arg(m_loader->currentText()) : lines.join(u'\n'));
    m_check->setAccessibleName(m_check->toolTip());
    m_check->setEnabled(!good);
}

} // namespace kerf::ui
