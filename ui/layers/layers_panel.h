// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <set>

#include <QFont>
#include <QSet>
#include <QWidget>

class QModelIndex;
class QTreeView;

namespace kerf::ui {

class FilterBar;
class LayerFilterProxy;
class LayerTreeModel;
class Selection;

/// Filter bar and layer tree, tied to the shared selection in both directions.
class LayersPanel : public QWidget {
    Q_OBJECT
public:
    LayersPanel(LayerTreeModel* model, Selection* selection, QWidget* parent = nullptr);

    QTreeView* view() const { return m_view; }
    QString countText() const; ///< "12 of 42"
    void selectShown(); ///< all layers that pass the filter

signals:
    void countChanged();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showSelection();
    void takeSelection();
    void expandGroups();
    void keepFolded(const QModelIndex& group, bool folded);
    void fitColumns();

    LayerTreeModel* m_model;
    Selection* m_selection;
    LayerFilterProxy* m_proxy;
    QTreeView* m_view;
    bool m_updating = false; ///< one of the two is following the other
    bool m_filtered = false;
    bool m_expanding = false; ///< groups are opened by the panel, not by the user
    QSet<QString> m_folded; ///< groups that the user closed
    std::set<QString> m_fitted; ///< formats that the columns are as wide as
    QFont m_fittedFont;
};

} // namespace kerf::ui
