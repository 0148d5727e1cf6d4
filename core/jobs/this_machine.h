// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/decide/calibration.h"

namespace kerf::core {

/// What decides the times of kernels here and now, with the number of threads in force.
MachineIdentity thisMachine();
/// Where a person's calibrations lie: the user's folder for what can be made again. Empty: there is none.
std::filesystem::path calibrationFolder();
/// What is stored of this machine.
StoredCalibrations calibrationsHere();
/// Adds what was measured to what is stored of the same machine. Errors: Io (no folder; it cannot be written),
/// DiskFull.
Status keepCalibration(const Calibration& measured);

/// The machines that can be chosen.
struct KnownMachines {
    std::vector<Device>
        devices; ///< this machine first, where it was measured; then a person's rows and the shipped ones
    std::vector<std::string> notes; ///< on calibrations that are there and do not hold
};
/// @param table a person's own; empty: none. Errors: BadFile.
Result<KnownMachines> knownMachines(const std::filesystem::path& table);
/// As findDevice. Where this machine is asked for and was not measured, the error says how to.
Result<Device> findMachine(const KnownMachines& known, std::string_view name, double memory = 0);

} // namespace kerf::core
