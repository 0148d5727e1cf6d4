// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/dataset.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/text/unicode.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxFile = std::size_t { 1 } << 30;
constexpr std::size_t kPreviewCharacters = 400;

/// The "text" members of a JSONL file, one a line, with an empty line between two of them.
Result<std::string> jsonLinesText(const std::string& content, const std::string& file)
{
    std::string out;
    std::int64_t number = 0;
    for (std::size_t at = 0; at < content.size();) {
        const std::size_t end = std::min(content.find('\n', at), content.size());
        const std::string_view line = std::string_view(content).substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        const std::string what = fmt::format("{}, line {}", file, number);
        KERF_TRY(const Json value, parseJson(line, what));
        const auto text = value.is_object() ? value.find("text") : value.end();
        if (!value.is_object() || text == value.end() || !text->is_string())
            return fail(ErrorCode::BadFile, fmt::format("{}: is not an object with a string \"text\"", what));
        if (!out.empty())
            out += "\n\n";
        out += text->get_ref<const std::string&>();
    }
    return out;
}

Result<std::string> fileText(const std::filesystem::path& file)
{
    KERF_TRY(std::string content, readTextFile(file, kMaxFile));
    if (content.starts_with("\xef\xbb\xbf"))
        content.erase(0, 3);
    if (const std::optional<std::size_t> bad = findInvalidUtf8(content))
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is not UTF-8 text: byte {} is not valid there; convert the file to UTF-8", file.string(), *bad));
    if (file.extension() == ".jsonl" || file.extension() == ".ndjson")
        return jsonLinesText(content, file.string());
    return content;
}

std::string previewOf(std::string_view text)
{
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < kPreviewCharacters && bytes < text.size(); ++i)
        bytes += characterLength(text[bytes]);
    return std::string(text.substr(0, bytes));
}

std::string hashOf(const Dataset& data, std::int64_t window)
{
    Hasher hasher;
    hasher.add("kerf token windows").add(window);
    for (const std::vector<TokenId>& ids : data.windows)
        hasher.add(std::as_bytes(std::span(ids)));
    return hasher.hex();
}

} // namespace

Result<Dataset> loadDataset(
    const Tokenizer& tokenizer, std::span<const std::filesystem::path> files, const WindowOptions& options)
{
    if (files.empty())
        return fail(ErrorCode::InvalidArgument, "No text file is given");
    if (options.window < 2 || options.maxWindows < 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A window of {} tokens is too short; it takes at least 2", options.window));
    Dataset data;
    std::string text;
    for (const std::filesystem::path& file : files) {
        KERF_TRY(const std::string part, fileText(file));
        text += part;
        data.name += (data.name.empty() ? "" : " + ") + file.filename().string();
    }
    KERF_TRY(const std::vector<TokenId> ids, tokenizer.encode(text, options.addBos));
    data.totalTokens = static_cast<std::int64_t>(ids.size());
    std::int64_t count = data.totalTokens / options.window;
    if (count == 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has {} tokens; at least {} are needed for one window", data.name, data.totalTokens,
                options.window));
    if (options.maxWindows > 0)
        count = std::min(count, options.maxWindows);
    for (std::int64_t i = 0; i < count; ++i)
        data.windows.emplace_back(ids.begin() + i * options.window, ids.begin() + (i + 1) * options.window);
    data.hash = hashOf(data, options.window);
    data.preview = previewOf(text);
    return data;
}

} // namespace kerf::core
