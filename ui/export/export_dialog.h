// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include <QDialog>

#include "core/exporters/exporter.h"
#include "core/workspace/workspace.h"

class QLabel;
class QPushButton;

namespace kerf::ui {

class OutputFolder;
class PlanDocument;

/// Asks where an export goes. Says at once how large it will be, or what the target cannot hold of the run's plan with
/// the nearest plan that it does hold, and that nothing is ever overwritten.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    /// The document is that of the run's model; `weightBytes`: Exporter::weightBytes, or why there is none.
    ExportDialog(const core::Exporter& exporter, const core::RunRow& run, const PlanDocument& document,
        const core::Result<std::int64_t>& weightBytes, const QString& suggestion, QWidget* parent = nullptr);

    std::filesystem::path folder() const;

signals:
    /// A plan that the target holds was asked for instead.
    void adapted(const kerf::core::Plan& plan);

private:
    void offerAdaptedPlan(const core::Exporter& exporter, const core::RunRow& run, const PlanDocument& document);
    void check();

    OutputFolder* m_output;
    QLabel* m_problem;
    QPushButton* m_export;
    QWidget* m_offer; ///< the nearest plan that fits; hidden: none is needed or there is none
    QString m_planProblems;
};

} // namespace kerf::ui
