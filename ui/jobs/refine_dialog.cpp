// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/refine_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/solve/plan_units.h"
#include "ui/dialog_size.h"
#include "ui/main_button.h"
#include "ui/plan/allowed_formats.h"
#include "ui/plan/explanation.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kWidth = 90; ///< characters

std::vector<std::string> formatsOf(const core::Plan& plan)
{
    std::vector<std::string> names;
    for (const core::PlanLayer& layer : plan.layers)
        names.push_back(layer.format);
    return names;
}

QSpinBox* count(const QString& name, int least, int most, int value, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setRange(least, most);
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    return box;
}

} // namespace

RefineDialog::RefineDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
{
    setObjectName(QStringLiteral("refineDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Refine by Measurement"));
    const core::RefineJob usual;
    m_steps = count(QStringLiteral("refineSteps"), 1, 100'000, usual.steps, this);
    m_steps->setToolTip(tr("Changes that are carried out and measured, the most promising first"));
    m_windows = count(QStringLiteral("refineWindows"), 2, 1'000'000, static_cast<int>(usual.windows), this);
    m_windows->setToolTip(tr("Windows of the calibration text, after those used for calibration, on which each change "
                             "is measured: more take longer and tell smaller gains from chance"));
    m_allowed = new AllowedFormats(QStringLiteral("refine"), this);
    auto* about = explanation(this);
    about->setText(tr("Changes of one or two layers are carried out one after the other, and each is kept when the "
                      "measured divergence falls by more than chance. The plan grows no larger, and what was measured "
                      "is kept, so that a stopped search goes on where it was."));
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("refineProblem"));
    m_problem->setWordWrap(true);
    m_problem->setMinimumHeight(2 * fontMetrics().lineSpacing()); // so that nothing moves when there is one
    auto* form = new QFormLayout;
    form->addRow(tr("Changes to measure"), m_steps);
    form->addRow(tr("Windows for each"), m_windows);
    form->addRow(tr("Formats"), m_allowed);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = addMainButton(buttons, tr("Start"), QStringLiteral("startRefine"));
    auto* layout = new QVBoxLayout(this);
    QVBoxLayout* body = scrollingBody(this, layout);
    body->addWidget(about);
    body->addLayout(form, 1);
    body->addWidget(m_problem);
    layout->addWidget(buttons);
    const PlanDocument& document = *workbench->document();
    m_allowed->setFormats(*document.profile(), workbench->loadableFormats(), formatsOf(document.plan()));
    setMinimumWidth(charactersWide(this, kWidth));
    if (!problem().isEmpty())
        m_allowed->setTieFused(false); // fused layers differ in the plan
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(workbench->document(), &PlanDocument::planReset, this, &QDialog::reject);
    connect(m_allowed, &AllowedFormats::changed, this, &RefineDialog::update);
    update();
    fitToScreen(this, kWidth);
}

QString RefineDialog::problem() const
{
    const PlanDocument& document = *m_workbench->document();
    core::SolveOptions options;
    options.formats = m_allowed->formats();
    options.tieFused = m_allowed->tieFused();
    const auto units = core::planUnits(*document.profile(), *document.network(), options, document.plan());
    if (!units)
        return toQt(units.error().message);
    const auto choice = core::choiceOf(*units, document.plan());
    return choice ? QString() : toQt(choice.error().message);
}

void RefineDialog::update()
{
    const QString reason = problem();
    QPalette shown = palette();
    shown.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_problem->setPalette(shown);
    m_problem->setText(reason);
    m_start->setEnabled(reason.isEmpty());
    m_start->setToolTip(reason);
}

void RefineDialog::accept()
{
    core::RefineJob job;
    job.plan = m_workbench->document()->plan();
    job.steps = m_steps->value();
    job.windows = m_windows->value();
    job.tieFused = m_allowed->tieFused();
    job.formats = m_allowed->formats();
    QDialog::accept();
    m_workbench->refine(std::move(job));
}

} // namespace kerf::ui
