// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The welcome page and what it says when something goes wrong; the window without a profile; a profile that runs.

#include <QDialog>
#include <QDragEnterEvent>
#include <QDragLeaveEvent>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTest>
#include <QUrl>

#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"

namespace kerf::pictures {
namespace {

/// The paths are made up, so that no folder of whoever takes the pictures is on them.
QWidget* welcome(Studio& studio)
{
    QSettings().setValue("recent", QStringList { "/home/ada/models/Llama-3.1-8B", "/home/ada/models/Qwen3-1.7B" });
    studio.newWindow();
    return &studio.window();
}

QWidget* notAModel(Studio& studio)
{
    QSettings().remove("recent");
    studio.newWindow();
    studio.window().openModel(Studio::sample().parent_path());
    QTest::qWait(500);
    return &studio.window();
}

QWidget* numberFormatsAlone(Studio& studio)
{
    studio.newWindow();
    studio.actions().numberFormats->trigger();
    QTest::qWait(300);
    return &studio.window();
}

QWidget* opened(Studio& studio)
{
    studio.showTab("Formats");
    studio.showTab("Sensitivity × Format");
    studio.showTab("Runs");
    return &studio.window();
}

QWidget* inspectorBefore(Studio& studio)
{
    studio.select({ layer(3, Down) });
    studio.actions().inspector->trigger();
    QTest::qWait(1500);
    return &studio.window();
}

/// A tab of the window with nothing to show yet.
auto tab(const char* title)
{
    return [title](Studio& studio) -> QWidget* {
        studio.showTab(QString::fromUtf8(title));
        QTest::qWait(300);
        return &studio.window();
    };
}

QWidget* bytesBefore(Studio& studio)
{
    studio.workbench().selection()->clear();
    studio.showTab("Sensitivity × Format");
    studio.showTab("Bytes");
    QTest::qWait(500);
    return &studio.window();
}

QWidget* dropping(Studio& studio)
{
    studio.showTab("Formats");
    QMimeData dragged;
    dragged.setUrls({ QUrl::fromLocalFile(QString::fromStdString((Studio::sample() / "model").string())) });
    QDragEnterEvent enter({ 300, 300 }, Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&studio.window(), &enter);
    return &studio.window();
}

void dropNothing(Studio& studio)
{
    QDragLeaveEvent leave;
    QCoreApplication::sendEvent(&studio.window(), &leave);
}

QWidget* profileDialog(Studio& studio)
{
    return studio.dialog(studio.actions().profile, "dataDialog");
}

QWidget* documentLengths(Studio& studio)
{
    profileDialog(studio);
    studio.find<QPushButton>("calibrationLook")->click();
    auto* dialog = studio.find<QDialog>("textsDialog");
    Studio::waitFor([&] { return dialog->findChild<QListWidget*>("textsWindows")->count() > 0; });
    dialog->findChild<QTabWidget*>()->setCurrentIndex(1);
    return dialog;
}

QWidget* profiling(Studio& studio)
{
    studio.showTab("Jobs");
    if (!studio.workbench().jobs()->isRunning())
        studio.startProfile();
    Studio::waitFor([&] { return studio.workbench().jobs()->status().progress.done > 2; });
    QTest::qWait(4000); // layers are committed, and how long it takes is known better
    return &studio.window();
}

void stop(Studio& studio)
{
    studio.workbench().jobs()->stopAll();
    studio.idle();
}

void closeDialog(Studio& studio)
{
    Studio::close(studio.find<QDialog>("dataDialog"));
}

} // namespace

Scenes startScenes()
{
    return {
        { "welcome", welcome, true },
        { "welcome-error", notAModel },
        { "number-formats-alone", numberFormatsAlone },
    };
}

Scenes openedScenes()
{
    return {
        { "unprofiled", opened, true },
        { "inspector-unprofiled", inspectorBefore },
        { "bytes-unprofiled", bytesBefore },
        { "transforms-unprofiled", tab("Transforms") },
        { "layer-formats-empty", tab("Formats of One Layer") },
        { "predictions-empty", tab("Predicted × Measured") },
        { "text-empty", tab("Text") },
        { "compare-empty", tab("Compare") },
        { "generate-empty", tab("Generate") },
        { "drop", dropping, false, dropNothing },
        { "profile", profileDialog, false, closeDialog },
        { "documents", documentLengths, false, closeDialog },
        { "profiling", profiling, false, stop },
    };
}

} // namespace kerf::pictures
