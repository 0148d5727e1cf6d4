// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/flips.h"
#include "core/jobs/kept_items.h"
#include "tests/support/judged_runs.h"

using namespace kerf::core;
using kerf::test::metric;

namespace {

void require(const Status& done)
{
    if (!done)
        qFatal("%s", done.error().message.c_str());
}

/// A workspace with the original and a run that answer five questions.
class Work {
public:
    Work()
        : workspace(Workspace::open(m_folder.filePath("w.kerf").toStdString()).value())
    {
        m_model = workspace.addModel({ 0, "tiny", "/models/tiny", "aa11", "llama", 1234 }).value();
        add("original", "bf16");
        add("mine", "int4-g64");
    }
    void add(const std::string& name, const std::string& format)
    {
        Plan plan;
        plan.name = name;
        plan.layers = { { "a", format, "rtn" } };
        const RowId run = workspace.beginRun(m_model, plan, {}).value();
        require(workspace.setRunState(run, RunState::Done, {}, {}));
    }
    void measure(const std::string& run, const std::string& name, std::vector<double> draws,
        const std::vector<std::string>& answers = {}, const std::string& hash = "h")
    {
        require(workspace.addMetric(workspace.run(run)->id, metric(name, std::move(draws), hash), answers));
    }
    Result<Flips> flips(const std::string& name = {}) const
    {
        const RunRow run = workspace.run("mine").value();
        return findFlips(workspace, run, gateReference(workspace, run, {}).value(), name);
    }

private:
    QTemporaryDir m_folder;
    RowId m_model = 0;

public:
    Workspace workspace;
};

} // namespace

/// The items whose answer changed between right and wrong.
class TestFlips : public QObject {
    Q_OBJECT
private slots:
    void bothKindsAreFoundWithTheirTexts()
    {
        Work work;
        work.measure("original", "acc", { 1, 1, 0, 0, 1 }, { "a", "b", "x", "y", "e" });
        work.measure("mine", "acc", { 1, 0, 1, 0, 0 }, { "a", "z", "c", "y", "w" });
        require(work.workspace.addItems(
            "h", { { "one", "a" }, { "two", "b" }, { "three", "c" }, { "four", "d" }, { "five", "e" } }));
        const Flips found = work.flips().value();
        QVERIFY(found.metric == "acc" && found.items == 5 && found.harmful == 2 && found.beneficial == 1);
        QCOMPARE(found.flips.size(), std::size_t(3));
        const Flip &first = found.flips[0], &last = found.flips[2];
        QVERIFY(first.isHarmful && first.item == 1 && first.text == "two" && first.expected == "b"
            && first.before == "b" && first.after == "z");
        QVERIFY(found.flips[1].isHarmful && found.flips[1].item == 4);
        QVERIFY(!last.isHarmful && last.item == 2 && last.before == "x" && last.after == "c");
        QVERIFY(found.missing.empty());
        QCOMPARE(flipsText(found), std::string("2 harmful and 1 beneficial flips of 5 items of items.jsonl (acc)."));
        const Json json = toJson(found);
        QVERIFY(json["n"] == 5 && json["missing"].is_null() && json["items"].size() == 3);
        QVERIFY(json["items"][2]["kind"] == "beneficial" && json["items"][2]["run"] == "c"
            && json["items"][2]["reference"] == "x" && json["items"][2]["item"] == 2);
    }
    /// By length another choice may be the best one: each metric has its own answers.
    void metricsAreChosen()
    {
        Work work;
        for (const char* run : { "original", "mine" })
            work.measure(run, "perplexity", { 2, 3, 4 });
        work.measure("original", "acc_norm", { 1, 0 });
        work.measure("mine", "acc_norm", { 0, 0 });
        QCOMPARE(work.flips().value().metric, std::string("acc_norm"));
        work.measure("original", "acc", { 1, 0 });
        work.measure("mine", "acc", { 1, 1 });
        QCOMPARE(work.flips().value().metric, std::string("acc"));
        QCOMPARE(work.flips("acc_norm").value().harmful, std::int64_t(1));
        const RunRow run = work.workspace.run("mine").value();
        QCOMPARE(flipMetrics(run, gateReference(work.workspace, run, {}).value()),
            (std::vector<std::string> { "acc", "acc_norm" }));
        QVERIFY(work.flips("perplexity").error().message.find("not right or wrong") != std::string::npos);
        QVERIFY(work.flips("exact_match").error().message.find("measure it first") != std::string::npos);
    }
    void whatWasNotKeptIsSaid()
    {
        Work work;
        work.measure("original", "acc", { 1, 1 });
        work.measure("mine", "acc", { 1, 0 }, { "a", "z" });
        const Flips found = work.flips().value();
        QVERIFY(found.flips.size() == 1 && found.flips[0].after == "z" && found.flips[0].before.empty());
        QVERIFY2(
            found.missing.find("What \"original\" answered to items.jsonl was not kept") == 0, found.missing.c_str());
        QVERIFY(toJson(found)["items"][0]["text"].is_null());
        work.measure("original", "acc", { 1, 1 }, { "a", "b" });
        QCOMPARE(work.flips().value().missing, std::string("The texts of items.jsonl were not kept."));
    }
    void itemsAreShownAsTheyWereAsked()
    {
        const QuestionSet choices { "c", "", { { "p", { "a", "b" }, 1, {} } }, QuestionKind::Choices };
        QCOMPARE(itemsOf(choices), (std::vector<ItemRow> { { "p", "b" } }));
        const QuestionSet answers { "a", "", { { "p", { "a", "b" }, 0, {} } }, QuestionKind::Answers };
        QCOMPARE(itemsOf(answers), (std::vector<ItemRow> { { "p", "a / b" } }));
        LabelledSet labelled;
        labelled.texts.resize(3);
        labelled.texts[0].text = "good";
        labelled.texts[0].label = "positive";
        labelled.texts[1].text = "one";
        labelled.texts[1].pair = "other";
        labelled.texts[1].score = 2.5;
        labelled.texts[2].words = { "in", "Rome" };
        labelled.texts[2].tags = { "O", "B-LOC" };
        QCOMPARE(itemsOf(labelled),
            (std::vector<ItemRow> { { "good", "positive" }, { "one\nother", "2.50000" }, { "in Rome", "O B-LOC" } }));
    }
};

QTEST_GUILESS_MAIN(TestFlips)
#include "tst_flips.moc"
