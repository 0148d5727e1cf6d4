// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_bar.h"

#include <algorithm>

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/plan/loaders.h"
#include "ui/plan/budget_slider.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_text.h"
#include "ui/plan/plan_tile.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kGap = 14, kMargin = 6, kRowGap = 4; ///< pixels
constexpr std::size_t kMostRows = 4;

QFont scaled(QFont font, double factor, bool bold = false)
{
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(bold);
    return font;
}

/// Widgets in a row below a small caption.
QHBoxLayout* captioned(const QString& caption, QWidget* box)
{
    auto* label = new QLabel(caption, box);
    label->setFont(scaled(box->font(), 0.88));
    label->setForegroundRole(QPalette::PlaceholderText);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    column->addWidget(label);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    column->addLayout(row);
    return row;
}

int leastWidth(const QWidget* part)
{
    return part->minimumSizeHint().expandedTo(part->minimumSize()).width();
}

} // namespace

PlanBar::PlanBar(PlanDocument* document, const Buttons& buttons, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_actions(buttons)
    , m_buttons(new QWidget(this))
    , m_budget(new BudgetSlider(this))
    , m_size(new PlanTile(tr("Size"), QStringLiteral("88.8 MB"), QStringLiteral("100 %"), this))
    , m_bits(new PlanTile(tr("Bits per Weight"), QStringLiteral("88.88"), QString(), this))
    , m_kld(new PlanTile(tr("Predicted %1").arg(document->divergence().name), QStringLiteral("0.00888"),
          QStringLiteral("± 0.00008"), this))
    , m_speed(new PlanTile(
          tr("Predicted Decode"), QStringLiteral("8,888"), tr("tok/s, %1×").arg(QStringLiteral("8.8")), this))
    , m_loaderBox(new QWidget(this))
    , m_nameBox(new QWidget(this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    makeButtons();
    m_size->setToolTip(tr("Bytes of the whole checkpoint under this plan, and its share of the original"));
    m_bits->setToolTip(tr("Mean bits per weight over the quantizable layers, scales and zero points counted"));
    m_speed->setToolTip(
        tr("Tokens a second, and times the original's, by the table of kernel times: the products that the plan runs, "
           "each in its format"));
    makeLoader();
    makeName();
    connect(document, &PlanDocument::estimateChanged, this, &PlanBar::updateTiles);
    connect(document, &PlanDocument::profileChanged, this, &PlanBar::updateProfile);
    connect(document, &PlanDocument::planReset, this, &PlanBar::updateProfile);
    updateTiles();
    updateProfile();
}

void PlanBar::makeButtons()
{
    auto* row = new QHBoxLayout(m_buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QAction* action : { m_actions.open, m_actions.profile, m_actions.run, m_actions.exportMenu->menuAction() }) {
        auto* button = new QToolButton(m_buttons);
        button->setObjectName(QStringLiteral("barButton"));
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setFocusPolicy(Qt::StrongFocus);
        if (action->menu())
            button->setPopupMode(QToolButton::InstantPopup);
        row->addWidget(button);
    }
}

void PlanBar::makeLoader()
{
    m_loader = new QComboBox(m_loaderBox);
    m_loader->setObjectName(QStringLiteral("loaderChoice"));
    m_loader->setAccessibleName(tr("Loader that the plan is checked against"));
    for (const std::string& loader : core::loaders())
        m_loader->addItem(loaderName(loader), toQt(loader));
    m_loader->setToolTip(
        tr("The runtime that is to load the export: the plan is checked against it, and the solver keeps "
           "to what it takes"));
    m_check = new QToolButton(m_loaderBox);
    m_check->setObjectName(QStringLiteral("loaderCheck"));
    m_check->setAutoRaise(true);
    m_check->setFocusPolicy(Qt::StrongFocus);
    m_check->setFont(scaled(font(), 1, true));
    m_check->setMinimumWidth(QFontMetrics(m_check->font()).horizontalAdvance(tr("✗ %1").arg(88)) + 8);
    auto* row = captioned(tr("Loader"), m_loaderBox);
    row->addWidget(m_loader);
    row->addWidget(m_check);
    connect(m_loader, &QComboBox::currentIndexChanged, this,
        [this] { m_document->setLoader(m_loader->currentData().toString().toStdString()); });
    connect(m_check, &QToolButton::clicked, this, &PlanBar::problemsRequested);
}

void PlanBar::makeName()
{
    m_name = new QLineEdit(m_nameBox);
    m_name->setObjectName(QStringLiteral("planName"));
    m_name->setAccessibleName(tr("Name of the plan"));
    m_name->setMinimumWidth(16 * fontMetrics().averageCharWidth());
    m_edits = new QLabel(m_nameBox);
    m_edits->setFont(scaled(font(), 0.88));
    m_edits->setForegroundRole(QPalette::PlaceholderText);
    const QFontMetrics small(m_edits->font());
    m_edits->setFixedSize(
        small.horizontalAdvance(tr("%n edit(s)", nullptr, 888)), small.height()); // a new number: no layout
    auto* row = captioned(tr("Plan"), m_nameBox);
    row->addWidget(m_name, 1);
    row->addWidget(m_edits);
    m_nameBox->setMaximumWidth(34 * fontMetrics().averageCharWidth());
    connect(m_name, &QLineEdit::editingFinished, this, [this] { m_document->rename(m_name->text()); });
}

void PlanBar::setMainAction(const QAction* action)
{
    for (QToolButton* button : m_buttons->findChildren<QToolButton*>()) {
        const bool primary = button->defaultAction() == action;
        if (button->property("primary").toBool() == primary)
            continue;
        button->setProperty("primary", primary);
        button->style()->unpolish(button); // the sheet asks for the property when it polishes
        button->style()->polish(button);
    }
}

// ---- rows

PlanBar::Parts PlanBar::parts(bool withSpeed, bool withBits) const
{
    Parts all { m_buttons, m_budget, m_size };
    if (withBits)
        all.push_back(m_bits);
    all.push_back(m_kld);
    if (withSpeed && m_hasSpeed)
        all.push_back(m_speed);
    all.insert(all.end(), { m_loaderBox, m_nameBox });
    return all;
}

std::vector<PlanBar::Parts> PlanBar::rowsFor(const Parts& parts, int width) const
{
    std::vector<Parts> rows(1);
    int used = 0; // of the last row
    for (QWidget* part : parts) {
        const int wanted = leastWidth(part);
        if (!rows.back().empty() && used + kGap + wanted > width - 2 * kMargin) {
            rows.emplace_back();
            used = 0;
        }
        used += wanted + (rows.back().empty() ? 0 : kGap);
        rows.back().push_back(part);
    }
    return rows;
}

/// The fewest rows; within them as much as possible.
std::vector<PlanBar::Parts> PlanBar::bestRows(int width) const
{
    for (std::size_t most = 1; most <= kMostRows; ++most)
        for (const auto& [speed, bits] : { std::pair(true, true), std::pair(false, true), std::pair(false, false) })
            if (auto rows = rowsFor(parts(speed, bits), width); rows.size() <= most)
                return rows;
    return rowsFor(parts(false, false), width);
}

int PlanBar::rowHeight() const
{
    int height = 0;
    for (const QWidget* part : parts(true, true))
        height = std::max(height, part->sizeHint().height());
    return height;
}

/// Until it is laid out, what the window will give it: more rows than that takes would make the window grow.
int PlanBar::room() const
{
    return isVisible() ? width() : std::max(width(), window()->width() - kMargin);
}

QSize PlanBar::sizeHint() const
{
    const int rows = static_cast<int>(bestRows(room()).size());
    return { minimumSizeHint().width(), rows * (rowHeight() + kRowGap) };
}

QSize PlanBar::minimumSizeHint() const
{
    int widest = 0;
    for (const QWidget* part : parts(false, false))
        widest = std::max(widest, leastWidth(part));
    return { widest + 2 * kMargin, rowHeight() + kRowGap };
}

void PlanBar::resizeEvent(QResizeEvent*)
{
    arrange();
}

void PlanBar::arrange()
{
    const auto rows = bestRows(room());
    const int height = rowHeight();
    for (QWidget* part : { static_cast<QWidget*>(m_bits), static_cast<QWidget*>(m_speed) })
        part->setVisible(
            std::ranges::any_of(rows, [part](const Parts& row) { return std::ranges::count(row, part) > 0; }));
    for (std::size_t i = 0; i < rows.size(); ++i)
        arrangeRow(rows[i], kRowGap / 2 + static_cast<int>(i) * (height + kRowGap), height);
    setFixedHeight(static_cast<int>(rows.size()) * (height + kRowGap));
}

/// The budget takes what is left over, up to its most; the plan's name stands at the right end.
void PlanBar::arrangeRow(const Parts& row, int top, int height) const
{
    int left = width() - 2 * kMargin - kGap * (static_cast<int>(row.size()) - 1);
    for (const QWidget* part : row)
        left -= leastWidth(part);
    int x = kMargin;
    for (QWidget* part : row) {
        int wide = leastWidth(part);
        if (part == m_budget || part == m_nameBox) {
            const int most = part == m_budget ? 44 * fontMetrics().averageCharWidth() : m_nameBox->maximumWidth();
            const int more = std::clamp(most - wide, 0, std::max(0, left));
            wide += more;
            left -= more;
        }
        if (part == m_nameBox && part != row.front())
            x = std::max(x, width() - kMargin - wide);
        const int tall = std::min(height, part->sizeHint().height());
        part->setGeometry(x, top + (height - tall) / 2, wide, tall);
        x += wide + kGap;
    }
}

// ---- contents

void PlanBar::updateProfile()
{
    m_budget->setProblem(m_document->solverProblem());
    setMainAction(m_document->profile() ? m_actions.run : m_actions.profile);
}

void PlanBar::updateSpeed()
{
    const auto& speed = m_document->estimate().speed;
    if (m_hasSpeed != speed.has_value()) {
        m_hasSpeed = speed.has_value();
        arrange();
    }
    if (speed)
        m_speed->setText(numberText(speed->tokensPerSecond, 3), tr("tok/s, %1×").arg(numberText(speed->ratio, 2)));
}

void PlanBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (!m_edits)
        return;
    if (event->type() == QEvent::FontChange)
        arrange();
}

void PlanBar::updateTiles()
{
    const PlanEstimate& estimate = m_document->estimate();
    const bool has = !m_document->isEmpty();
    const QString none = QStringLiteral("–");
    setEnabled(has);
    const double share = estimate.originalBytes > 0
        ? 100.0 * static_cast<double>(estimate.size.sizeBytes) / static_cast<double>(estimate.originalBytes)
        : 0;
    m_size->setText(has ? bytesText(estimate.size.sizeBytes) : none,
        has && share > 0 ? QLocale().toString(share, 'f', 0) + QStringLiteral(" %") : QString());
    m_bits->setText(has ? QLocale().toString(estimate.size.bitsPerWeight, 'f', 2) : none, QString());
    if (estimate.kld) {
        const MeasuredParts parts = measuredParts(estimate.kld->kld, estimate.kld->stderr_);
        m_kld->setText(parts.value, parts.error.isEmpty() ? QString() : QStringLiteral("± ") + parts.error);
    } else {
        m_kld->setText(none,
            m_document->profile() ? estimate.notPredicted.section(QLatin1Char(','), 0, 0) : tr("needs a profile"));
    }
    const int runs = m_document->profile() ? m_document->profile()->fittedRuns : 0;
    m_kld->setCaption(tr("Predicted %1").arg(m_document->divergence().name));
    QStringList tip { tr("Expected for this plan against the original, with its standard error; 0 is identical: %1.")
                          .arg(m_document->divergence().full) };
    if (runs > 0)
        tip << tr("Fitted to %n measured plan(s).", nullptr, runs);
    if (!estimate.notPredicted.isEmpty())
        tip << tr("No prediction: %1. Profile what is missing, or measure a run.").arg(estimate.notPredicted);
    m_kld->setToolTip(tip.join(u' '));
    if (const QString name = toQt(m_document->plan().name);
        m_name->text() != name && (!m_name->hasFocus() || m_name->text().isEmpty())) {
        m_name->setText(name);
        m_name->setCursorPosition(0);
    }
    m_edits->setText(tr("%n edit(s)", nullptr, m_document->edits()));
    if (has)
        m_budget->setBits(estimate.size.bitsPerWeight);
    updateSpeed();
    updateLoader();
}

void PlanBar::updateLoader()
{
    const auto count = static_cast<int>(m_document->estimate().problems.size());
    const bool isWrong = count > 0;
    if (m_check->property("wrong").toBool() != isWrong) { // the sheet asks for it when it polishes
        m_check->setProperty("wrong", isWrong);
        m_check->style()->unpolish(m_check);
        m_check->style()->polish(m_check);
    }
    m_check->setText(isWrong ? tr("✗ %1").arg(count) : QStringLiteral("✓"));
    m_check->setToolTip(count == 0
            ? tr("%1 can load this plan").arg(m_loader->currentText())
            : tr("%n problem(s) with %1. Click for the list, with what mends each.", nullptr, count)
                  .arg(m_loader->currentText()));
    m_check->setAccessibleName(m_check->toolTip());
    m_check->setEnabled(count > 0);
}

} // namespace kerf::ui
