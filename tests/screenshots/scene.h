// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <vector>

class QWidget;

namespace kerf::pictures {

class Studio;

/// One picture: how it comes about, and what is put back afterwards.
struct Scene {
    const char* name;
    std::function<QWidget*(Studio&)> set; ///< what is grabbed: the window, a dialog; null: it did not come about
    bool isKey = false; ///< also at 1024 × 640 and at 200 %
    std::function<void(Studio&)> strike {};
};
using Scenes = std::vector<Scene>;

// One file a subject; they are taken in this order, and each finds the window as the one before left it.
Scenes startScenes(); ///< no model is open
Scenes openedScenes(); ///< a model without a profile
Scenes mapScenes(); ///< from here on with profile and runs
Scenes layerScenes(); ///< one layer: formats, inspector
Scenes planScenes(); ///< dialogs that change the plan
Scenes frontScenes(); ///< Pareto chart, predictions, bytes
Scenes runScenes(); ///< comparison, report, trash
Scenes textScenes();
Scenes formatScenes();
Scenes jobScenes();
Scenes exportScenes();
Scenes helpScenes(); ///< palette, manual, preferences, tour

} // namespace kerf::pictures
