// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/fit_grid_model.h"

#include <algorithm>

#include <QPainter>

#include "ui/decide/verdict_text.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QString cellText(const core::Fit& fit)
{
    if (fit.verdict == core::FitVerdict::No)
        return FitGridModel::tr("no");
    if (fit.verdict == core::FitVerdict::Fewer)
        return FitGridModel::tr("%1 fit").arg(fit.sequences);
    return fit.tokensPerSecond ? numberText(*fit.tokensPerSecond, 2) : FitGridModel::tr("fits");
}

/// "8 k", "8,250"
QString tokensText(std::int64_t tokens)
{
    return tokens % 1024 == 0 ? FitGridModel::tr("%1 k").arg(tokens / 1024) : countText(tokens);
}

} // namespace

void FitGridModel::setGrid(core::FitGrid grid, const core::Use& asked)
{
    beginResetModel();
    m_grid = std::move(grid);
    m_asked = asked;
    endResetModel();
}

core::Use FitGridModel::useAt(const QModelIndex& at) const
{
    return { m_grid.contexts[static_cast<std::size_t>(at.column())], m_grid.batches[batchOf(at.row())] };
}

QModelIndex FitGridModel::asked() const
{
    const auto batch = std::ranges::find(m_grid.batches, m_asked.batch);
    const auto context = std::ranges::find(m_grid.contexts, m_asked.context);
    if (batch == m_grid.batches.end() || context == m_grid.contexts.end())
        return {};
    const auto row = m_grid.batches.end() - batch - 1;
    return index(static_cast<int>(row), static_cast<int>(context - m_grid.contexts.begin()));
}

int FitGridModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_grid.batches.size());
}

int FitGridModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_grid.contexts.size());
}

QVariant FitGridModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::Fit& fit = m_grid.at(batchOf(at.row()), static_cast<std::size_t>(at.column()));
    const core::Use use = useAt(at);
    switch (role) {
    case Qt::DisplayRole:
        return cellText(fit);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignCenter);
    case VerdictRole:
        return static_cast<int>(fit.verdict);
    case IsAskedRole:
        return use.context == m_asked.context && use.batch == m_asked.batch;
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole: {
        QStringList text {
            tr("%1 × %2 tokens: %3").arg(QString::number(use.batch), countText(use.context), fitPhrase(fit))
        };
        if (fit.tokensPerSecond)
            text << tr("%1 tokens/s predicted; a full server gives %2 to %3.")
                        .arg(numberText(*fit.tokensPerSecond, 2),
                            numberText(core::kServedLow * *fit.tokensPerSecond, 2),
                            numberText(core::kServedHigh * *fit.tokensPerSecond, 2));
        return text.join(u'\n');
    }
    default:
        return {};
    }
}

QVariant FitGridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignCenter);
    if (role != Qt::DisplayRole)
        return {};
    return orientation == Qt::Horizontal ? tokensText(m_grid.contexts[static_cast<std::size_t>(section)])
                                         : countText(m_grid.batches[batchOf(section)]);
}

void FitCellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto verdict = static_cast<core::FitVerdict>(index.data(FitGridModel::VerdictRole).toInt());
    const ThemeColors& colors = themeColors(option.palette);
    const QRectF cell = QRectF(option.rect).adjusted(1, 1, -1, -1);
    const bool fits = verdict == core::FitVerdict::Fits || verdict == core::FitVerdict::Tight;
    painter->save();
    painter->fillRect(cell, verdict == core::FitVerdict::Fits ? colors.accentSoft : colors.panel);
    if (!fits) {
        QColor hatch = colors.line;
        painter->fillRect(cell, QBrush(hatch, Qt::BDiagPattern));
    }
    if (verdict == core::FitVerdict::Tight) {
        painter->setPen(QPen(colors.warning, 1.2));
        painter->drawRect(cell.adjusted(1, 1, -1, -1));
    }
    if (index.data(FitGridModel::IsAskedRole).toBool()) {
        painter->setPen(QPen(colors.accent, 2));
        painter->drawRect(cell);
    }
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(colors.text, 1, Qt::DotLine));
        painter->drawRect(cell.adjusted(3, 3, -3, -3));
    }
    const QString text = index.data().toString();
    if (!fits) { // words on hatching are hard to read
        QRectF ground = option.fontMetrics.boundingRect(text);
        ground.moveCenter(cell.center());
        painter->fillRect(ground.adjusted(-3, -1, 3, 1), colors.panel);
    }
    painter->setPen(fits ? colors.text : colors.dim);
    painter->drawText(cell, Qt::AlignCenter, text);
    painter->restore();
}

} // namespace kerf::ui
