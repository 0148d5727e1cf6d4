// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/text/labelled_set.h"

using namespace kerf::core;

namespace {

class Files {
public:
    Result<LabelledSet> read(const char* name, const std::string& text) const
    {
        const std::filesystem::path path = m_folder.filePath(name).toStdString();
        if (!writeFileAtomically(path, text))
            qFatal("cannot write");
        return readLabelled(path);
    }

private:
    QTemporaryDir m_folder;
};

bool says(const Result<LabelledSet>& found, const char* part)
{
    return !found && found.error().code == ErrorCode::BadFile && found.error().message.find(part) != std::string::npos;
}

} // namespace

class TestLabelledSet : public QObject {
    Q_OBJECT
private slots:
    void oneContentInEveryKind()
    {
        const Files files;
        const auto lines
            = files
                  .read("a.jsonl",
                      "{\"text\": \"a, \\\"b\\\"\", \"label\": \"good\"}\n\n{\"sentence\": \"c\", \"label\": 1}\n")
                  .value();
        const auto array
            = files
                  .read("a.json",
                      "[{\"text\": \"a, \\\"b\\\"\", \"class\": \"good\"}, {\"text\": \"c\", \"label\": \"1\"}]")
                  .value();
        const auto commas = files.read("a.csv", "text,label\r\n\"a, \"\"b\"\"\",good\r\nc,1\r\n").value();
        const auto tabs = files.read("a.tsv", "label\ttext\ngood\t\"a, \"\"b\"\"\"\n1\tc\n").value();
        QCOMPARE(lines.texts.size(), std::size_t(2));
        QCOMPARE(lines.texts[0].text, std::string("a, \"b\""));
        QCOMPARE(lines.texts[1].label, std::string("1"));
        QCOMPARE(lines.texts[1].line, std::int64_t(3));
        QVERIFY(lines.hasLabels && !lines.hasTags && !lines.hasScores);
        for (const LabelledSet* other : { &array, &commas, &tabs })
            QCOMPARE(other->hash, lines.hash);
        QVERIFY(files.read("b.csv", "text,label\na,good\nc,2\n")->hash != lines.hash);
    }

    void pairsAndScores()
    {
        const Files files;
        const auto graded = files.read("a.tsv", "sentence1\tsentence2\tscore\na\tb\t4.5\nc\td\t0\n").value();
        QVERIFY(graded.hasScores && !graded.hasLabels);
        QCOMPARE(graded.texts[0].pair.value(), std::string("b"));
        QCOMPARE(graded.texts[0].score.value(), 4.5);
        // One column for both: a class for who classifies, a score for who compares.
        const auto either = files.read("b.csv", "premise,hypothesis,label\na,b,1\nc,d,0\n").value();
        QVERIFY(either.hasScores && either.hasLabels);
        QCOMPARE(either.texts[0].score.value(), 1.0);
        const auto named
            = files.read("c.jsonl", "{\"question1\": \"a\", \"question2\": \"b\", \"label\": \"same\"}").value();
        QVERIFY(!named.hasScores && named.hasLabels);
    }

    void wordsWithTags()
    {
        const Files files;
        const auto found = files
                               .read("a.jsonl",
                                   "{\"tokens\": [\"Ada\", \"slept\"], \"ner_tags\": [1, 0]}\n{\"words\": [\"x\"], "
                                   "\"tags\": [\"O\"]}")
                               .value();
        QVERIFY(found.hasTags && !found.hasLabels && !found.hasScores);
        QCOMPARE(found.texts[0].words, std::vector<std::string>({ "Ada", "slept" }));
        QCOMPARE(found.texts[0].tags, std::vector<std::string>({ "1", "0" }));
        QVERIFY(says(files.read("b.jsonl", "{\"tokens\": [\"a\", \"b\"], \"tags\": [\"O\"]}"),
            "line 1: \"tags\" must be a list of 2"));
        QVERIFY(says(files.read("c.jsonl", "{\"tokens\": [], \"tags\": []}"), "list of words"));
    }

    void whatIsWrongIsNamed()
    {
        const Files files;
        QVERIFY(says(
            files.read("a.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\": 3, \"label\": 1}"), "line 2: \"text\""));
        QVERIFY(says(files.read("b.jsonl", "{\"text\": \"a\"}"), "no label, score or tags"));
        QVERIFY(
            says(files.read("c.tsv", "sentence1\tsentence2\tscore\na\tb\tfive\n"), "line 2: its score is no number"));
        QVERIFY(says(files.read("d.csv", "text,label\na,b,c\n"), "d.csv"));
        QVERIFY(says(files.read("e.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"tokens\": [\"a\"], \"tags\": [1]}"),
            "several kinds"));
        QVERIFY(says(files.read("f.txt", "a plain text\n"), "is plain text"));
        QVERIFY(says(files.read("g.csv", "text,label\n"), "no labelled text"));
        QVERIFY(says(files.read("h.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\": "), "line 2"));
    }

    void thePairsThatAreCommitted()
    {
        const auto found = readLabelled(KERF_SOURCE_DIR "/tests/data/labels/pairs.tsv").value();
        QCOMPARE(found.texts.size(), std::size_t(60));
        QVERIFY(found.hasScores);
    }
};

QTEST_APPLESS_MAIN(TestLabelledSet)
#include "tst_labelled_set.moc"
