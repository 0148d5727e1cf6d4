// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/gate.h"
#include "core/jobs/metric_kind.h"
#include "tests/support/judged_runs.h"

using namespace kerf::core;
using namespace kerf::test;

namespace {

GateReference against(const RunRow* reference)
{
    return { reference ? std::optional(*reference) : std::nullopt, {} };
}

GateFinding judged(const RunRow& run, const RunRow* reference, const std::string& text)
{
    const Result<GateFinding> found = judgeRun(run, against(reference), parseRequirement(text).value());
    if (!found)
        qFatal("%s", found.error().message.c_str());
    return *found;
}

std::string problem(const RunRow& run, const RunRow* reference, const std::string& text)
{
    const Result<GateFinding> found = judgeRun(run, against(reference), parseRequirement(text).value());
    return found ? std::string() : found.error().message;
}

bool isNear(double value, double wanted, double tolerance)
{
    return std::abs(value - wanted) <= tolerance;
}

} // namespace

/// Whether a run is good enough beyond chance.
class TestGate : public QObject {
    Q_OBJECT
private slots:
    void requirementsAreParsed()
    {
        const Requirement drop = parseRequirement("acc_norm_drop<=0.01 @99").value();
        QVERIFY(drop.of == Requirement::Of::Drop && drop.metric == "acc_norm");
        QVERIFY(drop.limit == 0.01 && isNear(drop.confidence, 0.99, 1e-12));
        const Requirement ratio = parseRequirement("perplexity_ratio <= 1.02").value();
        QVERIFY(ratio.of == Requirement::Of::Ratio && ratio.metric == "perplexity" && ratio.confidence == 0.95);
        QVERIFY(parseRequirement("kld_mean<=.02")->of == Requirement::Of::Value);
        QVERIFY(parseRequirement("harmful_flips<=0.02 @90")->of == Requirement::Of::HarmfulFlips);
        const Requirement speed = parseRequirement("decode_tokens_per_second>=1.5x @90").value();
        QVERIFY(speed.of == Requirement::Of::Speed && speed.limit == 1.5 && isNear(speed.confidence, 0.9, 1e-12));
        for (const char* text : { "", "acc", "acc_drop>=0.1", "perplexity_ratio>=1x", "decode_tokens_per_second>=1.5",
                 "decode_tokens_per_second<=1.5x", "decode_tokens_per_second>=0x", "decode_tokens_per_second>=x",
                 "<=0.1", "acc_drop<=", "acc_drop<=x", "acc_drop<=0.1 @", "acc_drop<=0.1 @50", "acc_drop<=0.1 @100",
                 "acc_drop<=-0.1", "perplexity_ratio<=0", "acc_drop<=nan", "@95 acc<=1", "harmful_flips<=-1" }) {
            const auto parsed = parseRequirement(text);
            QVERIFY2(!parsed, text);
            QVERIFY2(parsed.error().message.starts_with(std::string("\"") + text), parsed.error().message.c_str());
        }
    }
    /// As it can be typed again; 100 cannot.
    void levelsAreWrittenInPerCent()
    {
        for (const char* text : { "95", "99.9", "98.3333", "99.99999999", "99.999999" })
            QCOMPARE(levelText(parseRequirement(std::string("acc_drop<=0.1 @") + text)->confidence), std::string(text));
        QCOMPARE(levelText(1 - 0.05 / 3), std::string("98.3333"));
        QVERIFY(parseRequirement("acc_drop<=0.1 @" + levelText(1 - 1e-12)).has_value());
    }
    void whatSaysHowATaskGoes()
    {
        for (const char* name : { "acc", "acc_norm", "accuracy", "exact_match", "answer_f1", "entity_f1", "spearman" })
            QVERIFY2(isOfTask(name), name);
        for (const char* name : { "kld_mean", "perplexity", "same_top1", "cosine_to_original", "size_bytes", "accent" })
            QVERIFY2(!isOfTask(name), name);
    }
    /// 12 harmful and 8 beneficial flips of 1,000.
    void accuracyIsJudgedItemByItem()
    {
        const RunRow original = row("original", { metric("acc", answers(1000, { { 0, 200 } })) });
        const RunRow run = row("mine", { metric("acc", answers(1000, { { 8, 192 }, { 500, 12 } })) });
        const GateFinding accepted = judged(run, &original, "acc_drop<=0.015 @95");
        QVERIFY(accepted.answers && accepted.answers->harmful == 12 && accepted.answers->beneficial == 8);
        QCOMPARE(accepted.verdict, GateVerdict::Accept);
        QVERIFY(isNear(accepted.estimate, .004, 1e-12) && isNear(accepted.bounds.upper, .0120, 5e-5));
        QVERIFY(!accepted.itemsNeeded);
        const GateFinding open = judged(run, &original, "accuracy_drop<=0.01");
        QCOMPARE(open.metric, "acc"); // accuracy of questions
        QCOMPARE(open.verdict, GateVerdict::Inconclusive);
        QCOMPARE(*open.itemsNeeded, itemsNeeded({ .02, .004 }, .01, .95));
        QVERIFY2(gateText(open).find("inconclusive: acc drop 0.00400 [") == 0, gateText(open).c_str());
        QVERIFY(gateText(open).find("12 harmful and 8 beneficial flips, McNemar p 0.50; leans to accept, some ")
            != std::string::npos);
        const Json json = toJson(accepted);
        QVERIFY(
            json["verdict"] == "accept" && json["n"] == 1000 && json["needed_n"].is_null() && json["harmful"] == 12);
        const RunRow worse = row("worse", { metric("acc", answers(1000, { { 20, 180 }, { 500, 60 } })) });
        QCOMPARE(judged(worse, &original, "acc_drop<=0.02").verdict, GateVerdict::Reject);
        QVERIFY(isNear(judged(worse, &original, "acc_drop<=0.02").bounds.lower, .0258, 5e-5));
    }
    void flipsAreShares()
    {
        const RunRow original = row("original", { metric("accuracy", answers(300, {})) });
        const RunRow run = row("mine", { metric("accuracy", answers(300, { { 0, 3 } })) });
        const GateFinding found = judged(run, &original, "harmful_flips<=0.03");
        QVERIFY(isNear(found.estimate, .01, 1e-12));
        QVERIFY2(isNear(found.bounds.upper, .02562, 5e-5), qPrintable(QString::number(found.bounds.upper, 'g', 8)));
        QCOMPARE(found.verdict, GateVerdict::Accept);
        QVERIFY(isNear(shareBounds(0, 300, .95).upper, 1 - std::pow(.05, 1 / 300.0), 1e-12)); // about 3 / n
        QVERIFY(shareBounds(0, 300, .95).lower == 0 && shareBounds(300, 300, .95).upper == 1);
    }
    /// Perplexity is the exponential of what windows have: its ratio that of their difference.
    void otherMetricsAreJudgedByWindows()
    {
        std::vector<double> first, second, kld;
        for (int i = 0; i < 64; ++i) {
            first.push_back(3 + .1 * (i * 7 % 11));
            second.push_back(first.back() + .01 + .002 * (i * 5 % 7 - 3));
            kld.push_back(.01 + .001 * (i % 5));
        }
        const RunRow original = row("original", { metric("perplexity", first) });
        const RunRow run = row("mine", { metric("perplexity", second), metric("kld_mean", kld) });
        const GateFinding ratio = judged(run, &original, "perplexity_ratio<=1.02");
        QVERIFY(isNear(ratio.estimate, std::exp(sampleMean(second).value - sampleMean(first).value), 1e-9));
        QVERIFY(ratio.bounds.lower < ratio.estimate && ratio.estimate < ratio.bounds.upper);
        QCOMPARE(ratio.verdict, GateVerdict::Accept);
        QCOMPARE(judged(run, &original, "perplexity_ratio<=1.005").verdict, GateVerdict::Reject);
        QVERIFY2(
            gateText(judged(run, &original, "perplexity_ratio<=1.005")).find("at most 1.0050 (") != std::string::npos,
            gateText(judged(run, &original, "perplexity_ratio<=1.005")).c_str()); // of 1.00 nobody learns anything
        QCOMPARE(judged(run, &original, "perplexity_drop<=1").verdict, GateVerdict::Accept);
        QCOMPARE(judged(run, &original, "perplexity_drop<=0.1").verdict, GateVerdict::Reject);
        // The original does not diverge from itself: nothing of it is needed.
        QCOMPARE(judged(run, nullptr, "kld_mean<=0.02 @99").verdict, GateVerdict::Accept);
        QCOMPARE(judged(run, nullptr, "kld_mean_drop<=0.005").verdict, GateVerdict::Reject);
    }
    void fewItemsDecideNothing()
    {
        const RunRow run = row("mine", { metric("kld_mean", std::vector<double>(19, .001)) });
        QCOMPARE(judged(run, nullptr, "kld_mean<=0.5").verdict, GateVerdict::Inconclusive);
        const RunRow more = row("mine", { metric("kld_mean", std::vector<double>(20, .001)) });
        QCOMPARE(judged(more, nullptr, "kld_mean<=0.5").verdict, GateVerdict::Accept);
    }
    void whatCannotBeJudgedIsSaid()
    {
        const RunRow original = row("original", { metric("acc", answers(100, {})) });
        const RunRow other = row("mine", { metric("acc", answers(100, {}), "other") });
        Metric bare = metric("size_bytes", { 1 });
        bare.draws.clear();
        const RunRow without = row("mine", { bare, metric("perplexity", { 1, 2, 3 }) });
        QVERIFY(problem(without, &original, "acc_drop<=0.1").find("\"mine\" has no acc: measure it first")
            != std::string::npos);
        QVERIFY(problem(other, &original, "acc_drop<=0.1").find("of other items") != std::string::npos);
        QVERIFY(problem(other, nullptr, "acc_drop<=0.1").find("the original has no acc") != std::string::npos);
        QVERIFY(problem(without, &original, "size_bytes_drop<=5").find("no value for each item") != std::string::npos);
        QVERIFY(problem(without, &original, "perplexity_drop<=5").find("\"original\" has no perplexity")
            != std::string::npos);
        const RunRow same = row("same", { metric("acc", answers(100, {})) });
        QVERIFY(problem(same, &original, "acc<=0.5").find("more acc is better") != std::string::npos);
        QVERIFY(problem(same, &original, "acc_ratio<=1").find("perplexity alone") != std::string::npos);
        const RunRow flips = row("a", { metric("accuracy", { .5, .25 }) }),
                     with = row("b", { metric("accuracy", { 0, 1 }) });
        QVERIFY(problem(flips, &with, "harmful_flips<=1").find("not right or wrong") != std::string::npos);
    }

