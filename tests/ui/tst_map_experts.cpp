// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <numeric>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QTest>

#include "tests/ui/map_fixture.h"
#include "ui/heatmap/map_text.h"

using namespace kerf;
using ui::HeatmapMeasure;
using ui::HeatmapModel;

namespace {

constexpr int kExperts = 8;
constexpr int kLayers = 1 + 2 * kExperts; ///< of a block: o, then w1 and w2 of each expert

} // namespace

/// Roles that stand several times in a block: one row for all, and one for each where it is opened.
class TestMapExperts : public test::MapFixture {
    Q_OBJECT
private slots:
    void init()
    {
        QVERIFY(show(test::syntheticExperts(3, kExperts)));
        m_document->setProfile(test::syntheticProfile(*m_network));
    }
    void cleanup() { m_view.reset(); }

    void rowsOpenAndClose()
    {
        const QAbstractItemModelTester tester(m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(rowNames(), (QStringList { "o_proj", "w1 × 8", "w2 × 8" }));
        m_model->setOpen(1, true);
        QCOMPARE(m_model->rowCount(), 3 + kExperts);
        QCOMPARE(rowNames().mid(0, 4), (QStringList { "o_proj", "w1 × 8", "w1 · 0", "w1 · 1" }));
        QCOMPARE(m_model->position(kLayers + 1 + 2 * 3), QPoint(1, 2 + 3)); // block 1, w1 of expert 3
        QCOMPARE(m_model->position(kLayers + 2 + 2 * 3), QPoint(1, 2 + kExperts)); // its w2 has no row of its own
        QVERIFY(!m_model->rows().isAllOpen());
        m_model->setAllOpen(true);
        QCOMPARE(m_model->rowCount(), 3 + 2 * kExperts);
        QVERIFY(m_model->rows().isAllOpen());
        m_document->setFormat({ 3 }, "bf16");
        m_model->setAllOpen(false);
        QCOMPARE(m_model->rowCount(), 3);
    }
    void aCellOfAllHasMeanAndMix()
    {
        const core::Profile& profile = *m_document->profile();
        double mean = 0;
        for (int expert = 0; expert < kExperts; ++expert)
            mean += profile.layers[w1(2, expert)].relativeError.at("int4-g128") / kExperts;
        const HeatmapModel::Cell& all = m_model->cell(1, 2);
        QCOMPARE(all.layers, kExperts);
        QVERIFY(std::abs(all.value - mean) < 1e-12);
        QCOMPARE(all.format, "int4-g128");
        QVERIFY(m_model->describe(1, 2).contains("8 layers"));
        m_document->setFormat({ static_cast<int>(w1(2, 5)) }, "int8-g128");
        QCOMPARE(m_model->cell(1, 2).format, HeatmapModel::mixedFormats());
        QVERIFY(std::abs(m_model->cell(1, 2).bits - (4.125 * 7 + 8.125) / 8) < 0.05);
        const QString card = ui::mapCellCard(*m_model, { 2, 1 });
        QVERIFY2(card.contains("int4-g128 × 7") && card.contains("int8-g128 × 1"), qPrintable(card));
        m_model->setMeasure(HeatmapMeasure::Format, {});
        QVERIFY(m_model->cell(1, 2).color != m_model->cell(1, 1).color);
        QCOMPARE(m_model->formatColors().size(), 2); // what is mixed is no format
    }
    void locksAndProblemsOfSome()
    {
        m_document->setLocked({ static_cast<int>(w1(0, 1)) }, true);
        QVERIFY(!m_model->cell(1, 0).locked); // not all of them
        std::vector<int> all;
        for (int expert = 0; expert < kExperts; ++expert)
            all.push_back(static_cast<int>(w1(0, expert)));
        m_document->setLocked(all, true);
        QVERIFY(m_model->cell(1, 0).locked && !m_model->cell(1, 1).locked);
        m_document->setLoader("vllm");
        m_document->setFormat({ static_cast<int>(w1(1, 4)) }, "int5-g64");
        QVERIFY(m_model->cell(1, 1).problem);
        QVERIFY(ui::mapCellCard(*m_model, { 1, 1 }).contains("loader"));
    }
    void sumsCountEveryLayerOnce()
    {
        m_model->setMeasure(HeatmapMeasure::HessianTrace, {});
        double all = 0, block = 0, role = 0;
        for (std::size_t i = 0; i < m_network->layers().size(); ++i) {
            const double trace = 10.0 + static_cast<double>(i);
            all += trace;
            block += i / kLayers == 1 ? trace : 0;
            role += i % kLayers != 0 && i % kLayers % 2 == 1 ? trace : 0;
        }
        for (const bool open : { false, true }) {
            m_model->setAllOpen(open);
            QCOMPARE(m_model->total(), all);
            QCOMPARE(m_model->blockSum(1), block);
            QCOMPARE(m_model->roleSum(1), role);
        }
        QCOMPARE(m_model->roleSum(2), 3 * 10.0 + 1 + (kLayers + 1) + (2 * kLayers + 1)); // expert 0 of w1
    }
    void aClickTakesAllAndTheKeysReachEach()
    {
        click(1, 1);
        QCOMPARE(m_selection->layers().size(), std::size_t(kExperts));
        QCOMPARE(m_selection->currentLayer(), static_cast<int>(w1(1, 0)));
        QTest::keyClick(m_view.get(), Qt::Key_Right); // from the cell, not from its first layer
        QCOMPARE(m_selection->layers().size(), std::size_t(kExperts));
        QVERIFY(m_selection->contains(static_cast<int>(w1(2, 7))));
        click(1, 2, Qt::ControlModifier); // a toggle off takes all of them away
        QVERIFY(m_selection->layers().empty());
        clickArrow(1);
        QCOMPARE(m_model->rowCount(), 3 + kExperts);
        click(1, 0);
        QTest::keyClick(m_view.get(), Qt::Key_Down);
        QCOMPARE(m_selection->layers(), std::vector<int> { static_cast<int>(w1(0, 0)) });
        QTest::keyClick(m_view.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_selection->layers().size(), m_network->layers().size());
        clickArrow(1);
        QCOMPARE(m_model->rowCount(), 3);
        clickArrow(0); // has nothing to open: takes the role's layers
        QCOMPARE(m_selection->layers(), (std::vector<int> { 0, kLayers, 2 * kLayers }));
    }
    void tablesAreOfLayers()
    {
        const auto closed = ui::mapTable(*m_model, {});
        m_model->setAllOpen(true);
        QCOMPARE(ui::mapTable(*m_model, {}), closed);
        QCOMPARE(closed.size(), 1 + 3 * kLayers);
        QCOMPARE(closed[2][0], "model.layers.0.experts.0.w1");
    }

private:
    static std::size_t w1(int block, int expert) { return static_cast<std::size_t>(block * kLayers + 1 + 2 * expert); }
    QStringList rowNames() const
    {
        QStringList names;
        for (int row = 0; row < m_model->rowCount(); ++row)
            names << m_model->headerData(row, Qt::Vertical, Qt::DisplayRole).toString();
        return names;
    }
    void clickArrow(int row)
    {
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, { 6, m_view->cellRect(row, 0).center().y() });
    }
};

QTEST_MAIN(TestMapExperts)
#include "tst_map_experts.moc"
