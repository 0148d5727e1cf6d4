// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <chrono>
#include <thread>

#include <QAction>
#include <QElapsedTimer>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>
#include <QToolButton>

#include "tests/support/own_settings.h"
#include "ui/english_plurals.h"
#include "ui/jobs/job_bar.h"
#include "ui/jobs/job_center.h"
#include "ui/jobs/progress_delegate.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

/// A job that says where it is whenever it is told to, until it is stopped.
struct ToldJob {
    std::atomic<int> done { 0 };
    core::Status operator()(const core::JobContext& job, const char* stage, const char* unit, int total) const
    {
        while (true) {
            KERF_CHECK(job.checkStop());
            core::Progress progress;
            progress.stage = stage;
            progress.done = done;
            progress.total = total;
            progress.unit = unit;
            job.progress(progress);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
};

} // namespace

/// The running job in the status bar and its bar in the list.
class TestJobBar : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QCoreApplication::installTranslator(&m_plurals);
        ui::applyTheme(ui::ThemeMode::Light);
    }
    void init()
    {
        m_told.done = 0;
        m_jobs = std::make_unique<ui::JobCenter>();
        m_stop = std::make_unique<QAction>("Stop");
        connect(m_stop.get(), &QAction::triggered, m_jobs.get(), [this] { m_jobs->stop(); });
        m_window = std::make_unique<QWidget>();
        m_window->resize(1200, 60);
        m_bar = new ui::JobBar(m_jobs.get(), m_stop.get(), m_window.get());
        m_bar->setGeometry(0, 0, 1200, 50);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_jobs->stopAll();
        QTRY_VERIFY(!m_jobs->isRunning());
        m_window.reset();
        m_jobs.reset();
    }

    void quickJobsDoNotFlash()
    {
        m_jobs->start({ "Quick",
            [](const core::JobContext&) -> core::Status {
                std::this_thread::sleep_for(std::chrono::milliseconds(150));
                return {};
            },
            [](const ui::JobOutcome&) {}, {} });
        for (int i = 0; i < 70; ++i) {
            QVERIFY(m_bar->isHidden());
            QTest::qWait(10);
        }
        QVERIFY(!m_jobs->isRunning());
    }
    void itSaysWhereTheJobIs()
    {
        start("Profile sample", "Calibrating", "windows", 64);
        m_told.done = 16;
        QTRY_VERIFY(m_bar->isVisible());
        QTRY_COMPARE(m_bar->text(), QStringLiteral("Profile sample · Calibrating"));
        QTRY_VERIFY2(m_bar->detail().startsWith("16 of 64 windows"), qPrintable(m_bar->detail()));
        const auto* bar = m_bar->findChild<QProgressBar*>();
        QCOMPARE(bar->value() * 64 / bar->maximum(), 16);
        QVERIFY(!bar->accessibleName().isEmpty());
        start("Export", "Writing", "tensors", 0); // writes too: it waits
        QTRY_VERIFY2(m_bar->detail().contains("1 in the queue"), qPrintable(m_bar->detail()));
    }
    void withoutATotalTheBarRunsOn()
    {
        start("Open", "Reading", "", 0);
        QTRY_VERIFY(m_bar->isVisible());
        QTRY_COMPARE(m_bar->findChild<QProgressBar*>()->maximum(), 0);
        QVERIFY2(!m_bar->detail().contains(" of "), qPrintable(m_bar->detail()));
    }
    void stopIsPressedAndStaysWhereItIs()
    {
        start("Profile sample", "Calibrating", "windows", 64);
        QTRY_VERIFY(m_bar->isVisible());
        auto* stop = m_bar->findChild<QToolButton*>("barButton");
        const QPoint place = stop->mapTo(m_window.get(), QPoint());
        m_told.done = 63;
        QTRY_VERIFY(m_bar->detail().startsWith("63 of"));
        QCOMPARE(stop->mapTo(m_window.get(), QPoint()), place); // a longer text does not move it
        QElapsedTimer timer;
        timer.start();
        QTest::mouseClick(stop, Qt::LeftButton);
        QTRY_VERIFY(!m_jobs->isRunning());
        QVERIFY(timer.elapsed() < 1000);
        QTRY_VERIFY(m_bar->isHidden());
    }
    void littleRoomCutsTheTexts()
    {
        start("A job with a name that takes a good deal of room", "Quantizing the layers of the model", "layers", 42);
        QTRY_VERIFY(m_bar->isVisible());
        m_bar->setGeometry(0, 0, 420, 50);
        QTest::qWait(30);
        const auto labels = m_bar->findChildren<QLabel*>();
        bool cut = false;
        for (const QLabel* label : labels) {
            cut = cut || label->text().endsWith(QChar(0x2026));
            QVERIFY(label->fontMetrics().horizontalAdvance(label->text()) <= label->width() + 1);
        }
        QVERIFY(cut);
        QCOMPARE(labels.front()->toolTip(), m_bar->text()); // the whole is in the tool tip
        const auto* stop = m_bar->findChild<QToolButton*>("barButton");
        QVERIFY(m_bar->rect().contains(QRect(stop->mapTo(m_bar, QPoint()), stop->size())));
    }

    // ---- the bar in the list

    void theBarIsAsLongAsItsShare_data()
    {
        QTest::addColumn<double>("share");
        for (const double share : { 0.0, 0.25, 0.5, 1.0 })
            QTest::addRow("%g", share) << share;
    }
    void theBarIsAsLongAsItsShare()
    {
        QFETCH(double, share);
        QVERIFY(std::abs(accentPixels(share) - share * fullWidth()) <= 2.5); // its ends are round
    }
    void withoutAShareThereIsNoBar() { QCOMPARE(accentPixels(-1), 0); }

private:
    void start(const char* title, const char* stage, const char* unit, int total)
    {
        m_jobs->start({ title, [=, this](const core::JobContext& job) { return m_told(job, stage, unit, total); },
            [](const ui::JobOutcome&) {}, {} });
    }
    static QStyleOptionViewItem option()
    {
        QStyleOptionViewItem option;
        option.rect = QRect(0, 0, 400, 30);
        option.palette = QApplication::palette();
        option.fontMetrics = QFontMetrics(QApplication::font());
        return option;
    }
    static int fullWidth() { return 10 * option().fontMetrics.averageCharWidth(); }
    /// How many pixels of the middle line have the bar's colour.
    static int accentPixels(double share)
    {
        QStandardItemModel model(1, 1);
        model.setData(model.index(0, 0), share, ui::JobModel::ShareRole);
        QImage image(400, 30, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        ui::ProgressDelegate().paint(&painter, option(), model.index(0, 0));
        painter.end();
        int count = 0;
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, 15) == ui::themeColors(QApplication::palette()).accent ? 1 : 0;
        return count;
    }

    ui::EnglishPlurals m_plurals;
    ToldJob m_told;
    std::unique_ptr<ui::JobCenter> m_jobs;
    std::unique_ptr<QAction> m_stop;
    std::unique_ptr<QWidget> m_window;
    ui::JobBar* m_bar = nullptr;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-job-bar");
    QApplication application(argc, argv);
    TestJobBar test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_job_bar.moc"
