// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;

namespace kerf::ui {

class HeatmapModel;
class PlanDocument;
class PlanReference;
struct RunSummary;

/// What the colours of the map say, at which format or against which plan, and on which scale: a row that stands in a
/// corner.
class MeasureChoice : public QWidget {
    Q_OBJECT
public:
    MeasureChoice(
        HeatmapModel* model, const PlanDocument* document, PlanReference* reference, QWidget* parent = nullptr);

    void fillMenu(QMenu* menu); ///< the same choice
    void setNarrow(bool narrow); ///< caption and scale then give way
    void setRuns(const std::vector<RunSummary>& runs); ///< whose plans can be compared with

private:
    QComboBox* makeBox(const QString& name, const QString& accessibleName);
    void makeMeasures();
    void makeScales();
    void fillProbes();
    void enableCoverage();
    void choose();
    void chooseScale();
    void chooseReference();
    void showReference();
    void showChoices();

    HeatmapModel* m_model;
    const PlanDocument* m_document;
    PlanReference* m_reference; ///< null: there is nothing to compare with
    bool m_narrow = false;
    QLabel* m_caption;
    QComboBox* m_measure;
    QComboBox* m_probe; ///< formats that the profile has
    QComboBox* m_against; ///< plans to compare with
    QComboBox* m_scale;
};

} // namespace kerf::ui
