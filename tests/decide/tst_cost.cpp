// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <QTest>

#include "core/decide/cost.h"

using namespace kerf::core;

namespace {

bool isNear(double value, double wanted, double tolerance = 0.005)
{
    if (std::abs(value - wanted) <= tolerance)
        return true;
    qWarning("%.4f is not %.4f", value, wanted);
    return false;
}

/// Four A100 become one: a million requests a month, 1.2 points lost, half a dollar an error.
CostInputs fourBecomeOne()
{
    CostInputs inputs;
    inputs.price = { 4.10, 2.05, 6.15 };
    inputs.machinesBefore = Assumption::certain(4);
    inputs.machinesAfter = { 1, 1, 2 };
    inputs.requests = Assumption::certain(1e6);
    inputs.loss = { .012, .002, .022 };
    inputs.errorCost = { .5, .25, 1 };
    inputs.calibration = Assumption::certain(300);
    inputs.engineering = { 40, 20, 160 };
    inputs.rate = Assumption::certain(100);
    inputs.trialDays = Assumption::certain(14);
    return inputs;
}

std::string problem(const std::function<void(CostInputs&)>& change)
{
    CostInputs inputs = fourBecomeOne();
    change(inputs);
    const Status checked = checkCosts(inputs);
    return checked ? std::string() : checked.error().message;
}

} // namespace

/// Money, by published cases that were recomputed.
class TestCost : public QObject {
    Q_OBJECT
private slots:
    void machinesBeforeAndAfter()
    {
        const CostSheet sheet = costSheet(fourBecomeOne());
        QVERIFY(isNear(sheet.before, 11'808.00) && isNear(sheet.after, 2'952.00) && isNear(sheet.saved, 8'856.00));
        CostInputs longer = fourBecomeOne();
        longer.hours = Assumption::certain(730);
        QVERIFY(isNear(costSheet(longer).saved, 8'979.00));
        // $4,200 in three weeks on four machines: half of the time.
        QVERIFY(isNear(4200 / (4 * 4.10 * 24 * 21), .508, .0005));
        CostInputs ten = fourBecomeOne();
        ten.price = Assumption::certain(.526);
        ten.priceAfter = Assumption::certain(.34);
        ten.machinesBefore = ten.machinesAfter = Assumption::certain(10);
        QVERIFY(isNear(costSheet(ten).saved, 1'339.20));
    }
    void errorsDecide()
    {
        CostInputs inputs = fourBecomeOne();
        const CostSheet half = costSheet(inputs);
        QVERIFY(isNear(half.once, 5'677.60) && isNear(half.net, 2'856) && isNear(half.year, 28'594.40));
        QVERIFY(isNear(*half.breakEven, 1.99) && isNear(*half.largestLoss, .01771, 5e-6));
        inputs.errorCost = Assumption::certain(1);
        const CostSheet whole = costSheet(inputs);
        QVERIFY(isNear(whole.net, -3'144) && !whole.breakEven && isNear(*whole.largestLoss, .00886, 5e-6));
        inputs.errorCost = Assumption::certain(0);
        const CostSheet free = costSheet(inputs);
        QVERIFY(isNear(*free.breakEven * 30, 19.2, .05) && !free.largestLoss);
        CostInputs bert = fourBecomeOne();
        bert.price = Assumption::certain(.526);
        bert.priceAfter = Assumption::certain(.34);
        bert.machinesBefore = bert.machinesAfter = Assumption::certain(10);
        bert.loss = Assumption::certain(0);
        bert.trialMachines = Assumption::certain(10 * .526 / .34); // ten of the old machines, doubled
        QVERIFY(isNear(costSheet(bert).once, 6'067.36) && isNear(*costSheet(bert).breakEven, 4.5, .05));
    }
    void swings()
    {
        const std::vector<CostSwing> swings = costSwings(fourBecomeOne());
        QCOMPARE(swings.size(), std::size_t { 5 });
        const struct {
            const char* input;
            double atLow, atHigh;
            bool decides;
        } wanted[] = { { "loss", 88'594.40, -31'405.60, true }, { "error_cost", 64'594.40, -43'405.60, true },
            { "price", -23'852.80, 81'041.60, true }, { "machines_after", 28'594.40, -6'829.60, true },
            { "engineering", 30'594.40, 16'594.40, false } };
        for (std::size_t i = 0; i < 5; ++i) {
            QCOMPARE(swings[i].input, std::string(wanted[i].input));
            QVERIFY(isNear(swings[i].atLow, wanted[i].atLow) && isNear(swings[i].atHigh, wanted[i].atHigh));
            QCOMPARE(swings[i].decides, wanted[i].decides);
        }
    }
    void loads()
    {
        QCOMPARE(machinesFor(4, 3.2), 2.0); // not the one of the text
        QCOMPARE(machinesFor(4, 4), 1.0);
        QCOMPARE(machinesFor(3.2, 3.2, .8), 2.0);
        // Ten T4 in 16 bit: 47 ms a batch; in 8 bit 19; a CPU at .34 in 39 ms.
        QCOMPARE(machinesFor(10, 47.0 / 19), 5.0);
        QCOMPARE(machinesFor(10, 47.0 / 39), 9.0);
        const auto perMillion = [](double price, double milliseconds) { return price / 3600 * milliseconds * 1000; };
        QVERIFY(isNear(perMillion(.526, 47), 6.867) && isNear(perMillion(.526, 19), 2.776, .0005));
        QVERIFY(isNear(perMillion(.34, 39), 3.683));
    }
    void badInputIsNamed()
    {
        const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        QVERIFY(problem([](CostInputs&) {}).empty());
        QVERIFY(has(problem([](CostInputs& in) { in.price = Assumption::certain(-1); }), "price: -1 is below 0"));
        QVERIFY(has(problem([](CostInputs& in) { in.requests = Assumption::certain(0); }), "requests: is 0"));
        QVERIFY(has(problem([](CostInputs& in) { in.loss = Assumption::certain(1.2); }), "loss: 1.2 is a share"));
        QVERIFY(has(problem([](CostInputs& in) { in.hours = { 720, 800, 900 }; }), "720 is not between 800 and 900"));
        QVERIFY(has(problem([](CostInputs& in) { in.rate = Assumption::certain(NAN); }), "rate: is not a number"));
        QVERIFY(has(problem([](CostInputs& in) { in.priceAfter = Assumption::certain(0); }), "price_after: is 0"));
        QVERIFY(problem([](CostInputs& in) { in.loss = Assumption::certain(-.01); }).empty()); // it is better
    }
};

QTEST_GUILESS_MAIN(TestCost)
#include "tst_cost.moc"
