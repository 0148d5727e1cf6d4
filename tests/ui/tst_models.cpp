// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <functional>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTest>

#include "tests/ui/plan_fixture.h"
#include "ui/compare/layer_difference_model.h"
#include "ui/english_plurals.h"
#include "ui/heatmap/heatmap_model.h"
#include "ui/heatmap/layer_formats_model.h"
#include "ui/jobs/preflight_model.h"
#include "ui/layers/layer_filter_proxy.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/plan/format_palette_model.h"
#include "ui/runs/run_sort_proxy.h"
#include "ui/runs/run_table_model.h"

using namespace kerf;

namespace {

constexpr auto kMode = QAbstractItemModelTester::FailureReportingMode::QtTest;

/// Asks for everything that a view may ask for; what there is must have heads and texts.
void readAll(const QAbstractItemModel& model, const QModelIndex& parent = {})
{
    for (int column = 0; column < model.columnCount(parent); ++column) {
        QString words;
        for (const int role : { Qt::DisplayRole, Qt::ToolTipRole, Qt::AccessibleTextRole })
            words += model.headerData(column, Qt::Horizontal, role).toString();
        QVERIFY2(!words.isEmpty(), qPrintable(QStringLiteral("column %1 has no head").arg(column)));
    }
    QVERIFY(!model.headerData(model.columnCount() + 3, Qt::Horizontal, Qt::DisplayRole).isValid());
    for (int row = 0; row < model.rowCount(parent); ++row) {
        for (int column = 0; column < model.columnCount(parent); ++column)
            for (int role = 0; role < Qt::UserRole + 8; ++role)
                model.index(row, column, parent).data(role);
        if (model.hasChildren(model.index(row, 0, parent)))
            readAll(model, model.index(row, 0, parent));
    }
}

ui::RunSummary runOf(core::RowId id, const char* name, double kld)
{
    ui::RunSummary run;
    run.id = id;
    run.name = name;
    run.searched = name;
    run.state = kld >= 0 ? core::RunState::Done : core::RunState::Running;
    run.layersDone = 3;
    run.layersTotal = 42;
    run.bitsPerWeight = 4;
    if (kld >= 0)
        run.kld = { kld, kld / 10 };
    return run;
}

} // namespace

/// Every model keeps the promises of QAbstractItemModel during a whole life: models of other sizes, edits of one and of
/// all layers, steps back, profiles that come and go, selections, closing.
class TestModels : public QObject {
    Q_OBJECT

