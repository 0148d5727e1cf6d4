// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/run_table_model.h"

#include <QApplication>
#include <QLocale>
#include <QPalette>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

void RunTableModel::setRuns(std::vector<RunSummary> runs)
{
    const bool same = std::equal(runs.begin(), runs.end(), m_runs.begin(), m_runs.end(),
        [](const RunSummary& a, const RunSummary& b) { return a.id == b.id; });
    if (same) {
        m_runs = std::move(runs);
        if (!m_runs.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
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
    switch (column) {
    case NameColumn:
        return run.name;
    case BitsColumn:
        return run.bitsPerWeight;
    case SizeColumn:
        return run.sizeBytes;
    case PerplexityColumn:
        return run.perplexity.value;
    case KldColumn:
        return run.kld.value;
    case Top1Column:
        return run.sameTop1.value;
    case DecodeColumn:
        return run.decode.value;
    default:
        return run.onFront;
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

QString RunTableModel::display(const RunSummary& run, int column) const
{
    const auto shown = [](const Measured& m) { return m.known() ? measuredText(m.value, m.standardError) : QString(); };
    switch (column) {
    case NameColumn:
        return run.name;
    case BitsColumn:
        return QLocale().toString(run.bitsPerWeight, 'f', 2);
    case SizeColumn:
        return bytesText(static_cast<std::int64_t>(run.sizeBytes));
    case PerplexityColumn:
        // Runs on one text differ by far less than the text's sampling error, which the tool tip tells.
        return run.perplexity.known() ? numberText(run.perplexity.value, 5) : stateText(run);
    case KldColumn:
        if (run.kld.known())
            return run.isOriginal ? QStringLiteral("0") : shown(run.kld);
        return run.predictedKld ? tr("%1 pred.").arg(numberText(*run.predictedKld, 2)) : QString();
    case Top1Column:
        return run.sameTop1.known() ? QLocale().toString(run.sameTop1.value * 100, 'f', 1) + u'%' : QString();
    case DecodeColumn:
        return run.decode.known() ? numberText(run.decode.value, 3) : QString();
    default:
        return run.onFront ? QStringLiteral("◆") : QString();
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
        return run.kld.known()
            ? tr("KL divergence %1 nats per token, quantized against original; 0 is identical%2")
                  .arg(measuredText(run.kld.value, run.kld.standardError),
                      run.predictedKld ? tr(". Predicted: %1").arg(numberText(*run.predictedKld)) : QString())
            : tr("Not measured yet");
    case DecodeColumn:
        return run.decode.known()
            ? tr("Decode %1 tokens/s, prefill %2 tokens/s, measured on this machine")
                  .arg(measuredText(run.decode.value, run.decode.standardError), numberText(run.prefill.value, 3))
            : tr("Not measured yet");
    case FrontColumn:
        return run.onFront ? tr("No other run is both faster and closer to the original") : QString();
    default:
        return (run.error.isEmpty() ? tr("%1, started %2").arg(run.name, run.created) : run.error)
            + (run.settings.isEmpty() ? QString() : u'\n' + run.settings);
    }
}

QVariant RunTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const RunSummary& run = m_runs[static_cast<std::size_t>(at.row())];
    switch (role) {
    case Qt::DisplayRole:
        return display(run, at.column());
    case Qt::EditRole:
        return at.column() == NameColumn ? QVariant(run.name) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(run, at.column());
    case Qt::TextAlignmentRole:
        return at.column() == NameColumn
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
        return run.settings;
    case RunIdRole:
        return QVariant::fromValue(static_cast<qlonglong>(run.id));
    default:
        return {};
    }
}

bool RunTableModel::setData(const QModelIndex& at, const QVariant& value, int role)
{
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
    return at.isValid() && at.column() == NameColumn && m_editable ? base | Qt::ItemIsEditable : base;
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Run"), tr("Bits"), tr("Size"), tr("Perplexity ↓"), tr("KLD ↓"), tr("Top-1 ↑"),
        tr("Tok/s ↑"), tr("Front") };
    const QString tips[]
        = { tr("Name of the run; F2 renames it"), tr("Bits per weight over the quantizable layers, scales counted"),
              tr("Bytes of the whole checkpoint"), tr("Perplexity on the evaluation text; lower is better"),
              tr("KL divergence, nats per token, quantized against original; 0 is identical"),
              tr("Share of tokens with the same most likely next token as the original"),
              tr("Tokens generated a second on this machine; higher is better"),
              tr("On the Pareto front: no other run is both faster and closer to the original") };
    if (role == Qt::TextAlignmentRole && section == NameColumn)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::TextAlignmentRole)
        return int((section == FrontColumn ? Qt::AlignHCenter : Qt::AlignRight) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section])
        : role == Qt::ToolTipRole  ? QVariant(tips[section])
                                   : QVariant();
}

} // namespace kerf::ui
