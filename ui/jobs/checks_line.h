// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include <QLabel>

namespace kerf::ui {

class PlannedChecks;

/// What a job would take, in a line of a dialog that starts it: time, memory, disk; below it what should be settled.
/// The tool tip says what the figures rest on.
class ChecksLine : public QLabel {
    Q_OBJECT
public:
    /// `saidElsewhere`: checks that the dialog shows beside its fields.
    ChecksLine(const PlannedChecks* checks, std::vector<std::string> saidElsewhere, QWidget* parent = nullptr);

private:
    void showChecks();
    bool isSaidElsewhere(const std::string& id) const;

    const PlannedChecks* m_checks;
    std::vector<std::string> m_saidElsewhere;
};

} // namespace kerf::ui
