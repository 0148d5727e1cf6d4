// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/lens_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/format/layer_format.h"
#include "core/jobs/data_lens.h"
#include "ui/dialog_size.h"
#include "ui/jobs/files_field.h"
#include "ui/main_button.h"
#include "ui/plan/explanation.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kWidth = 84; ///< characters

QString namesOf(const std::vector<std::filesystem::path>& files)
{
    QStringList names;
    for (const std::filesystem::path& file : files)
        names << toQt(file.filename().string());
    return names.join(QStringLiteral(", "));
}

QString calibrationText(const core::DataChoice& choice)
{
    const QString names = namesOf(choice.files), tokens = countText(choice.window);
    return choice.samples > 0
        ? LensDialog::tr("%1, %2 windows of %3 tokens").arg(names, countText(choice.samples), tokens)
        : LensDialog::tr("%1, all windows of %2 tokens").arg(names, tokens);
}

} // namespace

LensDialog::LensDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_against(new FilesField(QStringLiteral("lens"), tr("Other"), this))
    , m_format(new QComboBox(this))
{
    setObjectName(QStringLiteral("lensDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Through the Lens"));
    const DataSettings settings = dataSettingsOf(*workbench->session()->project());
    auto* about = explanation(this);
    about->setText(tr("Calibrates on an eighth, a quarter, half and all of the windows, and tells whether the order of "
                      "the layers by their error still changes. With another text it also tells how far the largest "
                      "magnitude of each input channel differs there."));
    auto* text = new QLabel(calibrationText(settings.calibration), this);
    text->setObjectName(QStringLiteral("lensCalibration"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    m_against->setFiles(settings.evaluation.files);
    m_against->setToolTip(tr("Cut like the calibration text. Empty: only the order of the layers is looked at"));
    m_format->setObjectName(QStringLiteral("lensFormat"));
    m_format->setToolTip(tr("The layers are ordered by their error when they are rounded to nearest in it"));
    for (const std::string& name : core::commonFormats())
        if (const auto format = core::parseWeightFormat(name); format && !(*format)->isUnquantized())
            m_format->addItem(toQt(name));
    m_format->setCurrentText(toQt(core::LensOptions().format));
    auto* form = new QFormLayout;
    form->addRow(tr("Calibration"), text);
    form->addRow(tr("Other text"), m_against);
    form->addRow(tr("Format"), m_format);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    addMainButton(buttons, tr("Look"), QStringLiteral("startLens"));
    auto* layout = new QVBoxLayout(this);
    QVBoxLayout* body = scrollingBody(this, layout);
    body->addWidget(about);
    body->addLayout(form);
    body->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    fitToScreen(this, kWidth);
}

void LensDialog::accept()
{
    const std::vector<std::filesystem::path> files = m_against->files();
    const std::string format = m_format->currentText().toStdString();
    QDialog::accept();
    m_workbench->lookThroughLens(files, format);
}

} // namespace kerf::ui
