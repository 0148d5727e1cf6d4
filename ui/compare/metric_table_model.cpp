// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/metric_table_model.h"

#include <algorithm>
#include <cmath>

#include <QApplication>

#include "ui/compare/interval_delegate.h"
#include "ui/compare/metric_text.h"
#include "ui/compare/run_marks.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QColor colorOf(core::Verdict verdict, const ThemeColors& colors)
{
    switch (verdict) {
    case core::Verdict::Better:
        return colors.accent;
    case core::Verdict::Worse:
        return colors.warning;
    default:
        return colors.dim;
    }
}

/// What a difference's sign cannot say where there is no room for the word.
QString signOf(core::Verdict verdict)
{
    return verdict == core::Verdict::Better ? QStringLiteral(" ✓")
        : verdict == core::Verdict::Worse   ? QStringLiteral(" ✗")
                                            : QString();
}

} // namespace

void MetricTableModel::show(const core::ComparedRuns* runs)
{
    beginResetModel();
    m_lines.clear();
    m_columns.clear();
    m_names.clear();
    if (runs) {
        m_lines = runs->metrics.lines;
        m_reference = runs->metrics.reference;
        for (const core::RunRow& run : runs->runs)
            m_names << toQt(run.name);
        fillColumns(runs->runs.size());
    }
    fillRows();
    endResetModel();
}

void MetricTableModel::setDifferencesOnly(bool on)
{
    if (on == m_differencesOnly)
        return;
    beginResetModel();
    m_differencesOnly = on;
    fillRows();
    endResetModel();
}

void MetricTableModel::fillColumns(std::size_t runs)
{
    m_columns = { { Part::Metric }, { Part::Original } };
    for (std::size_t run = 0; run < runs; ++run) {
        m_columns.push_back({ Part::Value, run });
        if (run == m_reference)
            continue;
        m_columns.push_back({ Part::Difference, run });
        if (runs > kMostWithIntervals)
            continue;
        m_columns.push_back({ Part::Interval, run });
        m_columns.push_back({ Part::Verdict, run });
    }
}

void MetricTableModel::fillRows()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        if (!m_differencesOnly || !m_lines[i].isAlike())
            m_shown.push_back(i);
}

int MetricTableModel::hiddenRows() const
{
    return static_cast<int>(m_lines.size() - m_shown.size());
}

int MetricTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int MetricTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QString MetricTableModel::display(const core::MetricLine& line, const Column& column) const
{
    const auto cell = [&](const std::optional<core::MetricCell>& value) {
        return value ? cellText(line, *value) : QStringLiteral("–");
    };
    switch (column.part) {
    case Part::Metric:
        return metricTitle(line);
    case Part::Original:
        return cell(line.original);
    case Part::Value:
        return cell(line.values[column.run]);
    case Part::Difference: {
        const core::MetricDifference& difference = line.differences[column.run];
        const bool isShort = m_names.size() > kMostWithIntervals;
        return differenceText(line, difference) + (isShort ? signOf(difference.verdict) : QString());
    }
    case Part::Interval:
        break;
    case Part::Verdict:
        return verdictText(line.differences[column.run].verdict);
    }
    return {};
}

QString MetricTableModel::toolTip(const core::MetricLine& line, const Column& column) const
{
    if (column.part == Part::Metric)
        return wordsOf(line).meaning;
    if (column.part == Part::Original || column.part == Part::Value)
        return line.dataset.empty() ? QString() : tr("On %1").arg(toQt(line.dataset));
    const core::MetricDifference& difference = line.differences[column.run];
    QStringList lines { tr("%1 less %2: %3 %4")
                            .arg(m_names[static_cast<int>(column.run)], m_names[static_cast<int>(m_reference)],
                                differenceText(line, difference), wordsOf(line).unit) };
    if (difference.interval)
        lines << tr("95 % interval: %1").arg(intervalText(line, difference));
    if (difference.verdict == core::Verdict::Same)
        lines << tr("The interval holds 0: the two cannot be told apart. That does not prove them equal.");
    else if (difference.verdict != core::Verdict::Unknown)
        lines << verdictText(difference.verdict);
    if (difference.hindrance != core::Hindrance::None)
        lines << whyText(difference.hindrance);
    return lines.join(u'\n');
}

QVariant MetricTableModel::interval(const core::MetricLine& line, const Column& column) const
{
    if (column.part != Part::Interval || !line.differences[column.run].interval)
        return {};
    IntervalPicture picture;
    for (const core::MetricDifference& each : line.differences) // one scale for the row
        if (each.interval)
            picture.scale = std::max({ picture.scale, std::abs(each.interval->low), std::abs(each.interval->high) });
    const core::MetricDifference& difference = line.differences[column.run];
    picture.low = difference.interval->low;
    picture.high = difference.interval->high;
    picture.value = difference.value.value_or((picture.low + picture.high) / 2);
    picture.verdict = difference.verdict;
    return QVariant::fromValue(picture);
}

QVariant MetricTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::MetricLine& shown = line(at.row());
    const Column& part = column(at.column());
    const bool isText = part.part == Part::Metric || part.part == Part::Verdict;
    switch (role) {
    case Qt::DisplayRole:
        return display(shown, part);
    case Qt::ToolTipRole:
        return toolTip(shown, part);
    case Qt::AccessibleTextRole:
        return part.part == Part::Interval ? intervalText(shown, shown.differences[part.run]) : display(shown, part);
    case Qt::TextAlignmentRole:
        return QVariant(int((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    case Qt::ForegroundRole: {
        const ThemeColors& colors = themeColors(QApplication::palette());
        if (part.part == Part::Original)
            return colors.dim;
        if (part.part == Part::Verdict || (part.part == Part::Difference && m_names.size() > kMostWithIntervals))
            return colorOf(shown.differences[part.run].verdict, colors);
        return {};
    }
    case IntervalRole:
        return interval(shown, part);
    case VerdictRole:
        return part.part == Part::Metric || part.part == Part::Original
            ? QVariant()
            : QVariant(static_cast<int>(shown.differences[part.run].verdict));
    default:
        return {};
    }
}

QVariant MetricTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column& part = column(section);
    const int place = static_cast<int>(part.run);
    const bool isText = part.part == Part::Metric || part.part == Part::Verdict;
    if (role == Qt::TextAlignmentRole)
        return int((part.part == Part::Interval ? Qt::AlignHCenter
                           : isText             ? Qt::AlignLeft
                                                : Qt::AlignRight)
            | Qt::AlignVCenter);
    if (role == Qt::DecorationRole && part.part == Part::Value)
        return runIcon(place, QApplication::palette(), QFontMetrics(QApplication::font()).height());
    if (role == Qt::ToolTipRole && part.part != Part::Metric && part.part != Part::Original)
        return m_names[place];
    if (role != Qt::DisplayRole)
        return {};
    switch (part.part) {
    case Part::Metric:
        return tr("Metric");
    case Part::Original:
        return tr("Original");
    case Part::Value:
        return tr("%1 %2").arg(runLetter(place), m_names[place]);
    case Part::Difference:
        return tr("%1 − %2").arg(runLetter(place), runLetter(static_cast<int>(m_reference)));
    case Part::Interval:
        return tr("95 % interval");
    case Part::Verdict:
        break;
    }
    return QString();
}

} // namespace kerf::ui
