// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>
#include <QString>

namespace kerf::ui {

class Workbench;

/// What a person was looking at in each workspace, layers and run: there again when it is opened again.
class ViewState : public QObject {
    Q_OBJECT
public:
    explicit ViewState(Workbench* workbench, QObject* parent = nullptr);

private:
    void restore();
    void save() const;
    QString group() const; ///< of the user's settings, for the open workspace

    Workbench* m_workbench;
    bool m_restored = false; ///< what is selected belongs to the open model
};

} // namespace kerf::ui
