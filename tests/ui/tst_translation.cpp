// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every text of the window can be translated, and is: what lupdate finds in the sources stands in the .ts files, with
// the same numbers and signs; no sentence is glued together; what the engine calls its work is known too.

#include <algorithm>

#include <QCoreApplication>
#include <QDirIterator>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/job.h"
#include "tests/support/own_settings.h"
#include "tests/support/translation_file.h"
#include "ui/jobs/engine_text.h"
#include "ui/settings/language.h"
#include "ui/settings/preferences.h"
#include "ui/value_text.h"

using namespace kerf;

namespace {

const QString kSources = QStringLiteral(KERF_SOURCE_DIR);

QString readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList sourcesIn(const QStringList& folders)
{
    QStringList files;
    for (const QString& folder : folders)
        for (QDirIterator it(kSources + u'/' + folder, { "*.cpp", "*.h" }, QDir::Files, QDirIterator::Subdirectories);
             it.hasNext();)
            files << it.next();
    return files;
}

/// Without comments, the letters of its texts blanked, so that only code is searched.
QString codeOf(QString text)
{
    static const QRegularExpression part(QStringLiteral("//[^\n]*|\"(?:[^\"\\\\\n]|\\\\.)*\""));
    QString code;
    qsizetype at = 0;
    for (auto it = part.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        code += text.mid(at, match.capturedStart() - at);
        code += match.captured().startsWith(u'"') ? u'"' + QString(match.capturedLength() - 2, u'_') + u'"'
                                                  : QString(match.capturedLength(), u' ');
        at = match.capturedEnd();
    }
    return code + text.mid(at);
}

/// Behind the bracket that closes the one at `open`.
qsizetype behindBracket(const QString& code, qsizetype open)
{
    int depth = 0;
    for (qsizetype at = open; at < code.size(); ++at) {
        depth += code[at] == u'(' ? 1 : code[at] == u')' ? -1 : 0;
        if (depth == 0)
            return at + 1;
    }
    return code.size();
}

QString placeIn(const QString& file, const QString& code, qsizetype at)
{
    return QStringLiteral("%1:%2").arg(file.mid(kSources.size() + 1)).arg(code.left(at).count(u'\n') + 1);
}

QSet<QString> allOf(const QString& text, const QRegularExpression& what)
{
    QSet<QString> found;
    for (auto it = what.globalMatch(text); it.hasNext();)
        found.insert(it.next().captured());
    return found;
}

/// What a translation must have as its source has it; "" when it does.
QString difference(const QString& source, const QString& translation)
{
    static const std::pair<const char*, QRegularExpression> alike[] = {
        { "places", QRegularExpression(QStringLiteral("%L?\\d|%n")) },
        { "tags", QRegularExpression(QStringLiteral("<[^ ][^>]*>|&nbsp;")) },
        { "patterns of files", QRegularExpression(QStringLiteral("\\*\\.\\w+|\\(\\*\\)")) },
        { "numbers", QRegularExpression(QStringLiteral("(?<![%\\w])\\d+(?![\\w,.]*\\d)")) },
        { "end", QRegularExpression(QStringLiteral("(…|:|\\.|\\?|!| ▸| ▾|↓|↑| )$")) },
        { "beginning", QRegularExpression(QStringLiteral("^( |[✓✗◆⚠!÷+] ?)")) },
    };
    for (const auto& [name, what] : alike)
        if (allOf(source, what) != allOf(translation, what))
            return QLatin1String(name);
    static const QRegularExpression mnemonic(QStringLiteral("&\\w"), QRegularExpression::UseUnicodePropertiesOption);
    if (!source.contains(QLatin1String("&nbsp;")) && source.count(mnemonic) != translation.count(mnemonic))
        return QStringLiteral("mnemonic");
    if (source.count(u'\n') != translation.count(u'\n'))
        return QStringLiteral("lines");
    static const QRegularExpression keys(QStringLiteral("^(Ctrl\\+\\S+|Alt\\+\\S+)$"));
    return keys.match(source).hasMatch() && source != translation ? QStringLiteral("keys") : QString();
}

} // namespace

