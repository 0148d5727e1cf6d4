// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/project.h"
#include "core/plan/plan.h"
#include "tests/support/decided_runs.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

/// A line of the report as a shell would run it, with the program of this build.
CliResult typed(const QString& line)
{
    QProcess process;
    process.start("/bin/sh",
        { "-c",
            QString(line).replace(QStringLiteral("kerf-cli "), kerfCliPath() + QStringLiteral(" "))
                + QStringLiteral(" --json") });
    process.closeWriteChannel();
    CliResult result;
    if (!process.waitForFinished(mostMilliseconds()))
        return result;
    result.exitCode = process.exitCode();
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

} // namespace

/// The report of a decision: it needs nothing else to be shown, says what the workspace has, and its commands come to
/// the same.
class TestCliReport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_model, m_workspace, m_page;

    QStringList commands() const
    {
        const auto found
            = QRegularExpression("<pre>(.*)</pre>", QRegularExpression::DotMatchesEverythingOption).match(m_page);
        QString text = found.captured(1);
        text.replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
        return text.split('\n', Qt::SkipEmptyParts);
    }
    QString command(const QString& verb) const
    {
        for (const QString& line : commands())
            if (line.startsWith("kerf-cli " + verb + " "))
                return line;
        return {};
    }

private slots:
    void initTestCase()
    {
        const auto project = openProject(sample() / "model", {}).value();
        m_workspace = m_folder.filePath("work.kerf");
        m_model = QString::fromStdString((sample() / "model").string());
        {
            Workspace workspace = Workspace::open(m_workspace.toStdString()).value();
            const RowId model = registerModel(*project, workspace).value();
            const auto add
                = [&](const char* name, const char* format, double bytes, std::size_t harmful, std::size_t beneficial) {
                      addAnswered(workspace, model, uniformPlan(*project->model.network, name, format, "rtn").value(),
                          bytes, harmful, beneficial);
                  };
            add("original", "bf16", 8e6, 0, 0);
            add("it's mine", "int4-g64", 3e6, 12, 8);
        }
        const CliResult decided
            = kerfCli({ "decide", m_model, "--run", "it's mine", "--device", "RTX 4090", "--context", "256", "--batch",
                "8", "--judge", "acc_drop<=0.015 @95", "--price", "2.05,4.10,6.15", "--machines-before", "4",
                "--machines-after", "1,1,2", "--requests", "1e6", "--error-cost", "0.5,1,2", "--engineering",
                "20,40,160", "--rate", "100", "--calibration", "300", "--trial-days", "14", "-w", m_workspace });
        VERIFY_EXIT(decided, 0);
        const QString out = m_folder.filePath("report.html");
        const CliResult made = kerfCli({ "report", m_model, "--run", "it's mine", "--out", out, "-w", m_workspace });
        VERIFY_EXIT(made, 0);
        QFile page(out);
        QVERIFY(page.open(QIODevice::ReadOnly));
        m_page = QString::fromUtf8(page.readAll());
    }

    void nothingIsFetched()
    {
        QString text = m_page;
        text.remove("http://www.w3.org/2000/svg");
        QVERIFY(!text.contains("http://") && !text.contains("https://") && !text.contains("src=")
            && !text.contains("@import"));
        QVERIFY(text.contains("default-src 'none'"));
    }

    /// Of the run's row: its accuracy, its size, the original's.
    void theNumbersAreTheWorkspaces()
    {
        const CliResult runs = kerfCli({ "runs", "-w", m_workspace, "--json" });
        VERIFY_EXIT(runs, 0);
        for (const char* wanted : { "79.6", "80.0", "3.00", "12 ↓ 8 ↑" })
            QVERIFY2(m_page.contains(QString::fromUtf8(wanted)), wanted);
        QVERIFY(runs.out.contains("0.796"));
    }

    void itsCommandsComeToTheSame()
    {
        const QJsonObject decided = kerfCli({ "decide", m_model, "-w", m_workspace, "--json" }).json();
        QVERIFY(m_page.contains(decided["verdict"].toString().toHtmlEscaped().replace("'", "&#39;")));
        const QJsonObject gate = decided["gate"].toObject()["runs"].toArray()[0].toObject();
        const CliResult judged = typed(command("gate"));
        VERIFY_EXIT(judged, 0);
        QCOMPARE(judged.json()["verdict"], gate["verdict"]);
        QCOMPARE(
            judged.json()["gate"].toArray()[0].toObject()["upper"], gate["findings"].toArray()[0].toObject()["upper"]);
        const CliResult fits = typed(command("fit"));
        VERIFY_EXIT(fits, 0);
        const QJsonObject fit = fits.json()["formats"].toArray()[0].toObject()["fit"].toObject();
        for (const char* key : { "verdict", "asked_bytes", "room_bytes", "tokens_per_second" })
            QCOMPARE(fit[key], decided["fit"].toObject()[key]);
        const CliResult advised = typed(command("advise"));
        VERIFY_EXIT(advised, 0);
        QCOMPARE(advised.json()["ranked"].toArray()[0].toObject()["format"],
            decided["advice"].toObject()["ranked"].toArray()[0].toObject()["format"]);
        const CliResult paid = typed(command("cost"));
        VERIFY_EXIT(paid, 0);
        for (const char* key : { "before", "after", "net", "once", "year", "break_even_months" })
            QCOMPARE(paid.json()[key].toDouble(), decided["cost"].toObject()[key].toDouble());
    }
};

QTEST_GUILESS_MAIN(TestCliReport)
#include "tst_cli_report.moc"
