// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include "core/text/coverage.h"
#include "core/text/dataset_part.h"

using namespace kerf::core;

namespace {

Dataset windowsOf(const std::string& name, const std::vector<std::vector<TokenId>>& windows)
{
    Dataset data;
    data.name = name;
    data.windows = windows;
    return data;
}

} // namespace

/// What a calibration holds of a text.
class TestCoverage : public QObject {
    Q_OBJECT
private slots:
    void typesAndTokens()
    {
        const Dataset calibration = windowsOf("a", { { 1, 2 }, { 1, 1 }, { 3, 9 }, { 9, 9 } });
        const Dataset text = windowsOf("b", { { 1, 2, 3, 4, 4 }, { 4, 5, 1, 1, 1 } });
        const Coverage found = findCoverage(calibration, text);
        QVERIFY(found.types == 5 && found.tokens == 10);
        QCOMPARE(found.steps.size(), std::size_t { 3 }); // 1, 2 and 4 windows
        QVERIFY(found.steps[0].windows == 1 && found.steps[1].windows == 2);
        QCOMPARE(found.steps[0].types, 0.4); // 1 and 2
        QCOMPARE(found.steps[0].tokens, 0.5);
        QCOMPARE(found.steps[1].tokens, 0.5); // the second window has nothing new
        QCOMPARE(found.all().types, 0.6);
        QCOMPARE(found.all().tokens, 0.6);
        QCOMPARE(found.missing, (std::vector<TokenId> { 4, 5 })); // the most frequent first
        QCOMPARE(coverageText(found, "a.txt", "b.txt"),
            "60.0 % of the tokens of b.txt and 60.0 % of its 5 different ones stand in the 4 windows of a.txt.");
        const Json json = toJson(found);
        QVERIFY(json["steps"].size() == 3 && json["steps"][2]["share_of_tokens"] == 0.6 && json["types"] == 5);
    }
    void ofItself()
    {
        const Dataset text = windowsOf("a", { { 1, 2 }, { 3, 4 } });
        const Coverage found = findCoverage(text, text);
        QVERIFY(found.all().types == 1 && found.all().tokens == 1 && found.missing.empty());
        QVERIFY(findCoverage(windowsOf("b", { { 7, 8 } }), text).all().tokens == 0);
    }
    void halves()
    {
        QCOMPARE(halvesOf(8, 3), (std::vector<std::int64_t> { 1, 2, 4, 8 }));
        QCOMPARE(halvesOf(5, 3), (std::vector<std::int64_t> { 1, 2, 5 }));
        QCOMPARE(halvesOf(1, 3), (std::vector<std::int64_t> { 1 }));
    }
};

QTEST_APPLESS_MAIN(TestCoverage)
#include "tst_coverage.moc"
