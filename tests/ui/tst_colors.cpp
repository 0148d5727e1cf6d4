// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <limits>
#include <utility>

#include <QApplication>
#include <QCheckBox>
#include <QRadioButton>
#include <QSet>
#include <QTest>

#include "core/format/layer_format.h"
#include "core/jobs/layer_error_svg.h"
#include "tests/support/own_settings.h"
#include "tests/ui/color_vision.h"
#include "ui/bytes/memory_bar.h"
#include "ui/bytes/treemap.h"
#include "ui/compare/run_marks.h"
#include "ui/heatmap/color_scale.h"
#include "ui/heatmap/format_mark.h"
#include "ui/theme.h"

using namespace kerf;
using ui::ThemeColors;
using ui::ThemeMode;

namespace {

constexpr double kText = 4.5, kDrawn = 3.0; ///< least contrasts
constexpr double kApart = 15; ///< least distance of series: about six times what is just seen side by side

/// The colours that a picture has most of in a rectangle: its ground and what is written on it.
QColor groundOf(const QImage& image)
{
    QHash<QRgb, int> count;
    QRgb most = image.pixel(0, 0);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (++count[image.pixel(x, y)] > count[most])
                most = image.pixel(x, y);
    return QColor(most);
}
/// The colour that differs most from the ground: a letter's core.
QColor inkOf(const QImage& image, const QColor& ground)
{
    QColor ink = ground;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (test::contrast(image.pixelColor(x, y), ground) > test::contrast(ink, ground))
                ink = image.pixelColor(x, y);
    return ink;
}

} // namespace

/// What is written can be read and what is drawn can be told apart, in both themes and with every vision.
class TestColors : public QObject {
    Q_OBJECT
private slots:
    void init() { ui::applyTheme(QByteArray(QTest::currentDataTag()) == "dark" ? ThemeMode::Dark : ThemeMode::Light); }

