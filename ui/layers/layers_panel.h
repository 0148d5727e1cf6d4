// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

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

private:
    void showSelection();
    void takeSelection();

    LayerTreeModel* m_model;
    Selection* m_selection;
    LayerFilterProxy* m_proxy;
    QTreeView* m_view;
    bool m_updating = false; ///< one of the two is following the other
};

} // namespace kerf::ui
