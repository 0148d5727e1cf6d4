// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/retry_dialog.h"

#include <utility>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/quantize/method_settings.h"
#include "ui/main_button.h"
#include "ui/plan/explanation.h"
#include "ui/value_text.h"

namespace kerf::ui {

RetryDialog::RetryDialog(core::Plan plan, std::string layer, const QString& why, QWidget* parent)
    : QDialog(parent)
    , m_plan(std::move(plan))
    , m_layer(std::move(layer))
    , m_method(new QComboBox(this))
    , m_damping(new QDoubleSpinBox(this))
    , m_keep(new QCheckBox(tr("&Keep this layer in 16 bit"), this))
{
    setObjectName(QStringLiteral("retryDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Retry Layer"));
    auto* about = explanation(this);
    about->setText(
        tr("%1: %2\n\nA new run is made. Layers that are alike in both are taken from disk. The damping is the "
           "whole plan's: with another one, all its layers by methods that use it are made again.")
            .arg(toQt(m_layer), why));
    m_method->setObjectName(QStringLiteral("retryMethod"));
    for (const core::Method* method : core::allMethods()) {
        m_method->addItem(toQt(method->name()));
        m_method->setItemData(m_method->count() - 1, toQt(method->summary()), Qt::ToolTipRole);
    }
    m_method->setCurrentText(toQt(m_plan.find(m_layer)->method));
    m_damping->setObjectName(QStringLiteral("retryDamping"));
    m_damping->setDecimals(4);
    m_damping->setRange(0, 1);
    m_damping->setSingleStep(0.01);
    m_damping->setValue(m_plan.settings.number(core::dampingSetting().name));
    m_damping->setToolTip(
        tr("Fraction of the Hessian's mean diagonal that is added to it; doubled up to 1 if need be"));
    m_keep->setObjectName(QStringLiteral("retryKeep"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Method of this layer"), m_method);
    form->addRow(tr("&Damping"), m_damping);
    form->addRow(QString(), m_keep);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    addMainButton(buttons, tr("Run"), QStringLiteral("startRetry"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(about);
    layout->addLayout(form);
    layout->addWidget(buttons);
    connect(m_keep, &QCheckBox::toggled, m_method, &QWidget::setDisabled);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

core::Plan RetryDialog::plan() const
{
    core::Plan plan = m_plan;
    core::PlanLayer& layer = *plan.find(m_layer);
    if (m_keep->isChecked())
        layer.format = "bf16";
    else
        layer.method = m_method->currentText().toStdString();
    plan.settings.set(core::dampingSetting().name, m_damping->value());
    plan.name += " retry";
    return plan;
}

} // namespace kerf::ui
