// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>
#include <qcustomplot.h>

#include "tests/ui/sample_workbench.h"
#include "ui/empty_state.h"
#include "ui/english_plurals.h"
#include "ui/look/boxes_view.h"
#include "ui/look/look_dialog.h"
#include "ui/look/look_table_model.h"
#include "ui/look/state_error_chart.h"

using namespace kerf;

namespace {

core::Detection found(double x, double score)
{
    return { { x, 10, 20, 20 }, score, 0 };
}

/// Of 100 x 50: one box that both found, one that was lost, one that is new.
core::LookedSample faces()
{
    core::LookedSample sample;
    sample.name = "faces.png";
    sample.picture = { 100, 50 };
    sample.boxes = core::matchBoxes({ found(5, .9), found(40, .8) }, { found(5, .95), found(75, .7) }, .5);
    sample.divergence = .25;
    return sample;
}

core::LookedSample digit()
{
    core::LookedSample sample;
    sample.name = "digit";
    sample.original = core::LookedClass { 1, .9 };
    sample.run = core::LookedClass { 7, .6 };
    return sample;
}

} // namespace

/// What two networks find in samples, in the window.
class TestLookDialog : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    ui::EnglishPlurals m_plurals;

private slots:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }

    void theTableSaysWhatEachFound()
    {
        ui::LookTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setLook(
            { "photographs", "object detection", "nats/picture", { faces(), digit() }, { "zero", "one" } }, "mine");
        QCOMPARE(model.rowCount(), 2);
        const auto at = [&](int row, int column, int role = Qt::DisplayRole) {
            return model.index(row, column).data(role).toString();
        };
        QCOMPARE(at(0, ui::LookTableModel::OriginalColumn), QString("2 objects"));
        QCOMPARE(at(0, ui::LookTableModel::RunColumn), QString("2 objects, 1 lost, 1 new"));
        QCOMPARE(at(1, ui::LookTableModel::OriginalColumn), QString("one: 90.0 %"));
        QCOMPARE(at(1, ui::LookTableModel::RunColumn), QString("7: 60.0 %")); // has no name
        QCOMPARE(at(0, 0, ui::LookTableModel::ChangedRole), QString("1"));
        QCOMPARE(model.headerData(ui::LookTableModel::RunColumn, Qt::Horizontal).toString(), QString("mine"));
    }

    /// Each side draws what it found, and dashed what it lacks; where they lie is checked by their colours.
    void boxesAreDrawnOnTheirSide()
    {
        QImage picture(100, 50, QImage::Format_RGB32);
        picture.fill(Qt::white);
        for (const auto side : { ui::BoxesView::Side::Original, ui::BoxesView::Side::Run }) {
            ui::BoxesView view(side);
            view.resize(400, 200);
            view.setSample(picture, faces());
            const auto counts = view.counts();
            QCOMPARE(counts.both, 1);
            QCOMPARE(counts.own, 1);
            QCOMPARE(counts.missing, 1);
            const QImage drawn = view.grab().toImage().scaled(400, 200);
            const bool isOriginal = side == ui::BoxesView::Side::Original;
            const QColor own = drawn.pixelColor(isOriginal ? 200 : 340, 40); // upper side of the box at 40, or 75
            QVERIFY(own.rgb() != QColor(Qt::white).rgb());
            const auto isNear = [](const QColor& a, const QColor& b) {
                return qAbs(a.red() - b.red()) + qAbs(a.green() - b.green()) + qAbs(a.blue() - b.blue()) < 60;
            };
            QVERIFY2(isNear(own, ui::BoxesView::ownColor()), qPrintable(own.name()));
            QVERIFY(isNear(drawn.pixelColor(60, 40), ui::BoxesView::bothColor()));
            QCOMPARE(drawn.pixelColor(60, 80), QColor(Qt::white)); // nothing inside
            QVERIFY(view.accessibleDescription().contains("1 object"));
        }
    }

    /// A line for each layer, in per cent.
    void errorsOfStatesAreDrawn()
    {
        ui::StateErrorChart chart;
        chart.setErrors({ { "lstm", { 1, 2, 3 }, { .01, .02, .04 } }, { "gru", { 1, 2 }, { .1, .1 } } });
        auto* plot = chart.plot();
        QCOMPARE(plot->graphCount(), 2);
        QCOMPARE(plot->graph(0)->dataMainKey(2), 3.0);
        QCOMPARE(plot->graph(0)->dataMainValue(2), 4.0);
        QVERIFY(plot->yAxis->range().contains(10) && plot->xAxis->range().contains(3));
        chart.setErrors({});
        QCOMPARE(plot->graphCount(), 0);
    }

    /// A model of texts has nothing to look at; the dialog says why instead of a picture.
    void whatCannotBeLookedAtIsSaid()
    {
        ui::Workbench workbench;
        QVERIFY(test::openSample(workbench, m_folder.filePath("w.kerf")));
        const core::RowId run = test::addRun(workbench, "int8-channel", core::RunState::Done);
        QVERIFY(run > 0);
        auto* dialog = new ui::LookDialog(&workbench, run);
        dialog->show();
        auto* empty = dialog->findChild<ui::EmptyState*>();
        QVERIFY(empty);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->findChildren<QLabel*>().isEmpty()
                && std::ranges::any_of(empty->findChildren<QLabel*>(),
                    [](const QLabel* label) {
                        return label->text().contains("nothing to look at")
                            || label->text().contains("Choose a folder");
                    }),
            test::kOpenTimeout);
        dialog->close();
    }
};

QTEST_MAIN(TestLookDialog)
#include "tst_look_dialog.moc"
