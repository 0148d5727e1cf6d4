// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include <QTest>

#include "core/jobs/decision_text.h"
#include "core/jobs/report.h"
#include "core/jobs/tornado_svg.h"
#include "tests/jobs/sample_workspaces.h"
#include "tests/support/decided_runs.h"

using namespace kerf::core;
using namespace kerf;

namespace {

bool isNear(double value, double wanted, double tolerance)
{
    return std::abs(value - wanted) <= tolerance;
}

/// The money of the case that published figures are known of: four A100 at $4.10, one after.
CostInputs publishedCosts()
{
    CostInputs costs;
    costs.price = { 4.10, 2.05, 6.15 };
    costs.machinesBefore = Assumption::certain(4);
    costs.machinesAfter = { 1, 1, 2 };
    costs.requests = Assumption::certain(1e6);
    costs.errorCost = { 1, .5, 2 };
    costs.engineering = { 40, 20, 160 };
    costs.rate = Assumption::certain(100);
    costs.calibration = Assumption::certain(300);
    costs.trialDays = Assumption::certain(14);
    return costs;
}

} // namespace

/// One decision from settings and runs: its parts, its verdict, its next step.
class TestDecision : public QObject {
    Q_OBJECT

    kerf::test::FreshFiles m_files;
    ProjectPtr m_project;
    std::optional<Workspace> m_workspace;
    RowId m_model = 0, m_mild = 0, m_harsh = 0;

    RowId add(
        const std::string& name, const std::string& format, double bytes, std::size_t harmful, std::size_t beneficial)
    {
        return kerf::test::addAnswered(*m_workspace, m_model,
            uniformPlan(*m_project->model.network, name, format, "rtn").value(), bytes, harmful, beneficial);
    }
    Decision decided(const DecisionSettings& settings) const
    {
        const auto found = decide(decisionBasis(*m_project, *m_workspace).value(), settings);
        if (!found)
            qFatal("%s", found.error().message.c_str());
        return *found;
    }
    DecisionSettings usual() const
    {
        DecisionSettings settings;
        settings.run = m_mild;
        settings.device = "A100 80GB SXM";
        settings.use = { 256, 8 };
        settings.requirements = { "acc_drop<=0.015 @95" };
        settings.costs = publishedCosts();
        return settings;
    }

private slots:
    void initTestCase()
    {
        m_project = kerf::test::sampleProject();
        QVERIFY(m_project);
        m_workspace = Workspace::open(m_files.next()).value();
        m_model = registerModel(*m_project, *m_workspace).value();
        add("original", "bf16", 8e6, 0, 0);
        m_mild = add("mild", "int4-g64", 3e6, 12, 8);
        m_harsh = add("harsh", "int2-g64", 1e6, 60, 20);
    }

    void stepsLeadFromNothingToAReport()
    {
        DecisionSettings settings;
        QCOMPARE(decided(settings).nextStep(), NextStep::ChooseMachine);
        settings.device = "A100 80GB SXM";
        settings.use = { 256, 8 };
        QCOMPARE(decided(settings).nextStep(), NextStep::CarryOut);
        settings.run = m_mild;
        settings.requirements = { "acc_drop<=0.01 @95" };
        QCOMPARE(decided(settings).nextStep(), NextStep::MoreItems);
        QVERIFY(nextStepText(decided(settings)).find("items would decide") != std::string::npos);
        settings.requirements = { "answer_f1_drop<=0.01 @95" };
        QCOMPARE(decided(settings).nextStep(), NextStep::Measure);
        settings.requirements = { "acc_drop<=0.015 @95" };
        QCOMPARE(decided(settings).nextStep(), NextStep::GivePrices);
        settings.costs = publishedCosts();
        QCOMPARE(decided(settings).nextStep(), NextStep::Settle); // by the loss
        QCOMPARE(nextStepText(decided(settings)), std::string("Look up what decides: loss."));
        settings.loss = Assumption::certain(.001);
        settings.costs.price = Assumption::certain(4.10);
        settings.costs.machinesAfter = Assumption::certain(1);
        QCOMPARE(decided(settings).nextStep(), NextStep::Report);
        settings.use.context = 1 << 20;
        QCOMPARE(decided(settings).nextStep(), NextStep::MendSettings);
        settings.use.context = 256;
        settings.run = m_harsh;
        const Decision rejected = decided(settings);
        QCOMPARE(rejected.nextStep(), NextStep::AnotherPlan);
        QCOMPARE(nextStepText(rejected), std::string("Take another plan: mild is the smallest that passes."));
        settings.run = m_mild;
        settings.device = "RTX 4090";
        settings.use = { 256, 1 << 20 };
        QCOMPARE(decided(settings).nextStep(), NextStep::MakeItFit);
    }

