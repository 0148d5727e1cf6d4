// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/map_text.h"

#include <cmath>
#include <map>
#include <numeric>
#include <span>

#include <QCoreApplication>
#include <QLocale>

#include "ui/heatmap/heatmap_model.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Heatmap)
};

QString joined(const QString& above, const QString& below)
{
    return QStringLiteral("%1<br>%2").arg(above, below);
}

QString cellHead(const HeatmapModel& model, const HeatmapModel::Cell& cell)
{
    const core::LayerInfo& layer = model.network()->layers()[static_cast<std::size_t>(cell.layer)];
    QString head
        = QStringLiteral("<b>%1</b><br>%2")
              .arg(toQt(layer.name).toHtmlEscaped(),
                  Words::tr("%1 × %2 · %3 · %4 bits per weight")
                      .arg(QLocale().toString(qlonglong(layer.shape.rows)),
                          QLocale().toString(qlonglong(layer.shape.cols)), cell.format, numberText(cell.bits, 3)));
    if (cell.locked)
        head = joined(head, Words::tr("Locked: no solver changes it."));
    if (const QString difference = model.differenceText(cell.layer);
        model.measure() == HeatmapMeasure::Difference && !difference.isEmpty())
        head = joined(head, Words::tr("Changed: %1").arg(difference.toHtmlEscaped()));
    for (const QString& rule : model.problemsOf(cell.layer))
        head = joined(head, QStringLiteral("✗ ") + rule.toHtmlEscaped());
    return head;
}

/// Error and divergence of the layer in every profiled format.
QString formatTable(const core::Profile& profile, const core::LayerProfile& row, const DivergenceText& divergence)
{
    QString table
        = QStringLiteral("<table cellspacing=0><tr><td><i>%1</i></td><td align=right><i>&nbsp;&nbsp;%2</i></td>"
                         "<td align=right><i>&nbsp;&nbsp;%3</i></td></tr>")
              .arg(
                  Words::tr("format"), Words::tr("relative error"), Words::tr("predicted %1").arg(divergence.within()));
    for (const std::string& format : profile.formats) {
        const auto predicted = core::predictFormat(row, format);
        const auto error = row.relativeError.find(format);
        if (!predicted || error == row.relativeError.end())
            continue;
        const QString kld = measuredText(predicted->kld, predicted->stderr_);
        table += QStringLiteral("<tr><td>%1</td><td align=right>%2</td><td align=right>%3</td></tr>")
                     .arg(toQt(format), numberText(error->second),
                         row.swapIn.contains(format) ? Words::tr("%1 measured").arg(kld) : kld);
    }
    return table + QStringLiteral("</table>");
}

QString lineText(const HeatmapModel& model, const QString& name, double sum)
{
    if (!model.hasValues())
        return Words::tr("%1. Click: its layers").arg(name);
    if (model.measure() == HeatmapMeasure::Difference)
        return Words::tr("%1: %2 bits per weight together. Click: its layers").arg(name, numberText(sum));
    return Words::tr("%1: %2 together, %3 % of all (%4). Click: its layers")
        .arg(name, numberText(sum), QLocale().toString(model.total() > 0 ? 100 * sum / model.total() : 0, 'f', 0),
            model.measureText());
}

/// How many of the layers have which format: "int4-g128 × 6, int8-channel × 2".
QString formatCounts(const HeatmapModel& model, const std::span<const int>& layers)
{
    std::map<QString, int> counts;
    for (const int layer : layers)
        ++counts[model.layerCell(layer).format];
    QStringList parts;
    for (const auto& [format, count] : counts)
        parts << Words::tr("%1 × %2").arg(format, QLocale().toString(count));
    return QLocale().createSeparatedList(parts);
}

/// A cell of several layers; their names and errors stand in the rows that open.
QString groupCard(const HeatmapModel& model, const QPoint& at)
{
    const HeatmapModel::Cell& cell = model.cell(at.y(), at.x());
    QString card = QStringLiteral("<b>%1</b><br>%2")
                       .arg(Words::tr("Block %1, %2").arg(at.x()).arg(model.rows().at(at.y()).name),
                           Words::tr("%1 · %2 bits per weight together")
                               .arg(formatCounts(model, model.layersOf(at.y(), at.x())), numberText(cell.bits, 3)));
    if (cell.locked)
        card = joined(card, Words::tr("Locked: no solver changes them."));
    if (!std::isnan(cell.value))
        card = joined(card, Words::tr("Mean of the layers: %1 (%2)").arg(numberText(cell.value), model.measureText()));
    if (cell.problem)
        card = joined(card, Words::tr("✗ The loader takes some of them not: open the row to see which."));
    return joined(card, Words::tr("Click: all of them. The arrow before the row shows each."));
}

QString plain(double value)
{
    return std::isnan(value) ? QString() : QString::number(value, 'g', 8);
}

} // namespace

QStringList mapRowNames(const HeatmapModel& model)
{
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row) {
        const MapRows::Row& each = model.rows().at(row);
        names << (each.copies > 1 ? QStringLiteral("▸ ") + each.name : each.name);
    }
    return names;
}

QString mapCellCard(const HeatmapModel& model, const QPoint& at)
{
    const HeatmapModel::Cell& cell = model.cell(at.y(), at.x());
    if (cell.layers > 1)
        return groupCard(model, at);
    const QString head = cellHead(model, cell);
    const core::LayerProfile* row = model.profile() ? model.layerProfile(cell.layer) : nullptr;
    return row ? head + formatTable(*model.profile(), *row, model.divergence())
               : joined(head, Words::tr("Not profiled yet."));
}

QString mapBlockText(const HeatmapModel& model, int column)
{
    return lineText(model, Words::tr("Block %1").arg(column), model.hasValues() ? model.blockSum(column) : 0);
}

QString mapRoleText(const HeatmapModel& model, int row)
{
    return lineText(model, model.headerData(row, Qt::Vertical, Qt::DisplayRole).toString(),
        model.hasValues() ? model.roleSum(row) : 0);
}

QList<QStringList> mapTable(const HeatmapModel& model, const std::vector<int>& layers)
{
    std::vector<int> shown = layers;
    if (shown.empty() && model.network()) {
        shown.resize(model.network()->layers().size());
        std::iota(shown.begin(), shown.end(), 0);
    }
    QList<QStringList> rows { { "layer", "block", "role", "format", "method", "bits_per_weight", "locked",
        model.measureText() } };
    for (const int layer : shown) {
        const core::LayerInfo& info = model.network()->layers()[static_cast<std::size_t>(layer)];
        const HeatmapModel::Cell& cell = model.layerCell(layer);
        rows << QStringList { toQt(info.name), QString::number(info.block), toQt(info.role), cell.format,
            toQt(cell.method), plain(cell.bits), cell.locked ? QStringLiteral("1") : QStringLiteral("0"),
            plain(cell.value) };
    }
    return rows;
}

} // namespace kerf::ui
