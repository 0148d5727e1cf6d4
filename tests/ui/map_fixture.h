// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QTest>
#include <QUndoStack>

#include "tests/support/synthetic_network.h"
#include "ui/heatmap/heatmap.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"

namespace kerf::test {

/// A map of a network without weights, every layer in int4-g128: what tests of the map derive from.
class MapFixture : public QObject {
protected:
    bool show(std::shared_ptr<const core::Network> network)
    {
        m_view.reset();
        m_network = std::move(network);
        m_undo = std::make_unique<QUndoStack>();
        m_document = std::make_unique<ui::PlanDocument>(m_undo.get());
        m_model = std::make_unique<ui::HeatmapModel>(m_document.get());
        m_selection = std::make_unique<ui::Selection>();
        m_view = std::make_unique<ui::Heatmap>(m_model.get(), m_selection.get());
        m_document->reset(m_network, 0, syntheticPlan(*m_network, "int4-g128"));
        m_view->resize(800, 500);
        m_view->show();
        const bool isShown = QTest::qWaitForWindowExposed(m_view.get());
        m_view->setFocus();
        return isShown;
    }
    void click(int row, int column, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, modifiers, m_view->cellRect(row, column).center());
    }

    std::shared_ptr<const core::Network> m_network;
    std::unique_ptr<QUndoStack> m_undo;
    std::unique_ptr<ui::PlanDocument> m_document;
    std::unique_ptr<ui::HeatmapModel> m_model;
    std::unique_ptr<ui::Selection> m_selection;
    std::unique_ptr<ui::Heatmap> m_view;
};

} // namespace kerf::test
