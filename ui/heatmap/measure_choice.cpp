// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/measure_choice.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>

#include "ui/heatmap/heatmap_model.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {

MeasureChoice::MeasureChoice(HeatmapModel* model, const PlanDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_document(document)
    , m_caption(new QLabel(tr("Colour"), this))
    , m_measure(new QComboBox(this))
    , m_probe(new QComboBox(this))
{
    makeMeasures();
    m_probe->setObjectName(QStringLiteral("probeChoice"));
    m_probe->setAccessibleName(tr("Format of the relative error"));
    for (QComboBox* choice : { m_measure, m_probe }) { // they show what there is room for
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(8);
    }
    m_caption->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 1, 8, 2);
    layout->addWidget(m_caption);
    layout->addWidget(m_measure);
    layout->addWidget(m_probe);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &MeasureChoice::choose);
    connect(m_probe, &QComboBox::currentTextChanged, this, &MeasureChoice::choose);
    connect(document, &PlanDocument::planReset, this, &MeasureChoice::fillProbes);
    connect(document, &PlanDocument::profileChanged, this, &MeasureChoice::fillProbes);
    fillProbes();
}

void MeasureChoice::makeMeasures()
{
    m_measure->setObjectName(QStringLiteral("measureChoice"));
    m_measure->setAccessibleName(tr("What the colours say"));
    const auto add = [this](HeatmapMeasure measure, const QString& text, const QString& tip) {
        m_measure->addItem(text, static_cast<int>(measure));
        m_measure->setItemData(m_measure->count() - 1, tip, Qt::ToolTipRole);
    };
    add(HeatmapMeasure::RelativeError, tr("Relative error"), tr("Relative output error of every layer at one format"));
    add(HeatmapMeasure::PredictedKld, tr("Predicted KLD"),
        tr("What each layer adds to the KL divergence in the format it has, nats"));
    add(HeatmapMeasure::HessianTrace, tr("Hessian trace"), tr("Trace of the Hessian of the layer's inputs"));
    add(HeatmapMeasure::Format, tr("Format"), tr("The format that each layer has in the plan"));
}

void MeasureChoice::fillProbes()
{
    {
        const QSignalBlocker quiet(m_probe);
        m_probe->clear();
        if (const core::Profile* profile = m_document->profile())
            for (const std::string& format : profile->formats)
                m_probe->addItem(toQt(format));
        m_probe->setCurrentText(m_model->probeFormat());
    }
    showProbe();
}

void MeasureChoice::choose()
{
    m_model->setMeasure(static_cast<HeatmapMeasure>(m_measure->currentData().toInt()), m_probe->currentText());
    showProbe();
}

void MeasureChoice::showProbe()
{
    m_probe->setVisible(m_model->measure() == HeatmapMeasure::RelativeError && m_document->profile());
}

void MeasureChoice::fillMenu(QMenu* menu)
{
    for (int i = 0; i < m_measure->count(); ++i)
        menu->addAction(u'&' + m_measure->itemText(i), this, [this, i] { m_measure->setCurrentIndex(i); });
}

void MeasureChoice::showCaption(bool shown)
{
    m_caption->setVisible(shown);
}

} // namespace kerf::ui
