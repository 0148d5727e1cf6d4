// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Number formats; and what helps everywhere: commands by name, the manual, preferences, the tour.

#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QTest>

#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"
#include "ui/formats/chain_panel.h"
#include "ui/formats/number_bench.h"
#include "ui/formats/number_formats_page.h"
#include "ui/help/manual_window.h"
#include "ui/help/tour.h"
#include "ui/message_bar.h"

namespace kerf::pictures {
namespace {

/// A window with nothing below and beside the page, as after closing the panels.
ui::NumberFormatsPage* numberPage(Studio& studio, const char* format, double value)
{
    studio.select({ layer(3, Down) });
    studio.actions().numberFormats->trigger();
    auto* page = studio.find<ui::NumberFormatsPage>();
    page->showFormat(QString::fromLatin1(format));
    page->bench()->setValue(value);
    QTest::qWait(600);
    return page;
}

QWidget* numbers(Studio& studio)
{
    numberPage(studio, "fp8-e4m3", 0.1);
    return &studio.window();
}

/// All parts at once, as on a large screen.
QWidget* numbersLarge(Studio& studio)
{
    studio.window().resize(1920, 1200);
    for (QAction* action : studio.actions().panelsMenu->actions())
        if (action->isChecked())
            action->trigger();
    QTest::qWait(300);
    numberPage(studio, "fp8-e4m3", 0.1);
    return studio.find<ui::NumberFormatsPage>();
}

QWidget* numbersInteger(Studio& studio)
{
    numberPage(studio, "int4", 0.1);
    return studio.find<ui::NumberFormatsPage>();
}

void panelsAgain(Studio& studio)
{
    for (QAction* action : studio.actions().panelsMenu->actions())
        if (!action->isChecked())
            action->trigger();
    studio.window().resize(studio.size());
    studio.actions().restoreLayout->trigger();
    QTest::qWait(300);
}

auto part(const char* title)
{
    return [title](Studio& studio) -> QWidget* {
        studio.showTab(QString::fromLatin1(title));
        QTest::qWait(500);
        return studio.find<ui::NumberFormatsPage>();
    };
}

QWidget* palette(Studio& studio)
{
    for (auto* said : studio.window().findChildren<ui::MessageBar*>()) // of the job that failed
        said->hide();
    studio.showTab("Sensitivity × Format");
    studio.showTab("Runs");
    studio.workbench().selection()->setRun(studio.run("mixed 4.25"));
    QDialog* dialog = studio.dialog(studio.actions().palette, "commandPalette");
    dialog->findChild<QLineEdit*>("commandField")->setText("exp");
    QTest::qWait(200);
    return &studio.window();
}

QWidget* manual(Studio& studio)
{
    QDialog* dialog = studio.dialog(studio.actions().manual, "manualWindow");
    static_cast<ui::ManualWindow*>(dialog)->showPage("map.md");
    QTest::qWait(500);
    return dialog;
}

auto opens(QAction* ui::Actions::*action, const char* name)
{
    return [action, name](Studio& studio) -> QWidget* { return studio.dialog(studio.actions().*action, name); };
}

auto closes(const char* name)
{
    return [name](Studio& studio) { Studio::close(studio.find<QDialog>(name)); };
}

QWidget* tour(Studio& studio)
{
    studio.openFresh();
    studio.window().tour()->start();
    QTest::qWait(500);
    return &studio.window();
}

} // namespace

Scenes formatScenes()
{
    return {
        { "number-formats", numbers, true },
        { "number-line", part("Number Line") },
        { "number-chain", part("Conversion Chain") },
        { "number-grid", part("On a Grid") },
        { "number-formats-all", numbersLarge },
        { "number-integer", numbersInteger, false, panelsAgain },
    };
}

Scenes helpScenes()
{
    return {
        { "commands", palette, true, closes("commandPalette") },
        { "manual", manual, false, closes("manualWindow") },
        { "preferences", opens(&ui::Actions::preferences, "preferencesDialog"), false, closes("preferencesDialog") },
        { "shortcuts", opens(&ui::Actions::shortcuts, "shortcutsDialog"), false, closes("shortcutsDialog") },
        { "about", opens(&ui::Actions::about, "aboutBox"), false, closes("aboutBox") },
        { "tour", tour },
    };
}

} // namespace kerf::pictures
