// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_document.h"

#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <QUndoCommand>

#include "core/format/layer_format.h"
#include "core/transform/transform.h"
#include "ui/value_text.h"

namespace kerf::ui {

/// One step from a plan to another. Keeps both: undo is then exact.
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

void PlanDocument::reset(
    std::shared_ptr<const core::Network> network, std::int64_t otherBytes, core::Plan plan, std::int64_t originalBytes)
{
    m_undo->clear();
    m_network = std::move(network);
    m_divergence = divergenceText(m_network.get());
    m_otherBytes = otherBytes;
    m_profile.reset();
    m_speeds.reset();
    findProfiled();
    m_state.plan = m_state.baseline = m_before = std::make_shared<const core::Plan>(std::move(plan));
    m_lastKey = 0;
    findLocked();
    m_edits = 0;
    m_originalBytes = originalBytes;
    updateEstimate();
    emit planReset();
    emit estimateChanged();
}

void PlanDocument::setProfile(std::shared_ptr<const core::Profile> profile)
{
    m_profile = std::move(profile);
    findProfiled();
    updateEstimate();
    emit profileChanged();
    emit estimateChanged();
}

void PlanDocument::setSpeeds(std::shared_ptr<const core::ModelSpeeds> speeds)
{
    m_speeds = std::move(speeds);
    const auto figures = [this] {
        return m_estimate.speed ? std::pair(m_estimate.speed->tokensPerSecond, m_estimate.speed->ratio)
                                : std::pair(0.0, 0.0);
    };
    const auto before = figures();
    updateEstimate();
    if (figures() != before) // it is asked for whenever a job has written something
        emit estimateChanged();
}

QString PlanDocument::solverProblem() const
{
    if (!m_profile)
        return tr("The solver needs a profile: choose Profile first");
    return core::hasSlopes(*m_profile) ? QString()
                                       : tr("The profile has output errors only: profile again for the solver");
}

void PlanDocument::findProfiled()
{
    m_profiled.assign(m_network ? m_network->layers().size() : 0, nullptr);
    if (!m_profile)
        return;
    std::unordered_map<std::string_view, const core::LayerProfile*> byName;
    for (const core::LayerProfile& layer : m_profile->layers)
        byName.emplace(layer.layer, &layer);
    for (std::size_t i = 0; i < m_profiled.size(); ++i)
        if (const auto found = byName.find(m_network->layers()[i].name); found != byName.end())
            m_profiled[i] = found->second;
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
    core::Plan next = plan();
    int changed = 0;
    QStringList refused;
    for (const int layer : layers) {
        const core::LayerInfo& info = m_network->layers()[static_cast<std::size_t>(layer)];
        core::PlanLayer& entry = next.layers[static_cast<std::size_t>(layer)];
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
        push(std::move(next), tr("Set %n Layer(s) to %1", nullptr, changed).arg(toQt(formatName)));
    if (!refused.isEmpty())
        emit rejected(tr("%1 cannot hold %2: its groups do not divide the layer's columns.", nullptr,
            static_cast<int>(refused.size()))
                          .arg(toQt(formatName),
                              refused.size() > 3 ? tr("%n layer(s)", nullptr, static_cast<int>(refused.size()))
                                                 : refused.join(QStringLiteral(", "))));
}

void PlanDocument::setMethod(const std::vector<int>& layers, const std::string& method)
{
    core::Plan next = plan();
    for (const int layer : layers)
        next.layers[static_cast<std::size_t>(layer)].method = method;
    if (!(next.layers == plan().layers))
        push(std::move(next), tr("Use %2 for %n Layer(s)", nullptr, static_cast<int>(layers.size())).arg(toQt(method)));
}

void PlanDocument::setLocked(const std::vector<int>& layers, bool locked)
{
    std::vector<bool> wanted = m_locked;
    for (const int layer : layers)
        wanted[static_cast<std::size_t>(layer)] = locked;
    if (wanted == m_locked)
        return;
    core::Plan next = plan();
    next.locked.clear();
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (wanted[i])
            next.locked.push_back(next.layers[i].layer);
    const int count = static_cast<int>(layers.size());
    push(std::move(next), locked ? tr("Lock %n Layer(s)", nullptr, count) : tr("Unlock %n Layer(s)", nullptr, count));
}

void PlanDocument::findLocked()
{
    const std::unordered_set<std::string_view> names(plan().locked.begin(), plan().locked.end());
    m_locked.assign(plan().layers.size(), false);
    for (std::size_t i = 0; i < m_locked.size(); ++i)
        m_locked[i] = names.contains(plan().layers[i].layer);
}

void PlanDocument::setTransforms(std::vector<core::TransformChoice> transforms, const QString& text, int mergeKey)
{
    if (transforms == plan().transforms)
        return;
    core::Plan next = plan();
    next.transforms = std::move(transforms);
    push(std::move(next), text, mergeKey);
}

void PlanDocument::addTransform(const core::TransformChoice& choice, const QString& text)
{
    const auto rankOf = [](const std::string& name) {
        const auto all = core::allTransforms();
        return std::ranges::find(all, name, &core::Transform::name) - all.begin();
    };
    std::vector<core::TransformChoice> all = plan().transforms;
    std::erase_if(all, [&](const core::TransformChoice& each) { return each.name == choice.name; });
    const auto behind = std::ranges::find_if(
        all, [&](const core::TransformChoice& each) { return rankOf(each.name) > rankOf(choice.name); });
    all.insert(behind, choice);
    setTransforms(std::move(all), text);
}

void PlanDocument::setCacheFormat(const std::string& format)
{
    core::Plan next = plan();
    if (const core::Status set = core::setCacheFormat(next, *m_network, format); !set)
        emit rejected(toQt(set.error().message));
    else if (next.kv != plan().kv)
        push(std::move(next), tr("Keep the Cache in %1").arg(toQt(format)));
}

void PlanDocument::replacePlan(core::Plan plan, const QString& text, int mergeKey, bool baseline)
{
    push(std::move(plan), text, mergeKey, baseline);
}

void PlanDocument::rename(const QString& name)
{
    if (name.trimmed().isEmpty() || toQt(plan().name) == name.trimmed())
        return;
    core::Plan next = plan();
    next.name = name.trimmed().toStdString();
    push(std::move(next), tr("Rename Plan"));
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
        const auto format = core::parseWeightFormat(plan().layers[i].format);
        const double bits = format ? (*format)->bitsPerWeight(layers[i].shape) : 0;
        Widest& best = widest[layers[i].tie];
        if (bits > best.bits)
            best = { plan().layers[i].format, bits };
    }
    core::Plan next = plan();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i].tie.empty())
            next.layers[i].format = widest[layers[i].tie].format;
    }
    if (next.layers != plan().layers)
        push(std::move(next), tr("Tie Fused Layers"));
}

