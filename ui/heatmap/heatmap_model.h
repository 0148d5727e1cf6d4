// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <utility>
#include <vector>

#include <QAbstractTableModel>
#include <QColor>
#include <QPoint>

#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::ui {

class PlanDocument;

/// What the colour of a cell says.
enum class HeatmapMeasure {
    RelativeError, ///< tr(D H Dᵀ)/tr(W H Wᵀ) at one format for all layers
    PredictedKld, ///< nats that the layer adds in the format it has in the plan
    HessianTrace, ///< tr(H)
    Format, ///< no measure: the format it has in the plan
};

/// The grid of a model's layers: one row a role, one column a block. Follows the plan document; values, texts and
/// colours are computed when plan, profile or measure change, never while painting.
class HeatmapModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { LayerRole = Qt::UserRole + 1, ValueRole, BitsRole, FormatRole };
    struct Cell {
        int layer = -1; ///< position in the network's order, -1 = this block has no such layer
        double value = 0; ///< of the measure; NaN = not known
        double bits = 0; ///< per weight, scales counted
        QString text; ///< the format's mark: "4", "nf4", "16"
        QString format;
        std::string method; ///< of the plan's row
        QRgb color = 0;
        QRgb textColor = 0;
        bool problem = false; ///< the loader cannot take it
    };

    explicit HeatmapModel(PlanDocument* document, QObject* parent = nullptr);

    /// probeFormat is used by RelativeError only.
    void setMeasure(HeatmapMeasure measure, const QString& probeFormat);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    const Cell& cell(int row, int column) const { return m_cells[offset(row, column)]; }
    QPoint position(int layer) const { return m_positions[static_cast<std::size_t>(layer)]; } ///< x column, y row
    const core::Network* network() const;
    const core::Profile* profile() const;
    const core::LayerProfile* layerProfile(int layer) const;
    HeatmapMeasure measure() const { return m_measure; }
    const QString& probeFormat() const { return m_probeFormat; }
    QString measureText() const; ///< with its unit: "relative output error at int4-g128"
    /// The formats that the plan has, by bits, and the colour that stands for each.
    std::vector<std::pair<QString, QColor>> formatColors() const;
    double minimum() const { return m_minimum; } ///< ends of the colour scale; it is logarithmic
    double maximum() const { return m_maximum; }
    /// Sum of the measure over a block or a role, as a share of the largest such sum; 0 without a profile.
    double blockShare(int column) const { return m_blockShare[static_cast<std::size_t>(column)]; }
    double roleShare(int row) const { return m_roleShare[static_cast<std::size_t>(row)]; }
    bool hasValues() const { return profile() != nullptr && m_measure != HeatmapMeasure::Format; }
    /// One sentence a cell: for the hover card's title and for screen readers.
    QString describe(int row, int column) const;

private:
    std::size_t offset(int row, int column) const
    {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(m_blocks) + static_cast<std::size_t>(column);
    }
    void startOver();
    void takeProfile();
    void updateLayers(const std::vector<int>& layers); ///< only these changed
    void takeProblems();
    double valueOf(int layer) const; ///< of the measure, in the format that the plan gives the layer
    void fillFormat(Cell& cell, const core::PlanLayer& layer) const;
    void fillColor(Cell& cell) const;
    void computeScale();
    void computeShares();
    void recomputeAll();
    void tellAll();

    PlanDocument* m_document;
    std::vector<Cell> m_cells; ///< row-major [roles, blocks]
    std::vector<QPoint> m_positions; ///< by layer
    QStringList m_roles;
    int m_blocks = 0;
    HeatmapMeasure m_measure = HeatmapMeasure::RelativeError;
    QString m_probeFormat = QStringLiteral("int4-g128");
    double m_minimum = 0, m_maximum = 0;
    std::vector<double> m_blockShare, m_roleShare;
};

} // namespace kerf::ui
