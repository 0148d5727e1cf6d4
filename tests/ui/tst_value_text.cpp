// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <limits>
#include <random>

#include <QLocale>
#include <QTest>

#include "core/base/number_text.h"
#include "ui/english_plurals.h"
#include "ui/value_text.h"

using namespace kerf;

namespace {

const QString kThin(QChar(0x202F)); ///< no-break space between the groups of French numbers
const QString kNan = QStringLiteral("nan");

double numberOf(const QString& text)
{
    return text == kNan ? std::numeric_limits<double>::quiet_NaN() : text.toDouble();
}

} // namespace

/// Numbers, sizes and durations as people of several countries read them.
class TestValueText : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void bytes_data()
    {
        QTest::addColumn<QString>("locale");
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* locale, qint64 bytes, const QString& text) {
            QTest::addRow("%s %lld", locale, static_cast<long long>(bytes)) << QString(locale) << bytes << text;
        };
        row("C", 0, "0 B");
        row("C", 999, "999 B");
        row("C", 1000, "1.00 kB");
        row("C", 9'994, "9.99 kB");
        row("C", 9'996, "10.0 kB"); // three digits also where rounding makes one more
        row("C", 99'940, "99.9 kB");
        row("C", 99'960, "100 kB");
        row("C", 999'499, "999 kB");
        row("C", 999'500, "1.00 MB"); // never "1000 kB"
        row("C", 4'310'000'000, "4.31 GB");
        row("C", 1'000'000'000'000, "1.00 TB");
        row("C", 9'223'372'036'854'775'807, "9223 PB"); // beyond the last unit
        row("de_DE", 4'310'000'000, "4,31 GB");
        row("fr_FR", 20'500, "20,5 kB");
        row("de_DE", 9'223'372'036'854'775'807, "9.223 PB");
    }
    void bytes()
    {
        QFETCH(QString, locale);
        QFETCH(qint64, bytes);
        QLocale::setDefault(QLocale(locale));
        QTEST(ui::bytesText(bytes), "text");
    }
    void counts_data()
    {
        QTest::addColumn<QString>("locale");
        QTest::addColumn<QString>("text");
        QTest::newRow("en_US") << "en_US"
                               << "-1,234,567";
        QTest::newRow("de_DE") << "de_DE"
                               << "-1.234.567";
        QTest::newRow("fr_FR") << "fr_FR"
                               << "-1" + kThin + "234" + kThin + "567";
    }
    void counts()
    {
        QFETCH(QString, locale);
        QLocale::setDefault(QLocale(locale));
        QTEST(ui::countText(-1'234'567), "text");
        bool good = false;
        QCOMPARE(QLocale().toLongLong(ui::countText(-1'234'567), &good), -1'234'567);
        QVERIFY(good);
    }
    void numbers_data()
    {
        QTest::addColumn<QString>("locale");
        QTest::addColumn<double>("value");
        QTest::addColumn<int>("digits");
        QTest::addColumn<QString>("text");
        const double infinite = std::numeric_limits<double>::infinity();
        QTest::newRow("zero is exact") << "C" << 0.0 << 3 << "0";
        QTest::newRow("small") << "C" << 0.00123456 << 3 << "0.00123";
        QTest::newRow("rounding adds a digit") << "C" << 9.996 << 3 << "10.0";
        QTest::newRow("negative") << "C" << -0.5 << 2 << "-0.50";
        QTest::newRow("whole") << "en_US" << 1234567.0 << 3 << "1,234,567";
        QTest::newRow("German") << "de_DE" << 1234.5 << 5 << "1.234,5";
        QTest::newRow("French") << "fr_FR" << 0.25 << 2 << "0,25";
        QTest::newRow("least without exponent") << "C" << 1e-8 << 1 << "0.00000001";
        QTest::newRow("too small") << "C" << 1.25e-9 << 3 << "1.25e-09";
        QTest::newRow("too large") << "C" << 1e15 << 1 << "1e+15";
        QTest::newRow("unknown") << "de_DE" << std::nan("") << 3 << "–";
        QTest::newRow("infinite") << "C" << -infinite << 3 << "–";
    }
    void numbers()
    {
        QFETCH(QString, locale);
        QFETCH(double, value);
        QFETCH(int, digits);
        QLocale::setDefault(QLocale(locale));
        QTEST(ui::numberText(value, digits), "text");
    }
    /// The window writes the digits of the command line, in the user's locale: a person compares the two.
    void windowAndCommandLineWriteTheSameDigits()
    {
        std::mt19937 random(20261129);
        std::uniform_real_distribution<double> power(-7.5, 6.5);
        for (int i = 0; i < 400; ++i) {
            const double value = (i % 2 ? -1 : 1) * std::pow(10.0, power(random));
            const double error = std::pow(10.0, power(random));
            QLocale::setDefault(QLocale::c());
            QCOMPARE(ui::numberText(value, 1 + i % 5).toStdString(), core::numberText(value, 1 + i % 5));
            QCOMPARE(ui::measuredText(value, error).toStdString(), core::measuredText(value, error));
            const QString plain = ui::measuredText(value, error);
            QLocale::setDefault(QLocale("de_DE"));
            const QString german = ui::measuredText(value, error).remove(u'.').replace(u',', u'.');
            QCOMPARE(german, plain);
        }
    }
    void roundedToDigits()
    {
        for (const auto& [value, text] : { std::pair(1284.0, "1300"), { 0.4783, "0.48" }, { 99.6, "100" }, { 0.0, "0" },
                 { -7.25, "-7.3" }, { 222.0, "220" } })
            QCOMPARE(QString::fromStdString(core::roundedText(value, 2)), QString(text));
    }
    void measured_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("error"); // empty: not known
        QTest::addColumn<QString>("text");
        QTest::newRow("one digit of the error") << 0.00542 << "0.0003"
                                                << "0.0054 ± 0.0003";
        QTest::newRow("two digits of a leading one") << 7.4123 << "0.0151"
                                                     << "7.412 ± 0.015";
        QTest::newRow("an error of whole units") << 123.4 << "3.2"
                                                 << "123 ± 3";
        QTest::newRow("larger than the value") << 0.0123 << "0.5"
                                               << "0.0 ± 0.5";
        QTest::newRow("two digits of the value all the same") << 1.234 << "0.7"
                                                              << "1.2 ± 0.7";
        QTest::newRow("without an error") << 7.41234 << ""
                                          << "7.412";
        QTest::newRow("an error of nothing") << 7.41234 << "0"
                                             << "7.412";
        QTest::newRow("an error that is no number") << 7.41234 << kNan << "7.412";
    }
    void measured()
    {
        QFETCH(double, value);
        QFETCH(QString, error);
        const auto standardError = error.isEmpty() ? std::nullopt : std::optional(numberOf(error));
        QTEST(ui::measuredText(value, standardError), "text");
        const ui::MeasuredParts parts = ui::measuredParts(value, standardError);
        QFETCH(QString, text);
        QCOMPARE(text.section(" ± ", 0, 0), parts.value); // tiles show the two apart
        QCOMPARE(text.section(" ± ", 1), parts.error);
    }
    void signs()
    {
        const QString amount = ui::bytesText(1'200'000);
        QCOMPARE(ui::signedText(1.2e6, amount), "+1.20 MB");
        QCOMPARE(ui::signedText(-1.2e6, amount), QString(QChar(0x2212)) + "1.20 MB"); // a minus, no hyphen
        QCOMPARE(ui::signedText(0, "0"), "0");
    }
    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("about"); // of what is left
        QTest::addColumn<QString>("span"); // of what it took
        QTest::newRow("next to nothing") << 0.04 << "about 1 s"
                                         << "0.0 s";
        QTest::newRow("tenths") << 4.06 << "about 4 s"
                                << "4.1 s";
        QTest::newRow("seconds") << 42.4 << "about 42 s"
                                 << "42 s";
        QTest::newRow("below 90") << 89.4 << "about 89 s"
                                  << "1 min 29 s";
        QTest::newRow("a minute and a half") << 90.0 << "about 2 min"
                                             << "1 min 30 s";
        QTest::newRow("minutes") << 750.0 << "about 13 min"
                                 << "12 min 30 s";
        QTest::newRow("an hour and a half") << 5400.0 << "about 2 h"
                                            << "1 h 30 min";
        QTest::newRow("nearly two hours") << 6720.0 << "about 2 h"
                                          << "1 h 52 min";
        QTest::newRow("rounds to the hour") << 7199.0 << "about 2 h"
                                            << "2 h 0 min";
    }
    void durations()
    {
        QFETCH(double, seconds);
        QTEST(ui::durationText(seconds), "about");
        QTEST(ui::spanText(seconds), "span");
    }
    void spansAreWrittenInTheLocale()
    {
        QLocale::setDefault(QLocale("de_DE"));
        QCOMPARE(ui::spanText(4.06), "4,1 s");
        QCOMPARE(ui::spanText(3600.0 * 1234), "1.234 h 0 min");
    }
    /// A minute is never told as sixty seconds.
    void spansChangeTheUnitWhereTheNextBegins()
    {
        for (const double seconds : { 59.4, 59.6, 59.94, 59.96, 60.0 }) {
            const QString text = ui::spanText(seconds);
            QVERIFY2(!text.startsWith("60"), qPrintable(text));
        }
        QVERIFY(!ui::spanText(9.97).startsWith("10.0"));
    }

private:
    ui::EnglishPlurals m_plurals;
};

QTEST_MAIN(TestValueText)
#include "tst_value_text.moc"
