// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What kerf says without a window, on a machine without a display.

#include <QFileInfo>
#include <QProcess>
#include <QTest>

class TestWindowStart : public QObject {
    Q_OBJECT
private slots:
    void textNeedsNoDisplay_data()
    {
        QTest::addColumn<QString>("argument");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("help") << "--help" << QByteArray("MODEL");
        QTest::newRow("version") << "--version" << QByteArray("kerf ");
        QTest::newRow("short") << "-h" << QByteArray("--workspace");
    }
    void textNeedsNoDisplay()
    {
        QFETCH(QString, argument);
        QFETCH(QByteArray, says);
        const QString program = QStringLiteral(KERF_BINARY_DIR "/kerf");
        QVERIFY2(QFileInfo(program).isExecutable(), "kerf is not built");
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : { "DISPLAY", "WAYLAND_DISPLAY" })
            environment.remove(name);
        environment.insert("QT_QPA_PLATFORM", "xcb");
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(program, { argument });
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        const QByteArray out = process.readAllStandardOutput();
        QVERIFY2(out.contains(says), out.constData());
    }
};

QTEST_GUILESS_MAIN(TestWindowStart)
#include "tst_window_start.moc"
