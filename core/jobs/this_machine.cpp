// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/this_machine.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/parallel.h"
#include "core/base/processor.h"
#include "core/base/user_cache.h"
#include "core/base/version.h"
#include "core/evaluate/machine_probe.h"

namespace kerf::core {
namespace {

/// "this", "This Machine".
bool asksForThisMachine(std::string_view name)
{
    const std::string_view wanted = kThisMachine;
    return name.size() >= std::string_view("this").size() && name.size() <= wanted.size()
        && std::ranges::equal(
            name, wanted.substr(0, name.size()), [](unsigned char a, char b) { return std::tolower(a) == b; });
}

} // namespace

MachineIdentity thisMachine()
{
    return { processorName(), processorFeatures(), threadCount(), fastestKernels(), versionText() };
}

std::filesystem::path calibrationFolder()
{
    const std::filesystem::path cache = userCacheFolder();
    return cache.empty() ? cache : cache / "calibrations";
}

StoredCalibrations calibrationsHere()
{
    const std::filesystem::path folder = calibrationFolder();
    return folder.empty() ? StoredCalibrations {} : storedCalibrations(folder, thisMachine());
}

Status keepCalibration(const Calibration& measured)
{
    const std::filesystem::path folder = calibrationFolder();
    if (folder.empty())
        return fail(ErrorCode::Io, "There is no folder to keep the calibration in: set HOME or XDG_CACHE_HOME.");
    const StoredCalibrations stored = storedCalibrations(folder, measured.machine);
    Calibration all = stored.mine ? *stored.mine : measured;
    all.update(measured);
    return saveCalibration(folder, all);
}

Result<KnownMachines> knownMachines(const std::filesystem::path& table)
{
    KnownMachines known;
    StoredCalibrations stored = calibrationsHere();
    known.notes = std::move(stored.notes);
    if (stored.mine)
        known.devices.push_back(deviceOf(std::move(stored.mine)));
    KERF_TRY(const std::vector<Device> rows, devicesWith(table));
    known.devices.insert(known.devices.end(), rows.begin(), rows.end());
    return known;
}

Result<Device> findMachine(const KnownMachines& known, std::string_view name, double memory)
{
    const bool isMeasured = !known.devices.empty() && known.devices.front().calibration;
    if (asksForThisMachine(name)) {
        if (isMeasured)
            return findDevice(known.devices, kThisMachine, memory);
        return fail(ErrorCode::InvalidArgument,
            fmt::format("This machine was not measured as it is now: kerf-cli devices --measure MODEL does it.{}{}",
                known.notes.empty() ? "" : " ", fmt::join(known.notes, " ")));
    }
    return findDevice(known.devices, name, memory);
}

} // namespace kerf::core