    void itemsOfTheCalibrationDecideNothing()
    {
        Metric seen = metric("kld_mean", std::vector<double>(40, 0.001));
        seen.settings = { { "calibration_overlap", 0.02 } };
        QVERIFY(problem(row("mine", { seen }), nullptr, "kld_mean<=0.01").find("2 % of its runs") != std::string::npos);
        seen.settings = { { "calibration_overlap", 0.005 } }; // as much as chance gives
        QVERIFY(problem(row("mine", { seen }), nullptr, "kld_mean<=0.01").empty());
        RunRow same = row("mine", { metric("kld_mean", std::vector<double>(40, 0.001), "text") });
        same.provenance.datasetHash = "text";
        QVERIFY(problem(same, nullptr, "kld_mean<=0.01").find("all its windows") != std::string::npos);
    }
    void theReferenceIsARunOfTheSameModel()
    {
        const QTemporaryDir folder;
        Workspace work = Workspace::open(folder.filePath("w.kerf").toStdString()).value();
        const RowId model = work.addModel({ 0, "tiny", "/models/tiny", "aa11", "llama", 1234 }).value(),
                    other = work.addModel({ 0, "big", "/models/big", "bb22", "llama", 5678 }).value();
        const auto add = [&](RowId of, const std::string& name, const std::string& format) {
            Plan plan;
            plan.name = name;
            plan.layers = { { "a", format, "rtn" } };
            const RowId run = work.beginRun(of, plan, {}).value();
            if (!work.setRunState(run, RunState::Done, {}, {}))
                qFatal("a run could not be finished");
            return work.run(name).value();
        };
        const RunRow mine = add(model, "mine", "int4-g64");
        QVERIFY(!gateReference(work, mine, {}).value().run); // the original was not measured
        add(model, "second", "int8-channel");
        QCOMPARE(gateReference(work, mine, "second").value().run->name, std::string("second"));
        add(model, "stored", "bf16");
        add(other, "theirs", "bf16");
        QCOMPARE(gateReference(work, mine, {}).value().run->name, std::string("stored"));
        const auto refused = gateReference(work, mine, "theirs");
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, std::string("\"mine\" and \"theirs\" are runs of different models."));
        QVERIFY(!gateReference(work, mine, "nobody"));
    }
    void allMustHold()
    {
        const auto of = [](std::initializer_list<GateVerdict> verdicts) {
            std::vector<GateFinding> findings;
            for (const GateVerdict verdict : verdicts)
                findings.emplace_back().verdict = verdict;
            return verdictOf(findings);
        };
        QCOMPARE(of({ GateVerdict::Accept, GateVerdict::Accept }), GateVerdict::Accept);
        QCOMPARE(of({ GateVerdict::Accept, GateVerdict::Inconclusive }), GateVerdict::Inconclusive);
        QCOMPARE(of({ GateVerdict::Inconclusive, GateVerdict::Reject }), GateVerdict::Reject);
    }
};

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
