// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace kerf::core {

/// A table of a report, cell by cell; cells are HTML already.
class HtmlTable {
public:
    /// @param textColumns the first columns, to the left; the others are numbers, to the right
    explicit HtmlTable(const std::vector<std::string>& heads, std::size_t textColumns = 1)
        : m_textColumns(textColumns)
    {
        m_text = "<table>\n";
        addRow(heads, "th", "");
    }
    void add(const std::vector<std::string>& cells, const char* rowClass = "") { addRow(cells, "td", rowClass); }
    std::string text() const { return m_text + "</table>\n"; }

private:
    void addRow(const std::vector<std::string>& cells, const char* kind, const char* rowClass)
    {
        m_text += fmt::format("<tr{}>", *rowClass ? fmt::format(" class=\"{}\"", rowClass) : "");
        for (std::size_t i = 0; i < cells.size(); ++i)
            m_text += fmt::format("<{0}{1}>{2}</{0}>", kind, i < m_textColumns ? "" : " class=\"n\"", cells[i]);
        m_text += "</tr>\n";
    }

    std::size_t m_textColumns;
    std::string m_text;
};

} // namespace kerf::core
