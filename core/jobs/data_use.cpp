// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/data_use.h"

#include <cstring>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/text/text_samples.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 1 } << 32;

std::filesystem::path windowsFile(const Workspace& workspace, const std::string& hash)
{
    return workspace.arraysFolder() / "windows" / (hash + ".ids");
}

constexpr std::int64_t kOwnLengths = 0; ///< in place of the window length: each window has its own before its ids

void appendBytes(std::string& bytes, const void* data, std::size_t size)
{
    bytes.append(static_cast<const char*>(data), size);
}

/// Window length and ids, little-endian as in memory.
std::string bytesOf(const Dataset& data)
{
    std::string bytes;
    const bool ownLengths = hasOwnLengths(data);
    const std::int64_t length = ownLengths ? kOwnLengths : data.windowLength();
    appendBytes(bytes, &length, sizeof length);
    for (const std::vector<TokenId>& window : data.windows) {
        const auto own = static_cast<std::int64_t>(window.size());
        if (ownLengths)
            appendBytes(bytes, &own, sizeof own);
        appendBytes(bytes, window.data(), window.size() * sizeof(TokenId));
    }
    return bytes;
}

/// Takes such bytes apart, front to back.
class WindowBytes {
public:
    explicit WindowBytes(std::string_view bytes)
        : m_left(bytes)
    {
    }
    bool atEnd() const { return m_left.empty(); }
    /// Fewer than 0 when there is none.
    std::int64_t length()
    {
        std::int64_t value = -1;
        return take(&value, sizeof value) ? value : -1;
    }
    bool window(std::int64_t length, std::vector<TokenId>& window)
    {
        if (length < 1 || length > (std::int64_t { 1 } << 24))
            return false;
        window.resize(static_cast<std::size_t>(length));
        return take(window.data(), window.size() * sizeof(TokenId));
    }

private:
    bool take(void* to, std::size_t size)
    {
        if (size > m_left.size())
            return false;
        std::memcpy(to, m_left.data(), size);
        m_left.remove_prefix(size);
        return true;
    }
    std::string_view m_left;
};

Result<Dataset> readWindows(const std::filesystem::path& file)
{
    KERF_TRY(const std::string bytes, readTextFile(file, kMostBytes));
    WindowBytes left(bytes);
    const std::int64_t length = left.length();
    Dataset data;
    do {
        data.windows.emplace_back();
        if (!left.window(length == kOwnLengths ? left.length() : length, data.windows.back()))
            return fail(ErrorCode::BadFile, fmt::format("{}: is damaged; calibrate again.", file.string()));
    } while (!left.atEnd());
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
        job.log(LogLevel::Warning, overlapWarning(overlap, text));
    return overlap;
}

} // namespace kerf::core
