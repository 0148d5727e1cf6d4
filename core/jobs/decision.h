// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/decide/decision_settings.h"
#include "core/decide/fit_grid.h"
#include "core/jobs/gate.h"
#include "core/jobs/project.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// What is known of a model when a decision on it is made.
struct DecisionBasis {
    std::shared_ptr<const Network> network;
    std::filesystem::path folder; ///< of the model: what was trained for few bits may lie beside it
    std::shared_ptr<const Profile> profile; ///< may be null
    std::shared_ptr<const std::vector<RunRow>> runs; ///< of this model
    std::shared_ptr<const ModelSpeeds> speeds; ///< of its plans, for requirements of speed; may be null
    Plan plan; ///< in hand
};
/// Of a workspace as it stands; the plan in hand is its draft, or every layer in 16 bit. Errors: as Workspace's.
Result<DecisionBasis> decisionBasis(const Project& project, const Workspace& workspace);

/// The usual settings, for a context that the model takes.
DecisionSettings usualDecision(const Network& network);
/// The settings that a workspace keeps for a project; nothing: none were made yet. Errors: as Workspace's; BadFile.
Result<std::optional<DecisionSettings>> storedDecision(const Project& project, const Workspace& workspace);

/// Whether the subject fits the machine.
struct FitSide {
    ServedModel model;
    ServedWeights weights; ///< of the subject
    Arithmetic arithmetic = Arithmetic::Sixteen;
    MemoryParts memory;
    Fit fit;
    FitGrid grid;
    std::vector<FitRemedy> remedies;
    std::string speedSource; ///< "calibrated on 2026-11-30, ±9 %", or why not; empty: of a table's device
};

/// A run, judged.
struct JudgedRun {
    RowId run = 0;
    std::string name;
    double bytes = 0; ///< of its weights; 0: not known
    std::vector<GateFinding> findings; ///< one for each requirement; none where there is a problem
    std::string problem; ///< why it cannot be judged; empty: it was

    std::optional<GateVerdict> verdict() const;
};

/// Whether it pays.
struct CostSide {
    CostInputs inputs; ///< with the loss of the gate
    CostSheet sheet;
    std::vector<CostSwing> swings;
    bool isLossMeasured = false; ///< by the gate
    std::optional<CostSheet> instead; ///< other machines and the model as it is
};

enum class Pays { Yes, No, Unsettled };
const char* paysName(Pays pays); ///< "yes", "no", "unsettled"

/// The cheapest evidence that is missing.
enum class NextStep {
    ChooseMachine,
    MendSettings, ///< a part cannot be answered by what is set: its error says why
    MakeItFit,
    CarryOut, ///< the plan in hand is no run yet
    Measure, ///< the run was not measured on what is required
    MoreItems,
    GivePrices,
    Settle, ///< whether it pays depends on a number that is not certain
    AnotherPlan, ///< rejected, or it does not pay
    Report, ///< nothing is missing
};
const char* nextStepName(NextStep step); ///< "choose_machine" …

/// One model on one machine for one use: which format, does it fit, is it good enough, does it pay. A part that cannot
/// be answered says why in a sentence.
struct Decision {
    DecisionSettings settings;
    std::string subject; ///< name of the run or plan
    RowId run = 0; ///< the subject's; 0: the plan in hand
    Result<Device> device;
    bool canBeServed = false; ///< the network has a key/value cache, so that advice and fit speak of it
    Result<Advice> advice;
    Result<FitSide> fit;
    std::vector<std::string> requirements; ///< that were judged by
    std::vector<JudgedRun> judged; ///< all runs but the original, smallest first
    Result<CostSide> cost;

    const JudgedRun* judgedSubject() const; ///< null: the plan in hand
    std::optional<GateVerdict> goodEnough() const; ///< nothing: not measured
    const JudgedRun* cheapestAccepted() const; ///< the run of the fewest bytes; null: none
    const JudgedRun* takeInstead() const; ///< the same, where it is not the one that is decided about
    std::optional<Pays> pays() const; ///< nothing: not known
    const Error* settingsProblem() const; ///< why a part cannot be answered by what is set; null: they all can
    NextStep nextStep() const;
};

/// Errors: InvalidArgument: the subject is no run of this model, a requirement cannot be read. Everything else that is
/// wrong is said where it belongs. Deterministic.
/// @param judged what judging these runs by these requirements gave before; null: they are judged anew
Result<Decision> decide(
    const DecisionBasis& basis, const DecisionSettings& settings, const std::vector<JudgedRun>* judged = nullptr);

/// What is judged by: the settings' own, or that the accuracy falls by no more than the tolerance.
std::vector<std::string> requirementsOf(const DecisionSettings& settings);
/// Requirements that what was measured could answer, with usual limits: "acc_drop<=0.01 @95".
std::vector<std::string> possibleRequirements(const std::vector<RunRow>& runs, Tolerance tolerance);
/// The divergence that a profile predicts of every served format that it knows.
std::map<std::string, PredictedLoss> predictedLosses(const Network& network, const Profile& profile);

} // namespace kerf::core
