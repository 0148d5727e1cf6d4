// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <QCheckBox>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include "tests/jobs/sample_workspaces.h"
#include "tests/support/test_data.h"
#include "tests/support/text_folder.h"
#include "ui/english_plurals.h"
#include "ui/jobs/data_dialog.h"
#include "ui/jobs/lengths_chart.h"
#include "ui/jobs/texts_dialog.h"

using namespace kerf::ui;

/// The dialog that asks for texts tells what they give, and never waits for them.
class TestDataDialog : public QObject {
    Q_OBJECT

    kerf::ui::EnglishPlurals m_plurals;
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
        QCoreApplication::installTranslator(&m_plurals);
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
    /// Offered for calibration texts of a model with experts, and kept.
    void allExpertsAreOfferedWhereThereAreSome()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto experts = kerf::core::openProject(data / "conformance" / "decoders" / "mixtral", {});
        QVERIFY(experts);
        DataDialog dialog(*experts, dataSettingsOf(**experts), DataDialog::Purpose::Settings);
        auto* box = dialog.findChild<QCheckBox*>("calibrationAllExperts");
        QVERIFY(box && !box->isChecked() && !dialog.findChild<QCheckBox*>("evaluationAllExperts"));
        QVERIFY(!dialog.settings().calibration.allExperts);
        box->setChecked(true);
        QVERIFY(dialog.settings().calibration.allExperts && !dialog.settings().evaluation.allExperts);
        DataDialog dense(m_project, dataSettingsOf(*m_project), DataDialog::Purpose::Settings);
        QVERIFY(!dense.findChild<QCheckBox*>("calibrationAllExperts"));
    }

    void drawsWindowsAtRandom()
    {
        QByteArray text;
        for (int i = 0; i < 2000; ++i)
            text += "The house number " + QByteArray::number(i) + " stood on a hill.\n";
        const QPointer<DataDialog> dialog = show(m_texts.write("drawn.txt", text), m_texts.path("drawn.txt"), 4);
        auto* atRandom = dialog->findChild<QCheckBox*>("calibrationAtRandom");
        auto* seed = dialog->findChild<QSpinBox*>("calibrationSeed");
        QTRY_VERIFY_WITH_TIMEOUT(summary(dialog, "calibrationSummary").contains("; more text follows"), 20'000);
        QVERIFY(!seed->isEnabled() && !dialog->settings().calibration.sampleSeed);
        QTest::mouseClick(atRandom, Qt::LeftButton, {}, QPoint(8, atRandom->height() / 2));
        QVERIFY(atRandom->isChecked() && seed->isEnabled());
        seed->setValue(7);
        QTRY_VERIFY_WITH_TIMEOUT(summary(dialog, "calibrationSummary").contains(", drawn from "), 20'000);
        QCOMPARE(dialog->settings().calibration.sampleSeed.value(), std::uint64_t { 7 });
        QVERIFY(!dialog->settings().evaluation.sampleSeed);
        saveDataSettings(*m_project, dialog->settings());
        QCOMPARE(dataSettingsOf(*m_project).calibration.sampleSeed.value(), std::uint64_t { 7 });
        DataSettings plain = dialog->settings();
        plain.calibration.sampleSeed.reset();
        saveDataSettings(*m_project, plain);
        QVERIFY(!dataSettingsOf(*m_project).calibration.sampleSeed);
        delete dialog;
    }
    void looksCloser()
    {
        QByteArray lines;
        for (int i = 0; i < 40; ++i)
            lines += "{\"text\": \"" + QByteArray("The house stood on a hill. ").repeated(1 + i % 4) + "\"}\n";
        const QString file = m_texts.write("closer.jsonl", lines);
        const QPointer<DataDialog> dialog = show(file, file, 4);
        dialog->findChild<QSpinBox*>("calibrationWindow")->setValue(16);
        QTRY_VERIFY_WITH_TIMEOUT(summary(dialog, "calibrationSummary").contains("4 windows"), 20'000);
        QTest::mouseClick(dialog->findChild<QPushButton*>("calibrationLook"), Qt::LeftButton);
        const QPointer<TextsDialog> closer = dialog->findChild<TextsDialog*>();
        QVERIFY(closer);
        auto* windows = closer->findChild<QListWidget*>("textsWindows");
        QTRY_COMPARE_WITH_TIMEOUT(windows->count(), 4, 20'000);
        auto* text = closer->findChild<QPlainTextEdit*>("textsText");
        QVERIFY(text->toPlainText().startsWith("The house stood on a hill."));
        const QString first = text->toPlainText();
        QTest::keyClick(windows, Qt::Key_Down);
        QVERIFY(text->toPlainText() != first);
        const auto lengths = kerf::core::measureDocuments(
            *m_project->tokenizer, std::vector { std::filesystem::path(file.toStdString()) }, "", 0, {});
        auto* chart = closer->findChild<LengthsChart*>();
        const QString csv = m_texts.path("lengths.csv");
        QCOMPARE(chart->save(csv), QString());
        QFile written(csv);
        QVERIFY(written.open(QIODevice::ReadOnly));
        int documents = 0;
        for (const QByteArray& line : written.readAll().trimmed().split('\n').mid(1))
            documents += line.trimmed().split(',').value(2).toInt();
        QCOMPARE(documents, 40);
        QVERIFY(closer->findChild<QLabel*>("textsSummary")
                    ->text()
                    .startsWith(QString("40 documents of %1 to %2 tokens")
                                    .arg(lengths->lengths.front())
                                    .arg(lengths->lengths.back())));
        QTest::keyClick(closer, Qt::Key_Escape);
        QTRY_VERIFY(!closer);
        delete dialog;
    }
    void oneDocumentIsOne()
    {
        const QString file = m_texts.write("one.txt", QByteArray("The house stood on a hill. ").repeated(40));
        TextsDialog one(m_project, { { file.toStdString() }, 16, 2 });
        const auto* summary = one.findChild<QLabel*>("textsSummary");
        QTRY_VERIFY_WITH_TIMEOUT(summary->text().contains("tokens"), 20'000);
        QVERIFY2(summary->text().startsWith("1 document of "), qPrintable(summary->text()));
        QVERIFY2(summary->text().endsWith("Shorter than a window: 0."), qPrintable(summary->text()));
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
