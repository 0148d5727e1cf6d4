// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QSpinBox>
#include <QTest>

#include "tests/jobs/sample_workspaces.h"
#include "tests/support/text_folder.h"
#include "ui/jobs/data_dialog.h"

using namespace kerf::ui;

/// The dialog that asks for texts tells what they give, and never waits for them.
class TestDataDialog : public QObject {
    Q_OBJECT

    kerf::test::TextFolder m_texts;
    kerf::core::ProjectPtr m_project;

    QPointer<DataDialog> show(const QString& calibration, const QString& evaluation, int samples)
    {
        auto* dialog = new DataDialog(m_project, dataSettingsOf(*m_project), DataDialog::Purpose::Settings);
        dialog->findChild<QLineEdit*>("calibrationFiles")->setText(calibration);
        dialog->findChild<QLineEdit*>("evaluationFiles")->setText(evaluation);
        for (const char* name : { "calibrationSamples", "evaluationSamples" })
            dialog->findChild<QSpinBox*>(name)->setValue(samples);
        dialog->show();
        return dialog;
    }
    static QString summary(DataDialog* dialog, const char* name) { return dialog->findChild<QLabel*>(name)->text(); }

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("kerf-test");
        QCoreApplication::setApplicationName("tst_data_dialog");
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
    }
    void tellsHowTextsAreReadAndWhatTheyShare()
    {
        QByteArray table = "id,text\n";
        for (int i = 0; i < 400; ++i)
            table += QByteArray::number(i) + ",The house number " + QByteArray::number(i) + " stood on a hill.\n";
        const QString file = m_texts.write("houses.csv", table);
        const QPointer<DataDialog> dialog = show(file, file, 4);
        QTRY_VERIFY_WITH_TIMEOUT(summary(dialog, "evaluationSummary").contains("4 windows"), 20'000);
        QVERIFY(
            summary(dialog, "calibrationSummary").contains("houses.csv was read as CSV: the field \"text\" (found)"));
        QVERIFY(summary(dialog, "evaluationSummary").contains("houses.csv overlaps with the text of the calibration"));
        QVERIFY(!summary(dialog, "calibrationSummary").contains("overlaps"));
        dialog->findChild<QLineEdit*>("calibrationField")->setText("title");
        QTRY_VERIFY_WITH_TIMEOUT(summary(dialog, "calibrationSummary").contains("no text field \"title\""), 20'000);
        QCOMPARE(QString::fromStdString(dialog->settings().calibration.field), QString("title"));
        delete dialog;
    }
    void aLongTextNeverHoldsTheWindow()
    {
        const QString file = m_texts.write("long.txt",
            QByteArray("The house stood on a hill, and the rain fell on it all night long. ").repeated(400'000));
        const QPointer<DataDialog> dialog = show(file, file, 0);
        QElapsedTimer timer;
        qint64 longest = 0;
        for (int i = 0; i < 60; ++i) {
            timer.start();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
            longest = std::max(longest, timer.elapsed());
            QTest::qSleep(5);
        }
        QVERIFY2(longest < 400, qPrintable(QString::number(longest))); // showing the window is the longest
        QVERIFY(summary(dialog, "calibrationSummary").startsWith("Reading"));
        // Another number of windows: what is read for the old one is dropped at once.
        timer.start();
        for (const char* name : { "calibrationSamples", "evaluationSamples" })
            dialog->findChild<QSpinBox*>(name)->setValue(2);
        QTRY_VERIFY_WITH_TIMEOUT(summary(dialog, "calibrationSummary").contains("2 windows"), 5'000);
        dialog->findChild<QSpinBox*>("calibrationSamples")->setValue(0);
        QTest::qWait(100);
        timer.start();
        delete dialog;
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_MAIN(TestDataDialog)
#include "tst_data_dialog.moc"
