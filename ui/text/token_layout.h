// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QFontMetricsF>
#include <QRectF>
#include <QString>
#include <QStringList>

namespace kerf::ui {

/// The tokens of a window in lines. Words stay whole where they fit; a line end of the text ends a line here too and is
/// shown as "↵". White space before a token is not part of its cell. A token that adds no text of its own (it is a part
/// of a character) has a narrow cell. All in pixels; wrapping anew keeps the widths that were measured. To shape a text
/// is dear and a long window has few different tokens, so that each of these is shaped once.
class TokenLayout {
public:
    /// A stretch of a token on one line: most tokens have one.
    struct Piece {
        int token = 0;
        int line = 0;
        double x = 0, width = 0;
        QString text; ///< as it is drawn; empty for a narrow cell
    };

    void setTexts(const QStringList& texts, const QFontMetricsF& metrics);
    void wrap(double width);

    int lineCount() const { return static_cast<int>(m_lines.size()); }
    double lineHeight() const { return m_lineHeight; }
    double height() const { return m_lineHeight * lineCount(); }
    const std::vector<Piece>& pieces() const { return m_pieces; }
    /// Pieces of lines first … last, as indices into pieces(): [begin, end).
    std::pair<std::size_t, std::size_t> piecesOf(int firstLine, int lastLine) const;
    /// The token at a point; -1 = none.
    int tokenAt(const QPointF& point) const;
    /// The cell of a token's first piece.
    QRectF rectOf(int token) const;
    QRectF rectOf(const Piece& piece) const;

private:
    struct Unit {
        int token;
        QString text;
        double lead, width; ///< of the white space before the cell, and of the cell
        bool startsWord, endsLine;
    };
    static std::vector<Unit> unitsOf(const QString& text, const QFontMetricsF& metrics);
    void add(int token, const std::vector<Unit>& units);
    double wordWidth(std::size_t unit) const;

    std::vector<Unit> m_units;
    std::vector<Piece> m_pieces;
    std::vector<std::size_t> m_lines; ///< first piece of each
    std::vector<std::size_t> m_first; ///< first piece of each token
    int m_tokens = 0;
    double m_lineHeight = 0;
    double m_cellHeight = 0;
};

} // namespace kerf::ui
