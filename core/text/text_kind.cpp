// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/text_kind.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/base/json.h"
#include "core/text/csv_parser.h"
#include "core/text/record_fields.h"

namespace kerf::core {
namespace {

constexpr std::string_view kTextFields[] = { "text", "content", "document", "article", "body", "story", "passage",
    "sentence", "page_content", "raw_content" };
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMaxName = 64; ///< characters of a column's name

bool isKnownField(std::string_view name, std::string_view wanted)
{
    const std::vector<std::string> names = fieldNames(wanted);
    return std::ranges::find(names, name) != names.end()
        || std::ranges::find(kTextFields, lowerAscii(std::string(name))) != std::end(kTextFields);
}

/// What follows the first character that is not white space, from the next such one on.
std::string_view behindFirst(std::string_view text)
{
    const std::size_t next = text.find_first_not_of(kSpace, 1);
    return next == std::string_view::npos ? std::string_view() : text.substr(next);
}

/// JSON by its first characters: {" starts an object, [{ and [[ and [" and [1 an array of something.
std::optional<TextKind> jsonKind(std::string_view text)
{
    const std::string_view next = behindFirst(text);
    if (text.front() == '{' && (next.starts_with('"') || next.starts_with('}')))
        return TextKind::JsonLines;
    if (text.front() == '[' && next.starts_with('{') && behindFirst(next).find_first_of("\"}") == 0)
        return TextKind::JsonArray;
    return std::nullopt;
}

/// A column's name: a word or a few, not a sentence or a number.
bool isColumnName(const std::string& name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("_-. #").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
    };
    const bool letters = std::ranges::any_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    });
    return !name.empty() && name.size() <= kMaxName && letters && std::ranges::all_of(name, allowed)
        && name.front() != ' ' && name.back() != ' ';
}

bool isTable(std::string_view head, bool whole, char separator, bool named, std::string_view field)
{
    std::deque<CsvParser::Record> records;
    CsvParser parser(separator);
    if (!parser.push(head, records, "") || (whole && !parser.finish(records, "")))
        return false;
    if (records.empty())
        return false;
    const std::vector<std::string>& names = records.front().fields;
    const std::size_t columns = names.size();
    if (!std::ranges::all_of(names, isColumnName) || std::set(names.begin(), names.end()).size() != columns
        || !std::ranges::all_of(records, [&](const auto& record) { return record.fields.size() == columns; }))
        return false;
    if (named)
        return true;
    const bool known = std::ranges::any_of(names, [&](const auto& name) { return isKnownField(name, field); });
    // One column without quotes would be any text whose first line is the word "text"; its separator is not known.
    const bool quoted = head.find('\n') != std::string_view::npos && head.substr(head.find('\n') + 1).starts_with('"');
    return known && (columns > 1 ? records.size() > 1 || !whole : quoted && separator == ',');
}

} // namespace

const char* textKindName(TextKind kind)
{
    switch (kind) {
    case TextKind::JsonLines:
        return "JSON lines";
    case TextKind::JsonArray:
        return "JSON array";
    case TextKind::Csv:
        return "CSV";
    case TextKind::Tsv:
        return "TSV";
    case TextKind::Plain:
        break;
    }
    return "plain text";
}

std::span<const std::string_view> knownTextFields()
{
    return kTextFields;
}

Result<TextKind> recognizeText(
    const std::filesystem::path& path, std::string_view head, bool whole, std::string_view field)
{
    const std::string extension = lowerAscii(path.extension().string());
    const std::size_t first = head.find_first_not_of(kSpace);
    if (first != std::string_view::npos)
        if (const auto kind = jsonKind(head.substr(first))) {
            if (*kind == TextKind::JsonLines
                && head.substr(first, head.find('\n', first) - first).find('"') == std::string_view::npos)
                return fail(ErrorCode::BadFile,
                    fmt::format("{}, line 1: is a JSON object over several lines; write one object a line (JSON "
                                "lines), or an array of objects.",
                        path.string()));
            return *kind;
        }
    const bool csv = extension == ".csv", tsv = extension == ".tsv" || extension == ".tab";
    if (isTable(head, whole, '\t', tsv, field))
        return TextKind::Tsv;
    if (isTable(head, whole, ',', csv, field))
        return TextKind::Csv;
    if (first == std::string_view::npos)
        return TextKind::Plain;
    const char* claim = csv ? "a table whose first line names the columns and whose records all have as many fields"
        : tsv               ? "a table whose first line names the columns, separated by tabs"
        : extension == ".jsonl" || extension == ".ndjson" ? "JSON objects, one a line"
        : extension == ".json"                            ? "an array of JSON objects"
                                                          : nullptr;
    if (claim)
        return fail(ErrorCode::BadFile,
            fmt::format("{}, line 1: does not start as {}. To use the file as plain text, name it .txt.", path.string(),
                claim));
    return TextKind::Plain;
}

} // namespace kerf::core
