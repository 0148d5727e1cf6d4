// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "core/base/quantity_text.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

bool looksLikeNumber(const std::string& cell)
{
    return cell.empty() || cell == "-" || std::isdigit(static_cast<unsigned char>(cell.front())) != 0
        || (cell.size() > 1 && cell.front() == '-' && std::isdigit(static_cast<unsigned char>(cell[1])) != 0);
}

/// Characters a terminal shows: UTF-8 continuation bytes take no room.
std::size_t widthOf(const std::string& cell)
{
    return static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

} // namespace

Table::Table(std::vector<std::string> heads)
{
    m_rows.push_back(std::move(heads));
}

void Table::add(std::vector<std::string> cells)
{
    cells.resize(m_rows.front().size());
    m_rows.push_back(std::move(cells));
}

std::string Table::text() const
{
    const std::size_t columns = m_rows.front().size();
    std::vector<std::size_t> width(columns, 0);
    std::vector<bool> right(columns, m_rows.size() > 1);
    for (std::size_t r = 0; r < m_rows.size(); ++r)
        for (std::size_t c = 0; c < columns; ++c) {
            width[c] = std::max(width[c], widthOf(m_rows[r][c]));
            if (r > 0 && !looksLikeNumber(m_rows[r][c]))
                right[c] = false;
        }
    std::string text;
    for (const auto& row : m_rows) {
        std::string line;
        for (std::size_t c = 0; c < columns; ++c) {
            const std::string padding(width[c] - widthOf(row[c]), ' ');
            line += (c ? "  " : "") + (right[c] ? padding + row[c] : row[c] + padding);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string sizeText(std::int64_t bytes)
{
    return bytesText(bytes);
}

Result<std::int64_t> parseSize(const std::string& text)
{
    struct Unit {
        const char* name;
        double bytes;
    };
    constexpr std::array<Unit, 9> units { { { "", 1 }, { "B", 1 }, { "kB", 1e3 }, { "KB", 1e3 }, { "MB", 1e6 },
        { "GB", 1e9 }, { "KiB", 1024 }, { "MiB", 1048576 }, { "GiB", 1073741824 } } };
    double number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    std::string unit(parsed.ptr, end);
    unit.erase(0, unit.find_first_not_of(' ') == std::string::npos ? unit.size() : unit.find_first_not_of(' '));
    const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return unit == u.name; });
    if (parsed.ec != std::errc() || found == units.end() || !(number > 0) || number * found->bytes > 9e18)
        return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is not a size; write 3GB, 750MB or 1.5GiB.", text));
    return static_cast<std::int64_t>(number * found->bytes);
}

} // namespace kerf::cli
