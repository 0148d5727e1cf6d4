// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

class QComboBox;
class QLabel;
class QTableView;

namespace kerf::ui {

class ChangesModel;
class PlanReference;
class Workbench;

/// What the solver or a person changed, and what each change bought: the layers that differ from another plan. Stays
/// open beside the window and follows the plan. Selecting rows selects their layers.
class ChangesDialog : public QDialog {
    Q_OBJECT
public:
    ChangesDialog(Workbench* workbench, QWidget* parent = nullptr);

private:
    void update();
    void fillReferences();
    QString summary() const;
    void selectLayers();

    Workbench* m_workbench;
    PlanReference* m_reference;
    ChangesModel* m_model;
    QComboBox* m_against;
    QLabel* m_summary;
    QTableView* m_view;
};

} // namespace kerf::ui