    /// 12 harmful and 8 beneficial flips of 1,000, the money of the published case.
    void numbersAreThoseOfTheParts()
    {
        const Decision decision = decided(usual());
        QVERIFY(decision.goodEnough() == GateVerdict::Accept);
        const GateFinding& finding = decision.judgedSubject()->findings.front();
        QVERIFY(isNear(finding.estimate, .004, 1e-12) && isNear(finding.bounds.upper, .0120, 5e-5));
        QVERIFY(decision.fit && decision.fit->fit.verdict == FitVerdict::Fits);
        QVERIFY(decision.advice && !decision.advice->reasons.empty());
        const CostSheet& sheet = decision.cost->sheet;
        QVERIFY(isNear(sheet.before, 11808, 1e-6) && isNear(sheet.after, 2952, 1e-6));
        QVERIFY(isNear(sheet.errors, 4000, 1e-6) && isNear(sheet.net, 4856, 1e-6));
        QVERIFY(isNear(sheet.once, 5677.60, 1e-6) && isNear(sheet.year, 52594.40, 1e-6));
        QVERIFY(isNear(*sheet.largestLoss, .008856, 1e-9));
        // The loss alone turns the year into a loss: at its upper bound 1.2 points.
        QVERIFY(decision.pays() == Pays::Unsettled);
        QCOMPARE(decision.cost->swings.front().input, std::string("loss"));
        QVERIFY(decision.cost->swings.front().decides);
        QVERIFY(isNear(decision.cost->swings.front().high, finding.bounds.upper, 1e-12));
        QCOMPARE(decision.cheapestAccepted()->name, std::string("mild"));
    }

    void aTypedLossWins()
    {
        DecisionSettings settings = usual();
        settings.loss = Assumption::certain(0.02);
        const Decision decision = decided(settings);
        QVERIFY(isNear(decision.cost->sheet.errors, 20000, 1e-6));
        QVERIFY(decision.pays() == Pays::No);
        QVERIFY(verdictText(decision).find("It does not pay: -$") != std::string::npos);
    }

    void otherMachinesStandInTheSameSheet()
    {
        DecisionSettings settings = usual();
        settings.insteadMachines = 2;
        settings.insteadPrice = 7.20;
        const CostSheet instead = *decided(settings).cost->instead;
        QVERIFY(isNear(instead.after, 10368, 1e-6));
        QVERIFY(isNear(instead.errors, 0, 1e-9));
        // 12 x 1,440 saved; 40 hours of work and 14 days of one machine
        QVERIFY(isNear(instead.year, 12 * 1440 - 4000 - 14 * 24 * 7.20, 1e-6));
    }

    void whatIsMissingIsSaid()
    {
        DecisionSettings settings = usual();
        settings.run = 0; // the plan in hand: nothing was measured of it
        const Decision plan = decided(settings);
        QVERIFY(!plan.goodEnough() && !plan.cost);
        QVERIFY(plan.cost.error().message.find("was not measured") != std::string::npos);
        settings.device = "Zuse Z3";
        QVERIFY(decided(settings).device.error().message.find("Zuse Z3") != std::string::npos);
        settings = usual();
        settings.costs.price = Assumption::certain(-1);
        QVERIFY(decided(settings).cost.error().message.find("price: -1 is below 0") == 0);
        settings = usual();
        settings.costs.machinesAfter = Assumption::certain(-2);
        QVERIFY(decided(settings).cost.error().message.find("machines_after: -2 is below 0") == 0);
        settings = usual();
        settings.use.context = 1 << 20;
        QVERIFY(decided(settings).fit.error().message.find("tokens at most") != std::string::npos);
        settings = usual();
        settings.run = 77;
        const auto gone = decide(decisionBasis(*m_project, *m_workspace).value(), settings);
        QVERIFY(!gone && gone.error().message.find("Run 77") == 0);
        settings = usual();
        settings.requirements = { "acc" };
        QVERIFY(!decide(decisionBasis(*m_project, *m_workspace).value(), settings));
    }

