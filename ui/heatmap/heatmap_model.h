// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <QAbstractTableModel>
#include <QColor>
#include <QPoint>
#include <QStringList>

#include "core/plan/plan.h"
#include "core/profile/profile.h"
#include "ui/divergence_text.h"
#include "ui/heatmap/map_rows.h"

namespace kerf::ui {

class PlanDocument;

/// What the colour of a cell says.
enum class HeatmapMeasure {
    RelativeError, ///< tr(D H Dᵀ)/tr(W H Wᵀ) at one format for all layers
    PredictedKld, ///< nats that the layer adds in the format it has in the plan
    HessianTrace, ///< tr(H)
    Coverage, ///< calibration tokens that came to the layer
    Format, ///< no measure: the format it has in the plan
    SwapIn, ///< nats measured with this layer alone at one format; only some cells are
    Difference, ///< bits per weight more than in another plan
};

/// How values become colours.
struct MapScale {
    bool logarithmic = true;
    /// From the least to the largest value over all profiled formats, so that colours keep their meaning while format
    /// or plan change; else of what is shown.
    bool allFormats = false;
    bool operator==(const MapScale&) const = default;
};
/// What a measure begins with.
MapScale usualScale(HeatmapMeasure measure);

/// The grid of a model's layers: one row a role, one column a block. A cell stands for one layer, or for all layers of
/// its role in the block (experts) with the mean of the measure; such rows open to one row a layer. Follows the plan
/// document; values, texts and colours are computed when plan, profile or measure change, never while painting.
class HeatmapModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { LayerRole = Qt::UserRole + 1, ValueRole, BitsRole, FormatRole };
    struct Cell {
        int layer = -1; ///< position in the network's order, the first of several; -1 = this block has no such layer
        int layers = 1; ///< that the cell stands for
        double value = 0; ///< of the measure; NaN = not known
        double bits = 0; ///< per weight, scales counted
        QString text; ///< the format's mark: "4", "nf4", "16"
        QString format; ///< of several layers with more than one: mixedFormats()
        bool isMixed = false; ///< several formats
        std::string method; ///< of the plan's row; empty where several layers have more than one
        QRgb color = 0;
        QRgb textColor = 0;
        bool problem = false; ///< the loader cannot take it
        bool locked = false; ///< no solver changes it
    };

    explicit HeatmapModel(PlanDocument* document, QObject* parent = nullptr);

    /// probeFormat is used by RelativeError and SwapIn only. Another measure begins with its usual scale.
    void setMeasure(HeatmapMeasure measure, const QString& probeFormat);
    void setScale(const MapScale& scale);
    /// The plan that Difference compares with, and what it is called. Null: the plan itself.
    void setReference(std::shared_ptr<const core::Plan> plan, const QString& name);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    const Cell& cell(int row, int column) const;
    /// The layers that the cell stands for, in the network's order.
    std::span<const int> layersOf(int row, int column) const;
    const Cell& layerCell(int layer) const { return m_layers[static_cast<std::size_t>(layer)]; } ///< of it alone
    QPoint position(int layer) const; ///< x column, y row: its own row where it has one, else that of its role
    const MapRows& rows() const { return m_rows; }
    void setOpen(int row, bool open); ///< a row for each layer of a role that stands several times in a block
    void setAllOpen(bool open);
    static QString mixedFormats(); ///< what stands in place of a format where several layers have more than one
    const core::Network* network() const;
    const DivergenceText& divergence() const;
    const core::Profile* profile() const;
    const core::LayerProfile* layerProfile(int layer) const;
    HeatmapMeasure measure() const { return m_measure; }
    const QString& probeFormat() const { return m_probeFormat; }
    QString measureText() const; ///< with its unit: "relative output error at int4-g128"
    /// The formats that the plan has, by bits, and the colour that stands for each.
    std::vector<std::pair<QString, QColor>> formatColors() const;
    const MapScale& scale() const { return m_scale; }
    double minimum() const { return m_minimum; } ///< ends of the colour scale
    double maximum() const { return m_maximum; }
    QColor scaleColor(double share) const; ///< at a part of the way from minimum() to maximum()
    /// The rules of the loader that the layer breaks, a sentence each; empty: none.
    QStringList problemsOf(int layer) const;
    /// How the layer differs from the reference: "int4-g64 → int6-g64"; empty: not at all.
    QString differenceText(int layer) const;
    /// The measure summed over a block, a role, all layers; what is not known counts 0.
    double blockSum(int column) const { return m_blockSum[static_cast<std::size_t>(column)]; }
    double roleSum(int row) const { return m_roleSum[static_cast<std::size_t>(row)]; }
    double total() const { return m_total; }
    /// Sum of the measure over a block or a role, as a share of the largest such sum; 0 without a profile.
    double blockShare(int column) const { return m_blockShare[static_cast<std::size_t>(column)]; }
    double roleShare(int row) const { return m_roleShare[static_cast<std::size_t>(row)]; }
    bool hasValues() const
    {
        return m_measure == HeatmapMeasure::Difference || (profile() != nullptr && m_measure != HeatmapMeasure::Format);
    }
    bool isBlank() const { return m_isBlank; } ///< the measure is shown, but of no layer it is known
    bool needsProfile() const { return m_measure != HeatmapMeasure::Format && m_measure != HeatmapMeasure::Difference; }
    /// One sentence a cell: for the hover card's title and for screen readers.
    QString describe(int row, int column) const;

private:
    struct Group {
        Cell cell;
        std::vector<int> layers; ///< two at least
    };
    /// Where a cell is found: a layer's or a group's; both -1: the block has no such layer.
    struct Place {
        int layer = -1, group = -1;
    };
    std::size_t offset(int row, int column) const
    {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(m_blocks) + static_cast<std::size_t>(column);
    }
    const Place& place(int row, int column) const { return m_grid[offset(row, column)]; }
    void startOver();
    void arrange(); ///< grid and groups, from the rows
    template <typename Change> void changeRows(Change&& change);
    void fillGroups();
    void fillGroup(Group& group) const;
    QString describeGroup(int row, int column) const;
    void takeProfile();
    void updateLayers(const std::vector<int>& layers); ///< only these changed
    void takeProblems();
    double valueOf(int layer) const; ///< of the measure, in the format that the plan gives the layer
    double differenceOf(int layer) const;
    void takeLock(Cell& cell) const;
    void fillFormat(Cell& cell, const core::PlanLayer& layer) const;
    void fillColor(Cell& cell) const;
    void widen(double value); ///< the scale
    void widenOverFormats(const core::LayerProfile& layer);
    void computeScale();
    void computeShares();
    void recomputeAll();
    void recomputeShown();
    void tellAll();

    PlanDocument* m_document;
    std::vector<Cell> m_layers; ///< one a layer, in the network's order
    std::vector<Group> m_groups;
    std::vector<Place> m_grid; ///< row-major [rows, blocks]
    MapRows m_rows;
    int m_blocks = 0;
    HeatmapMeasure m_measure = HeatmapMeasure::RelativeError;
    QString m_probeFormat = QStringLiteral("int4-g128");
    MapScale m_scale;
    double m_minimum = 0, m_maximum = 0;
    bool m_isBlank = false;
    std::vector<double> m_blockShare, m_roleShare, m_blockSum, m_roleSum;
    double m_total = 0;
    std::vector<QStringList> m_problems; ///< by layer
    std::shared_ptr<const core::Plan> m_reference;
    QString m_referenceName;
};

} // namespace kerf::ui