std::optional<core::Prediction> PlanDocument::predict(const std::vector<int>& layers, const std::string& format) const
{
    if (!m_profile || layers.empty())
        return {};
    core::Plan part; // of the plan: these rows alone, carried out as it says
    part.mode = plan().mode;
    part.settings = plan().settings;
    part.transforms = plan().transforms;
    for (const int layer : layers) {
        const core::PlanLayer& row = plan().layers[static_cast<std::size_t>(layer)];
        part.layers.push_back({ row.layer, format, row.method });
    }
    const auto predicted = core::predictPlan(*m_profile, part);
    return predicted ? std::optional(*predicted) : std::nullopt;
}

void PlanDocument::push(core::Plan plan, const QString& text, int mergeKey, bool baseline)
{
    State after { std::make_shared<const core::Plan>(std::move(plan)), m_state.baseline };
    if (baseline)
        after.baseline = after.plan;
    if (mergeKey == 0 || mergeKey != m_lastKey)
        m_before = m_state.plan;
    m_lastKey = mergeKey;
    m_undo->push(new PlanCommand(*this, m_state, std::move(after), text, mergeKey));
}

void PlanDocument::apply(const State& state)
{
    const core::Plan &before = plan(), &after = *state.plan, &baseline = *state.baseline;
    const std::vector<bool> wasLocked = m_locked;
    const PlanPtr kept = m_state.plan; // `before` is a reference
    m_state = state;
    findLocked();
    std::vector<int> changed;
    // What a row costs depends on these too.
    const bool otherWay
        = after.transforms != before.transforms || after.mode != before.mode || after.settings != before.settings;
    m_edits = (after.transforms != baseline.transforms) + (after.kv != baseline.kv)
        + (after.observer != baseline.observer) + (after.roundsBetween != baseline.roundsBetween);
    for (std::size_t i = 0; i < after.layers.size(); ++i) {
        if (otherWay || i >= before.layers.size() || !(before.layers[i] == after.layers[i])
            || wasLocked[i] != m_locked[i])
            changed.push_back(static_cast<int>(i));
        if (&after != &baseline && !(after.layers[i] == baseline.layers[i]))
            ++m_edits;
    }
    updateEstimate();
    if (!changed.empty())
        emit layersChanged(changed);
    emit estimateChanged();
}

void PlanDocument::estimateDivergence()
{
    const auto predicted = core::predictPlan(*m_profile, plan());
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
    m_estimate.size = core::planSize(plan(), *m_network, m_otherBytes);
    if (m_profile)
        estimateDivergence();
    if (m_speeds)
        m_estimate.speed = m_speeds->figure(plan());
    if (auto problems = core::checkLoader(plan(), *m_network, m_loader))
        m_estimate.problems = std::move(*problems);
}

} // namespace kerf::ui
