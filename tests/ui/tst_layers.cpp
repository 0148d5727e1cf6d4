// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <QUndoStack>

#include "tests/support/fake_network.h"
#include "tests/support/synthetic_network.h"
#include "ui/layers/layer_filter_proxy.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/layers/layers_panel.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"

using namespace kerf;
using ui::LayerTreeModel;

class TestLayers : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_undo = std::make_unique<QUndoStack>();
        m_document = std::make_unique<ui::PlanDocument>(m_undo.get());
        m_model = std::make_unique<LayerTreeModel>(m_document.get());
    }
    void cleanup() { m_model.reset(); }
    void modelAndProxyKeepTheirPromises()
    {
        LayerTreeModel& model = *m_model;
        ui::LayerFilterProxy proxy;
        proxy.setSourceModel(&model);
        const auto mode = QAbstractItemModelTester::FailureReportingMode::QtTest;
        const QAbstractItemModelTester first(&model, mode), second(&proxy, mode);
        const auto network = test::syntheticNetwork(6);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        m_document->setProfile(test::syntheticProfile(*network));
        proxy.setFilter(QRegularExpression("down"));
        proxy.sort(LayerTreeModel::SizeColumn);
        proxy.setFilter(QRegularExpression(""));
        m_document->setFormat({ 1, 5 }, "int8-g128");
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 6);
        m_document->reset(nullptr, 0, {});
        QCOMPARE(model.rowCount(), 0);
    }
    void sumsAreThoseOfTheLayers()
    {
        const LayerTreeModel& model = *m_model;
        const auto network = test::syntheticNetwork(2);
        m_document->reset(network, 0, test::syntheticPlan(*network, "bf16"));
        // q 256x256, k and v 128x256, o 256x256, gate, up and down 256x768; two bytes each; two blocks.
        const qlonglong bytes = 2 * 2 * (256 * 256 * 2 + 128 * 256 * 2 + 256 * 768 * 3);
        const QModelIndex root = model.index(0, LayerTreeModel::SizeColumn);
        QCOMPARE(root.data(LayerTreeModel::SortRole).toLongLong(), bytes);
        QCOMPARE(model.index(0, LayerTreeModel::FormatColumn).data().toString(), "14");
        const QModelIndex block = model.index(1, 0, model.index(0, 0));
        QCOMPARE(block.data().toString(), "layers.1");
        QCOMPARE(model.index(0, 0, block).data().toString(), "self_attn.q_proj");
    }
    void fallbacksAreMarked()
    {
        LayerTreeModel& model = *m_model;
        const auto network = test::syntheticNetwork(2);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        core::RunLayerRow row;
        row.report.layer = network->layers()[3].name;
        row.report.fallbacks = { { "damping_raised", "damping 0.04 instead of 0.01" } };
        model.setReports({ row });
        QVERIFY(model.indexOfLayer(3).data().toString().contains(u"⚠"));
        QVERIFY(model.indexOfLayer(3).data(Qt::ToolTipRole).toString().contains("0.04"));
        model.setReports({});
        QVERIFY(!model.indexOfLayer(3).data().toString().contains(u"⚠"));
    }
    void layersLeftOutAreMarked()
    {
        LayerTreeModel& model = *m_model;
        const auto network = std::make_shared<const test::FakeNetwork>(test::llamaLayers(1, 256, 128, 480));
        core::Plan plan = *core::uniformPlan(*network, "p", "int4-g128", "rtn");
        plan.layers[3].format = "bf16"; // somebody's choice: it would fit
        m_document->reset(network, 0, plan);
        model.setRootName("model (quantized: gptq)");
        QCOMPARE(model.index(0, 0).data().toString(), "model (quantized: gptq)");
        const auto format = [&](int layer) {
            return model.indexOfLayer(layer).siblingAtColumn(LayerTreeModel::FormatColumn).data().toString();
        };
        QCOMPARE(format(3), "bf16");
        QCOMPARE(format(6), "bf16  ⚠"); // down has 480 columns
        QVERIFY(model.indexOfLayer(6).data(Qt::ToolTipRole).toString().contains("fits is int4-g32"));
        for (core::PlanLayer& row : plan.layers)
            row.format = "int4-g32";
        plan.layers[6].format = "bf16";
        m_document->replacePlan(plan, "others"); // others changed, and with them the reason
        QCOMPARE(format(6), "bf16");
    }
    void filterWorksAsOneTypes()
    {
        QFETCH(QString, text);
        QFETCH(bool, regex);
        QFETCH(QString, count);
        ui::Selection selection;
        ui::LayersPanel panel(m_model.get(), &selection);
        const auto network = test::syntheticNetwork(6);
        core::Plan plan = test::syntheticPlan(*network, "int4-g128");
        plan.layers[8].format = "int8-g128";
        m_document->reset(network, 0, plan);
        auto* field = panel.findChild<QLineEdit*>("filterField");
        panel.findChild<QToolButton*>("filterRegex")->setChecked(regex);
        QTest::keyClicks(field, text);
        QCOMPARE(panel.countText(), count);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(panel.countText(), "42 of 42");
    }
    void filterWorksAsOneTypes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("regex");
        QTest::addColumn<QString>("count");
        QTest::newRow("text") << "down" << false << "6 of 42";
        QTest::newRow("case") << "DOWN" << false << "6 of 42";
        QTest::newRow("dot is a dot") << "mlp.up" << false << "6 of 42";
        QTest::newRow("regex as text") << "mlp.*up" << false << "0 of 42";
        QTest::newRow("regex") << "layers\\.[23]\\.mlp" << true << "6 of 42";
        QTest::newRow("format") << "int8" << false << "1 of 42";
        QTest::newRow("incomplete regex keeps the last good one") << "down(" << true << "6 of 42";
    }
    void aFilterThatFindsNothingLeavesTheTreeAsItWas()
    {
        ui::Selection selection;
        ui::LayersPanel panel(m_model.get(), &selection);
        const auto network = test::syntheticNetwork(6);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        auto* field = panel.findChild<QLineEdit*>("filterField");
        const auto group
            = [&](int row) { return panel.view()->model()->index(row, 0, panel.view()->model()->index(0, 0)); };
        panel.view()->collapse(group(2)); // by the user
        QTest::keyClicks(field, "nothing is called so");
        QCOMPARE(panel.countText(), "0 of 42");
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(panel.countText(), "42 of 42");
        QVERIFY(panel.view()->isExpanded(panel.view()->model()->index(0, 0)));
        for (const int row : { 0, 1, 3, 5 })
            QVERIFY2(panel.view()->isExpanded(group(row)), qPrintable(QString::number(row)));
        QVERIFY(!panel.view()->isExpanded(group(2)));
    }
    void anEditTellsOfItsLayersInOneRange()
    {
        const auto network = test::syntheticNetwork(6);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        QSignalSpy changes(m_model.get(), &QAbstractItemModel::dataChanged);
        m_document->replacePlan(test::syntheticPlan(*network, "int8-g128"), "All");
        QCOMPARE(changes.size(), 6 + 2); // a block, its layers together; then the model, then its blocks together
    }
    void selectionIsShared()
    {
        ui::Selection selection;
        ui::LayersPanel panel(m_model.get(), &selection);
        const auto network = test::syntheticNetwork(6);
        m_document->reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        selection.setLayers({ 7, 9 }, 9);
        QCOMPARE(panel.view()->selectionModel()->selectedRows().size(), 2);
        QCOMPARE(panel.view()->currentIndex().data(LayerTreeModel::LayerRole).toInt(), 9);
        // A block stands for its layers.
        const QModelIndex block = panel.view()->model()->index(2, 0, panel.view()->model()->index(0, 0));
        panel.view()->selectionModel()->setCurrentIndex(
            block, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QCOMPARE(selection.layers(), (std::vector<int> { 14, 15, 16, 17, 18, 19, 20 }));
        QTest::keyClicks(panel.findChild<QLineEdit*>("filterField"), "gate");
        panel.selectShown();
        QCOMPARE(selection.layers().size(), 6u);
    }

private:
    std::unique_ptr<QUndoStack> m_undo;
    std::unique_ptr<ui::PlanDocument> m_document;
    std::unique_ptr<LayerTreeModel> m_model;
};

QTEST_MAIN(TestLayers)
#include "tst_layers.moc"