class TestTranslation : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { test::useOwnSettings("kerf-translation"); }
    void cleanup()
    {
        ui::installLanguage("en");
        QLocale::setDefault(QLocale::c());
    }

    void languages_data()
    {
        QTest::addColumn<QString>("file");
        for (const ui::Language& language : ui::languages())
            if (language.code != "en")
                QTest::newRow(qPrintable(language.code))
                    << QStringLiteral("%1/ui/translations/kerf_%2.ts").arg(kSources, language.code);
    }
    void everyTextIsThere_data() { languages_data(); }
    void everyTextIsThere()
    {
        QFETCH(QString, file);
        const QString lupdate
            = QStandardPaths::findExecutable("lupdate", { QLibraryInfo::path(QLibraryInfo::BinariesPath) });
        if (lupdate.isEmpty())
            QSKIP("lupdate is not installed (Debian: qt6-l10n-tools): texts without a translation are not found.");
        QTemporaryDir folder;
        const QString fresh = folder.filePath("fresh.ts");
        QProcess process;
        process.setWorkingDirectory(kSources);
        process.start(
            lupdate, { "-silent", "-locations", "none", "-no-obsolete", "-I", ".", "ui", "app/gui", "-ts", fresh });
        QVERIFY(process.waitForFinished(120'000) && process.exitCode() == 0);
        const QByteArray warnings = process.readAllStandardError();
        QVERIFY2(warnings.isEmpty(), warnings.constData());
        QSet<QString> wanted, found;
        for (const test::Translation& each : test::readTranslations(fresh))
            wanted.insert(each.key());
        QVERIFY(wanted.size() > 1000);
        QStringList problems;
        for (const test::Translation& each : test::readTranslations(file)) {
            found.insert(each.key());
            if (!each.type.isEmpty() || each.forms.contains(QString()) || each.forms.isEmpty())
                problems << QStringLiteral("not translated: %1").arg(each.source);
        }
        for (const QString& key : wanted - found)
            problems << QStringLiteral("missing: %1").arg(key.section(u'\n', 1));
        for (const QString& key : found - wanted)
            problems << QStringLiteral("no longer in the sources: %1").arg(key.section(u'\n', 1));
        QVERIFY2(problems.isEmpty(),
            qPrintable(problems.mid(0, 20).join(u'\n') + "\nBuild the target update_translations, then translate."));
    }
    void translationsKeepNumbersAndSigns_data() { languages_data(); }
    void translationsKeepNumbersAndSigns()
    {
        QFETCH(QString, file);
        QStringList problems;
        for (const test::Translation& each : test::readTranslations(file))
            for (const QString& form : each.forms)
                if (const QString what = difference(each.source, form); !what.isEmpty())
                    problems << QStringLiteral("%1: \"%2\" is \"%3\"").arg(what, each.source, form);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
    }
    void noTextIsGluedTogether()
    {
        static const QRegularExpression call(QStringLiteral("\\b(?:tr|translate)\\("));
        static const QRegularExpression argument(QStringLiteral("^\\s*\\.arg\\("));
        QStringList problems;
        for (const QString& file : sourcesIn({ "ui", "app/gui" })) {
            const QString code = codeOf(readAll(file));
            for (auto it = call.globalMatch(code); it.hasNext();) {
                const QRegularExpressionMatch match = it.next();
                qsizetype end = behindBracket(code, match.capturedEnd() - 1);
                for (auto next = argument.match(code.mid(end)); next.hasMatch(); next = argument.match(code.mid(end)))
                    end = behindBracket(code, end + next.capturedEnd() - 1);
                QString before = code.left(match.capturedStart());
                before.remove(QRegularExpression(QStringLiteral("\\w+::$")));
                if (before.trimmed().endsWith(u'+') || code.mid(end).trimmed().startsWith(u'+'))
                    problems << placeIn(file, code, match.capturedStart());
            }
        }
        QVERIFY2(problems.isEmpty(), qPrintable("glued together:\n" + problems.join(u'\n')));
    }
    void lupdateSeesEveryText()
    {
        // A name instead of a text is a row of a table whose texts are marked for lupdate.
        static const QRegularExpression hidden(
            QStringLiteral("\\btr\\(\\s*+(?![\")])|\\btranslate\\(\\s*+(?:\"_*+\"|\\w++),\\s*+(?!\")"));
        static const QRegularExpression declaration(QStringLiteral("^translate\\(const char"));
        QStringList problems;
        for (const QString& file : sourcesIn({ "ui", "app/gui" })) {
            const QString text = readAll(file), code = codeOf(text);
            for (auto it = hidden.globalMatch(code); it.hasNext();) {
                const QRegularExpressionMatch match = it.next();
                const QString call = code.mid(match.capturedStart(), 60);
                const bool isRow
                    = call.startsWith(QLatin1String("translate(\"")) && text.contains("QT_TRANSLATE_NOOP(");
                if (!isRow && !declaration.match(call).hasMatch())
                    problems << placeIn(file, code, match.capturedStart());
            }
        }
        QVERIFY2(problems.isEmpty(), qPrintable("not seen by lupdate:\n" + problems.join(u'\n')));
    }
    void whatTheEngineCallsItsWorkIsKnown()
    {
        // "Quantizing " + name, "Calibrating block {} of {}", as core's sources have them; and what is counted.
        static const QRegularExpression said(
            QStringLiteral("(?:rogress\\(\\{|Progress progress \\{)\\s*(?:fmt::format\\()?\"([^\"]+)\""));
        static const QRegularExpression unit(QStringLiteral("[pP]rogress[^;\"]*\\{[^;]*\"(\\w+)\" \\}"));
        ui::installLanguage("de");
        QStringList problems;
        int count = 0;
        for (const QString& file : sourcesIn({ "core" })) {
            const QString text = readAll(file);
            for (auto it = said.globalMatch(text); it.hasNext(); ++count) {
                QString english = it.next().captured(1).replace(QLatin1String("{}"), QLatin1String("7"));
                if (english.endsWith(u' '))
                    english += u'7';
                if (ui::engineText(english.toStdString()) == english)
                    problems << english;
            }
            for (auto it = unit.globalMatch(text); it.hasNext();) {
                const QString name = it.next().captured(1);
                const QString shown = ui::amountText({ {}, 1, 2, name.toStdString() });
                if (shown == QStringLiteral("1 von 2 %1").arg(name) && name != "MB")
                    problems << name;
            }
        }
        QVERIFY(count > 30);
        QVERIFY2(problems.isEmpty(), qPrintable("not in ui/jobs/engine_text.cpp:\n" + problems.join(u'\n')));
    }
    void titlesOfJobsAreKnown()
    {
        ui::installLanguage("de");
        const auto settings = [](std::size_t many) {
            const core::Json list(many, core::Json::object());
            return core::Json { { "run", 3 }, { "folder", "/models/a" }, { "target", "gguf" }, { "plans", list },
                { "cells", list }, { "plan", { { "name", "mine" } } } };
        };
        for (const core::JobKind& kind : core::jobKinds())
            for (const std::size_t many : { 1, 2 }) {
                const std::string title = kind.title(settings(many), {});
                QVERIFY2(ui::engineText(title) != ui::toQt(title), title.c_str());
            }
    }
    void namesAndNumbersOfTheEngineStay()
    {
        ui::installLanguage("de");
        QCOMPARE(
            ui::engineText("Quantizing model.layers.3.mlp.down_proj"), "model.layers.3.mlp.down_proj quantisieren");
        QCOMPARE(ui::engineText("Calibrating block 2 of 8 · plan 1 of 5: a of b"),
            "Kalibrieren, Block 2 von 8 · Plan 1 von 5: a of b");
        QCOMPARE(ui::engineText("Evaluate 100 %1"), "100 %1 auswerten");
        QCOMPARE(
            ui::engineText("The order of the 42 layers is settled from 8 of 64 windows on: their rank correlation with "
                           "all of them is at least 0.99."),
            "Die Reihenfolge der 42 Schichten steht ab 8 von 64 Fenstern fest: Ihre Rangkorrelation mit allen beträgt "
            "mindestens 0.99.");
        QCOMPARE(ui::engineText("Something new"), "Something new");
        QCOMPARE(ui::amountText({ {}, 12, 64, "windows" }), "12 von 64 Fenstern");
        ui::installLanguage("en");
        QCOMPARE(
            ui::engineText("Calibrating block 2 of 8 · plan 1 of 5: a"), "Calibrating block 2 of 8 · plan 1 of 5: a");
        QCOMPARE(ui::amountText({ {}, 12, 64, "windows" }), "12 of 64 windows");
        QCOMPARE(ui::amountText({ {}, 12, 64, "MB" }), "12 of 64 MB");
    }
    void aLanguageIsInstalledWhole()
    {
        const auto layers = [](int count) {
            return QCoreApplication::translate("kerf::ui::FormatPalette", "%n layer(s) selected", nullptr, count);
        };
        ui::installLanguage("en");
        QCOMPARE(layers(1), "1 layer selected");
        QCOMPARE(layers(2), "2 layers selected");
        QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), "Cancel");
        ui::installLanguage("de");
        QCOMPARE(layers(2), "2 Layer ausgewählt");
        QCOMPARE(QCoreApplication::translate("kerf::ui::RunsPanel", "%n run(s)", nullptr, 1), "1 Lauf");
        QCOMPARE(QCoreApplication::translate("kerf::ui::RunsPanel", "%n run(s)", nullptr, 2), "2 Läufe");
        QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), "Abbrechen"); // Qt's own
        ui::installLanguage("en"); // and gone again
        QCOMPARE(layers(2), "2 layers selected");
        QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), "Cancel");
    }
    void whatIsNotKnownIsEnglish()
    {
        QCOMPARE(ui::languageFor("de"), "de");
        QCOMPARE(ui::languageFor("de-AT"), "de");
        QCOMPARE(ui::languageFor("xx"), "en");
        QCOMPARE(ui::languageFor({}), "en"); // the tests' desktop is C
    }
    void numbersFollowTheLanguageUnlessChosen()
    {
        ui::installLanguage("de");
        ui::applyPreferences({}, true);
        QCOMPARE(ui::numberText(1234.5, 5), "1.234,5");
        ui::Preferences point;
        point.numbers = ui::NumberStyle::Point;
        ui::applyPreferences(point, true);
        QCOMPARE(ui::numberText(1234.5, 5), "1,234.5");
        ui::installLanguage("en");
        ui::applyPreferences({}, true);
        QCOMPARE(ui::numberText(1234.5, 5), "1,234.5");
    }
};

QTEST_GUILESS_MAIN(TestTranslation)
#include "tst_translation.moc"
