// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/window_model.h"

#include <algorithm>
#include <functional>

#include <QLocale>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QString percentText(double share)
{
    return WindowModel::tr("%1 %").arg(QLocale().toString(100 * share, 'f', 1));
}

QVariant alignment(bool isText)
{
    return QVariant((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

} // namespace

void WindowModel::setText(const ShownTextPtr& text)
{
    beginResetModel();
    m_text = text;
    endResetModel();
}

int WindowModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_text ? 0 : m_text->windowCount();
}

int WindowModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant WindowModel::data(const QModelIndex& at, int role) const
{
    const core::WindowSummary& window = m_text->windows[static_cast<std::size_t>(at.row())];
    if (role == Qt::TextAlignmentRole)
        return alignment(at.column() == StartColumn);
    if (role == Qt::ToolTipRole)
        return tr("Window %1: mean KLD %2 nats, 99 % quantile %3, largest %4; same top-1 %5")
            .arg(at.row() + 1)
            .arg(measuredText(window.kldMean, window.kldStderr), numberText(window.kldP99), numberText(window.kldMax),
                percentText(window.sameTop1));
    if (role == TextRole)
        return m_text->textOf(at.row());
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    const bool isText = role == Qt::DisplayRole;
    switch (at.column()) {
    case NumberColumn:
        return isText ? QVariant(QLocale().toString(at.row() + 1)) : QVariant(at.row());
    case StartColumn:
        return m_text->startOf(at.row());
    case MeanColumn:
        return isText ? QVariant(measuredParts(window.kldMean, window.kldStderr).value) : QVariant(window.kldMean);
    default:
        return isText ? QVariant(numberText(window.kldP99)) : QVariant(window.kldP99);
    }
}

QVariant WindowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignment(section == StartColumn);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const bool isName = role == Qt::DisplayRole;
    switch (section) {
    case NumberColumn:
        return isName ? tr("Window") : tr("In the text's order");
    case StartColumn:
        return isName ? tr("Starts With") : tr("Its first words");
    case MeanColumn:
        return isName ? tr("KLD") : tr("Mean over its tokens of the KL divergence of the run from the original, nats");
    default:
        return isName ? tr("p99") : tr("The KLD that one token in a hundred is above, nats");
    }
}

void ClassModel::setText(const ShownTextPtr& text)
{
    beginResetModel();
    m_classes.clear();
    for (std::size_t i = 0; text && i < text->classes.size(); ++i) {
        if (text->classes[i].tokens > 0)
            m_classes.push_back(text->classes[i]);
    }
    std::ranges::stable_sort(m_classes, std::greater(), &core::ClassSummary::kldMean);
    endResetModel();
}

int ClassModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_classes.size());
}

int ClassModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant ClassModel::data(const QModelIndex& at, int role) const
{
    const core::ClassSummary& kind = m_classes[static_cast<std::size_t>(at.row())];
    if (role == Qt::TextAlignmentRole)
        return alignment(at.column() == NameColumn);
    if (role == Qt::ToolTipRole)
        return tr("%n token(s), %1 of all; mean KLD %2 nats; %3 of the sum of all tokens' KLD; same top-1 %4", nullptr,
            static_cast<int>(kind.tokens))
            .arg(percentText(kind.share), measuredText(kind.kldMean, kind.kldStderr), percentText(kind.kldShare),
                percentText(kind.sameTop1));
    if (role != Qt::DisplayRole)
        return {};
    switch (at.column()) {
    case NameColumn:
        return className(kind.kind);
    case MeanColumn:
        return measuredParts(kind.kldMean, kind.kldStderr).value;
    default:
        return percentText(kind.share);
    }
}

QVariant ClassModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignment(section == NameColumn);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const bool isName = role == Qt::DisplayRole;
    switch (section) {
    case NameColumn:
        return isName ? tr("Class")
                      : tr("Of token, by the first character; choose one to see only its tokens coloured");
    case MeanColumn:
        return isName ? tr("KLD") : tr("Mean over the tokens of this class, nats");
    default:
        return isName ? tr("Share") : tr("Of all scored tokens");
    }
}

} // namespace kerf::ui
