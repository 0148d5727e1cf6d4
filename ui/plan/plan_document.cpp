// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_document.h"

#include <map>

#include <QUndoCommand>

#include "core/format/layer_format.h"
#include "ui/value_text.h"

namespace kerf::ui {

/// One step from a plan to another. Keeps both: plans are small (a row a layer), and undo is then exact.
class PlanCommand : public QUndoCommand {
public:
    PlanCommand(PlanDocument& document, PlanDocument::State before, PlanDocument::State after, const QString& text,
        int mergeKey)
        : QUndoCommand(text)
        , m_document(document)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_mergeKey(mergeKey)
    {
    }
    int id() const override { return m_mergeKey > 0 ? m_mergeKey : -1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        m_after = static_cast<const PlanCommand*>(other)->m_after;
        setText(other->text());
        return true;
    }
    void undo() override { m_document.apply(m_before); }
    void redo() override { m_document.apply(m_after); }

private:
    PlanDocument& m_document;
    PlanDocument::State m_before;
    PlanDocument::State m_after;
    int m_mergeKey;
};

PlanDocument::PlanDocument(QUndoStack* undo, QObject* parent)
    : QObject(parent)
    , m_undo(undo)
{
}

void PlanDocument::reset(std::shared_ptr<const core::Network> network, std::int64_t otherBytes, core::Plan plan)
{
    m_undo->clear();
    m_network = std::move(network);
    m_otherBytes = otherBytes;
    m_profile.reset();
    m_plan = std::move(plan);
    m_baseline = m_plan;
    m_edits = 0;
    m_originalBytes = 0;
    if (m_network) {
        if (const auto stored = core::uniformPlan(*m_network, "", "bf16", "rtn"))
            m_originalBytes = core::planSize(*stored, *m_network, m_otherBytes).sizeBytes;
    }
    updateEstimate();
    emit planReset();
    emit estimateChanged();
}

void PlanDocument::setProfile(std::shared_ptr<const core::Profile> profile)
{
    m_profile = std::move(profile);
    updateEstimate();
    emit estimateChanged();
}

void PlanDocument::setLoader(const std::string& loader)
{
    if (loader == m_loader)
        return;
    m_loader = loader;
    updateEstimate();
    emit estimateChanged();
}

void PlanDocument::setFormat(const std::vector<int>& layers, const std::string& formatName)
{
    const auto format = core::parseLayerFormat(formatName);
    if (!format) {
        emit rejected(toQt(format.error().message));
        return;
    }
    core::Plan plan = m_plan;
    int changed = 0;
    QStringList refused;
    for (const int layer : layers) {
        const core::LayerInfo& info = m_network->layers()[static_cast<std::size_t>(layer)];
        core::PlanLayer& entry = plan.layers[static_cast<std::size_t>(layer)];
        if (entry.format == formatName)
            continue;
        if (!format->checkShape(info.shape)) {
            refused << toQt(info.name);
            continue;
        }
        entry.format = formatName;
        ++changed;
    }
    if (changed > 0)
        push(std::move(plan), m_baseline, tr("Set %n Layer(s) to %1", nullptr, changed).arg(toQt(formatName)), 0);
    if (!refused.isEmpty())
        emit rejected(tr("%1 cannot hold %2: its groups do not divide the layer's columns.", nullptr,
            static_cast<int>(refused.size()))
                          .arg(toQt(formatName),
                              refused.size() > 3 ? tr("%n layer(s)", nullptr, static_cast<int>(refused.size()))
                                                 : refused.join(QStringLiteral(", "))));
}

void PlanDocument::setMethod(const std::vector<int>& layers, const std::string& method)
{
    core::Plan plan = m_plan;
    for (const int layer : layers)
        plan.layers[static_cast<std::size_t>(layer)].method = method;
    if (!(plan.layers == m_plan.layers))
        push(std::move(plan), m_baseline,
            tr("Use %2 for %n Layer(s)", nullptr, static_cast<int>(layers.size())).arg(toQt(method)), 0);
}

void PlanDocument::setTransforms(std::vector<core::TransformChoice> transforms, const QString& text, int mergeKey)
{
    if (transforms == m_plan.transforms)
        return;
    core::Plan plan = m_plan;
    plan.transforms = std::move(transforms);
    push(std::move(plan), m_baseline, text, mergeKey);
}

void PlanDocument::setCacheFormat(const std::string& format)
{
    core::Plan plan = m_plan;
    if (const core::Status set = core::setCacheFormat(plan, *m_network, format); !set)
        emit rejected(toQt(set.error().message));
    else if (plan.kv != m_plan.kv)
        push(std::move(plan), m_baseline, tr("Keep the Cache in %1").arg(toQt(format)), 0);
}

void PlanDocument::replacePlan(core::Plan plan, const QString& text, int mergeKey, bool baseline)
{
    core::Plan base = baseline ? plan : m_baseline;
    push(std::move(plan), std::move(base), text, mergeKey);
}

void PlanDocument::rename(const QString& name)
{
    if (name.trimmed().isEmpty() || toQt(m_plan.name) == name.trimmed())
        return;
    core::Plan plan = m_plan;
    plan.name = name.trimmed().toStdString();
    push(std::move(plan), m_baseline, tr("Rename Plan"), 0);
}

void PlanDocument::tieFusedLayers()
{
    struct Widest {
        std::string format;
        double bits = -1;
    };
    std::map<std::string, Widest> widest;
    const auto& layers = m_network->layers();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto format = core::parseWeightFormat(m_plan.layers[i].format);
        const double bits = format ? (*format)->bitsPerWeight(layers[i].shape) : 0;
        Widest& best = widest[layers[i].tie];
        if (bits > best.bits)
            best = { m_plan.layers[i].format, bits };
    }
    core::Plan plan = m_plan;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i].tie.empty())
            plan.layers[i].format = widest[layers[i].tie].format;
    }
    if (plan.layers != m_plan.layers)
        push(std::move(plan), m_baseline, tr("Tie Fused Layers"), 0);
}

