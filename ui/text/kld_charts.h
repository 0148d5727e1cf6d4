// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "ui/charts/chart.h"
#include "ui/text/shown_text.h"

class QCPBars;
class QCPItemStraightLine;

namespace kerf::ui {

/// KLD of every token along a window, in bars on a logarithmic axis; another colour where the most probable token
/// changed. A click or a drag goes to a token.
class AlongChart : public Chart {
    Q_OBJECT
public:
    explicit AlongChart(QWidget* parent = nullptr);

    void setText(const ShownTextPtr& text, int window);
    void setCurrent(int token);

signals:
    void tokenChosen(int token);

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override;

private:
    void fill();
    void choose(const QPoint& at);
    void showTip(const QPoint& at);
    int tokenAt(const QPoint& at) const; ///< -1: none
    double kldOf(int token) const;

    ShownTextPtr m_text;
    int m_window = 0;
    int m_group = 1; ///< tokens a bar, which shows the worst of them
    QCPBars* m_same;
    QCPBars* m_changed;
    QCPItemStraightLine* m_mark;
};

/// How many tokens have which KLD, over decades, with mean (whole line) and 99 % quantile (dashed).
class KldHistogram : public Chart {
    Q_OBJECT
public:
    explicit KldHistogram(QWidget* parent = nullptr);

    void setText(const ShownTextPtr& text);

protected:
    void applyTheme() override;
    QList<QStringList> table() const override;
    QString suggestedName() const override;

private:
    struct Bin {
        double low = 0, high = 0; ///< nats
        int tokens = 0;
    };
    void fill();

    ShownTextPtr m_text;
    std::vector<Bin> m_bins;
    QCPBars* m_bars;
    QCPItemStraightLine* m_mean;
    QCPItemStraightLine* m_p99;
};

} // namespace kerf::ui