    using Make = std::function<QList<QAbstractItemModel*>(test::PlanFixture&)>;

private slots:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }

    void modelsOfAPlan_data()
    {
        QTest::addColumn<Make>("make");
        const auto row = [](const char* name, Make make) { QTest::newRow(name) << std::move(make); };
        row("palette of formats", [](test::PlanFixture& plan) {
            return QList<QAbstractItemModel*> { new ui::FormatPaletteModel(&plan.document, &plan.selection) };
        });
        row("tree of layers, filtered", [](test::PlanFixture& plan) {
            auto* tree = new ui::LayerTreeModel(&plan.document);
            auto* proxy = new ui::LayerFilterProxy(tree);
            proxy->setSourceModel(tree);
            proxy->setFilter(QRegularExpression("proj"));
            return QList<QAbstractItemModel*> { tree, proxy };
        });
        row("map", [](test::PlanFixture& plan) {
            return QList<QAbstractItemModel*> { new ui::HeatmapModel(&plan.document) };
        });
        row("formats of one layer", [](test::PlanFixture& plan) {
            return QList<QAbstractItemModel*> { new ui::LayerFormatsModel(&plan.document, &plan.selection) };
        });
    }
    void modelsOfAPlan()
    {
        QFETCH(Make, make);
        test::PlanFixture plan(false);
        const QList<QAbstractItemModel*> models = make(plan);
        const std::unique_ptr<QAbstractItemModel> owner(models.front());
        std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
        for (QAbstractItemModel* model : models)
            testers.push_back(std::make_unique<QAbstractItemModelTester>(model, kMode));
        int told = 0;
        connect(models.front(), &QAbstractItemModel::dataChanged, this, [&] { ++told; });
        connect(models.front(), &QAbstractItemModel::modelReset, this, [&] { ++told; });
        const auto after = [&](const char* step, const std::function<void()>& change) {
            told = 0;
            change();
            for (const QAbstractItemModel* model : models)
                readAll(*model);
            QVERIFY2(!QTest::currentTestFailed(), step);
        };
        ui::PlanDocument& document = plan.document;
        after("selected", [&] { plan.selection.setLayers({ 3, 9 }, 9); });
        after("profiled", [&] { document.setProfile(test::syntheticProfile(*plan.network)); });
        QVERIFY2(told > 0, "a profile changes what is shown");
        after("one layer", [&] { document.setFormat({ 9 }, "int8-g128"); });
        QVERIFY2(told > 0, "an edit of the selected layer changes what is shown");
        after("all layers", [&] { document.setFormat(plan.all(), "int3-g64"); });
        after("locked", [&] { document.setLocked({ 9 }, true); });
        after("back", [&] { plan.undo.undo(); });
        after("back to the first", [&] {
            while (plan.undo.canUndo())
                plan.undo.undo();
        });
        after("again", [&] { plan.undo.redo(); });
        after("a loader", [&] { document.setLoader("vllm"); });
        const auto larger = test::syntheticNetwork(9, 9);
        after("a larger model", [&] { document.reset(larger, 0, test::syntheticPlan(*larger, "int4-g128")); });
        after("its profile", [&] { document.setProfile(test::syntheticProfile(*larger)); });
        after("its last layer", [&] { plan.selection.setLayers({ 80 }, 80); });
        plan.selection.clear(); // as the workbench does before another model
        const auto small = test::syntheticNetwork(1, 3);
        after("a small model", [&] { document.reset(small, 0, test::syntheticPlan(*small, "bf16")); });
        after("profile gone", [&] { document.setProfile(nullptr); });
        after("closed", [&] { document.reset(nullptr, 0, {}); });
        if (qobject_cast<ui::FormatPaletteModel*>(models.front()) == nullptr)
            QCOMPARE(models.front()->rowCount(), 0);
    }
    void theMapsMeasuresAndScales()
    {
        test::PlanFixture plan;
        ui::HeatmapModel model(&plan.document);
        const QAbstractItemModelTester tester(&model, kMode);
        using Measure = ui::HeatmapMeasure;
        for (const Measure measure : { Measure::RelativeError, Measure::PredictedKld, Measure::HessianTrace,
                 Measure::Format, Measure::SwapIn, Measure::Difference })
            for (const bool logarithmic : { true, false })
                for (const bool one : { true, false }) {
                    model.setMeasure(measure, "int3-g64");
                    model.setScale({ logarithmic, one });
                    readAll(model);
                    QVERIFY(!model.measureText().isEmpty());
                    QVERIFY(model.minimum() <= model.maximum() || !model.hasValues());
                    for (int row = 0; row < model.rowCount(); ++row)
                        QVERIFY(QColor(model.cell(row, 0).color).isValid());
                }
    }
    /// Runs come, go on, end and go, while one sorts by any column; a proxy shows each of them once.
    void runsComeAndGo()
    {
        ui::RunTableModel model;
        ui::RunSortProxy proxy;
        proxy.setSourceModel(&model);
        const QAbstractItemModelTester one(&model, kMode), two(&proxy, kMode);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        std::vector<ui::RunSummary> runs;
        const auto check = [&] {
            model.setRuns(runs);
            readAll(proxy);
            for (int column = 0; column < ui::RunTableModel::ColumnCount; ++column)
                for (const Qt::SortOrder order : { Qt::AscendingOrder, Qt::DescendingOrder }) {
                    proxy.sort(column, order);
                    QSet<QString> names;
                    for (int row = 0; row < proxy.rowCount(); ++row)
                        names.insert(proxy.index(row, 0).data().toString());
                    QCOMPARE(names.size(), static_cast<qsizetype>(runs.size()));
                }
        };
        check();
        for (core::RowId id = 1; id <= 5; ++id) {
            runs.push_back(runOf(id, qPrintable(QStringLiteral("run %1").arg(id)), id == 5 ? -1 : 0.01 * double(id)));
            check();
        }
        const QPersistentModelIndex third = model.index(2, 0);
        runs.back().layersDone = 40;
        check();
        runs.back() = runOf(5, "run 5", 0.005); // it ended
        check();
        runs.erase(runs.begin()); // the first is deleted
        check();
        QCOMPARE(third.row(), 1); // and the others stay who they are
        QCOMPARE(third.data().toString(), "run 3");
        runs.insert(runs.begin(), runOf(1, "run 1", 0.01)); // and taken back
        check();
        QCOMPARE(third.row(), 2);
        QCOMPARE(reset.count(), 0); // no selection is lost, no editor closes
        proxy.setFilterFixedString("run 4");
        QCOMPARE(proxy.rowCount(), 1);
        model.setCompared({ 4, 2 }, 2);
        QCOMPARE(proxy.index(0, ui::RunTableModel::CompareColumn).data().toString(), "A");
        runs.clear();
        proxy.setFilterFixedString({});
        check();
    }
    void layersOfTwoRuns()
    {
        ui::LayerDifferenceModel model;
        QSortFilterProxyModel sorted;
        sorted.setSortRole(ui::LayerDifferenceModel::SortRole);
        sorted.setSourceModel(&model);
        const QAbstractItemModelTester one(&model, kMode), two(&sorted, kMode);
        readAll(model);
        model.show({ { "a", { "int4-g64", "int4-g64" }, { 0.1, 0.02 }, 0.05, 0.125 },
                       { "b", { "int4-g64", "bf16" }, { 0.09, std::nullopt }, std::nullopt, std::nullopt } },
            { "A coarse", "B fine" });
        readAll(model);
        using Model = ui::LayerDifferenceModel;
        QCOMPARE(model.headerData(Model::SecondErrorColumn, Qt::Horizontal, Qt::DisplayRole).toString(), "Error B");
        QVERIFY(
            model.headerData(Model::FirstErrorColumn, Qt::Horizontal, Qt::ToolTipRole).toString().contains("A coarse"));
        QCOMPARE(model.index(0, Model::CodesColumn).data().toString(), "12.5 %");
        QCOMPARE(model.index(1, Model::CodesColumn).data().toString(), "–");
        sorted.sort(Model::SecondErrorColumn, Qt::AscendingOrder);
        QCOMPARE(sorted.index(0, 0).data().toString(), "b"); // not known: before all numbers
        sorted.sort(Model::FirstErrorColumn, Qt::AscendingOrder);
        QCOMPARE(sorted.index(0, 0).data().toString(), "b"); // 9 % is less than 10 %, as numbers
        sorted.sort(Model::LayerColumn, Qt::AscendingOrder);
        QCOMPARE(sorted.index(0, 0).data().toString(), "a");
        model.show({}, { "A", "B" });
        readAll(model);
    }
    void checksBeforeARun()
    {
        ui::PreflightModel model;
        const QAbstractItemModelTester tester(&model, kMode);
        readAll(model);
        core::JobChecks checks;
        checks.add({ "time", core::CheckState::Ok, "1 min", "measured here" });
        checks.add({ "disk", core::CheckState::Block, "short by 1.40 GB", "free space" });
        checks.add({ "overlap", core::CheckState::Warn, "3 %", "texts" });
        checks.add({ "to_do", core::CheckState::Note, "42 layers", "", {}, { "a", "b" } });
        model.setChecks(checks);
        readAll(model);
        const auto said = [&](int row) {
            return model.index(row, ui::PreflightModel::SignColumn).data(Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(QStringList({ said(0), said(1), said(2), said(3) }),
            QStringList({ "ok", "blocks the start", "warning", "note" })); // a sign alone is not heard
        QVERIFY(model.index(1, 0).data(Qt::BackgroundRole).isValid());
        QVERIFY(!model.index(2, 0).data(Qt::BackgroundRole).isValid());
        QCOMPARE(ui::fixText(checks.checks[3]), "Show Layers");
        QCOMPARE(ui::fixText(checks.checks[0]), QString());
        model.setChecks({});
        QCOMPARE(model.rowCount(), 0);
    }

private:
    ui::EnglishPlurals m_plurals;
};

QTEST_MAIN(TestModels)
#include "tst_models.moc"
