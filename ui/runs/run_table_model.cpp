// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/run_table_model.h"

#include <algorithm>

#include <QApplication>
#include <QLocale>
#include <QPalette>

#include "ui/compare/run_marks.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

void RunTableModel::setRuns(std::vector<RunSummary> runs)
{
    const auto isIn = [](const std::vector<RunSummary>& list, core::RowId id) {
        return std::ranges::any_of(list, [id](const RunSummary& run) { return run.id == id; });
    };
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (isIn(runs, m_runs[static_cast<std::size_t>(row)].id))
            continue;
        beginRemoveRows({}, row, row);
        m_runs.erase(m_runs.begin() + row);
        endRemoveRows();
    }
    // What is left stands in the same order: new runs go in between, and the cells of the others are told of.
    for (std::size_t row = 0; row < runs.size(); ++row) {
        if (row < m_runs.size() && m_runs[row].id == runs[row].id) {
            updateRow(static_cast<int>(row), std::move(runs[row]));
            continue;
        }
        beginInsertRows({}, static_cast<int>(row), static_cast<int>(row));
        m_runs.insert(m_runs.begin() + static_cast<std::ptrdiff_t>(row), std::move(runs[row]));
        endInsertRows();
    }
}

/// The name's cell is told of only when it is new: an editor may be open in it.
void RunTableModel::updateRow(int row, RunSummary run)
{
    RunSummary& shown = m_runs[static_cast<std::size_t>(row)];
    const bool sameName = shown.name == run.name && shown.state == run.state && shown.error == run.error;
    shown = std::move(run);
    emit dataChanged(index(row, sameName ? NameColumn + 1 : NameColumn), index(row, ColumnCount - 1));
}

void RunTableModel::setFront(const RunFront& front)
{
    m_front = front;
    emit headerDataChanged(Qt::Horizontal, FrontColumn, FrontColumn);
}

void RunTableModel::setCompared(const std::vector<core::RowId>& runs, core::RowId reference)
{
    m_compared = runs;
    m_reference = reference;
    if (!m_runs.empty())
        emit dataChanged(index(0, CompareColumn), index(rowCount() - 1, CompareColumn));
}

int RunTableModel::placeOf(core::RowId run) const
{
    const auto found = std::ranges::find(m_compared, run);
    return found == m_compared.end() ? -1 : static_cast<int>(found - m_compared.begin());
}

QVariant RunTableModel::compareData(const RunSummary& run, int role) const
{
    const int place = placeOf(run.id);
    switch (role) {
    case Qt::CheckStateRole:
        return place < 0 ? Qt::Unchecked : Qt::Checked;
    case Qt::DisplayRole:
        return place < 0 ? QString() : runLetter(place);
    case Qt::DecorationRole:
        return place < 0
            ? QVariant()
            : QVariant(runIcon(place, QApplication::palette(), QFontMetrics(QApplication::font()).height()));
    case Qt::FontRole: {
        QFont font = QApplication::font();
        font.setBold(run.id == m_reference);
        return font;
    }
    case Qt::ToolTipRole:
        return place < 0            ? tr("Space takes the run into the comparison")
            : run.id == m_reference ? tr("The reference: the other runs are compared with it. Space takes it out")
                                    : tr("Compared with the reference; R makes it the reference. Space takes it out");
    case Qt::AccessibleTextRole:
        return place < 0 ? tr("not compared") : tr("compared as %1").arg(runLetter(place));
    case SortRole:
        return place < 0 ? QVariant() : QVariant(place);
    default:
        return {};
    }
}

/// What the line below the table says: the settings, and what a person wrote.
QString RunTableModel::details(const RunSummary& run) const
{
    QStringList lines { run.settings };
    if (!run.tags.isEmpty())
        lines << tr("Tags: %1").arg(run.tags.join(QStringLiteral(", ")));
    if (!run.note.isEmpty())
        lines << run.note;
    lines.removeAll(QString());
    return lines.join(u'\n');
}

int RunTableModel::rowOf(core::RowId run) const
{
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        if (m_runs[i].id == run)
            return static_cast<int>(i);
    }
    return -1;
}

int RunTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunTableModel::sortValue(const RunSummary& run, int column) const
{
    const auto known = [](const MetricValue& metric) { return metric.known() ? QVariant(metric.value) : QVariant(); };
    switch (column) {
    case NameColumn:
        return run.name;
    case BitsColumn:
        return run.bitsPerWeight;
    case SizeColumn:
        return run.sizeBytes;
    case PerplexityColumn:
        return known(run.perplexity);
    case KldColumn:
        return known(run.kld);
    case Top1Column:
        return known(run.sameTop1);
    case DecodeColumn:
        return run.speed ? QVariant(run.speed->tokensPerSecond) : QVariant();
    case SpeedColumn:
        return run.speed ? QVariant(run.speed->ratio) : QVariant();
    case TagsColumn:
        return run.tags.isEmpty() ? QVariant() : QVariant(run.tags.join(u','));
    default:
        // Best first when descending: front, undecided, dominated.
        return run.standing == core::Standing::None ? -1 : 3 - static_cast<int>(run.standing);
    }
}

QString RunTableModel::stateText(const RunSummary& run) const
{
    switch (run.state) {
    case core::RunState::Running:
        return tr("running, %1 of %2").arg(run.layersDone).arg(run.layersTotal);
    case core::RunState::Stopped:
        return tr("stopped, %1 of %2").arg(run.layersDone).arg(run.layersTotal);
    case core::RunState::Failed:
        return tr("failed");
    case core::RunState::Done:
        break;
    }
    return {};
}

/// As much of the state as a column of numbers has room for; the tool tip has all.
QString RunTableModel::shortState(const RunSummary& run) const
{
    switch (run.state) {
    case core::RunState::Running:
        return tr("%1 of %2").arg(run.layersDone).arg(run.layersTotal);
    case core::RunState::Stopped:
        return tr("stopped");
    case core::RunState::Failed:
    case core::RunState::Done:
        break;
    }
    return stateText(run);
}

QString RunTableModel::display(const RunSummary& run, int column) const
{
    const auto shown
        = [](const MetricValue& m) { return m.known() ? measuredText(m.value, m.standardError) : QString(); };
    switch (column) {
    case NameColumn:
        return run.name;
    case BitsColumn:
        return QLocale().toString(run.bitsPerWeight, 'f', 2);
    case SizeColumn:
        return bytesText(static_cast<std::int64_t>(run.sizeBytes));
    case PerplexityColumn:
        // Runs on one text differ by far less than the text's sampling error, which the tool tip tells.
        return run.perplexity.known() ? numberText(run.perplexity.value, 5) : shortState(run);
    case KldColumn:
        if (run.kld.known())
            return run.isOriginal ? QStringLiteral("0") : shown(run.kld);
        return run.predictedKld ? tr("%1 pred.").arg(numberText(*run.predictedKld, 2)) : QString();
    case Top1Column:
        return run.sameTop1.known() ? QLocale().toString(run.sameTop1.value * 100, 'f', 1) + u'%' : QString();
    case DecodeColumn:
        return run.speed ? numberText(run.speed->tokensPerSecond, 3) : QString();
    case SpeedColumn:
        return run.speed ? numberText(run.speed->ratio, 3) + u'×' : QString();
    case TagsColumn:
        return run.tags.join(QStringLiteral(", "));
    default:
        return markOf(run.standing);
    }
}

QString RunTableModel::toolTip(const RunSummary& run, int column) const
{
    switch (column) {
    case PerplexityColumn:
        return run.perplexity.known()
            ? tr("Perplexity %1. The error is that of the text's sampling, common to all runs on it.")
                  .arg(measuredText(run.perplexity.value, run.perplexity.standardError))
            : run.error.isEmpty() ? stateText(run)
                                  : run.error;
    case KldColumn:
        if (!run.kld.known())
            return tr("Not measured yet");
        return run.predictedKld ? tr("%1: %2, quantized against original; 0 is identical. Predicted: %3")
                                      .arg(m_front.divergence.full, measuredText(run.kld.value, run.kld.standardError),
                                          numberText(*run.predictedKld))
                                : tr("%1: %2, quantized against original; 0 is identical")
                                      .arg(m_front.divergence.full, measuredText(run.kld.value, run.kld.standardError));
    case DecodeColumn:
    case SpeedColumn:
        return speedToolTip(run);
    case FrontColumn:
        return standingText(run);
    default:
        return (run.error.isEmpty() ? tr("%1, started %2").arg(run.name, run.created) : run.error)
            + (details(run).isEmpty() ? QString() : u'\n' + details(run)) + measuresText(run);
    }
}

/// A line each, for the columns that there is no room for.
QString RunTableModel::measuresText(const RunSummary& run) const
{
    QString lines;
    for (const int column : { Top1Column, DecodeColumn, SpeedColumn })
        if (const QString value = display(run, column); !value.isEmpty())
            lines += QStringLiteral("\n%1: %2")
                         .arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), value);
    return lines;
}

