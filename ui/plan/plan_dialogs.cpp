// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_dialogs.h"

#include <algorithm>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/solve/solver.h"
#include "ui/main_button.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_text.h"
#include "ui/plan/threshold_box.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QPushButton* addButtons(QDialog* dialog, QVBoxLayout* layout, const QString& accept)
{
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    QPushButton* button = addMainButton(buttons, accept, QStringLiteral("acceptPlan"));
    layout->addWidget(buttons);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    return button;
}

} // namespace

PatternDialog::PatternDialog(PlanDocument* document, const QStringList& formats, QWidget* parent)
    : QDialog(parent)
    , m_document(document)
    , m_pattern(new QLineEdit(this))
    , m_format(new QComboBox(this))
    , m_result(new QLabel(this))
{
    setObjectName(QStringLiteral("patternDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Set Format by Pattern"));
    m_pattern->setObjectName(QStringLiteral("pattern"));
    m_pattern->setPlaceholderText(QStringLiteral("layers\\.[01]\\.|down_proj"));
    m_pattern->setMinimumWidth(40 * fontMetrics().averageCharWidth());
    m_format->addItems(formats);
    m_result->setWordWrap(true);
    auto* form = new QFormLayout;
    form->addRow(tr("Regular expression"), m_pattern);
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Matches"), m_result);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    m_set = addButtons(this, layout, tr("Set Format"));
    connect(m_pattern, &QLineEdit::textChanged, this, &PatternDialog::check);
    connect(m_format, &QComboBox::currentTextChanged, this, &PatternDialog::check);
    check();
}

void PatternDialog::check()
{
    core::Plan plan = m_document->plan();
    QString problem;
    int count = 0;
    if (m_pattern->text().isEmpty()) {
        problem = tr("Type a regular expression that matches layer names.");
    } else if (const auto set = core::setFormat(plan, *m_document->network(), m_pattern->text().toStdString(),
                   m_format->currentText().toStdString());
               set) {
        count = *set;
    } else {
        problem = toQt(set.error().message);
    }
    m_result->setText(problem.isEmpty() ? shareText(static_cast<std::size_t>(count), plan.layers.size()) : problem);
    m_set->setEnabled(problem.isEmpty());
}

void PatternDialog::accept()
{
    core::Plan plan = m_document->plan();
    if (core::setFormat(
            plan, *m_document->network(), m_pattern->text().toStdString(), m_format->currentText().toStdString()))
        m_document->replacePlan(
            std::move(plan), tr("Set %1 to %2").arg(m_pattern->text(), m_format->currentText()), 0, false);
    QDialog::accept();
}

KeepDialog::KeepDialog(PlanDocument* document, QWidget* parent)
    : QDialog(parent)
    , m_document(document)
    , m_format(new QComboBox(this))
    , m_threshold(new ThresholdBox(QStringLiteral("threshold"), document->divergence(), this))
    , m_result(new QLabel(this))
    , m_gives(new QLabel(this))
{
    setObjectName(QStringLiteral("keepDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keep Sensitive Layers"));
    for (const std::string& format : document->profile()->formats)
        m_format->addItem(toQt(format));
    m_format->setCurrentText(QStringLiteral("int4-g128"));
    auto* form = new QFormLayout;
    form->addRow(tr("Predicted %1 of the layer above").arg(document->divergence().name), m_threshold);
    form->addRow(tr("in the format"), m_format);
    m_result->setObjectName(QStringLiteral("keptShare"));
    form->addRow(tr("Keeps"), m_result);
    m_gives->setWordWrap(true);
    m_gives->setMinimumWidth(40 * fontMetrics().averageCharWidth());
    form->addRow(tr("Gives"), m_gives);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    m_keep = addButtons(this, layout, tr("Keep in 16 Bit"));
    m_threshold->beginAtTenth(*document->profile(), m_format->currentText().toStdString());
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &KeepDialog::check);
    connect(m_format, &QComboBox::currentTextChanged, this, &KeepDialog::check);
    check();
}

std::vector<int> KeepDialog::layers() const
{
    const auto names
        = core::layersAbove(*m_document->profile(), m_format->currentText().toStdString(), m_threshold->value());
    std::vector<int> found;
    const auto& layers = m_document->plan().layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (std::find(names.begin(), names.end(), layers[i].layer) != names.end())
            found.push_back(static_cast<int>(i));
    }
    return found;
}

void KeepDialog::check()
{
    const std::vector<int> kept = layers();
    core::Plan plan = m_document->plan();
    for (const int layer : kept)
        plan.layers[static_cast<std::size_t>(layer)].format = "bf16";
    m_gives->setText(outlookText(plan, *m_document));
    m_result->setText(shareText(kept.size(), m_document->plan().layers.size()));
    m_keep->setEnabled(!kept.empty());
}

void KeepDialog::accept()
{
    m_document->setFormat(layers(), "bf16");
    QDialog::accept();
}

} // namespace kerf::ui
