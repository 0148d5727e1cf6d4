// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <set>
#include <vector>

#include <QAbstractItemModel>

#include "core/plan/plan.h"
#include "core/profile/profile.h"
#include "core/workspace/workspace.h"

namespace kerf::ui {

class PlanDocument;

/// The layers of a model as a tree: the model, its blocks, their layers. Follows the plan document. A layer shows its
/// format, size and predicted KLD; blocks and model show sums.
class LayerTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { NameColumn, FormatColumn, SizeColumn, KldColumn, ColumnCount };
    /// SortRole: raw values. FilterRole: full name and format of a layer, empty for groups. NameRole: of layer or
    /// group.
    enum Role { LayerRole = Qt::UserRole + 1, SortRole, FilterRole, FallbacksRole, NameRole };

    explicit LayerTreeModel(PlanDocument* document, QObject* parent = nullptr);

    /// Names the model's own row; empty: "model".
    void setRootName(const QString& name);
    /// Marks the layers where a numerical fallback had to act in that run.
    void setReports(const std::vector<core::RunLayerRow>& reports);

    QModelIndex indexOfLayer(int layer) const;
    /// Every format that layers have or are likely to get: those of the plan and of the profile.
    std::set<QString> formats() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node {
        int parent = -1;
        int row = 0;
        int layer = -1; ///< -1 = a group
        QString name; ///< what the tree shows
        QString fullName;
        QString format;
        std::int64_t bytes = 0;
        double kld = 0; ///< NaN = not known
        std::vector<int> children;
        QStringList fallbacks;
        QString leftOut; ///< why the plan's commonest format does not take it, where it stays as stored
    };
    const Node& node(const QModelIndex& index) const { return m_nodes[static_cast<std::size_t>(index.internalId())]; }
    int addNode(int parent, const QString& name, int layer);
    void startOver();
    void updateLayers(const std::vector<int>& layers);
    void updateAll();
    void computeLayer(int layer);
    void computeSums();
    /// Says of every layer that stays as stored whether it had to. Gives the layers of which it says something new.
    std::vector<int> findLeftOut();
    void tell(const std::vector<int>& layers);
    QString toolTip(const Node& node) const;
    QVariant display(const Node& node, int column) const;
    QVariant sortValue(const Node& node, int column) const;

    PlanDocument* m_document;
    QString m_rootName;
    std::vector<Node> m_nodes; ///< 0 is the model
    std::vector<int> m_nodeOfLayer;
};

} // namespace kerf::ui