    /// Nothing that cannot be reckoned with is kept or read.
    void settingsHaveTheirRanges()
    {
        const auto refused = [&](const std::function<void(DecisionSettings&)>& edit) {
            DecisionSettings settings = usual();
            edit(settings);
            const auto checked = checkDecision(settings);
            const auto read = decisionSettingsFromJson(toJson(settings), "w.kerf");
            return !checked && !read && read.error().code == ErrorCode::BadFile;
        };
        const double none = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(!refused([](DecisionSettings&) {}));
        QVERIFY(refused([](DecisionSettings& settings) { settings.use.context = -1; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.use.batch = 0; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.cards = 0; }));
        QVERIFY(refused([&](DecisionSettings& settings) { settings.memory = none; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.insteadMachines = -4; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.loss = Assumption::certain(2); }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.costs.price = Assumption::certain(1e308); }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.costs.rate = { 1, 2, 3 }; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.cache = "kv-foo"; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.requirements = { "acc" }; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.currency = "\xa4"; }));
        QVERIFY(refused([](DecisionSettings& settings) { settings.devices = "/machines/\xff.csv"; }));
        DecisionSettings foreign = usual();
        foreign.currency = "Fr \xe9"; // typed in Latin-1: it is the argument that is wrong
        QVERIFY(checkDecision(foreign).error().code == ErrorCode::InvalidArgument);
        QVERIFY2(
            checkDecision(foreign).error().message.starts_with("currency: \"Fr \xef\xbf\xbd\" is not UTF-8: byte 3"),
            checkDecision(foreign).error().message.c_str());
        Json other = toJson(usual());
        other["tolerance"] = "some";
        QVERIFY(!decisionSettingsFromJson(other, "w.kerf"));
    }

    void theOriginalIsNotDecidedAbout()
    {
        DecisionSettings settings = usual();
        const std::vector<RunRow> runs = m_workspace->runs(m_model).value();
        settings.run = runs.front().id;
        const auto found = decide(decisionBasis(*m_project, *m_workspace).value(), settings);
        QVERIFY(!found && found.error().message.find("is the model as it is stored") != std::string::npos);
    }

    void settingsAreKeptWhole()
    {
        DecisionSettings settings = usual();
        settings.devices = "/tmp/mine.csv";
        settings.memory = 64;
        settings.cards = 3;
        settings.cache = "kv-int8";
        settings.tolerance = Tolerance::Loose;
        settings.isHighStakes = true;
        settings.loss = Assumption { .01, .0, .02 };
        settings.costs.priceAfter = Assumption { 2, 1, 3 };
        settings.insteadMachines = 2;
        settings.insteadPrice = 7.2;
        settings.currency = "€";
        QVERIFY(m_workspace->saveDecision(m_model, toJson(settings)));
        QVERIFY(storedDecision(*m_project, *m_workspace)->has_value());
        const DecisionSettings read = storedDecision(*m_project, *m_workspace)->value();
        QCOMPARE(toJson(read).dump(), toJson(settings).dump());
        QCOMPARE(toJson(read)["loss"].dump(), Json({ .0, .01, .02 }).dump());
        QVERIFY(read.costs.priceAfter && read.costs.priceAfter->high == 3);
        QVERIFY(!decisionSettingsFromJson({ { "cards", "many" } }, "w.kerf"));
        QCOMPARE(decisionSettingsFromJson(Json::object(), "w.kerf")->costs.hours.value, 720.0);
    }

    /// The page says the verdict with its numbers, and the commands that come to it.
    void theReportBeginsWithTheVerdict()
    {
        QVERIFY(m_workspace->saveDecision(m_model, toJson(usual())));
        const RunReport report = makeReport(*m_project, *m_workspace, { m_mild }, m_mild, {}).value();
        const std::string page = reportHtml(report);
        const Decision decision = decided(usual());
        for (const std::string& wanted : { std::string("mild is good enough."), std::string("12 ↓ 8 ↑"),
                 std::string("$52,594"), std::string("acc_drop&lt;=0.015 @95"), std::string("this decides"),
                 std::string("kerf-cli gate &#39;mild&#39;"), std::string("kerf-cli cost --price 2.05,4.1,6.15") })
            QVERIFY2(page.find(wanted) != std::string::npos, wanted.c_str());
        QVERIFY(page.find("good enough") < page.find("<h2>Metrics"));
        // A run that the settings do not name is judged itself.
        const std::string other = reportHtml(makeReport(*m_project, *m_workspace, { m_harsh }, m_harsh, {}).value());
        QVERIFY(other.find("harsh is not good enough.") != std::string::npos);
    }

    void commandsNameWhatWasAsked()
    {
        DecisionSettings settings = usual();
        settings.cards = 2;
        const std::vector<std::string> commands = decisionCommands(decided(settings), "model", "w.kerf");
        QCOMPARE(commands.size(), 4u);
        QCOMPARE(commands[0], std::string("kerf-cli gate 'mild' 'acc_drop<=0.015 @95' -w w.kerf"));
        QCOMPARE(commands[1],
            std::string("kerf-cli fit model --run 'mild' --device 'A100 80GB SXM' --cards 2 --context 256 --batch 8 "
                        "--kv kv-f16 -w w.kerf"));
        QVERIFY(commands[3].find("--loss ") != std::string::npos);
        QVERIFY(decisionCommands(decided(settings), "my model", "w.kerf")[1].starts_with("kerf-cli fit 'my model' "));
    }

    void amountsAreWrittenForPeople()
    {
        QCOMPARE(moneyText(1234567.4, "$"), std::string("$1,234,567"));
        QCOMPARE(moneyText(-999.994, "€"), std::string("-€999.99"));
        QCOMPARE(moneyText(0, ""), std::string("0.00"));
        QCOMPARE(moneyText(1000, "$"), std::string("$1,000"));
    }

    void whatWasMeasuredCanBeRequired()
    {
        const auto found = possibleRequirements(m_workspace->runs(m_model).value(), Tolerance::Normal);
        QCOMPARE(found, std::vector<std::string> { "acc_drop<=0.01 @95" });
        QCOMPARE(requirementsOf({}), std::vector<std::string> { "accuracy_drop<=0.01 @95" });
    }
};

QTEST_MAIN(TestDecision)
#include "tst_decision.moc"
