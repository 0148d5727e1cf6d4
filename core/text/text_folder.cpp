// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/text_folder.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/text/text_kind.h"

namespace kerf::core {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExtensions[]
    = { ".txt", ".text", ".md", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".tab" };

bool isText(const fs::path& file)
{
    return std::ranges::find(kExtensions, lowerAscii(file.extension().string())) != std::end(kExtensions);
}

Result<std::vector<fs::path>> filesIn(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
        const bool hidden = entry->path().filename().string().starts_with('.');
        std::error_code ignored;
        if (hidden && entry->is_directory(ignored))
            entry.disable_recursion_pending();
        else if (!hidden && entry->is_regular_file(ignored) && isText(entry->path()))
            files.push_back(entry->path());
    }
    if (error)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: the folder cannot be read: {}", folder.string(), error.message()));
    if (files.empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: the folder has no text file (.txt, .md, .jsonl, .json, .csv, .tsv).", folder.string()));
    std::ranges::sort(files);
    return files;
}

} // namespace

Result<std::vector<fs::path>> textFilesOf(std::span<const fs::path> given)
{
    std::vector<fs::path> files;
    for (const fs::path& one : given) {
        std::error_code ignored;
        if (!fs::is_directory(one, ignored)) {
            files.push_back(one);
            continue;
        }
        KERF_TRY(const std::vector<fs::path> inside, filesIn(one));
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

} // namespace kerf::core
