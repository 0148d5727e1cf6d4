// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/token_card.h"

#include <algorithm>
#include <cmath>

#include <QGuiApplication>
#include <QLocale>
#include <QPainter>
#include <QScreen>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kMargin = 12;
constexpr int kGap = 24; ///< between the two columns
constexpr int kBeside = 6; ///< between cell and card
constexpr double kRowSpacing = 1.35;
constexpr int kWidthInCharacters = 76;

QString quoted(const QString& token)
{
    return TokenCard::tr("“%1”").arg(token);
}

QString probabilityText(double probability)
{
    return probability > 0 && probability < 0.0005 ? TokenCard::tr("< %1").arg(numberText(0.0005, 1))
                                                   : QLocale().toString(probability, 'f', 3);
}

/// "“loop”, token 126 of 256, word starts".
QString titleOf(const ShownText& shown, int window, int token)
{
    return quoted(visibleText(core::tokenText(shown.tokenizer, shown.text.scores.tokens[shown.place(window, token)])));
}

QString placeText(const ShownText& shown, int window, int token)
{
    const QString kind = className(shown.text.classes[shown.place(window, token)]);
    return TokenCard::tr("token %1 of %2 · %3")
        .arg(QLocale().toString(token + 1), QLocale().toString(shown.windowLength()), kind);
}

QString valueText(const ShownText& shown, std::size_t scored)
{
    const double kld = shown.text.scores.kld[scored], mean = shown.totals.divergence->kldMean;
    if (!(mean > 0))
        return TokenCard::tr("KLD %1 nats").arg(numberText(kld, 3));
    return TokenCard::tr("KLD %1 nats, %2 × the mean").arg(numberText(kld, 3), numberText(kld / mean, 2));
}

/// What happened to the text's own token, and to the most probable one.
QString sentenceOf(const ShownText& shown, std::size_t scored)
{
    const core::TokenScores& scores = shown.text.scores;
    const double before = std::exp(-scores.referenceNll[scored]), after = std::exp(-scores.nll[scored]);
    const QString from = probabilityText(before), to = probabilityText(after);
    QString sentence = from == to ? TokenCard::tr("The text's own token stayed at %1.").arg(to)
        : before > after          ? TokenCard::tr("The text's own token fell from %1 to %2.").arg(from, to)
                                  : TokenCard::tr("The text's own token rose from %1 to %2.").arg(from, to);
    if (scores.sameTop1[scored] != 0)
        return sentence;
    const auto top = [&](const core::TopTokens& tokens) {
        return quoted(visibleText(core::tokenText(shown.tokenizer, tokens[0].id)));
    };
    return TokenCard::tr("%1 The most probable one went from %2 to %3.")
        .arg(sentence, top(scores.referenceTop[scored]), top(scores.top[scored]));
}

} // namespace

TokenCard::TokenCard(QWidget* parent)
    : QWidget(parent, Qt::ToolTip)
{
    setAttribute(Qt::WA_ShowWithoutActivating);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setObjectName(QStringLiteral("tokenCard"));
    setAccessibleName(tr("What both models expected"));
}

void TokenCard::setToken(const ShownTextPtr& shown, int window, int token)
{
    const core::TokenScores& scores = shown->text.scores;
    const auto scored = shown->scored(window, token);
    m_title = titleOf(*shown, window, token);
    m_place = placeText(*shown, window, token);
    m_value = scored ? valueText(*shown, *scored) : QString();
    m_sentence = scored ? sentenceOf(*shown, *scored) : tr("The first token of a window is not scored.");
    m_rows = {};
    m_largest = 1e-6;
    for (std::size_t side = 0; scored && side < 2; ++side) {
        double others = 1;
        for (const core::TokenProbability& one : (side == 0 ? scores.referenceTop : scores.top)[*scored]) {
            if (one.id < 0)
                continue;
            others -= one.probability;
            m_largest = std::max(m_largest, static_cast<double>(one.probability));
            m_rows[side].push_back({ visibleText(core::tokenText(shown->tokenizer, one.id)),
                probabilityText(one.probability), one.probability, one.id == scores.tokenOf(*scored) });
        }
        m_rows[side].push_back({ tr("others"), probabilityText(std::max(others, 0.0)), 0, false });
    }
    setAccessibleDescription(textOf(*shown, window, token));
    resize(sizeHint());
    update();
}

