// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/export/export_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/export/output_folder.h"
#include "ui/main_button.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_text.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

ExportDialog::ExportDialog(const core::Exporter& exporter, const core::RunRow& run, const PlanDocument& document,
    const core::Result<std::int64_t>& weightBytes, const QString& suggestion, QWidget* parent)
    : QDialog(parent)
    , m_output(new OutputFolder(suggestion, this))
    , m_problem(new QLabel(this))
    , m_offer(new QWidget(this))
{
    setObjectName(QStringLiteral("exportDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Export %1").arg(toQt(run.name)));
    QStringList problems;
    for (const core::PlanProblem& problem : exporter.check(run.plan, *document.network()))
        problems << toQt(problem.message);
    if (problems.size() > 5)
        problems = problems.mid(0, 5) << tr("… and %n more", nullptr, static_cast<int>(problems.size()) - 5);
    m_planProblems = problems.join(u'\n');

    m_problem->setWordWrap(true);
    auto* summary = new QLabel(toQt(exporter.summary()), this);
    summary->setWordWrap(true);
    auto* form = new QFormLayout;
    form->addRow(tr("Run"), new QLabel(toQt(run.name), this));
    form->addRow(tr("Target"), summary);
    if (m_planProblems.isEmpty()) {
        auto* size = new QLabel(weightBytes
                ? tr("%1 bytes of weights (%2)").arg(QLocale().toString(*weightBytes), bytesText(*weightBytes))
                : toQt(weightBytes.error().message),
            this);
        size->setObjectName(QStringLiteral("exportSize"));
        size->setWordWrap(true);
        form->addRow(tr("Size"), size);
    }
    form->addRow(tr("Folder"), m_output);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_export = addMainButton(buttons, tr("Export"), QStringLiteral("acceptExport"));
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addWidget(m_offer);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_output, &OutputFolder::changed, this, &ExportDialog::check);
    offerAdaptedPlan(exporter, run, document);
    check();
    fitToScreen(this, 96); // with all that it says
}

void ExportDialog::offerAdaptedPlan(
    const core::Exporter& exporter, const core::RunRow& run, const PlanDocument& document)
{
    m_offer->setVisible(!m_planProblems.isEmpty());
    if (m_planProblems.isEmpty())
        return;
    auto* text = new QLabel(m_offer);
    text->setObjectName(QStringLiteral("adaptedPlan"));
    text->setWordWrap(true);
    auto* row = new QHBoxLayout(m_offer);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(text, 1);
    const auto mend = core::adaptedPlan(exporter, run.plan, *document.network());
    if (!mend) {
        text->setText(tr("No change of formats makes it fit."));
        return;
    }
    text->setText(tr("The nearest plan that fits has %1.\nNow: %2.\nThen: %3.")
                      .arg(toQt(mend->what), outlookText(run.plan, document), outlookText(mend->plan, document)));
    auto* make = new QPushButton(tr("&Make This Plan"), m_offer);
    make->setObjectName(QStringLiteral("makeAdaptedPlan"));
    make->setAutoDefault(false);
    make->setToolTip(tr("Opens it as the plan \"%1\"; quantize it, then export that run").arg(toQt(mend->plan.name)));
    row->addWidget(make, 0, Qt::AlignTop);
    connect(make, &QPushButton::clicked, this, [this, plan = mend->plan] {
        emit adapted(plan);
        reject();
    });
}

std::filesystem::path ExportDialog::folder() const
{
    return m_output->folder();
}

void ExportDialog::check()
{
    const QString problem = m_planProblems.isEmpty() ? m_output->problem() : m_planProblems;
    const ThemeColors& colors = themeColors(palette());
    QPalette shown = palette();
    shown.setColor(QPalette::WindowText, problem.isEmpty() ? colors.dim : colors.error);
    m_problem->setPalette(shown);
    m_problem->setText(problem.isEmpty()
            ? tr("The folder is written beside its final name, read back and compared with the run, then renamed.")
            : problem);
    m_export->setEnabled(problem.isEmpty());
    m_export->setToolTip(problem);
}

} // namespace kerf::ui
