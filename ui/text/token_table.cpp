// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/token_table.h"

#include <QStringList>

namespace kerf::ui {
namespace {

QString number(double value)
{
    return QString::number(value, 'g', 8);
}

QStringList topCells(const ShownText& text, const core::TokenProbability& top)
{
    return { visibleText(core::tokenText(text.tokenizer, top.id)), QString::number(top.probability, 'g', 6) };
}

QStringList cellsOf(const ShownText& shown, int window, int token)
{
    const core::TokenScores& scores = shown.text.scores;
    const std::size_t place = shown.place(window, token);
    QStringList cells { QString::number(window + 1), QString::number(token + 1),
        visibleText(core::tokenText(shown.tokenizer, scores.tokens[place])),
        QString::fromLatin1(core::tokenClassName(shown.text.classes[place])) };
    const auto scored = shown.scored(window, token);
    if (!scored)
        return cells + QStringList { {}, {}, {}, {}, {}, {}, {}, {} };
    cells << number(scores.kld[*scored]) << number(scores.nll[*scored]) << number(scores.referenceNll[*scored])
          << QString::number(scores.sameTop1[*scored]);
    return cells + topCells(shown, scores.referenceTop[*scored][0]) + topCells(shown, scores.top[*scored][0]);
}

QString joined(QStringList cells, QChar separator)
{
    for (QString& cell : cells) {
        if (cell.contains(separator) || cell.contains(u'"'))
            cell = u'"' + cell.replace(u'"', QStringLiteral("\"\"")) + u'"';
    }
    return cells.join(separator) + u'\n';
}

} // namespace

QString tokenTable(const ShownText& text, int first, int last, QChar separator)
{
    QString table
        = joined({ "window", "token", "text", "class", "kld_nats", "nll_nats", "original_nll_nats", "same_top1",
                     "original_top1", "original_top1_probability", "run_top1", "run_top1_probability" },
            separator);
    for (int window = first; window <= last; ++window) {
        for (int token = 0; token < text.windowLength(); ++token)
            table += joined(cellsOf(text, window, token), separator);
    }
    return table;
}

} // namespace kerf::ui
