// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/jobs/metric_comparison.h"
#include "ui/charts/chart.h"

class QComboBox;
class QCPItemText;

namespace kerf::core {
struct ComparedRuns;
}

namespace kerf::ui {

/// The compared runs on axes of a person's choice: every metric as an axis of its own, side by side (parallel
/// coordinates; up is better on all of them), or any two metrics across and up.
class AxesChart : public Chart {
    Q_OBJECT
public:
    explicit AxesChart(QWidget* parent = nullptr);

    void setRuns(const core::ComparedRuns* runs); ///< copies what it shows; may be null
    int axisCount() const { return static_cast<int>(m_lines.size()); }

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("compared-runs"); }

private:
    struct Spot {
        double x = 0, y = 0; ///< on the axes
        QString tip;
    };
    QWidget* makeBar();
    void fillChoices();
    const core::MetricLine* chosen(const QComboBox* box) const; ///< null: all axes
    void fill();
    void fillParallel();
    void fillPlane(const core::MetricLine& across, const core::MetricLine& up);
    void addRun(std::size_t run, const QVector<double>& x, const QVector<double>& y);
    void addEnd(double x, double y, const QString& text, Qt::Alignment alignment);
    void showTip(const QPoint& at);

    QComboBox* m_across;
    QComboBox* m_up;
    std::vector<core::MetricLine> m_lines; ///< that at least two runs have
    QStringList m_names; ///< of the runs, with their letters
    std::vector<Spot> m_spots;
    std::vector<QCPItemText*> m_ends;
    bool m_isFilling = false;
};

} // namespace kerf::ui
