// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/measure_choice.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include "ui/heatmap/heatmap_model.h"
#include "ui/mnemonics.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_reference.h"
#include "ui/runs/run_summary.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kOneScale = 2; ///< the first choice of a scale over all formats
constexpr int kShortText = 5, kLongText = 13; ///< characters that a choice shows at least

} // namespace

MeasureChoice::MeasureChoice(
    HeatmapModel* model, const PlanDocument* document, PlanReference* reference, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_document(document)
    , m_reference(reference)
    , m_caption(new QLabel(tr("Colour"), this))
    , m_measure(makeBox(QStringLiteral("measureChoice"), tr("What the colours say")))
    , m_probe(makeBox(QStringLiteral("probeChoice"), tr("Format of the measure")))
    , m_against(makeBox(QStringLiteral("againstChoice"), tr("Plan to compare with")))
    , m_scale(makeBox(QStringLiteral("scaleChoice"), tr("Scale of the colours")))
{
    makeMeasures();
    makeScales();
    m_caption->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 1, 8, 2);
    layout->addWidget(m_caption);
    for (QComboBox* box : { m_measure, m_probe, m_against, m_scale })
        layout->addWidget(box);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &MeasureChoice::choose);
    connect(m_probe, &QComboBox::currentTextChanged, this, &MeasureChoice::choose);
    connect(m_scale, &QComboBox::activated, this, &MeasureChoice::chooseScale);
    connect(m_against, &QComboBox::activated, this, &MeasureChoice::chooseReference);
    if (m_reference)
        connect(m_reference, &PlanReference::changed, this, &MeasureChoice::showReference);
    connect(document, &PlanDocument::planReset, this, &MeasureChoice::fillProbes);
    connect(document, &PlanDocument::profileChanged, this, &MeasureChoice::fillProbes);
    setRuns({});
    showReference();
    fillProbes();
}

QComboBox* MeasureChoice::makeBox(const QString& name, const QString& accessibleName)
{
    auto* box = new QComboBox(this);
    box->setObjectName(name);
    box->setAccessibleName(accessibleName);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // they show what there is room for
    box->setMinimumContentsLength(kLongText);
    return box;
}

void MeasureChoice::makeMeasures()
{
    const auto add = [this](HeatmapMeasure measure, const QString& text, const QString& tip) {
        m_measure->addItem(text, static_cast<int>(measure));
        m_measure->setItemData(m_measure->count() - 1, tip, Qt::ToolTipRole);
    };
    add(HeatmapMeasure::RelativeError, tr("Relative error"), tr("Relative output error of every layer at one format"));
    add(HeatmapMeasure::PredictedKld, tr("Cost in this plan"),
        tr("Predicted: what each layer adds to the divergence in the format it has. An even map is a good plan"));
    add(HeatmapMeasure::SwapIn, tr("Swap-in divergence"),
        tr("Measured divergence with this layer alone in one format; grey where it was not measured (Ctrl+M "
           "measures it)"));
    add(HeatmapMeasure::HessianTrace, tr("Hessian trace"), tr("Trace of the Hessian of the layer's inputs"));
    add(HeatmapMeasure::Coverage, tr("Calibration tokens"),
        tr("How many calibration tokens came to the layer: a router sends each to a few experts. Layers of experts "
           "that "
           "saw too few are rounded to nearest"));
    add(HeatmapMeasure::Format, tr("Format"), tr("The format that each layer has in the plan"));
    if (m_reference)
        add(HeatmapMeasure::Difference, tr("What changed"), tr("Bits per weight more or less than in another plan"));
}

void MeasureChoice::makeScales()
{
    m_scale->addItems({ tr("log"), tr("linear"), tr("log, one scale"), tr("linear, one scale") });
    m_scale->setToolTip(tr("Logarithmic colours tell small values apart, linear ones show which layers matter. One "
                           "scale covers all profiled formats, so that colours keep their meaning while format or plan "
                           "change; else it covers what is shown"));
}

void MeasureChoice::setRuns(const std::vector<RunSummary>& runs)
{
    if (!m_reference)
        return;
    const QSignalBlocker quiet(m_against);
    m_against->clear();
    m_against->addItem(tr("as opened or solved"), 0);
    m_against->addItem(tr("before the last step"), 0);
    for (const RunSummary& run : runs)
        if (!run.isOriginal)
            m_against->addItem(run.name, QVariant::fromValue<qlonglong>(run.id));
    const auto kind = m_reference->kind();
    m_against->setCurrentIndex(kind == PlanReference::Kind::Run
            ? std::max(0, m_against->findData(QVariant::fromValue<qlonglong>(m_reference->run())))
            : kind == PlanReference::Kind::LastStep ? 1
                                                    : 0);
}

/// All layers of a model without experts see the same tokens.
void MeasureChoice::enableCoverage()
{
    const core::Network* network = m_document->network();
    const int row = m_measure->findData(static_cast<int>(HeatmapMeasure::Coverage));
    qobject_cast<QStandardItemModel*>(m_measure->model())
        ->item(row)
        ->setEnabled(network && network->graph().hasExperts());
}

void MeasureChoice::fillProbes()
{
    enableCoverage();
    {
        const QSignalBlocker quiet(m_probe);
        m_probe->clear();
        if (const core::Profile* profile = m_document->profile())
            for (const std::string& format : profile->formats)
                m_probe->addItem(toQt(format));
        m_probe->setCurrentText(m_model->probeFormat());
    }
    showChoices();
}

void MeasureChoice::choose()
{
    m_model->setMeasure(static_cast<HeatmapMeasure>(m_measure->currentData().toInt()), m_probe->currentText());
    showChoices();
}

void MeasureChoice::chooseScale()
{
    m_model->setScale({ m_scale->currentIndex() % 2 == 0, m_scale->currentIndex() >= kOneScale });
}

void MeasureChoice::chooseReference()
{
    const core::RowId run = m_against->currentData().toLongLong();
    m_reference->set(run > 0                 ? PlanReference::Kind::Run
            : m_against->currentIndex() == 1 ? PlanReference::Kind::LastStep
                                             : PlanReference::Kind::Baseline,
        run);
    showReference();
}

void MeasureChoice::showReference()
{
    if (m_reference)
        m_model->setReference(m_reference->plan(), m_reference->name());
}

/// Only what the measure has a use for.
void MeasureChoice::showChoices()
{
    const HeatmapMeasure measure = m_model->measure();
    const bool atFormat = measure == HeatmapMeasure::RelativeError || measure == HeatmapMeasure::SwapIn;
    const bool scaled = m_document->profile() && m_model->needsProfile();
    m_probe->setVisible(atFormat && m_document->profile());
    m_against->setVisible(measure == HeatmapMeasure::Difference);
    m_scale->setVisible(scaled && !m_narrow);
    m_scale->setCurrentIndex((m_model->scale().logarithmic ? 0 : 1) + (m_model->scale().allFormats ? kOneScale : 0));
}

void MeasureChoice::fillMenu(QMenu* menu)
{
    QStringList names;
    for (int i = 0; i < m_measure->count(); ++i)
        names << m_measure->itemText(i);
    names = withMnemonics(names);
    for (int i = 0; i < m_measure->count(); ++i)
        menu->addAction(names[i], this, [this, i] { m_measure->setCurrentIndex(i); });
}

void MeasureChoice::setNarrow(bool narrow)
{
    m_narrow = narrow;
    m_caption->setVisible(!narrow);
    for (QComboBox* box : { m_measure, m_probe, m_against, m_scale })
        box->setMinimumContentsLength(narrow ? kShortText : kLongText);
    showChoices();
}

} // namespace kerf::ui
