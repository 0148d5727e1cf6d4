// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QUndoStack>

#include "core/jobs/speed_job.h"
#include "core/plan/plan.h"
#include "core/profile/profile.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// What follows from the plan in hand, computed anew at every edit.
struct PlanEstimate {
    core::PlanSize size;
    std::int64_t originalBytes = 0; ///< of the checkpoint's files, 0: not known
    std::optional<core::Prediction> kld; ///< nothing without a profile that covers the plan
    QString notPredicted; ///< what the profile does not know, when there is one: short up to the first comma
    std::optional<core::SpeedFigure> speed; ///< of decoding; nothing when a kernel of the plan was never timed
    std::vector<core::PlanProblem> problems; ///< of the chosen loader
};

/// The plan that the user edits, with the profile and the kernel times that predict it. Every change is an undo
/// command; size, bits per weight, predicted KLD and speed, and loader problems follow at once. Views and models
/// subscribe to it: none is told of a plan in another way. Layers are positions in the network's order.
class PlanDocument : public QObject {
    Q_OBJECT
public:
    explicit PlanDocument(QUndoStack* undo, QObject* parent = nullptr);

    /// Starts over with another model; clears the undo stack. `originalBytes` are those of its files, 0: not known.
    void reset(std::shared_ptr<const core::Network> network, std::int64_t otherBytes, core::Plan plan,
        std::int64_t originalBytes = 0);
    void setProfile(std::shared_ptr<const core::Profile> profile);
    /// The model's table of kernel times; null: there is none.
    void setSpeeds(std::shared_ptr<const core::ModelSpeeds> speeds);
    void setLoader(const std::string& loader);

    const core::Network* network() const { return m_network.get(); }
    const core::Profile* profile() const { return m_profile.get(); }
    /// The same, and the plan, for work on another thread; none of them ever changes.
    std::shared_ptr<const core::Network> sharedNetwork() const { return m_network; }
    std::shared_ptr<const core::Profile> sharedProfile() const { return m_profile; }
    std::shared_ptr<const core::ModelSpeeds> sharedSpeeds() const { return m_speeds; }
    std::shared_ptr<const core::Plan> sharedPlan() const { return m_state.plan; }
    std::shared_ptr<const core::Plan> sharedBaseline() const
    {
        return m_state.baseline;
    } ///< as it was opened or solved
    std::shared_ptr<const core::Plan> beforeLastStep() const { return m_before; } ///< a drag is one step
    const core::Plan& plan() const { return *m_state.plan; }
    const std::string& loader() const { return m_loader; }
    const DivergenceText& divergence() const { return m_divergence; } ///< what predictions are of
    std::int64_t otherBytes() const { return m_otherBytes; }
    const PlanEstimate& estimate() const { return m_estimate; }
    /// Why the budget solver cannot plan; empty when it can.
    QString solverProblem() const;
    /// What was measured of a layer; null without a profile that has it.
    const core::LayerProfile* layerProfile(int layer) const { return m_profiled[static_cast<std::size_t>(layer)]; }
    bool isEmpty() const { return plan().layers.empty(); }
    /// Layers that differ from the plan as it was opened or solved; transforms, cache and what becomes of bytes count
    /// as one each.
    int edits() const { return m_edits; }

    /// Sets the format of layers. Layers whose shape it cannot take stay as they are and are named by rejected().
    void setFormat(const std::vector<int>& layers, const std::string& format);
    void setMethod(const std::vector<int>& layers, const std::string& method);
    /// Locked layers keep their format and method whatever plans for them: slider, solver, search, one format for all.
    /// A person may still set them.
    void setLocked(const std::vector<int>& layers, bool locked);
    bool isLocked(int layer) const { return m_locked[static_cast<std::size_t>(layer)]; }
    int lockedCount() const { return static_cast<int>(plan().locked.size()); }
    /// The exact rewritings before the rounding, in their order.
    void setTransforms(std::vector<core::TransformChoice> transforms, const QString& text, int mergeKey = 0);
    /// Puts one at its place in the order of composition; replaces the one of its name.
    void addTransform(const core::TransformChoice& choice, const QString& text);
    /// The key/value cache of all blocks.
    void setCacheFormat(const std::string& format);
    /// Replaces the whole plan. Steps with the same mergeKey that follow each other are undone as one (a slider drag);
    /// 0 never merges. `baseline` also makes it the plan that edits() counts from.
    void replacePlan(core::Plan plan, const QString& text, int mergeKey = 0, bool baseline = true);
    void rename(const QString& name);
    /// Gives tied layers (q = k = v, gate = up) the widest format of their group.
    void tieFusedLayers();

    /// Sum over layers of the predicted KLD in a format by their methods, nats; nothing when that is not profiled.
    std::optional<core::Prediction> predict(const std::vector<int>& layers, const std::string& format) const;

signals:
    void planReset(); ///< another model or no model
    void profileChanged(); ///< of the same model
    void layersChanged(const std::vector<int>& layers); ///< their formats, methods or locks are new
    void estimateChanged(); ///< last of all that follows from a change
    void rejected(const QString& message);

private:
    friend class PlanCommand;
    using PlanPtr = std::shared_ptr<const core::Plan>;
    /// Plans are shared, never changed: an undo step or a merged drag costs no copy.
    struct State {
        PlanPtr plan = std::make_shared<const core::Plan>();
        PlanPtr baseline = plan;
    };
    void apply(const State& state);
    void push(core::Plan plan, const QString& text, int mergeKey = 0, bool baseline = false);
    void updateEstimate();
    void estimateDivergence();
    void findProfiled();
    void findLocked();

    QUndoStack* m_undo;
    std::shared_ptr<const core::Network> m_network;
    std::shared_ptr<const core::Profile> m_profile;
    std::shared_ptr<const core::ModelSpeeds> m_speeds;
    std::vector<const core::LayerProfile*> m_profiled; ///< by layer, in m_profile
    std::vector<bool> m_locked; ///< by layer
    State m_state;
    PlanPtr m_before = m_state.plan;
    int m_lastKey = 0; ///< of the last step
    DivergenceText m_divergence = divergenceText(nullptr);
    std::string m_loader = "any";
    std::int64_t m_otherBytes = 0;
    std::int64_t m_originalBytes = 0;
    int m_edits = 0;
    PlanEstimate m_estimate;
};

} // namespace kerf::ui
