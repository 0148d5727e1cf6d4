// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>

#include "core/jobs/job_checks.h"

namespace kerf::ui {

/// "Time" for "time": what a check is called.
QString checkTitle(const std::string& id);
/// "Use 64 Windows"; empty: nothing can be done about it here.
QString fixText(const core::JobCheck& check);

/// What was looked at before a job begins, one check a row.
class PreflightModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { SignColumn, CheckColumn, ResultColumn, BasisColumn, FixColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setChecks(core::JobChecks checks);
    const core::JobChecks& checks() const { return m_checks; }
    const core::JobCheck& check(int row) const { return m_checks.checks[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const core::JobCheck& check, int column) const;

    core::JobChecks m_checks;
};

} // namespace kerf::ui
