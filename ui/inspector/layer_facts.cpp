// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/layer_facts.h"

#include <algorithm>

#include "ui/inspector/inspection.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

const core::LayerInfo& layerAt(const PlanDocument& document, int layer)
{
    return document.network()->layers()[static_cast<std::size_t>(layer)];
}

std::int64_t bytesIn(const PlanDocument& document, const core::LayerInfo& layer, const std::string& format)
{
    const auto parsed = core::parseWeightFormat(format);
    return parsed ? core::layerBytes(*document.network(), layer, **parsed) : 0;
}

QString rangeText(const QString& low, const QString& high)
{
    return low == high ? low : QStringLiteral("%1 – %2").arg(low, high);
}

} // namespace

QList<LayerFacts::Fact> LayerFacts::ofLayer() const
{
    const core::LayerInspection& found = *m_inspection.found();
    const PlanDocument& document = *m_workbench.document();
    const core::PlanLayer* planned = document.plan().find(found.layer.name);
    const std::int64_t stored = bytesIn(document, layerAt(document, m_inspection.foundLayer()), "bf16");
    QList<Fact> facts { { tr("Shape"),
        QStringLiteral("%1 × %2").arg(countText(found.layer.shape.rows), countText(found.layer.shape.cols)) } };
    if (planned)
        facts << Fact { tr("Bytes, now → chosen"),
            QStringLiteral("%1 → %2").arg(bytesText(stored),
                bytesText(bytesIn(document, layerAt(document, m_inspection.foundLayer()), planned->format))) };
    addProfile(facts);
    facts << Fact { tr("Kurtosis of weights"), numberText(found.weight.kurtosis) }
          << Fact { tr("Weights that are 0"), countText(found.weight.zeros) };
    addInputs(facts);
    addRun(facts);
    return facts;
}

void LayerFacts::addInputs(QList<Fact>& facts) const
{
    const core::LayerInspection& found = *m_inspection.found();
    if (!found.inputs) {
        facts << Fact { tr("Inputs"), toQt(found.noInputs) };
        return;
    }
    facts << Fact { tr("Dead input channels"),
        tr("%1 of %2")
            .arg(countText(static_cast<std::int64_t>(found.inputs->dead.size())),
                countText(static_cast<std::int64_t>(found.inputs->absMax.size()))) }
          << Fact { tr("Tokens seen"), countText(found.inputs->tokens) };
}

void LayerFacts::addProfile(QList<Fact>& facts) const
{
    const PlanDocument& document = *m_workbench.document();
    const core::LayerInspection& found = *m_inspection.found();
    const core::PlanLayer* planned = document.plan().find(found.layer.name);
    const core::LayerProfile* row = document.layerProfile(m_inspection.foundLayer());
    if (!row || !planned)
        return;
    const DivergenceText& divergence = document.divergence();
    if (const auto predicted = core::predictFormat(*row, planned->format))
        facts << Fact { (row->swapIn.contains(planned->format) ? tr("%1, alone, measured") : tr("%1, alone, predicted"))
                            .arg(divergence.title()),
            measuredText(predicted->kld, predicted->stderr_) };
    facts << Fact { tr("%1, per unit of error").arg(divergence.title()), measuredText(row->slope, row->slopeStderr) }
          << Fact { tr("Hessian trace"), numberText(row->hessianTrace) };
    if (row->tokens < row->passed)
        facts << Fact { tr("Calibration tokens"),
            core::isUnderCovered(row->tokens, row->passed)
                ? tr("%1 of %2: too few to fit it to").arg(countText(row->tokens), countText(row->passed))
                : tr("%1 of %2").arg(countText(row->tokens), countText(row->passed)) };
}

void LayerFacts::addRun(QList<Fact>& facts) const
{
    const core::LayerInspection& found = *m_inspection.found();
    const core::RunRow* run = m_workbench.session()->run(m_workbench.selection()->run());
    if (!run || !found.run)
        return;
    facts << Fact { tr("In run %1").arg(toQt(run->name)), toQt(found.run->format) };
    if (!found.run->report)
        return;
    const core::LayerReport& report = *found.run->report;
    if (report.relativeError > 0)
        facts << Fact { tr("Its relative output error"), numberText(report.relativeError) };
    QStringList fallbacks;
    for (const core::Fallback& fallback : report.fallbacks)
        fallbacks << toQt(fallback.detail);
    facts << Fact { tr("Its fallbacks"), fallbacks.isEmpty() ? tr("none") : fallbacks.join(QStringLiteral("; ")) };
}

QList<LayerFacts::Fact> LayerFacts::ofSelection() const
{
    const PlanDocument& document = *m_workbench.document();
    std::int64_t least = 0, most = 0, sum = 0, weights = 0;
    double kld = 0;
    bool isPredicted = true;
    for (const int layer : m_workbench.selection()->layers()) {
        const core::PlanLayer& planned = document.plan().layers[static_cast<std::size_t>(layer)];
        const core::LayerInfo& info = layerAt(document, layer);
        const std::int64_t bytes = bytesIn(document, info, planned.format);
        least = sum == 0 ? bytes : std::min(least, bytes);
        most = std::max(most, bytes);
        sum += bytes;
        weights += info.shape.rows * info.shape.cols;
        const core::LayerProfile* row = document.layerProfile(layer);
        const auto predicted = row ? core::predictFormat(*row, planned.format) : std::nullopt;
        isPredicted = isPredicted && predicted;
        kld += predicted ? predicted->kld : 0;
    }
    const auto count = static_cast<int>(m_workbench.selection()->layers().size());
    QList<Fact> facts { { tr("Selected"), tr("%n layer(s)", nullptr, count) },
        { tr("Weights together"), countText(weights) },
        { tr("Bytes each, as chosen"), rangeText(bytesText(least), bytesText(most)) },
        { tr("Bytes together"), bytesText(sum) } };
    if (isPredicted)
        facts << Fact { tr("%1, of each alone, sum").arg(document.divergence().title()), numberText(kld) };
    return facts;
}

} // namespace kerf::ui
