// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <numeric>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "core/base/random.h"
#include "tests/support/own_settings.h"
#include "tests/ui/sample_workbench.h"
#include "ui/bytes/bytes_panel.h"
#include "ui/bytes/squarify.h"
#include "ui/bytes/treemap.h"
#include "ui/english_plurals.h"

using namespace kerf;

class TestBytes : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QCoreApplication::installTranslator(&m_plurals);
        m_workbench = std::make_unique<ui::Workbench>();
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("bytes.kerf")));
    }
    void init()
    {
        m_panel = std::make_unique<ui::BytesPanel>(m_workbench.get());
        m_panel->resize(320, 900);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }
    void cleanup()
    {
        m_panel.reset();
        while (m_workbench->undo()->canUndo())
            m_workbench->undo()->undo();
        m_workbench->selection()->clear();
    }
    void cleanupTestCase() { m_workbench.reset(); }

    // ---- the layout

    void areasAreInProportionAndFillTheRoom()
    {
        core::CounterRng random(5);
        for (int round = 0; round < 50; ++round) {
            std::vector<double> numbers(1 + random.below(40));
            for (double& number : numbers)
                number = static_cast<double>(random.below(1000));
            std::ranges::sort(numbers, std::greater<>());
            const QRectF room(
                3, 5, 200 + static_cast<double>(random.below(300)), 50 + static_cast<double>(random.below(200)));
            const auto places = ui::squarify(numbers, room);
            const double total = std::accumulate(numbers.begin(), numbers.end(), 0.0);
            QCOMPARE(places.size(), numbers.size());
            for (std::size_t i = 0; i < numbers.size() && total > 0; ++i) {
                const double area = places[i].width() * places[i].height();
                QVERIFY(std::abs(area - numbers[i] / total * room.width() * room.height())
                    < 1e-6 * room.width() * room.height());
                QVERIFY(numbers[i] == 0 || room.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(places[i]));
                for (std::size_t j = 0; j < i; ++j) {
                    const QRectF both = places[i].intersected(places[j]);
                    QVERIFY(both.width() < 1e-6 || both.height() < 1e-6);
                }
            }
        }
    }
    void thePapersExample()
    {
        // Areas 6, 6, 4, 3, 2, 2, 1 in a room of 6 x 4 (Bruls et al., figures 3 to 5).
        const auto places = ui::squarify({ 6, 6, 4, 3, 2, 2, 1 }, QRectF(0, 0, 6, 4));
        QCOMPARE(places[0], QRectF(0, 0, 3, 2));
        QCOMPARE(places[1], QRectF(0, 2, 3, 2));
        QVERIFY(std::abs(places[2].width() - 12.0 / 7) < 1e-9 && std::abs(places[2].height() - 7.0 / 3) < 1e-9);
        QVERIFY(std::abs(places[3].width() - 9.0 / 7) < 1e-9);
    }

    // ---- the panel

    void bytesAreTheFilesAndThePlans()
    {
        const ui::ByteView& view = *m_panel->bytes();
        QCOMPARE(view.before(), document().estimate().originalBytes);
        QCOMPARE(view.after(), document().estimate().size.sizeBytes);
        QVERIFY(view.headIsEmbedding());
        QCOMPARE(view.items().front().name, "embedding (also the head)");
        QVERIFY(!view.items().front().planned);
        document().setFormat({ 0, 7 }, "int8-g128");
        QCOMPARE(view.after(), document().estimate().size.sizeBytes);
        std::int64_t sum = 0;
        for (const auto& item : view.items())
            sum += item.after;
        QCOMPARE(sum, view.after());
    }
    void aClickSelectsAndEnterGoesIn()
    {
        auto* map = m_panel->findChild<ui::Treemap*>("bytesAfter");
        const int down = fieldOf(*map, "down");
        QVERIFY(down >= 0);
        QTest::mouseClick(map, Qt::LeftButton, {}, map->rectOf(down).center().toPoint());
        QCOMPARE(m_workbench->selection()->layers().size(), 6u);
        QVERIFY(map->fields()[static_cast<std::size_t>(fieldOf(*map, "down"))].selected);
        QTest::keyClick(map, Qt::Key_Return);
        QVERIFY(m_panel->bytes()->isInside());
        QCOMPARE(map->fields().size(), 6u);
        QVERIFY(map->fields().front().name.endsWith("down_proj"));
        map->setFocus();
        QTest::keyClick(map, Qt::Key_Right);
        QTest::keyClick(map, Qt::Key_Space);
        QCOMPARE(m_workbench->selection()->layers().size(), 1u);
        QTest::keyClick(map, Qt::Key_Backspace);
        QVERIFY(!m_panel->bytes()->isInside());
    }
    void groupings()
    {
        for (QToolButton* button : m_panel->findChildren<QToolButton*>())
            if (button->text() == "By Block")
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_panel->bytes()->grouping(), core::ByteGrouping::Block);
        const auto* map = m_panel->findChild<ui::Treemap*>("bytesBefore");
        QVERIFY(fieldOf(*map, "block 5") >= 0);
        QVERIFY(fieldOf(*map, "file headers") >= 0);
    }
    void theTableHoldsTheSame()
    {
        auto* table = m_panel->findChild<QTableView*>("bytesTable");
        const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto* map = m_panel->findChild<ui::Treemap*>("bytesAfter");
        QVERIFY(table->isHidden());
        QTest::keyClick(map, Qt::Key_T);
        QVERIFY(!table->isHidden() && map->isHidden());
        QCOMPARE(table->model()->rowCount(), static_cast<int>(m_panel->bytes()->items().size()));
        QTest::keyClick(table, Qt::Key_T);
        QVERIFY(table->isHidden() && !map->isHidden());
    }
    void theLeverIsAnEditThatCanBeTakenBack()
    {
        auto* text = m_panel->findChild<QLabel*>("leverText");
        m_panel->findChild<QSpinBox*>("bytesContext")->setValue(1); // a small cache: layers are the lever
        QTRY_VERIFY(text->text().contains("The largest lever:") && text->text().contains("layers"));
        QVERIFY2(text->text().startsWith("Largest: embedding (also the head), "), qPrintable(text->text()));
        const std::int64_t before = document().estimate().size.sizeBytes;
        QTest::mouseClick(m_panel->findChild<QPushButton*>("useLever"), Qt::LeftButton);
        QVERIFY(document().estimate().size.sizeBytes < before);
        m_workbench->undo()->undo();
        QCOMPARE(document().estimate().size.sizeBytes, before);
        m_panel->findChild<QSpinBox*>("bytesBatch")->setValue(9000);
        m_panel->findChild<QSpinBox*>("bytesContext")->setValue(1000);
        QTRY_VERIFY(text->text().contains("the cache in kv-int8"));
        QTest::mouseClick(m_panel->findChild<QPushButton*>("useLever"), Qt::LeftButton);
        QCOMPARE(document().plan().kv.front(), "kv-int8");
        QTRY_VERIFY(!text->text().contains("cache"));
    }
    void memoryIsWeightsAndCache()
    {
        m_panel->findChild<QSpinBox*>("bytesContext")->setValue(256);
        m_panel->findChild<QSpinBox*>("bytesBatch")->setValue(8);
        const auto cache = core::cacheBytes(document().plan(), *document().network(), 256, 8);
        const QString text = m_panel->findChild<QLabel*>("bytesTogether")->text();
        QVERIFY2(text.contains(QLocale().toString(qlonglong(*cache / (256 * 8)))), qPrintable(text));
        auto* choice = m_panel->findChild<QComboBox*>("bytesCache");
        choice->setCurrentText("kv-int4");
        emit choice->activated(choice->currentIndex());
        QCOMPARE(document().plan().kv.front(), "kv-int4");
    }
    void filesAreWritten()
    {
        for (const auto& [ending, starts] : { std::pair("png", "\x89PNG"), std::pair("svg", "<?xml"),
                 std::pair("pdf", "%PDF"), std::pair("csv", "part,bytes_before") }) {
            const QString name = m_folder.filePath(QStringLiteral("bytes.%1").arg(ending));
            QCOMPARE(m_panel->save(name), QString());
            QFile file(name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(file.readAll().startsWith(starts), ending);
        }
        QVERIFY(!m_panel->save(m_folder.filePath("nowhere/bytes.csv")).isEmpty());
    }

private:
    ui::PlanDocument& document() { return *m_workbench->document(); }
    static int fieldOf(const ui::Treemap& map, const QString& name)
    {
        for (std::size_t i = 0; i < map.fields().size(); ++i)
            if (map.fields()[i].name == name)
                return static_cast<int>(i);
        return -1;
    }

    ui::EnglishPlurals m_plurals;
    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<ui::BytesPanel> m_panel;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-bytes");
    QApplication application(argc, argv);
    TestBytes test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_bytes.moc"
