// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;

namespace kerf::ui {

class HeatmapModel;
class PlanDocument;

/// What the colours of the map say, and at which format: a row that stands in a corner.
class MeasureChoice : public QWidget {
    Q_OBJECT
public:
    MeasureChoice(HeatmapModel* model, const PlanDocument* document, QWidget* parent = nullptr);

    void fillMenu(QMenu* menu); ///< the same choice
    void showCaption(bool shown); ///< it gives way in a narrow window

private:
    void makeMeasures();
    void fillProbes();
    void choose();
    void showProbe();

    HeatmapModel* m_model;
    const PlanDocument* m_document;
    QLabel* m_caption;
    QComboBox* m_measure;
    QComboBox* m_probe; ///< formats that the profile has
};

} // namespace kerf::ui
