// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/problems_dialog.h"

#include <algorithm>

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/plan/mend.h"
#include "ui/dialog_size.h"
#include "ui/main_button.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_text.h"
#include "ui/value_text.h"

namespace kerf::ui {

ProblemsDialog::ProblemsDialog(PlanDocument* document, QWidget* parent)
    : QDialog(parent)
    , m_document(document)
    , m_heading(new QLabel(this))
{
    setObjectName(QStringLiteral("problemsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Loader Check"));
    m_heading->setWordWrap(true);
    m_list = new QWidget(this);
    m_list->setObjectName(QStringLiteral("panel"));
    m_list->setAttribute(Qt::WA_StyledBackground);
    m_lines = new QVBoxLayout(m_list);
    m_lines->setSpacing(10);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_list);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_close = buttons->button(QDialogButtonBox::Close);
    m_all = addMainButton(buttons, tr("Fix &All"), QStringLiteral("fixAll"), QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_heading);
    layout->addWidget(scroll, 1);
    layout->addWidget(buttons);
    resize(charactersWide(this, 84), std::min(22 * fontMetrics().lineSpacing(), 560));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_all, &QPushButton::clicked, this, &ProblemsDialog::mendAll);
    connect(document, &PlanDocument::estimateChanged, this, &ProblemsDialog::refresh, Qt::QueuedConnection);
    connect(document, &PlanDocument::planReset, this, &QDialog::reject);
    refresh();
}

void ProblemsDialog::refresh()
{
    while (QLayoutItem* line = m_lines->takeAt(0)) {
        delete line->widget();
        delete line;
    }
    const auto& problems = m_document->estimate().problems;
    const QString loader = loaderName(m_document->loader());
    m_heading->setText(problems.empty() ? tr("%1 can load this plan.").arg(loader)
                                        : tr("%1 cannot load the plan as it is. Fix gives the layers the nearest "
                                             "format that it takes; Ctrl+Z takes it back.")
                                              .arg(loader));
    for (std::size_t i = 0; i < problems.size(); ++i)
        addProblem(i);
    m_lines->addStretch();
    QWidget* before = m_close; // the lines are new: the focus goes through them, then to the buttons
    for (QWidget* fix : m_list->findChildren<QPushButton*>(QStringLiteral("fixProblem"))) {
        setTabOrder(before, fix);
        before = fix;
    }
    setTabOrder(before, m_all);
    setTabOrder(m_all, m_close);
    m_all->setEnabled(!problems.empty());
    m_all->setToolTip(problems.empty() ? tr("There is nothing to fix") : tr("Mends every problem, in one step"));
}

void ProblemsDialog::addProblem(std::size_t at)
{
    const core::PlanProblem& problem = m_document->estimate().problems[at];
    auto* line = new QWidget(m_list);
    auto* text = new QLabel(toQt(problem.message), line);
    text->setWordWrap(true);
    auto* fix = new QPushButton(tr("Fix"), line);
    fix->setObjectName(QStringLiteral("fixProblem"));
    fix->setAutoDefault(false);
    const auto mended = core::mendProblem(m_document->plan(), *m_document->network(), goal(), problem);
    fix->setEnabled(mended.has_value());
    fix->setToolTip(mended ? tr("Sets %1").arg(toQt(mended->what)) : toQt(mended.error().message));
    fix->setAccessibleName(tr("Fix: %1").arg(fix->toolTip()));
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(text, 1);
    row->addWidget(fix, 0, Qt::AlignTop);
    m_lines->addWidget(line);
    connect(fix, &QPushButton::clicked, this, [this, at] { mend(at); });
}

core::MendGoal ProblemsDialog::goal() const
{
    return core::loaderGoal(*m_document->network(), m_document->loader());
}

void ProblemsDialog::mend(std::size_t at)
{
    const auto& problems = m_document->estimate().problems;
    if (at >= problems.size())
        return;
    auto mended = core::mendProblem(m_document->plan(), *m_document->network(), goal(), problems[at]);
    if (mended)
        m_document->replacePlan(std::move(mended->plan), tr("Fix for the Loader"), 0, false);
}

void ProblemsDialog::mendAll()
{
    auto mended = core::mendPlan(m_document->plan(), *m_document->network(), goal());
    if (mended)
        m_document->replacePlan(std::move(mended->plan), tr("Fix All for the Loader"), 0, false);
    else
        m_heading->setText(toQt(mended.error().message));
}

} // namespace kerf::ui
