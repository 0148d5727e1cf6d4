// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/export/convert_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/export/output_folder.h"
#include "ui/main_button.h"
#include "ui/plan/explanation.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

ConvertDialog::ConvertDialog(const core::Exporter& exporter, const QString& source, const QString& summary,
    const QString& suggestion, QWidget* parent)
    : QDialog(parent)
    , m_output(new OutputFolder(suggestion, this))
    , m_round(new QCheckBox(tr("&Round scales that the target cannot hold"), this))
    , m_problem(new QLabel(this))
{
    setObjectName(QStringLiteral("convertDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Convert %1").arg(source));
    m_round->setObjectName(QStringLiteral("roundScales"));
    m_round->setToolTip(
        tr("To the nearest float16 number; the result says what it costs in each layer. Without it such "
           "a conversion is refused."));
    m_problem->setWordWrap(true);
    auto* target = new QLabel(toQt(exporter.summary()), this);
    target->setWordWrap(true);
    auto* about = explanation(this);
    about->setText(tr("Codes, scales and zero points are kept bit for bit where the target has a place for them, and "
                      "the conversion is refused with the reason where it has none. GGUF and hf take other layers as "
                      "floats, and the result says what that moved."));
    auto* form = new QFormLayout;
    form->addRow(tr("Checkpoint"), new QLabel(summary, this));
    form->addRow(tr("Target"), target);
    form->addRow(tr("Folder"), m_output);
    form->addRow({}, m_round);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_convert = addMainButton(buttons, tr("Convert"), QStringLiteral("acceptConvert"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(about);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_output, &OutputFolder::changed, this, &ConvertDialog::check);
    check();
    fitToScreen(this, 96);
}

std::filesystem::path ConvertDialog::folder() const
{
    return m_output->folder();
}

bool ConvertDialog::roundScales() const
{
    return m_round->isChecked();
}

void ConvertDialog::hideRounding()
{
    m_round->hide();
}

void ConvertDialog::check()
{
    const QString problem = m_output->problem();
    QPalette shown = palette();
    const ThemeColors& colors = themeColors(palette());
    shown.setColor(QPalette::WindowText, problem.isEmpty() ? colors.dim : colors.error);
    m_problem->setPalette(shown);
    m_problem->setText(problem.isEmpty()
            ? tr("The folder is written beside its final name, read back and compared with the source, then renamed.")
            : problem);
    m_convert->setEnabled(problem.isEmpty());
    m_convert->setToolTip(problem);
}

} // namespace kerf::ui
