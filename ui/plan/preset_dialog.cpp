// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/preset_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/plan/locks.h"
#include "ui/dialog_size.h"
#include "ui/main_button.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_text.h"
#include "ui/plan/threshold_box.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

PresetDialog::PresetDialog(PlanDocument* document, QWidget* parent)
    : QDialog(parent)
    , m_document(document)
    , m_presets(core::availablePresets(*document->network()))
    , m_list(new QListWidget(this))
{
    setObjectName(QStringLiteral("presetDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Presets"));
    m_list->setObjectName(QStringLiteral("presetList"));
    m_list->setAccessibleName(tr("Presets"));
    for (const core::Preset& preset : m_presets)
        m_list->addItem(toQt(preset.name));
    auto* columns = new QHBoxLayout;
    m_list->setMinimumWidth(m_list->sizeHintForColumn(0) + 4 * fontMetrics().averageCharWidth());
    columns->addWidget(m_list, 2);
    columns->addWidget(makeDetails(), 3);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_use = addMainButton(buttons, tr("Use Preset"), QStringLiteral("usePreset"));
    auto* layout = new QVBoxLayout(this);
    scrollingBody(this, layout)->addLayout(columns, 1);
    layout->addWidget(buttons);
    fitToScreen(this, 100);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QListWidget::currentRowChanged, this, &PresetDialog::showPreset);
    connect(m_list, &QListWidget::itemActivated, this, [this] {
        if (m_use->isEnabled())
            accept();
    });
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &PresetDialog::update);
    connect(m_thresholdFormat, &QComboBox::currentTextChanged, this, &PresetDialog::update);
    connect(m_smoothing, &QDoubleSpinBox::valueChanged, this, &PresetDialog::update);
    m_list->setCurrentRow(0);
}

QWidget* PresetDialog::makeDetails()
{
    auto* box = new QWidget(this);
    m_summary = new QLabel(box);
    m_summary->setWordWrap(true);
    m_basis = new QLabel(box);
    m_basis->setWordWrap(true);
    m_basis->setForegroundRole(QPalette::PlaceholderText);
    m_threshold = new ThresholdBox(QStringLiteral("presetThreshold"), m_document->divergence(), box);
    m_thresholdFormat = new QComboBox(box);
    m_thresholdFormat->setObjectName(QStringLiteral("presetThresholdFormat"));
    m_kept = new QLabel(box);
    m_kept->setObjectName(QStringLiteral("presetKept"));
    m_smoothing = new QDoubleSpinBox(box);
    m_smoothing->setObjectName(QStringLiteral("presetSmoothing"));
    m_smoothing->setRange(0, 1);
    m_smoothing->setSingleStep(0.05);
    m_result = new QLabel(box);
    m_result->setObjectName(QStringLiteral("presetResult"));
    m_result->setWordWrap(true);
    // Not a QFormLayout: with hidden rows and a text that wraps, Qt's writes beyond its memory (6.4).
    auto* grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    const auto addRow = [&](const QString& title, QWidget* field, std::vector<QWidget*>* rows) {
        auto* caption = new QLabel(title, box);
        caption->setBuddy(field);
        const int row = grid->rowCount();
        grid->addWidget(caption, row, 0);
        grid->addWidget(field, row, 1);
        if (rows)
            rows->insert(rows->end(), { caption, field });
    };
    addRow(tr("Keep 16 bit above"), m_threshold, &m_thresholdRows);
    addRow(tr("compared in"), m_thresholdFormat, &m_thresholdRows);
    addRow(tr("Keeps"), m_kept, &m_thresholdRows);
    addRow(tr("SmoothQuant strength"), m_smoothing, &m_smoothingRows);
    addRow(tr("Gives"), m_result, nullptr);
    auto* layout = new QVBoxLayout(box);
    layout->addWidget(m_summary);
    layout->addWidget(m_basis);
    layout->addSpacing(fontMetrics().height() / 2);
    layout->addLayout(grid);
    layout->addStretch();
    return box;
}

void PresetDialog::showPreset()
{
    const int row = m_list->currentRow();
    if (row < 0) {
        m_summary->setText(tr("No preset fits this model."));
        m_use->setEnabled(false);
        return;
    }
    const core::Preset& preset = m_presets[static_cast<std::size_t>(row)];
    m_summary->setText(toQt(preset.summary));
    m_basis->setText(preset.basis.empty() ? QString() : tr("After %1").arg(toQt(preset.basis)));
    const QSignalBlocker quietThreshold(m_threshold), quietFormat(m_thresholdFormat), quietSmoothing(m_smoothing);
    m_thresholdFormat->clear();
    if (preset.keep && m_document->profile()) {
        for (const std::string& format : m_document->profile()->formats)
            m_thresholdFormat->addItem(toQt(format));
        m_thresholdFormat->setCurrentText(toQt(preset.keep->format));
        if (const auto made = core::presetPlan(preset, *m_document->network(), m_document->profile()))
            m_threshold->setValue(made->threshold);
    }
    if (const auto strength = core::presetSmoothing(preset))
        m_smoothing->setValue(*strength);
    for (QWidget* widget : m_thresholdRows)
        widget->setVisible(preset.keep && m_document->profile());
    for (QWidget* widget : m_smoothingRows)
        widget->setVisible(core::presetSmoothing(preset).has_value());
    update();
}

core::Preset PresetDialog::adjusted() const
{
    core::Preset preset = m_presets[static_cast<std::size_t>(m_list->currentRow())];
    if (preset.keep && m_document->profile()) {
        preset.keep->kld = m_threshold->value();
        preset.keep->format = m_thresholdFormat->currentText().toStdString();
    }
    if (core::presetSmoothing(preset))
        core::setPresetSmoothing(preset, m_smoothing->value());
    return preset;
}

void PresetDialog::update()
{
    if (m_list->currentRow() < 0)
        return;
    auto made = core::presetPlan(adjusted(), *m_document->network(), m_document->profile());
    m_plan.reset();
    m_use->setEnabled(made.has_value());
    QPalette shown = palette();
    if (!made) {
        shown.setColor(QPalette::WindowText, themeColors(palette()).error);
        m_result->setText(toQt(made.error().message));
    } else {
        core::keepLocked(m_document->plan(), made->plan);
        QString text = sizeText(core::planSize(made->plan, *m_document->network(), m_document->otherBytes()));
        if (!made->unfit.empty())
            text = tr("%1\n%n layer(s) take none of its formats and keep 16 bit", nullptr,
                static_cast<int>(made->unfit.size()))
                       .arg(text);
        for (const std::string& note : made->notes)
            text += u'\n' + toQt(note);
        m_result->setText(text);
        m_kept->setText(shareText(made->kept.size(), made->plan.layers.size()));
        m_plan = std::move(made->plan);
    }
    m_result->setPalette(shown);
}

void PresetDialog::accept()
{
    if (!m_plan)
        return;
    const QString name = toQt(m_plan->name);
    m_document->replacePlan(std::move(*m_plan), tr("Use Preset %1").arg(name));
    QDialog::accept();
}

} // namespace kerf::ui