QString TokenCard::textOf(const ShownText& shown, int window, int token)
{
    const auto scored = shown.scored(window, token);
    const QString head = tr("%1, %2.").arg(titleOf(shown, window, token), placeText(shown, window, token));
    if (!scored)
        return head;
    const auto list = [&](const core::TopTokens& tokens) {
        QStringList parts;
        for (const core::TokenProbability& one : tokens) {
            if (one.id >= 0)
                parts << tr("%1 %2").arg(
                    visibleText(core::tokenText(shown.tokenizer, one.id)), probabilityText(one.probability));
        }
        return QLocale().createSeparatedList(parts);
    };
    return tr("%1 %2. Original: %3. Run: %4. %5")
        .arg(head, valueText(shown, *scored), list(shown.text.scores.referenceTop[*scored]),
            list(shown.text.scores.top[*scored]), sentenceOf(shown, *scored));
}

double TokenCard::rowHeight() const
{
    return std::ceil(fontMetrics().height() * kRowSpacing);
}

QSize TokenCard::sizeHint() const
{
    const int width = kWidthInCharacters * fontMetrics().averageCharWidth() + 2 * kMargin;
    const int rows = m_rows[0].empty() ? 1 : 2 + static_cast<int>(std::max(m_rows[0].size(), m_rows[1].size()));
    const QRect sentence = fontMetrics().boundingRect(
        QRect(0, 0, width - 2 * kMargin, 10'000), Qt::AlignLeft | Qt::TextWordWrap, m_sentence);
    return { width, static_cast<int>(rows * rowHeight()) + sentence.height() + 2 * kMargin + kMargin / 2 };
}

void TokenCard::showBeside(const QRect& cell)
{
    const QScreen* screen = QGuiApplication::screenAt(cell.center());
    const QRect room = (screen ? screen : QGuiApplication::primaryScreen())->availableGeometry();
    QPoint at(cell.left(), cell.bottom() + kBeside);
    if (at.y() + height() > room.bottom())
        at.setY(cell.top() - kBeside - height());
    at.setX(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - width())));
    move(at);
    show();
}

void TokenCard::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    painter.setPen(colors.line);
    painter.setBrush(colors.panel);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    const QRectF inner = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    QFont bold = font();
    bold.setBold(true);
    painter.setPen(colors.text);
    painter.setFont(bold);
    const QRectF line(inner.topLeft(), QSizeF(inner.width(), rowHeight()));
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, m_value);
    const double used = QFontMetricsF(bold).horizontalAdvance(m_title) + fontMetrics().averageCharWidth();
    painter.setFont(font());
    painter.setPen(colors.dim);
    const double room = inner.width() - used - QFontMetricsF(bold).horizontalAdvance(m_value) - kMargin;
    painter.drawText(line.adjusted(used, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(m_place, Qt::ElideRight, static_cast<int>(room)));
    const double column = (inner.width() - kGap) / 2;
    for (std::size_t side = 0; side < 2 && !m_rows[0].empty(); ++side)
        paintRows(painter, side,
            QRectF(inner.left() + static_cast<double>(side) * (column + kGap), inner.top() + rowHeight(), column,
                inner.height()));
    painter.setPen(colors.text);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap, m_sentence);
}

void TokenCard::paintRows(QPainter& painter, std::size_t side, const QRectF& area) const
{
    const ThemeColors& colors = themeColors(palette());
    const QColor color = side == 0 ? colors.dim : colors.accent;
    const auto lineOf = [&](std::size_t row) {
        return QRectF(area.left(), area.top() + static_cast<double>(row) * rowHeight(), area.width(), rowHeight());
    };
    painter.setPen(color);
    painter.drawText(lineOf(0), Qt::AlignLeft | Qt::AlignVCenter, side == 0 ? tr("Original, top 5") : tr("Run, top 5"));
    const double name = area.width() * 0.45, number = fontMetrics().horizontalAdvance(probabilityText(0.0001)) + 4;
    QFont bold = font();
    bold.setBold(true);
    for (std::size_t i = 0; i < m_rows[side].size(); ++i) {
        const Row& row = m_rows[side][i];
        const QRectF line = lineOf(i + 1);
        const bool isOthers = i + 1 == m_rows[side].size();
        painter.setFont(row.isOwn ? bold : font());
        painter.setPen(isOthers ? colors.dim : colors.text);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(row.token, Qt::ElideRight, static_cast<int>(name - 6)));
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, row.probability);
        painter.fillRect(QRectF(line.left() + name, line.center().y() - rowHeight() / 5,
                             (area.width() - name - number) * row.share / m_largest, rowHeight() / 2.5),
            color);
    }
    painter.setFont(font());
}

} // namespace kerf::ui
