// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/data_use.h"

#include <cstring>
#include <filesystem>
#include <span>

#include <fmt/format.h>

#include "core/base/atomic_file.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 1 } << 32;

std::filesystem::path windowsFile(const Workspace& workspace, const std::string& hash)
{
    return workspace.arraysFolder() / "windows" / (hash + ".ids");
}

/// Window length and ids, little-endian as in memory.
std::string bytesOf(const Dataset& data)
{
    std::string bytes;
    const std::int64_t length = data.windowLength();
    bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
    for (const std::vector<TokenId>& window : data.windows)
        bytes.append(reinterpret_cast<const char*>(window.data()), window.size() * sizeof(TokenId));
    return bytes;
}

Result<Dataset> readWindows(const std::filesystem::path& file)
{
    KERF_TRY(const std::string bytes, readTextFile(file, kMostBytes));
    std::int64_t length = 0;
    std::memcpy(&length, bytes.data(), std::min(bytes.size(), sizeof length));
    const std::size_t step = static_cast<std::size_t>(std::max<std::int64_t>(length, 0)) * sizeof(TokenId);
    if (length < 1 || length > (std::int64_t { 1 } << 24) || (bytes.size() - sizeof length) % step != 0)
        return fail(ErrorCode::BadFile, fmt::format("{}: is damaged; calibrate again.", file.string()));
    Dataset data;
    for (std::size_t at = sizeof length; at < bytes.size(); at += step) {
        data.windows.emplace_back(static_cast<std::size_t>(length));
        std::memcpy(data.windows.back().data(), bytes.data() + at, step);
    }
    return data;
}

} // namespace

void logUse(const Dataset& data, const char* purpose, const JobContext& job)
{
    job.log(LogLevel::Info, fmt::format("{}: {}.", purpose, usageText(data)));
    for (const std::string& note : data.notes)
        job.log(LogLevel::Info, note);
    for (const std::string& warning : data.warnings())
        job.log(LogLevel::Warning, warning);
}

Result<RowId> keepCalibration(Workspace& workspace, const Dataset& data)
{
    KERF_TRY(const RowId row, workspace.addDataset(data));
    const std::filesystem::path file = windowsFile(workspace, data.hash);
    std::error_code error;
    if (std::filesystem::exists(file, error))
        return row;
    std::filesystem::create_directories(file.parent_path(), error);
    KERF_CHECK(writeFileAtomically(file, std::string_view(bytesOf(data))));
    return row;
}

Result<std::optional<Overlap>> overlapWithCalibration(
    const Workspace& workspace, const std::string& calibrationHash, const Dataset& text, const JobContext& job)
{
    std::error_code ignored;
    const std::filesystem::path file = windowsFile(workspace, calibrationHash);
    if (calibrationHash.empty() || !std::filesystem::exists(file, ignored))
        return std::nullopt;
    KERF_TRY(const Dataset calibration, readWindows(file));
    KERF_TRY(const Overlap overlap, findOverlap(calibration, text, job));
    if (overlap.isNotable())
        job.log(LogLevel::Warning, overlapWarning(overlap, text.name));
    return overlap;
}

} // namespace kerf::core
