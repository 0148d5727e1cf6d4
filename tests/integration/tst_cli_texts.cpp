// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"
#include "tests/support/text_folder.h"

using kerf::test::CliResult;
using kerf::test::kerfCli;

/// What the verbs read of texts, and what they say of it.
class TestCliTexts : public QObject {
    Q_OBJECT

    kerf::test::TextFolder m_texts;
    QString m_model = QString::fromStdString((kerf::test::sample() / "model").string());
    QStringList m_paragraphs;

    QJsonObject evaluate(const QString& text, const QStringList& more = {})
    {
        const CliResult result = kerfCli(
            QStringList { "evaluate", m_model, "--text", text, "--window", "64", "--samples", "3", "--json" } + more);
        if (result.exitCode != 0)
            qWarning("%s", result.err.constData());
        return result.json();
    }

    /// The sample with a chat template beside it.
    QString modelWithTemplate()
    {
        const QString folder = m_texts.path("model");
        QDir().mkpath(folder);
        for (const QFileInfo& file : QDir(m_model).entryInfoList(QDir::Files))
            QFile::copy(file.absoluteFilePath(), folder + "/" + file.fileName());
        m_texts.write("model/chat_template.jinja",
            "{% for m in messages %}[{{ m.role }}] {{ m.content }}{{ '\\n' }}{% endfor %}");
        return folder;
    }

private slots:
    void initTestCase()
    {
        QFile file(QString::fromStdString((kerf::test::sample() / "evaluation.txt").string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QString& paragraph : QString::fromUtf8(file.readAll()).split("\n\n")) {
            if (paragraph.size() > 200 && m_paragraphs.size() < 20)
                m_paragraphs << paragraph;
        }
        QCOMPARE(m_paragraphs.size(), 20);
    }
    void oneTextInEveryForm()
    {
        QByteArray lines, array, table = "id,text\r\n";
        for (const QString& paragraph : m_paragraphs) {
            const QByteArray record
                = QJsonDocument(QJsonObject { { "text", paragraph } }).toJson(QJsonDocument::Compact);
            lines += record + "\n";
            array += (array.isEmpty() ? "[" : ",\n") + record;
            table += "1,\"" + paragraph.toUtf8().replace("\"", "\"\"") + "\"\r\n";
        }
        const QJsonObject plain = evaluate(m_texts.write("plain.txt", m_paragraphs.join("\n\n").toUtf8()));
        const std::pair<const char*, QString> others[] = { { "JSON lines", m_texts.write("UPPER.JSONL", lines) },
            { "JSON array", m_texts.write("demo.json", array + "]") }, { "CSV", m_texts.write("data.csv", table) },
            { "JSON lines", m_texts.write("lines.txt", lines) } };
        QCOMPARE(plain["text"]["windows"].toInt(), 3);
        QCOMPARE(plain["text"]["tokens"].toInt(), 192);
        QCOMPARE(plain["text"]["windows_asked"].toInt(), 3);
        QCOMPARE(plain["text"]["files"][0]["kind"].toString(), QString("plain text"));
        for (const auto& [kind, file] : others) {
            const QJsonObject found = evaluate(file);
            QCOMPARE(found["perplexity"].toDouble(), plain["perplexity"].toDouble());
            QCOMPARE(found["dataset_hash"].toString(), plain["dataset_hash"].toString());
            QCOMPARE(found["text"]["files"][0]["kind"].toString(), QString(kind));
            QCOMPARE(found["text"]["files"][0]["field"].toString(), QString("text"));
            QVERIFY(found["text"]["files"][0]["field_found"].toBool());
        }
    }
    void theFieldIsChosen()
    {
        const QString file = m_texts.write("qa.jsonl",
            QJsonDocument(QJsonObject { { "title", "Why?" }, { "words", m_paragraphs.join(' ') } })
                .toJson(QJsonDocument::Compact));
        const CliResult unclear = kerfCli({ "evaluate", m_model, "--text", file, "--window", "64" });
        QCOMPARE(unclear.exitCode, 3);
        QVERIFY2(unclear.err.contains("choose one of: title, words (--field NAME)"), unclear.err.constData());
        const QJsonObject chosen = evaluate(file, { "--field", "words" });
        QCOMPARE(chosen["text"]["files"][0]["field"].toString(), QString("words"));
        QVERIFY(!chosen["text"]["files"][0]["field_found"].toBool(true));
        const QJsonObject both = evaluate(file, { "--fields", "title,words" });
        QCOMPARE(both["text"]["files"][0]["field"].toString(), QString("title, words"));
        QVERIFY(both["text"]["hash"] != chosen["text"]["hash"]);
    }
    void conversationsAreWrittenByTheTemplate()
    {
        const QString model = modelWithTemplate();
        QByteArray lines;
        for (const QString& paragraph : m_paragraphs)
            lines += QJsonDocument(QJsonObject { { "messages",
                                       QJsonArray { QJsonObject { { "role", "user" }, { "content", paragraph } } } } })
                         .toJson(QJsonDocument::Compact)
                + "\n";
        const QString talks = m_texts.write("talks.jsonl", lines);
        const CliResult written = kerfCli({ "tokenize", model, "--chat", talks });
        if (written.err.contains("python3-jinja2"))
            QSKIP("python3 with Jinja is not here");
        VERIFY_EXIT(written, 0);
        const QList<QByteArray> rows = written.out.trimmed().split('\n');
        QCOMPARE(rows.size(), m_paragraphs.size());
        const QJsonObject first = QJsonDocument::fromJson(rows[0]).object();
        QCOMPARE(first["text"].toString(), "[user] " + m_paragraphs[0] + "\n");
        const CliResult data = kerfCli({ "data", model, "--calibration", talks, "--window", "64", "--samples", "2",
            "--sample-seed", "3", "--text", talks, "--json" });
        VERIFY_EXIT(data, 0);
        const QJsonObject found = data.json();
        QVERIFY(found["calibration"]["files"][0]["chat_template"].toString().endsWith("chat_template.jinja"));
        QCOMPARE(found["calibration"]["sample_seed"].toInt(), 3);
        QCOMPARE(found["documents"]["documents"].toInt(), int(m_paragraphs.size()));
        QCOMPARE(found["preview"].toArray().size(), 2);
        QCOMPARE(found["overlap"]["shared_windows"].toInt(), 2);
        QVERIFY(found["documents"]["longest"].toInt() >= first["ids"].toArray().size());
        const CliResult plain = kerfCli({ "tokenize", m_model, "--chat", talks });
        QCOMPARE(plain.exitCode, 3);
        QVERIFY2(plain.err.contains("has no chat template"), plain.err.constData());
    }
    void theLensLooksAtATextForCalibration()
    {
        const QString text = m_texts.write("lens.txt", m_paragraphs.join("\n\n").toUtf8());
        const CliResult made = kerfCli({ "lens", m_model, "--calibration", text, "--window", "64", "--samples", "8",
            "--against", m_texts.write("upper.txt", m_paragraphs.join("\n\n").toUpper().toUtf8()), "-w",
            m_texts.path("lens.kerf") });
        VERIFY_EXIT(made, 0);
        QVERIFY2(made.out.contains("Largest magnitudes of channels on upper.txt (512 tokens)"), made.out.constData());
        QVERIFY2(made.out.contains("The order of the 42 layers "), made.out.constData());
    }
    void parquetIsRefused()
    {
        const CliResult result
            = kerfCli({ "evaluate", m_model, "--text", m_texts.write("data.txt", "PAR1 and more"), "--window", "64" });
        QCOMPARE(result.exitCode, 3);
        QVERIFY2(result.err.contains("is a Parquet file, not a text"), result.err.constData());
    }
    void tellsWhatIsUsedAndWhatOverlaps()
    {
        const QString text = m_texts.write("seen.txt", m_paragraphs.join("\n\n").toUtf8());
        const QString workspace = m_texts.path("w.kerf");
        const CliResult made = kerfCli({ "quantize", m_model, "--format", "int8-channel", "--method", "rtn", "--name",
            "r", "--calibration", text, "--window", "64", "--samples", "1000", "-w", workspace, "--json" });
        VERIFY_EXIT(made, 0);
        QVERIFY2(made.err.contains("Warning: 1000 windows were asked for; seen.txt holds"), made.err.constData());
        const int windows = made.json()["calibration"].toObject()["windows"].toInt();
        QVERIFY(windows > 10 && windows < 1000);
        const CliResult same = kerfCli(
            { "evaluate", "r", "--text", text, "--window", "64", "--samples", "2", "-w", workspace, "--json" });
        VERIFY_EXIT(same, 0);
        QVERIFY2(
            same.err.contains("Warning: seen.txt overlaps with the text of the calibration"), same.err.constData());
        QCOMPARE(same.json()["calibration_overlap"].toDouble(), 1.0);
        const CliResult shown = kerfCli({ "runs", "r", "-w", workspace });
        VERIFY_EXIT(shown, 0);
        const QByteArray line = "Calibrated on " + QByteArray::number(windows)
            + " windows of 64 tokens = " + QByteArray::number(64 * windows) + " tokens of seen.txt";
        QVERIFY2(shown.out.contains(line), shown.out.constData());
        QVERIFY2(
            shown.out.contains("Evaluated on 2 windows of 64 tokens = 128 tokens of seen.txt"), shown.out.constData());
        QVERIFY2(shown.out.contains("1000 windows were asked for"), shown.out.constData()); // in the run's log
        const QJsonObject listed = kerfCli({ "runs", "-w", workspace, "--json" }).json()["runs"][0].toObject();
        QCOMPARE(listed["evaluation"]["windows"].toInt(), 2);
        QCOMPARE(listed["calibration"]["windows"].toInt(), windows);
        QCOMPARE(listed["calibration_overlap"].toDouble(), 1.0);
    }
    /// A profile, what is added to it, its check and the measured search: each says windows, tokens and field.
    void jobsOnAProfileTellTheirTexts()
    {
        QByteArray lines;
        for (const QString& paragraph : m_paragraphs)
            lines += QJsonDocument(QJsonObject { { "title", "House" }, { "story", paragraph } })
                         .toJson(QJsonDocument::Compact)
                + "\n";
        const QString text = m_texts.write("stories.jsonl", lines), workspace = m_texts.path("p.kerf");
        const QString other = QString::fromStdString((kerf::test::sample() / "evaluation.txt").string());
        const auto run = [&](const QStringList& verb, const QStringList& more) {
            const CliResult result = kerfCli(verb
                + QStringList { m_model, "--calibration", text, "--field", "story", "--window", "32", "--samples", "4",
                    "-w", workspace, "--json" }
                + more);
            if (result.exitCode != 0)
                qWarning("%s", result.err.constData());
            return result.json();
        };
        const auto tells = [](const QJsonValue& used, int windows, const char* field) {
            const QJsonValue file = used["files"][0];
            return used["windows"].toInt() == windows && used["tokens"].toInt() == 32 * windows
                && used["windows_asked"].toInt() == windows && file["field"].toString() == field;
        };
        const QStringList probe { "--probe-windows", "1" };
        const QJsonObject profile = run(
            { "profile" }, probe + QStringList { "--formats", "int4-g64", "--method", "rtn", "--methods", "rtn" });
        QVERIFY(tells(profile["calibration"], 4, "story") && tells(profile["held"], 1, "story"));
        const QJsonObject cells = run({ "profile" }, probe + QStringList { "--cells", "0.*v_proj=int5-g64" });
        QCOMPARE(cells["cells"].toArray().size(), 1);
        QVERIFY(tells(cells["calibration"], 4, "story") && tells(cells["held"], 1, "story"));
        const QStringList measured { "--text", m_texts.write("other.jsonl", lines), "--text-samples", "2" };
        const QJsonObject check = run({ "profile" }, measured + QStringList { "--check", "1" });
        QCOMPARE(check["plans"].toArray().size(), 1);
        QVERIFY(tells(check["calibration"], 4, "story") && tells(check["text"], 2, "story"));
        const QString plan = m_texts.path("plan.json");
        VERIFY_EXIT(kerfCli({ "plan", "new", m_model, "--format", "int4-g64", "--method", "rtn", "--out", plan }), 0);
        const QJsonObject refined = run({ "plan", "refine" },
            measured + QStringList { "--plan", plan, "--steps", "0", "--search-windows", "2", "--held", other });
        QVERIFY(refined["held"]["before"].toDouble() > 0 && refined["text"]["before"].toDouble() > 0);
        QVERIFY(tells(refined["calibration"], 4, "story") && tells(refined["text"], 2, "story"));
        QVERIFY(tells(refined["held"], 2, ""));
    }
};

QTEST_GUILESS_MAIN(TestCliTexts)
#include "tst_cli_texts.moc"
