// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

/// Checks the exit code of a run of kerf-cli; says what it wrote to stderr where it is another.
#define VERIFY_EXIT(result, code) QVERIFY2((result).exitCode == (code), (result).err.constData())

/// Runs the real kerf-cli of this build. Header only, so that the support library needs no Qt.
namespace kerf::test {

struct CliResult {
    int exitCode = -1; ///< -1: did not start or was killed
    QByteArray out;
    QByteArray err;

    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

inline QString kerfCliPath()
{
    return QStringLiteral(KERF_BINARY_DIR "/kerf-cli");
}

/// As long as QTest gives a test function: sanitized builds set more (CMakePresets.json).
inline int mostMilliseconds()
{
    const int set = qEnvironmentVariableIntValue("QTEST_FUNCTION_TIMEOUT");
    return set > 0 ? set : 300'000;
}

inline CliResult kerfCli(const QStringList& arguments, int timeoutMs = mostMilliseconds())
{
    QProcess process;
    process.start(kerfCliPath(), arguments);
    process.closeWriteChannel();
    CliResult result;
    if (!process.waitForFinished(timeoutMs)) {
        process.kill();
        process.waitForFinished();
        result.err = "kerf-cli did not start or did not finish in time: " + process.errorString().toUtf8();
        return result;
    }
    result.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

} // namespace kerf::test
