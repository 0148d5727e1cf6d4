// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real window and its dialogs in German: started by the setting, nothing left in English, mnemonics of their own,
// and room for longer words on a small screen.

#include <QAbstractItemView>
#include <QDockWidget>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenuBar>
#include <QProcess>
#include <QSet>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include "tests/integration/window_checks.h"
#include "tests/integration/window_driver.h"
#include "tests/support/translation_file.h"
#include "tests/ui/sample_workbench.h"
#include "ui/settings/language.h"
#include "ui/settings/preferences.h"
#include "ui/settings/preferences_dialog.h"

using namespace kerf;

class TestWindowGerman : public test::WindowDriver {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-german");
        QVERIFY(m_folder.isValid());
        for (const test::Translation& each :
            test::readTranslations(QStringLiteral(KERF_SOURCE_DIR "/ui/translations/kerf_de.ts")))
            (each.forms.contains(each.source) ? m_alike : m_english).insert(plain(each.source));
        m_english -= m_alike;
        QVERIFY(m_english.size() > 1000);
    }
    void cleanupTestCase()
    {
        m_window.reset();
        ui::installLanguage("en");
    }

    void theProgramStartsInTheLanguageChosen_data()
    {
        QTest::addColumn<QByteArray>("setting");
        QTest::addColumn<QString>("desktop");
        QTest::addColumn<QByteArray>("says");
        const QByteArray german("Ordner eines zu öffnenden"), english("Folder of a Hugging Face");
        QTest::newRow("chosen") << QByteArray("[General]\nlanguage=de\n") << "C.UTF-8" << german;
        QTest::newRow("the desktop's") << QByteArray() << "de_DE.UTF-8" << german;
        QTest::newRow("chosen against the desktop")
            << QByteArray("[General]\nlanguage=en\n") << "de_DE.UTF-8" << english;
        QTest::newRow("neither") << QByteArray() << "C.UTF-8" << english;
        QTest::newRow("a desktop's that is not there") << QByteArray() << "fr_FR.UTF-8" << english;
    }
    void theProgramStartsInTheLanguageChosen()
    {
        QFETCH(QByteArray, setting);
        QFETCH(QString, desktop);
        QFETCH(QByteArray, says);
        const QString program = QStringLiteral(KERF_BINARY_DIR "/kerf");
        QVERIFY2(QFileInfo(program).isExecutable(), "kerf is not built");
        QTemporaryDir home;
        QVERIFY(QDir(home.path()).mkpath("kerf"));
        QFile file(home.filePath("kerf/kerf.conf"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(setting) == setting.size());
        file.close();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_CONFIG_HOME", home.path());
        environment.remove("LANGUAGE");
        environment.insert("LC_ALL", desktop);
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(program, { "--help" });
        QVERIFY(process.waitForFinished(60'000));
        const QByteArray out = process.readAllStandardOutput();
        QVERIFY2(out.contains(says), out.constData());
    }
    void theSettingIsForTheNextStart()
    {
        ui::installLanguage(ui::Preferences::load().language);
        QVERIFY(showWindow());
        QVERIFY(menuTitles().contains("File"));
        m_window->actions()->preferences->trigger();
        auto* dialog = m_window->findChild<ui::PreferencesDialog*>();
        QVERIFY(dialog);
        auto* language = dialog->findChild<QComboBox*>("language");
        QCOMPARE(language->currentIndex(), 0);
        language->setFocus();
        QTest::keyClicks(language, "Deu");
        QCOMPARE(language->currentText(), "Deutsch");
        QTest::keyClick(dialog, Qt::Key_Return);
        QTRY_VERIFY(!m_window->findChild<ui::PreferencesDialog*>());
        QVERIFY(menuTitles().contains("File"));
        m_window.reset();

        ui::installLanguage(ui::Preferences::load().language); // as main() does
        ui::applyPreferences(ui::Preferences::load(), false);
        QVERIFY(showWindow());
        QCOMPARE(menuTitles(),
            QStringList({ "Datei", "Bearbeiten", "Modell", "Plan", "Lauf", "Export", "Ansicht", "Hilfe" }));
    }
    void theWelcomePageIsGerman()
    {
        const QStringList problems = english(m_window.get()) + test::cutTexts(m_window.get());
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
    }
    void openTheSample()
    {
        QVERIFY(test::openSample(*workbench(), m_folder.filePath("german.kerf")));
        QVERIFY(test::addProfile(*workbench()));
        workbench()->useUniform("int4-g128");
        m_run = test::addRun(*workbench(), "int4-g128", core::RunState::Done);
        QVERIFY(m_run != 0 && test::addRun(*workbench(), "int8-g128", core::RunState::Done) != 0);
        workbench()->selection()->setLayers({ 3 }, 3);
        QTRY_VERIFY(workbench()->document()->profile());
    }
    void menusHaveMnemonicsOfTheirOwn()
    {
        QStringList problems;
        test::checkMnemonics(m_window->menuBar()->actions(), "the menu bar", *m_window->actions(), problems);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
    }
    void everyPageIsGermanAndFits_data()
    {
        QTest::addColumn<QSize>("screen");
        QTest::newRow("1440 x 900") << QSize(1440, 900);
        QTest::newRow("1024 x 640") << QSize(1024, 640);
    }
    void everyPageIsGermanAndFits()
    {
        QFETCH(QSize, screen);
        m_window->resize(screen);
        QTest::qWait(50);
        QSet<QString> problems;
        for (auto* tabs : m_window->findChildren<QTabWidget*>()) {
            for (QWidget* part = tabs; part; part = part->parentWidget())
                if (auto* dock = qobject_cast<QDockWidget*>(part))
                    dock->raise();
            for (int i = 0; i < tabs->count(); ++i) {
                tabs->setCurrentIndex(i);
                (void)QTest::qWaitFor([this] { return test::cutTexts(m_window.get()).isEmpty(); }, 5000); // laid out
                QVERIFY2(m_window->size() == screen, qPrintable(tabs->tabText(i)));
                for (const QString& problem : english(m_window.get()) + test::cutTexts(m_window.get()))
                    problems.insert(problem);
            }
        }
        QVERIFY2(problems.isEmpty(), qPrintable(QStringList(problems.values()).join(u'\n')));
        const QSize least = m_window->minimumSizeHint();
        QVERIFY2(least.width() <= 960, qPrintable(QStringLiteral("needs %1 pixels").arg(least.width())));
    }
    void everyDialogIsGermanAndFits()
    {
        QStringList problems;
        workbench()->selection()->setRun(m_run);
        const ui::Actions& all = *m_window->actions();
        for (QAction* action : { all.profile, all.settings, all.presets, all.solve, all.refine, all.setByPattern,
                 all.keepSensitive, all.sweep, all.checkPrediction, all.planChanges, all.shortcuts, all.about,
                 all.preferences, all.undoHistory, all.annotateRun, all.showTrash, all.report, all.palette,
                 all.exportMenu->actions().front() }) {
            QVERIFY2(action->isEnabled(), qPrintable(action->text() + ": " + action->toolTip()));
            action->trigger();
            QDialog* dialog = nullptr;
            QTRY_VERIFY2((dialog = test::shownDialog(m_window.get())), qPrintable(action->text()));
            QTest::qWait(50);
            (void)QTest::qWaitFor([&] { return test::cutTexts(dialog).isEmpty(); }, 5000); // texts are read meanwhile
            QStringList found = english(dialog) + test::cutTexts(dialog);
            if (const QString large = test::tooLarge(dialog); !large.isEmpty())
                found << large;
            for (const QString& problem : found)
                problems << QStringLiteral("%1: %2").arg(dialog->windowTitle(), problem);
            dialog->close();
            QTRY_VERIFY(!test::shownDialog(m_window.get()));
        }
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
    }
    void noActionIsEnglish()
    {
        QStringList problems;
        for (const QAction* action : m_window->findChildren<QAction*>())
            for (const QString& text : { action->text(), action->toolTip() })
                if (m_english.contains(plain(text)))
                    problems << text;
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
    }

private:
    static QString plain(QString text) { return text.remove(u'&').remove(u'…').trimmed(); }
    QStringList menuTitles()
    {
        QStringList titles;
        for (const QAction* menu : m_window->menuBar()->actions())
            titles << plain(menu->text());
        return titles;
    }
    static void addHeaders(const QAbstractItemView* view, QStringList& texts)
    {
        const QAbstractItemModel* model = view->model();
        for (int i = 0; model && i < model->columnCount(); ++i)
            for (const int role : { Qt::DisplayRole, Qt::ToolTipRole })
                texts << model->headerData(i, Qt::Horizontal, role).toString();
    }
    static QStringList textsOf(const QWidget* widget)
    {
        QStringList texts { widget->windowTitle(), widget->toolTip(), widget->accessibleName() };
        if (const auto* label = qobject_cast<const QLabel*>(widget))
            texts << label->text();
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
            texts << button->text();
        if (const auto* line = qobject_cast<const QLineEdit*>(widget))
            texts << line->placeholderText();
        if (const auto* choice = qobject_cast<const QComboBox*>(widget))
            for (int i = 0; i < choice->count(); ++i)
                texts << choice->itemText(i);
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
            for (int i = 0; i < tabs->count(); ++i)
                texts << tabs->tabText(i) << tabs->tabToolTip(i);
        if (const auto* view = qobject_cast<const QAbstractItemView*>(widget))
            addHeaders(view, texts);
        return texts;
    }
    /// Shown texts that are an English source's, though its translation reads otherwise.
    QStringList english(const QWidget* window) const
    {
        QStringList found;
        for (const QWidget* widget : window->findChildren<QWidget*>())
            if (widget->window() == window)
                for (const QString& text : textsOf(widget))
                    if (m_english.contains(plain(text)))
                        found << QStringLiteral("English: %1").arg(text);
        return found;
    }

    QTemporaryDir m_folder;
    core::RowId m_run = 0;
    QSet<QString> m_english, m_alike;
};

QTEST_MAIN(TestWindowGerman)
#include "tst_window_german.moc"