std::optional<core::Prediction> PlanDocument::predict(const std::vector<int>& layers, const std::string& format) const
{
    if (!m_profile || layers.empty())
        return {};
    core::Plan part; // of the plan: these rows alone, carried out as it says
    part.mode = m_plan.mode;
    part.settings = m_plan.settings;
    part.transforms = m_plan.transforms;
    for (const int layer : layers) {
        const core::PlanLayer& row = m_plan.layers[static_cast<std::size_t>(layer)];
        part.layers.push_back({ row.layer, format, row.method });
    }
    const auto predicted = core::predictPlan(*m_profile, part);
    return predicted ? std::optional(*predicted) : std::nullopt;
}

void PlanDocument::push(core::Plan plan, core::Plan baseline, const QString& text, int mergeKey)
{
    m_undo->push(
        new PlanCommand(*this, { m_plan, m_baseline }, { std::move(plan), std::move(baseline) }, text, mergeKey));
}

void PlanDocument::apply(const State& state)
{
    std::vector<int> changed;
    // What a row costs depends on these too.
    const bool otherWay = state.plan.transforms != m_plan.transforms || state.plan.mode != m_plan.mode
        || state.plan.settings != m_plan.settings;
    m_edits = (state.plan.transforms != state.baseline.transforms) + (state.plan.kv != state.baseline.kv);
    for (std::size_t i = 0; i < state.plan.layers.size(); ++i) {
        if (otherWay || i >= m_plan.layers.size() || !(m_plan.layers[i] == state.plan.layers[i]))
            changed.push_back(static_cast<int>(i));
        if (!(state.plan.layers[i] == state.baseline.layers[i]))
            ++m_edits;
    }
    m_plan = state.plan;
    m_baseline = state.baseline;
    updateEstimate();
    emit layersChanged(changed);
    emit estimateChanged();
}

void PlanDocument::estimateDivergence()
{
    const auto predicted = core::predictPlan(*m_profile, m_plan);
    if (predicted)
        m_estimate.kld = *predicted;
    else
        m_estimate.notPredicted = toQt(predicted.error().message);
}

void PlanDocument::updateEstimate()
{
    m_estimate = {};
    if (!m_network)
        return;
    m_estimate.originalBytes = m_originalBytes;
    m_estimate.size = core::planSize(m_plan, *m_network, m_otherBytes);
    if (m_profile)
        estimateDivergence();
    if (auto problems = core::checkLoader(m_plan, *m_network, m_loader))
        m_estimate.problems = std::move(*problems);
}

} // namespace kerf::ui
