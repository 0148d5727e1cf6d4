// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>

#include <QObject>

class QWidget;

namespace kerf::ui {

class Actions;
class FormatPaletteModel;
class Workbench;

/// What the Model and Plan menus do: profile and texts, formats of the selected layers, presets, solver and search.
class PlanActions : public QObject {
    Q_OBJECT
public:
    /// Dialogs belong to `window`.
    PlanActions(Workbench* workbench, Actions* actions, FormatPaletteModel* palette, QWidget* window);

    /// Where layers are shown: the keys of formats act there, and nowhere else.
    void addLayerView(QWidget* view);
    /// Lists what the chosen loader cannot take.
    void showProblems();

private:
    enum class TextsFor { Profile, Settings };
    void connectModel();
    void connectSelection();
    void connectFormats();
    void connectPlan();
    void setFormat(const QString& format);
    void toggleLocks();
    void nameFormatKeys();
    void selectAll();
    /// `then` follows when a person accepts.
    void askForTexts(TextsFor purpose, const std::function<void()>& then);
    void askForPredictionCheck();
    void askForLens();
    void askRequantize(const std::function<void()>& go);

    Workbench* m_workbench;
    Actions* m_actions;
    FormatPaletteModel* m_palette;
    QWidget* m_window;
};

} // namespace kerf::ui