    void themesAreChosenAndKept()
    {
        for (const auto& [mode, text] : { std::pair(ThemeMode::Dark, "dark"), std::pair(ThemeMode::Light, "light"),
                 std::pair(ThemeMode::System, "system") }) {
            ui::saveThemeMode(mode);
            QCOMPARE(QSettings().value("theme").toString(), text);
            QCOMPARE(ui::savedThemeMode(), mode);
        }
        QSettings().setValue("theme", "purple"); // of a later version
        QCOMPARE(ui::savedThemeMode(), ThemeMode::System);
        ui::applyTheme(ThemeMode::Dark);
        QVERIFY(ui::themeColors(QApplication::palette()).dark);
        QVERIFY(!qApp->styleSheet().contains('@')); // every name of a colour was replaced
        ui::applyTheme(ThemeMode::Light);
        QVERIFY(!ui::themeColors(QApplication::palette()).dark);
    }
    void textCanBeRead_data() { themes(); }
    void textCanBeRead()
    {
        const ThemeColors& c = ui::themeColors(QApplication::palette());
        for (const QColor& ground : { c.window, c.panel, c.accentSoft, c.errorSoft }) {
            QVERIFY2(test::contrast(c.text, ground) >= kText, qPrintable(ground.name()));
            QVERIFY2(test::contrast(c.dim, ground) >= kText, qPrintable(ground.name()));
        }
        for (const QColor& ground : { c.window, c.panel }) // links and verdicts
            for (const QColor& ink : { c.accent, c.good, c.warning, c.error })
                QVERIFY2(test::contrast(ink, ground) >= kText, qPrintable(ink.name() + " on " + ground.name()));
        const QPalette palette = QApplication::palette();
        for (const auto& [ink, ground] :
            { std::pair(QPalette::WindowText, QPalette::Window), std::pair(QPalette::Text, QPalette::Base),
                std::pair(QPalette::Text, QPalette::AlternateBase),
                std::pair(QPalette::PlaceholderText, QPalette::Base), std::pair(QPalette::ButtonText, QPalette::Button),
                std::pair(QPalette::HighlightedText, QPalette::Highlight), std::pair(QPalette::Link, QPalette::Window),
                std::pair(QPalette::ToolTipText, QPalette::ToolTipBase) })
            QVERIFY2(test::contrast(palette.color(ink), palette.color(ground)) >= kText,
                qPrintable(QStringLiteral("%1 on %2").arg(ink).arg(ground)));
    }
    void boxesToTickCanBeSeen_data() { themes(); }
    void boxesToTickCanBeSeen()
    {
        const ThemeColors& c = ui::themeColors(QApplication::palette());
        QCheckBox box;
        QRadioButton round;
        for (QAbstractButton* button : { static_cast<QAbstractButton*>(&box), static_cast<QAbstractButton*>(&round) }) {
            const QImage picture = button->grab().toImage();
            const double seen = test::contrast(inkOf(picture, c.panel), c.panel);
            QVERIFY2(seen >= kDrawn, qPrintable(QString::number(seen)));
        }
    }
    void verdictsAreToldApart_data() { themes(); }
    void verdictsAreToldApart()
    {
        const ThemeColors& c = ui::themeColors(QApplication::palette());
        QVERIFY(test::leastDistance(c.accent, c.warning) >= 2 * kApart); // better and worse
        QVERIFY(test::leastDistance(c.accent, c.dim) >= kApart); // the chosen and the rest
        QVERIFY(test::leastDistance(c.accent, c.error) >= 2 * kApart);
    }
    void runsAreToldApart_data() { themes(); }
    void runsAreToldApart()
    {
        const QPalette palette = QApplication::palette();
        const QColor panel = ui::themeColors(palette).panel;
        QSet<QString> letters;
        QSet<std::pair<int, int>> marks;
        for (int i = 0; i < 8; ++i) {
            letters.insert(ui::runLetter(i));
            marks.insert({ ui::runMarker(i, palette, 8).shape(), ui::runDash(i) });
            const QColor color = ui::runColor(i, palette);
            QVERIFY2(test::contrast(color, panel) >= kDrawn, qPrintable(color.name()));
            for (int j = 0; j < i; ++j) {
                const double apart = test::leastDistance(color, ui::runColor(j, palette));
                QVERIFY2(apart >= kApart, qPrintable(QStringLiteral("%1 and %2: %3").arg(j).arg(i).arg(apart)));
            }
            const QImage icon = ui::runIcon(i, palette, 16).pixmap(16, 16).toImage();
            QVERIFY(inkOf(icon, Qt::transparent) != QColor(Qt::transparent)); // something is drawn
        }
        QCOMPARE(letters.size(), 8);
        QCOMPARE(marks.size(), 8); // the colour is not all that tells them apart
    }
    /// The report's picture and the window show a run in one colour.
    void theReportHasTheWindowsColors()
    {
        core::LayerErrorFigure figure;
        figure.layers = { "a", "b" };
        figure.blocks = { 0, 0 };
        for (int i = 0; i < 8; ++i)
            figure.series.push_back({ std::string(1, static_cast<char>('A' + i)), { 0.1 * (i + 1), 0.2 * (i + 1) } });
        const QString svg = QString::fromStdString(core::layerErrorSvg(figure));
        for (int i = 0; i < 8; ++i)
            QVERIFY2(svg.contains(ui::runColor(i, QApplication::palette()).name()), qPrintable(ui::runLetter(i)));
    }
    void textOnAnyGroundCanBeRead()
    {
        for (int red = 0; red < 256; red += 15)
            for (int green = 0; green < 256; green += 15)
                for (int blue = 0; blue < 256; blue += 15) {
                    const QColor ground(red, green, blue);
                    QVERIFY2(test::contrast(ui::textColorOn(ground), ground) >= kText, qPrintable(ground.name()));
                }
    }
    /// Both ends are the published ones; every vision sees the order of values.
    void scalesKeepTheirOrder()
    {
        QCOMPARE(ui::cividis(0), QColor(0, 32, 77));
        QCOMPARE(ui::cividis(1), QColor(253, 231, 55));
        QCOMPARE(ui::cividis(7), ui::cividis(1));
        QCOMPARE(ui::cividis(std::nan("")), ui::cividis(0));
        for (const test::Vision& vision : test::kVisions)
            for (int i = 1; i <= 8; ++i)
                QVERIFY(
                    test::lab(ui::cividis(i / 8.0), vision)[0] > test::lab(ui::cividis((i - 1) / 8.0), vision)[0] + 4);
        QCOMPARE(ui::orangePurple(0), QColor(240, 240, 240)); // the same
        QCOMPARE(ui::orangePurple(-3), ui::orangePurple(-1));
        QVERIFY(test::leastDistance(ui::orangePurple(-1), ui::orangePurple(1)) >= 2 * kApart);
        for (const double side : { -1.0, -0.5, 0.5, 1.0 }) // more or less is seen at half the way already
            QVERIFY(test::leastDistance(ui::orangePurple(side), ui::orangePurple(0)) >= kApart);
    }
    void formatsOfAFamilyShareAHue()
    {
        const auto hue = [](const char* format) { return ui::formatColor(format).hslHueF(); };
        QVERIFY(std::abs(hue("int4-g128") - hue("int8-g128")) < 0.02);
        QVERIFY(ui::formatColor("int3-g64").lightness() < ui::formatColor("int8-g128").lightness());
        QVERIFY(std::abs(hue("nf4-b64") - hue("int4-g128")) > 0.1);
        QVERIFY(ui::formatColor("bf16").hslSaturationF() < 0.1f); // grey: not quantized
        QCOMPARE(ui::formatColor("no format"), ui::formatColor("bf16"));
    }
    void marksOfFormats_data()
    {
        QTest::addColumn<QString>("mark");
        QTest::newRow("int4-g128") << "4";
        QTest::newRow("bf16") << "16";
        QTest::newRow("nf4-b64") << "n4";
        QTest::newRow("int8-channel+a8-token") << "8a8";
        QTest::newRow("int4-g128+a4-token") << "4a4";
    }
    void marksOfFormats()
    {
        const auto format = core::parseLayerFormat(QTest::currentDataTag());
        QVERIFY2(format, format ? "" : format.error().message.c_str());
        QTEST(ui::formatMark(*format), "mark");
    }
    void fieldsOfTheTreemapCanBeRead_data() { themes(); }
    void fieldsOfTheTreemapCanBeRead()
    {
        ui::Treemap map;
        std::vector<ui::TreemapField> fields;
        for (const bool planned : { true, false })
            for (const bool selected : { true, false })
                fields.push_back({ "MMMM", "", "", 100, planned, selected });
        map.setFields(fields);
        map.resize(400, 300);
        QFont large = map.font();
        large.setPixelSize(40); // so that letters have a core
        large.setBold(true);
        map.setFont(large);
        const QImage picture = map.grab().toImage();
        for (int i = 0; i < 4; ++i) {
            const QImage field = picture.copy(map.rectOf(i).adjusted(4, 4, -4, -4).toRect());
            const QColor ground = groundOf(field);
            QVERIFY2(test::contrast(inkOf(field, ground), ground) >= kText, qPrintable(QString::number(i)));
        }
        QVERIFY(groundOf(picture.copy(map.rectOf(0).adjusted(8, 60, -8, -8).toRect()))
            != groundOf(picture.copy(map.rectOf(1).adjusted(8, 60, -8, -8).toRect()))); // the selected one
    }
    void theBarOfMemoryCanBeRead_data() { themes(); }
    void theBarOfMemoryCanBeRead()
    {
        ui::MemoryBar bar;
        bar.setBytes(3'000'000'000, 1'000'000'000);
        QCOMPARE(bar.accessibleName(), "Weights 3.00 GB, key/value cache 1.00 GB");
        QFont large = bar.font();
        large.setPixelSize(30);
        large.setBold(true);
        bar.setFont(large);
        bar.resize(800, 60);
        const QImage picture = bar.grab().toImage();
        for (const QRect part : { QRect(4, 4, 590, 52), QRect(606, 4, 190, 52) }) { // three quarters are weights
            const QColor ground = groundOf(picture.copy(part));
            QVERIFY(test::contrast(inkOf(picture.copy(part), ground), ground) >= kText);
        }
        QVERIFY(picture.pixel(598, 5) != picture.pixel(603, 5));
        bar.setBytes(0, 0);
        const QImage none = bar.grab().toImage();
        QCOMPARE(inkOf(none, groundOf(none)), groundOf(none));
    }

private:
    static void themes()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-colors");
    QApplication application(argc, argv);
    TestColors test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_colors.moc"
