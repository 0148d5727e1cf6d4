// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/text/questions.h"
#include "core/text/short_answers.h"
#include "tests/support/text_folder.h"

using namespace kerf::core;

/// Questions as people write them down, and what is wrong with them.
class TestQuestions : public QObject {
    Q_OBJECT

    kerf::test::TextFolder m_folder;

    Result<QuestionSet> read(const QByteArray& lines)
    {
        return readQuestions(m_folder.write("asked.jsonl", lines).toStdString());
    }

private slots:
    void everySpellingIsTheSameQuestion_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("a number") << QByteArray(R"({"prompt": "p", "choices": ["a", "b"], "answer": 1})");
        QTest::newRow("a letter") << QByteArray(R"({"question": "p", "options": ["a", "b"], "answer": "B"})");
        QTest::newRow("the text") << QByteArray(R"({"query": "p", "choices": ["a", "b"], "gold": "b"})");
        QTest::newRow("endings") << QByteArray(R"({"ctx": "p", "endings": ["a", "b"], "label": 1})");
        QTest::newRow("labels") << QByteArray(
            R"({"question": "p", "choices": {"text": ["a", "b"], "label": ["1", "2"]}, "answerKey": "2"})");
    }
    void everySpellingIsTheSameQuestion()
    {
        QFETCH(QByteArray, line);
        const auto set = read("\n" + line + "\r\n  \n");
        QVERIFY2(set, set ? "" : set.error().message.c_str());
        QVERIFY(set->kind == QuestionKind::Choices);
        QCOMPARE(set->questions, (std::vector<Question> { { "p", { "a", "b" }, 1 } }));
        QCOMPARE(set->hash, read(R"({"prompt": "p", "choices": ["a", "b"], "answer": 1})")->hash);
        QVERIFY(set->hash != read(R"({"prompt": "p", "choices": ["a", "b"], "answer": 0})")->hash);
    }
    /// Questions on one passage have a group; the same questions may be asked without it.
    void groupsAreNumberedInOrder()
    {
        const QByteArray end = R"("choices": ["a", "b"], "answer": 1})";
        const auto grouped = read("{\"prompt\": \"p\", \"group\": \"moon\", " + end + "\n{\"prompt\": \"q\", " + end
            + "\n{\"prompt\": \"r\", \"group\": 7, " + end + "\n{\"prompt\": \"s\", \"group\": \"moon\", " + end
            + "\n{\"prompt\": \"t\", \"group\": null, " + end + "\n{\"prompt\": \"u\", \"group\": \"7\", " + end);
        QVERIFY2(grouped, grouped ? "" : grouped.error().message.c_str());
        QCOMPARE(grouped->questions[2].group, std::string("7"));
        QCOMPARE(grouped->groups(), (std::vector<std::int32_t> { 0, 1, 2, 0, 3, 2 }));
        const auto alone = read("{\"prompt\": \"p\", " + end);
        QVERIFY(alone->groups().empty());
        QCOMPARE(alone->hash, read("{\"prompt\": \"p\", \"group\": \"moon\", " + end)->hash);
    }
    void completionsAreAKindOfTheirOwn()
    {
        const auto set
            = read("{\"prompt\": \"Once upon a\", \"completion\": \"time\"}\n{\"context\": \"\", \"target\": \"x\"}");
        QVERIFY(set && set->kind == QuestionKind::Completions);
        QCOMPARE(set->questions[0], (Question { "Once upon a", { "time" }, 0 }));
        QCOMPARE(set->name, std::string("asked.jsonl"));
    }
    void shortAnswersAreAKindOfTheirOwn()
    {
        const auto set = read(
            "{\"question\": \"Who?\", \"answers\": [\"Ann\", \"Anna\"]}\n{\"prompt\": \"p\", \"answer\": \"x\"}");
        QVERIFY2(set, set ? "" : set.error().message.c_str());
        QVERIFY(set->kind == QuestionKind::Answers);
        QCOMPARE(set->questions, (std::vector<Question> { { "Who?", { "Ann", "Anna" }, 0 }, { "p", { "x" }, 0 } }));
    }

    /// By the evaluation script of SQuAD 2.0, worked out by hand.
    void answersAreMatchedAsSquadDoes()
    {
        QCOMPARE(normalizeAnswer(" The  Eiffel-Tower, (in)\u00a0PARIS! "), std::string("eiffeltower in paris"));
        QCOMPARE(normalizeAnswer("A an the"), std::string());
        const std::vector<std::string> right { "the United States of America", "USA" };
        QCOMPARE(matchAnswer("usa.", right).exact, 1.0);
        const AnswerMatch part = matchAnswer("United States", right); // 2 of 2 words, 2 of 4
        QCOMPARE(part.exact, 0.0);
        QVERIFY(std::abs(part.f1 - 2.0 * 1.0 * 0.5 / 1.5) < 1e-12);
        const std::vector<std::string> twice { "yes yes no" };
        QVERIFY(std::abs(matchAnswer("yes yes yes", twice).f1 - 2.0 / 3) < 1e-12); // words count as often as in both
        QCOMPARE(matchAnswer("", right).f1, 0.0);
        QCOMPARE(matchAnswer("\u00c9COLE", std::vector<std::string> { "\u00e9cole" }).exact, 1.0);
    }

    void whatIsWrongIsNamedWithItsLine_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QString>("says");
        const QByteArray good = R"({"prompt": "p", "choices": ["a", "b"], "answer": 1})";
        const auto row = [&](const char* name, const QByteArray& line, const char* says) {
            QTest::newRow(name) << QByteArray(good + "\n" + line) << QString(says);
        };
        row("no JSON", "{\"prompt\": ", "line 2");
        row("a list", "[1]", "line 2: one JSON object a line");
        row("no prompt", R"({"choices": ["a", "b"], "answer": 1})", "line 2: \"prompt\"");
        row("one choice", R"({"prompt": "p", "choices": ["a"], "answer": 0})", "line 2: \"choices\"");
        row("empty choice", R"({"prompt": "p", "choices": ["a", ""], "answer": 0})", "not empty");
        row("no answer", R"({"prompt": "p", "choices": ["a", "b"]})", "line 2: \"answer\"");
        row("out of range", R"({"prompt": "p", "choices": ["a", "b"], "answer": 2})", "line 2: \"answer\"");
        row("no letter", R"({"prompt": "p", "choices": ["a", "b"], "answer": "C"})", "line 2: \"answer\"");
        row("labels", R"({"prompt": "p", "choices": {"text": ["a", "b"], "label": ["1"]}, "answer": "1"})", "as many");
        row("both kinds", R"({"prompt": "p", "completion": "x"})", "do not go into one file");
        row("a group that is a list", R"({"prompt": "p", "choices": ["a", "b"], "answer": 1, "group": [1]})",
            "line 2: \"group\" must be");
        row("an answer that is no text", R"({"prompt": "p", "answer": 0})", "\"answers\" must be");
        row("no right answer", R"({"prompt": "p", "answers": []})", "\"answers\" must be");
        row("nothing that follows", R"({"prompt": "p"})", "\"choices\"");
        row("three kinds", R"({"prompt": "p", "answers": ["x"]})", "do not go into one file");
        QTest::newRow("no question") << QByteArray("\n \n") << "has no question";
        QTest::newRow("Latin-1") << QByteArray("{\"prompt\": \"\xe9\"}") << "byte 12 is not valid UTF-8";
    }
    void whatIsWrongIsNamedWithItsLine()
    {
        QFETCH(QByteArray, lines);
        QFETCH(QString, says);
        const auto set = read(lines);
        QVERIFY(!set);
        QCOMPARE(set.error().code, ErrorCode::BadFile);
        const QString message = QString::fromStdString(set.error().message);
        QVERIFY2(message.contains("asked.jsonl") && message.contains(says), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestQuestions)
#include "tst_questions.moc"
