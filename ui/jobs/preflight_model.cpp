// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/preflight_model.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QApplication>
#include <QCoreApplication>
#include <QFont>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

using core::CheckState;

constexpr std::array<std::pair<const char*, const char*>, 14> kTitles { {
    { "plan", QT_TRANSLATE_NOOP("JobCheck", "Plan") },
    { "time", QT_TRANSLATE_NOOP("JobCheck", "Time") },
    { "memory", QT_TRANSLATE_NOOP("JobCheck", "Memory") },
    { "disk", QT_TRANSLATE_NOOP("JobCheck", "Disk") },
    { "cached", QT_TRANSLATE_NOOP("JobCheck", "Cached") },
    { "to_do", QT_TRANSLATE_NOOP("JobCheck", "To do") },
    { "calibration", QT_TRANSLATE_NOOP("JobCheck", "Calibration") },
    { "held", QT_TRANSLATE_NOOP("JobCheck", "Held-out windows") },
    { "evaluation", QT_TRANSLATE_NOOP("JobCheck", "Evaluation") },
    { "overlap", QT_TRANSLATE_NOOP("JobCheck", "Overlap of texts") },
    { "transforms", QT_TRANSLATE_NOOP("JobCheck", "Transforms") },
    { "loader", QT_TRANSLATE_NOOP("JobCheck", "Loader") },
    { "export", QT_TRANSLATE_NOOP("JobCheck", "Export") },
    { "device", QT_TRANSLATE_NOOP("JobCheck", "Device") },
} };

QString signOf(CheckState state)
{
    switch (state) {
    case CheckState::Ok:
        return QStringLiteral("✓");
    case CheckState::Note:
        return QStringLiteral("–");
    case CheckState::Warn:
        return QStringLiteral("!");
    case CheckState::Block:
        break;
    }
    return QStringLiteral("✗");
}

QColor colorOf(CheckState state, const ThemeColors& colors)
{
    switch (state) {
    case CheckState::Ok:
        return colors.good;
    case CheckState::Note:
        return colors.dim;
    case CheckState::Warn:
        return colors.warning;
    case CheckState::Block:
        break;
    }
    return colors.error;
}

} // namespace

QString checkTitle(const std::string& id)
{
    const auto* const found = std::ranges::find_if(kTitles, [&](const auto& each) { return id == each.first; });
    return found == kTitles.end() ? toQt(id) : QCoreApplication::translate("JobCheck", found->second);
}

QString fixText(const core::JobCheck& check)
{
    if (check.fix && check.fix->kind == "evaluation_windows")
        return QCoreApplication::translate("JobCheck", "Use %n Window(s)", nullptr, static_cast<int>(check.fix->count));
    if (check.fix && check.fix->kind == "texts")
        return QCoreApplication::translate("JobCheck", "Choose Texts…");
    return check.layers.empty() ? QString() : QCoreApplication::translate("JobCheck", "Show Layers");
}

void PreflightModel::setChecks(core::JobChecks checks)
{
    beginResetModel();
    m_checks = std::move(checks);
    endResetModel();
}

int PreflightModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_checks.checks.size());
}

int PreflightModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString PreflightModel::text(const core::JobCheck& check, int column) const
{
    switch (column) {
    case SignColumn:
        return signOf(check.state);
    case CheckColumn:
        return checkTitle(check.id);
    case ResultColumn:
        return toQt(check.result);
    case BasisColumn:
        return toQt(check.basis);
    default:
        return {};
    }
}

QVariant PreflightModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::JobCheck& check = this->check(index.row());
    const ThemeColors& colors = themeColors(QApplication::palette());
    const QString states[] = { tr("ok"), tr("note"), tr("warning"), tr("blocks the start") };
    switch (role) {
    case Qt::DisplayRole:
        return text(check, index.column());
    case Qt::ToolTipRole:
        return text(check, BasisColumn);
    case Qt::AccessibleTextRole:
        return index.column() == SignColumn ? states[static_cast<int>(check.state)] : text(check, index.column());
    case Qt::FontRole: {
        QFont font = QApplication::font();
        font.setBold(index.column() == ResultColumn || index.column() == SignColumn);
        return font;
    }
    case Qt::TextAlignmentRole:
        return index.column() == SignColumn ? QVariant(int(Qt::AlignCenter)) : QVariant();
    case Qt::ForegroundRole:
        return index.column() == SignColumn ? QVariant(colorOf(check.state, colors))
            : index.column() == BasisColumn ? QVariant(colors.dim)
                                            : QVariant();
    case Qt::BackgroundRole:
        return check.state == CheckState::Block ? QVariant(colors.errorSoft) : QVariant();
    default:
        return {};
    }
}

QVariant PreflightModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { QString(), tr("Check"), tr("Result"), tr("Rests on"), QString() };
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole) // where nothing stands above a column
        return section == SignColumn ? tr("State") : section == FixColumn ? tr("What helps") : names[section];
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
