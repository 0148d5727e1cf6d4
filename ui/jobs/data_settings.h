// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

#include "core/evaluate/throughput.h"
#include "core/jobs/project.h"
#include "core/profile/profile.h"

namespace kerf::ui {

/// Which texts a model is calibrated and judged with, and how its profile is measured. Remembered for each model.
struct DataSettings {
    core::DataChoice calibration;
    core::DataChoice evaluation;
    core::ProfileOptions profile;
    core::ThroughputOptions bench;
    bool isComplete() const { return !calibration.files.empty() && !evaluation.files.empty(); }
};

/// What was used for this model last; at first the texts that lie beside it (calibration.txt, evaluation.txt) and
/// windows that the model takes.
DataSettings dataSettingsOf(const core::Project& project);
/// Whether someone chose settings for this model before; else those of dataSettingsOf are defaults.
bool hasSavedDataSettings(const core::Project& project);
void saveDataSettings(const core::Project& project, const DataSettings& settings);

} // namespace kerf::ui
