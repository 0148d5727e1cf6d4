// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/inspect/error_curve.h"
#include "ui/divergence_text.h"
#include "ui/inspector/titled_chart.h"

class QCPErrorBars;
class QCPGraph;

namespace kerf::ui {

/// What a format costs a layer, against its bits: the error by every method that is known. The point that the plan has
/// is filled; a click, or the arrow keys and Enter, choose another format.
class ErrorChart : public TitledChart {
    Q_OBJECT
public:
    /// Divergence of the whole model with this layer alone in a format.
    struct Alone {
        QString format;
        double bitsPerWeight = 0;
        double kld = 0, standardError = 0; ///< nats
        bool isMeasured = false;
    };

    explicit ErrorChart(QWidget* parent = nullptr);

    void showErrors(std::vector<core::ErrorCurve> curves, const QString& chosen, const QString& method);
    void showDivergence(std::vector<Alone> points, const QString& chosen, const DivergenceText& divergence);
    void clear(const QString& why);
    int pointCount() const { return static_cast<int>(m_points.size()); }
    QPointF pixelOf(const QString& format) const; ///< of the first curve that has it, in the plot

signals:
    void formatChosen(const QString& format);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void applyTheme() override;
    QList<QStringList> table() const override;

private:
    struct Point {
        QString method, format;
        double bits = 0, value = 0;
        std::optional<double> error;
        bool isMeasured = false;
    };
    void fill(const QString& method);
    void addCurve(const QString& method, int number);
    void fitAxes();
    int nearest(const QPoint& position) const; ///< within reach of the mouse, -1: none
    void showTip(const QPoint& at);
    void step(int direction);
    bool handleKey(int key);

    std::vector<Point> m_points; ///< curve by curve, ascending in bits
    QStringList m_methods; ///< in the order of their curves
    QString m_chosen; ///< format
    int m_current = -1; ///< point that the keyboard is on
    QString m_valueColumn;
    QList<QCPGraph*> m_curves;
    QList<QCPGraph*> m_lines; ///< through the formats that no smaller one beats: those of one size differ
    QCPErrorBars* m_bars = nullptr;
    QCPGraph* m_filled;
    QCPGraph* m_ring; ///< round the keyboard's point
    QLabel* m_legend;
};

} // namespace kerf::ui
