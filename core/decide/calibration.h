// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/sample_mean.h"
#include "core/decide/device.h"
#include "core/decide/step_fit.h"

namespace kerf::core {

/// What decides the times of a machine's kernels: another of any of these, and they are not its times.
struct MachineIdentity {
    std::string processor; ///< "AMD EPYC"
    std::string features; ///< "avx2 fma avx512f"
    int threads = 1;
    std::string kernels; ///< the fastest of each kind: "avx512, avx512-vnni"
    std::string version; ///< of Kerf

    bool operator==(const MachineIdentity&) const = default;
};
/// In what `other` differs: "2 threads in place of 4, version 0.2.0 in place of 0.1.0"; empty: in nothing.
std::string differenceText(const MachineIdentity& here, const MachineIdentity& other);

/// A step whose time was taken, and what the fit says of it.
struct CheckedStep {
    std::string model;
    Use use;
    double measured = 0, predicted = 0; ///< seconds
    bool isHeldOut = false; ///< the fit did not see it

    double error() const { return predicted / measured - 1; }
};

/// What was measured of one format: costs of a step, from whole steps of real kernels.
struct FormatCalibration {
    std::string format; ///< as plans name it, "bf16" for weights as they are stored
    /// Its weights stay in the processor's caches from step to step: costs of a small model, which tell nothing of one
    /// that is read from memory.
    bool isInCache = false;
    std::vector<std::string> models; ///< whose steps were timed
    std::string kernels; ///< that ran: "4-bit avx512-vnni, bf16 avx512"
    std::int64_t time = 0; ///< seconds since 1970, UTC
    double bandwidth = 0; ///< bytes a second, measured beside it
    double peak = 0, peakSixteen = 0; ///< operations a second likewise: of its arithmetic, and of float32
    StepFit fit;
    std::vector<CheckedStep> steps;

    /// Shares of the figures that were measured beside it; nothing: not identified.
    std::optional<double> memoryShare() const;
    std::optional<double> computeShare() const;
    std::optional<double> attentionShare() const;
    /// The largest error of a step, fitted or held out, as a share of it.
    double largestError() const;
    /// "2026-11-30".
    std::string date() const;
};

/// A machine, measured: figures as a data sheet has them, and what each format reaches of them.
struct Calibration {
    MachineIdentity machine;
    std::int64_t time = 0; ///< of its figures, seconds since 1970, UTC
    double memory = 0; ///< bytes that are in it
    double lastCache = 0; ///< bytes of the processor's last cache
    SampleMean bandwidth; ///< bytes a second, reading far more than the caches hold
    SampleMean float32, int8; ///< operations a second: products of float32 (BLAS) and of INT8 matrices
    std::vector<FormatCalibration> formats;

    /// Takes the figures of a newer one and its formats in the place of the same ones.
    void update(const Calibration& newer);
    const FormatCalibration* find(std::string_view format, bool isInCache) const;
};

/// What the row of a calibrated machine is called.
inline constexpr const char* kThisMachine = "this machine";
/// A row for the table of devices, which knows its calibration.
Device deviceOf(std::shared_ptr<const Calibration> calibration);

/// How much of a device's figures is reached, and where that is from.
struct SpeedSource {
    SpeedShares shares;
    bool isCalibrated = false;
    /// For a person: "calibrated on 2026-11-30, ±9 %", or why it is not; empty for devices of a table, which have no
    /// times.
    std::string text;
};
/// Of a calibrated machine what was measured of the weights' formats (of several, by their bytes; a format that was not
/// timed goes by one of as many bits, which is said), of every other device the usual shares.
SpeedSource speedOf(
    const Device& device, const ServedModel& model, const ServedWeights& weights, Arithmetic arithmetic);

Json toJson(const Calibration& calibration);
/// Errors: BadFile, starting with `what`.
Result<Calibration> calibrationFromJson(const Json& json, const std::string& what);

/// The file of a machine in a folder: machines that share the folder have one each.
std::filesystem::path calibrationFile(const std::filesystem::path& folder, const MachineIdentity& machine);
/// Writes it into its file. Errors: Io, DiskFull.
Status saveCalibration(const std::filesystem::path& folder, const Calibration& calibration);

/// What a folder knows of a machine.
struct StoredCalibrations {
    std::shared_ptr<const Calibration> mine; ///< null: none that holds
    std::vector<std::string> notes; ///< on those that do not hold: of another machine, another version; damaged
};
/// A folder that is missing has none. Reads no more than 64 files.
StoredCalibrations storedCalibrations(const std::filesystem::path& folder, const MachineIdentity& here);

} // namespace kerf::core
