// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/token_layout.h"

#include <algorithm>
#include <cmath>

#include <QHash>

namespace kerf::ui {
namespace {

constexpr double kLineSpacing = 1.55; ///< of the font's height: room for cells and what underlines them
constexpr double kCellHeight = 1.25;
constexpr int kTabSpaces = 4;

/// Spaces as wide as the white space at the start of a text; its length in characters.
std::pair<int, int> leadingSpaces(const QString& text)
{
    int spaces = 0, length = 0;
    for (; length < text.size() && (text[length] == u' ' || text[length] == u'\t'); ++length)
        spaces += text[length] == u'\t' ? kTabSpaces : 1;
    return { spaces, length };
}

} // namespace

void TokenLayout::setTexts(const QStringList& texts, const QFontMetricsF& metrics)
{
    m_units.clear();
    m_tokens = static_cast<int>(texts.size());
    m_lineHeight = std::ceil(metrics.height() * kLineSpacing);
    m_cellHeight = std::ceil(metrics.height() * kCellHeight);
    QHash<QString, std::vector<Unit>> shaped;
    for (int token = 0; token < m_tokens; ++token) {
        auto units = shaped.constFind(texts[token]);
        if (units == shaped.cend())
            units = shaped.insert(texts[token], unitsOf(texts[token], metrics));
        add(token, *units);
    }
    wrap(1);
}

/// Of a token anywhere: without its number, and as if it were inside a word.
std::vector<TokenLayout::Unit> TokenLayout::unitsOf(const QString& token, const QFontMetricsF& metrics)
{
    const QString text = QString(token).remove(u'\r');
    if (text.isEmpty())
        return { { 0, {}, 1, std::ceil(metrics.averageCharWidth() / 2), false, false } };
    std::vector<Unit> units;
    const double space = metrics.horizontalAdvance(u' ');
    const QStringList parts = text.split(u'\n');
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool endsLine = i + 1 < parts.size();
        if (parts[i].isEmpty() && !endsLine)
            continue;
        const auto [spaces, length] = leadingSpaces(parts[i]);
        QString shown = parts[i].mid(length) + (endsLine ? QStringLiteral("↵") : QString());
        const bool isSpace = shown.isEmpty(); // white space alone is its own cell
        const double width = isSpace ? spaces * space : metrics.horizontalAdvance(shown);
        units.push_back({ 0, std::move(shown), isSpace ? 0 : spaces * space, width, spaces > 0, endsLine });
    }
    return units;
}

void TokenLayout::add(int token, const std::vector<Unit>& units)
{
    for (Unit unit : units) {
        unit.token = token;
        const bool isNarrow = unit.text.isEmpty() && !unit.startsWord;
        unit.startsWord = unit.startsWord || (!isNarrow && (m_units.empty() || m_units.back().text.isEmpty()));
        m_units.push_back(std::move(unit));
    }
}

/// From this unit to the next that may start a line.
double TokenLayout::wordWidth(std::size_t unit) const
{
    double width = m_units[unit].lead + m_units[unit].width;
    while (!m_units[unit].endsLine && ++unit < m_units.size() && !m_units[unit].startsWord)
        width += m_units[unit].lead + m_units[unit].width;
    return width;
}

void TokenLayout::wrap(double width)
{
    m_pieces.clear();
    m_lines.assign(1, 0);
    m_first.assign(static_cast<std::size_t>(m_tokens), 0);
    double x = 0;
    int last = -1;
    const auto newLine = [&] {
        m_lines.push_back(m_pieces.size());
        x = 0;
    };
    for (std::size_t i = 0; i < m_units.size(); ++i) {
        const Unit& unit = m_units[i];
        const double needed = unit.startsWord ? wordWidth(i) : unit.lead + unit.width;
        if (x > 0 && x + needed > width && (unit.startsWord || x + unit.lead + unit.width > width))
            newLine();
        const bool isIndent = i > 0 && m_units[i - 1].endsLine;
        x += x > 0 || isIndent ? unit.lead : 0; // none at the start of a line that only wraps
        if (unit.token != last)
            m_first[static_cast<std::size_t>(unit.token)] = m_pieces.size();
        last = unit.token;
        m_pieces.push_back({ unit.token, lineCount() - 1, x, unit.width, unit.text });
        x += unit.width;
        if (unit.endsLine && i + 1 < m_units.size())
            newLine();
    }
}

std::pair<std::size_t, std::size_t> TokenLayout::piecesOf(int firstLine, int lastLine) const
{
    if (m_pieces.empty() || firstLine > lastLine || firstLine >= lineCount())
        return { 0, 0 };
    const auto end = static_cast<std::size_t>(lastLine) + 1;
    return { m_lines[static_cast<std::size_t>(std::max(firstLine, 0))],
        end < m_lines.size() ? m_lines[end] : m_pieces.size() };
}

int TokenLayout::tokenAt(const QPointF& point) const
{
    const int line = static_cast<int>(std::floor(point.y() / m_lineHeight));
    if (line < 0 || line >= lineCount())
        return -1;
    const auto [begin, end] = piecesOf(line, line);
    for (std::size_t i = begin; i < end; ++i) {
        if (point.x() >= m_pieces[i].x && point.x() < m_pieces[i].x + m_pieces[i].width)
            return m_pieces[i].token;
    }
    return -1;
}

QRectF TokenLayout::rectOf(int token) const
{
    if (token < 0 || token >= m_tokens)
        return {};
    return rectOf(m_pieces[m_first[static_cast<std::size_t>(token)]]);
}

QRectF TokenLayout::rectOf(const Piece& piece) const
{
    return { piece.x, piece.line * m_lineHeight + (m_lineHeight - m_cellHeight) / 2, piece.width, m_cellHeight };
}

} // namespace kerf::ui