QString RunTableModel::speedToolTip(const RunSummary& run) const
{
    QStringList lines;
    lines << (run.speed ? tr("Decode %1, by the table of kernel times").arg(speedText(*run.speed))
                        : tr("Not timed yet, or there is no kernel for a format of it"));
    if (run.speed)
        lines << workText(*run.speed);
    if (run.wholeDecode.known())
        lines << tr("Measured once, end to end: decode %1 tokens/s, prefill %2 tokens/s")
                     .arg(measuredText(run.wholeDecode.value, run.wholeDecode.standardError),
                         numberText(run.prefill.value, 3));
    return lines.join(u'\n');
}

QVariant RunTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const RunSummary& run = m_runs[static_cast<std::size_t>(at.row())];
    if (at.column() == CompareColumn && role != RunIdRole && role != SettingsRole && role != SearchRole)
        return compareData(run, role);
    switch (role) {
    case Qt::DisplayRole:
        return display(run, at.column());
    case Qt::EditRole:
        return at.column() == NameColumn ? QVariant(run.name) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(run, at.column());
    case Qt::TextAlignmentRole:
        return at.column() == NameColumn || at.column() == TagsColumn
            ? QVariant()
            : QVariant(int((at.column() == FrontColumn ? Qt::AlignHCenter : Qt::AlignRight) | Qt::AlignVCenter));
    case Qt::ForegroundRole: {
        const ThemeColors& colors = themeColors(QApplication::palette());
        if (run.state == core::RunState::Failed)
            return colors.error;
        return run.state == core::RunState::Done || at.column() == NameColumn ? QVariant() : QVariant(colors.dim);
    }
    case SortRole:
        return sortValue(run, at.column());
    case SettingsRole:
        return details(run);
    case SearchRole:
        return run.searched;
    case RunIdRole:
        return QVariant::fromValue(static_cast<qlonglong>(run.id));
    default:
        return {};
    }
}

bool RunTableModel::setData(const QModelIndex& at, const QVariant& value, int role)
{
    if (role == Qt::CheckStateRole && at.isValid() && at.column() == CompareColumn) {
        emit compareToggled(m_runs[static_cast<std::size_t>(at.row())].id);
        return true;
    }
    if (role != Qt::EditRole || !at.isValid() || at.column() != NameColumn || !m_editable)
        return false;
    const QString name = value.toString().trimmed();
    const RunSummary& run = m_runs[static_cast<std::size_t>(at.row())];
    if (name.isEmpty() || name == run.name)
        return false;
    emit renameRequested(run.id, name);
    return true;
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& at) const
{
    const Qt::ItemFlags base = QAbstractTableModel::flags(at);
    if (at.isValid() && at.column() == CompareColumn)
        return base | Qt::ItemIsUserCheckable;
    return at.isValid() && at.column() == NameColumn && m_editable ? base | Qt::ItemIsEditable : base;
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Run"), tr("Bits"), tr("Size"), tr("PPL ↓"), tr("%1 ↓").arg(m_front.divergence.head),
        tr("Top-1 ↑"), tr("Tok/s ↑"), tr("Speed ↑"), tr("Front"), tr("Tags"), QString() };
    const QString across = m_front.x == core::FrontX::Speed ? tr("faster")
        : m_front.x == core::FrontX::Size                   ? tr("smaller")
                                                            : tr("of fewer bits");
    const QString frontTip = tr("◆ on the Pareto front: no other run is both %1 and closer to the original, and all "
                                "differences are significant. ◇ not beaten, but it cannot be told from another run. "
                                "The chart's axes decide.")
                                 .arg(across);
    const QString tips[]
        = { tr("Name of the run; F2 renames it"), tr("Bits per weight over the quantizable layers, scales counted"),
              tr("Bytes of the whole checkpoint"), tr("Perplexity on the evaluation text; lower is better"),
              tr("%1, quantized against original; 0 is identical").arg(m_front.divergence.full),
              tr("Share of tokens with the same most likely next token as the original"),
              tr("Tokens generated a second, by the table of kernel times; higher is better"),
              tr("Decode speed, times the original's; higher is better"), frontTip,
              tr("What a person called the run; Ctrl+Shift+N changes it"),
              tr("Runs that are compared: Space takes one in or out, R makes it the reference") };
    if (role == Qt::TextAlignmentRole && (section == NameColumn || section == TagsColumn))
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::TextAlignmentRole)
        return int((section == FrontColumn ? Qt::AlignHCenter : Qt::AlignRight) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section])
        : role == Qt::ToolTipRole  ? QVariant(tips[section])
                                   : QVariant();
}

} // namespace kerf::ui
