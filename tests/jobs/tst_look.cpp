// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/jobs/look.h"

using namespace kerf::core;

namespace {

Detection found(double x, double score, std::int64_t category = 0)
{
    return { { x, 0, 10, 10 }, score, category };
}

} // namespace

/// Boxes of two networks side by side. Two squares of 10 that are 2 apart overlap by 8 / 12, 4 apart by 6 / 14.
class TestLook : public QObject {
    Q_OBJECT
private slots:
    void boxesArePaired()
    {
        // Of two candidates the nearer one is the same thing, though the other comes first.
        const auto boxes
            = matchBoxes({ found(0, .9), found(100, .8) }, { found(2, .95), found(1, .7), found(104, .6) }, .5);
        QCOMPARE(boxes.size(), std::size_t { 4 });
        QCOMPARE(boxes[0].original->score, .9);
        QCOMPARE(boxes[0].run->score, .7);
        QVERIFY(boxes[1].isLost() && boxes[1].original->score == .8); // 6 / 14 is less than a half
        QVERIFY(boxes[2].isNew() && boxes[2].run->score == .95);
        QVERIFY(boxes[3].isNew() && boxes[3].run->score == .6);
    }

    void anotherClassIsAnotherThing()
    {
        const auto boxes = matchBoxes({ found(0, .9, 1) }, { found(0, .9, 2) }, .5);
        QCOMPARE(boxes.size(), std::size_t { 2 });
        QVERIFY(boxes[0].isLost() && boxes[1].isNew());
    }

    void whatChangedIsCounted()
    {
        Look look;
        LookedSample same, lost, other;
        same.boxes = matchBoxes({ found(0, .9) }, { found(1, .8) }, .5);
        lost.boxes = matchBoxes({ found(0, .9), found(50, .7) }, { found(1, .8) }, .5);
        other.original = LookedClass { 3, .5 };
        other.run = LookedClass { 4, .5 };
        QVERIFY(!same.isChanged() && lost.isChanged() && other.isChanged());
        look.samples = { same, lost, other };
        QCOMPARE(look.changed(), std::int64_t { 2 });
        QCOMPARE(lookText(look), std::string("2 of 3 samples changed: 1 of 3 boxes lost, 0 new."));
        QVERIFY(toJson(look).at("samples").at(1).at("boxes").at(1).at("run").is_null());
    }
};

QTEST_GUILESS_MAIN(TestLook)
#include "tst_look.moc"
