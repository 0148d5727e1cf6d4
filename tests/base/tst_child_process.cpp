// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>

#include "core/base/child_process.h"

using namespace kerf::core;

namespace {

/// What a program of the shell answers to one line.
Result<std::string> ask(const std::string& script, std::string_view line = "x", ChildProcess::Limits limits = {},
    const JobContext& job = {})
{
    KERF_TRY(ChildProcess child, ChildProcess::start("/bin/sh", { "-c", script }));
    return child.ask(line, limits, job);
}

} // namespace

/// Programs of others that do not do what they should.
class TestChildProcess : public QObject {
    Q_OBJECT
private slots:
    void answersLineByLine()
    {
        Result<ChildProcess> child
            = ChildProcess::start("/bin/sh", { "-c", "while read -r a; do echo \"<$a>\"; done" });
        QVERIFY2(child.has_value(), child ? "" : child.error().message.c_str());
        for (const std::string line : { "one", "", "two three" })
            QCOMPARE(child->ask(line, {}, {}).value(), "<" + line + ">");
        const Result<std::string> long_ = ask("cat", std::string(3'000'000, 'a'));
        QVERIFY2(long_.has_value(), long_ ? "" : long_.error().message.c_str());
        QCOMPARE(*long_, std::string(3'000'000, 'a'));
    }
    void saysHowItEnded_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QByteArray>("words");
        QTest::addRow("status") << QByteArray("read a; exit 7") << QByteArray("ended with the status 7");
        QTest::addRow("signal") << QByteArray("read a; kill -SEGV $$")
                                << QByteArray("was ended by the signal 11 (Segmentation fault)");
        QTest::addRow("time") << QByteArray("ulimit -S -t 1; while :; do :; done")
                              << QByteArray("used up its processor time");
        QTest::addRow("at once") << QByteArray("exec <&-; exit 3") << QByteArray("ended with the status 3");
        QTest::addRow("output closed") << QByteArray("read a; exec >&- <&-; sleep 30")
                                       << QByteArray("closed its output");
        QTest::addRow("silence") << QByteArray("sleep 30") << QByteArray("gave no answer within 1.5 s");
        QTest::addRow("no end") << QByteArray("yes | tr -d '\\n'")
                                << QByteArray("answered with more than 100000 bytes");
    }
    void saysHowItEnded()
    {
        QFETCH(QByteArray, script);
        QFETCH(QByteArray, words);
        const std::string line(std::string_view(QTest::currentDataTag()) == "silence" ? 5'000'000 : 1, 'x');
        QElapsedTimer timer;
        timer.start();
        const Result<std::string> answer = ask(
            script.toStdString(), line, { std::chrono::milliseconds(words.contains("1.5") ? 1500 : 60'000), 100'000 });
        QVERIFY(!answer.has_value());
        QCOMPARE(answer.error().code, ErrorCode::Io);
        QCOMPARE(QByteArray(answer.error().message.c_str()), words);
        QVERIFY2(timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
    }
    void endsWithItsOwner()
    {
        Result<ChildProcess> child = ChildProcess::start("/bin/sh", { "-c", "read a; echo $$; sleep 60" });
        const int pid = std::stoi(child->ask("", {}, {}).value());
        QCOMPARE(::kill(pid, 0), 0);
        child = fail(ErrorCode::Io, "");
        QCOMPARE(::kill(pid, 0), -1);
    }
    void stopsWithTheJob()
    {
        std::stop_source source;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            source.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        const Result<std::string> answer = ask("sleep 60", "x", {}, JobContext(source.get_token()));
        QVERIFY(!answer.has_value());
        QCOMPARE(answer.error().code, ErrorCode::Cancelled);
        QVERIFY(timer.elapsed() < 5'000);
    }
    void inheritsNothing()
    {
        ::setenv("KERF_SECRET", "1", 1);
        const int file = ::fcntl(STDERR_FILENO, F_DUPFD, 77); // without FD_CLOEXEC: any program would have it
        QVERIFY(file >= 77);
        const Result<std::string> answer = ask("read a; for f in /proc/$$/fd/7? /proc/$$/fd/8?; do n=\"$n ${f##*/}\"; "
                                               "done; echo \"$n|$KERF_SECRET|$LC_ALL\"");
        ::close(file);
        QCOMPARE(answer.value(), std::string(" 7? 8?||C.UTF-8"));
    }
    void saysWhatCannotBeStarted()
    {
        const Result<ChildProcess> child = ChildProcess::start("/nowhere/python3", {});
        QVERIFY(!child.has_value());
        QCOMPARE(child.error().code, ErrorCode::Io);
        QCOMPARE(child.error().message, std::string("/nowhere/python3: cannot be started: No such file or directory"));
    }
};

QTEST_GUILESS_MAIN(TestChildProcess)
#include "tst_child_process.moc"
