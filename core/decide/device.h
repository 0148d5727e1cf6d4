// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

struct Calibration;

/// A figure of a data sheet.
struct DeviceFigure {
    double value = 0;
    bool isUncertain = false; ///< "?" behind it
    bool isMeasured = false; ///< "m": by a benchmark, not from the sheet
    bool isAtMost = false; ///< "<=": the memory that can be put in

    std::string text() const; ///< as in the table
};

enum class DeviceKind {
    Gpu, ///< with memory of its own
    Unified, ///< a GPU that shares the machine's memory
    Cpu,
    Accelerator, ///< Gaudi, TPU
};
const char* deviceKindName(DeviceKind kind);

/// A row of resources/hardware/devices.csv: dense peaks, as sheets print them halved where they are for sparse
/// matrices. Nothing: there is none ("-"), or it is not known ("?").
struct Device {
    std::string name;
    DeviceKind kind = DeviceKind::Gpu;
    DeviceFigure memory; ///< GiB
    std::optional<DeviceFigure> reported; ///< GiB that a driver sees; nothing: about 1 % less than `memory`
    DeviceFigure bandwidth; ///< GB/s
    std::optional<DeviceFigure> fp16, fp8, int8, fp4, int4; ///< TFLOPS, TOPS; fp16 of a CPU: what it has in its place
    std::optional<DeviceFigure> power; ///< W
    std::string capability; ///< "8.0", "gfx942", "x86 amx"
    std::set<std::string> kernels; ///< letters of kernelNames()
    std::string source;
    std::string checked; ///< year and month
    std::string note;
    std::shared_ptr<const Calibration> calibration {}; ///< of the machine at hand; null: a row of a table

    /// Bytes that a program finds before it takes any.
    double usableBytes() const;
    /// Compute capability of an NVIDIA device; nothing of others.
    std::optional<double> computeCapability() const;
    bool hasKernel(std::string_view letter) const { return kernels.contains(std::string(letter)); }
    bool hasNativeFp8() const { return hasKernel("F8"); }
    bool hasNativeFp4() const { return hasKernel("N4") || hasKernel("X4"); }
    /// Multiplies INT8 matrices as fast as it should: not the dot products of a V100, nor what is left in a B300.
    bool hasInt8Unit() const { return hasKernel("I8") || hasKernel("C") || hasKernel("T"); }
};

/// What a letter of Device::kernels stands for: "Marlin: 4 and 8 bit weights, 16 bit activations".
std::string_view kernelText(std::string_view letter);

/// Errors: BadFile, naming file, line and column.
Result<std::vector<Device>> parseDevices(std::string_view csv, const std::string& what);
/// The table that comes with the program.
const std::vector<Device>& shippedDevices();
/// The text of resources/hardware/devices.csv; the source is written by CMake.
std::string_view shippedDevicesText();
/// The shipped table with the rows of a person's own file before it, which win over those of the same name; an empty
/// path: none. Errors: BadFile.
Result<std::vector<Device>> devicesWith(const std::filesystem::path& file);
/// By name, or by the part of a name that only one device has, whatever the case. Errors: InvalidArgument, listing
/// those that come near, or all.
Result<Device> findDevice(const std::vector<Device>& devices, std::string_view name);

/// The same with the memory that is in it, GiB; 0: as the table says. Errors: also InvalidArgument, where the table
/// knows only what can be put in.
Result<Device> findDevice(const std::vector<Device>& devices, std::string_view name, double memory);
/// Figures that are uncertain, for a person: "fp16 14?"; empty: none.
std::string uncertainFigures(const Device& device);

} // namespace kerf::core
