// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/text/document_lengths.h"
#include "ui/charts/chart.h"

class QCPBars;
class QCPItemLine;

namespace kerf::ui {

/// How many documents of a text have how many tokens, in bins of powers of two, with the length of a window.
class LengthsChart : public Chart {
    Q_OBJECT
public:
    explicit LengthsChart(QWidget* parent = nullptr);
    void show(const core::DocumentLengths& lengths, std::int64_t window);

protected:
    void applyTheme() override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("document-lengths"); }

private:
    static QString rangeText(const core::DocumentLengths::Bin& bin);
    double placeOf(std::int64_t length) const; ///< on the axis, between the bins' middles

    std::vector<core::DocumentLengths::Bin> m_bins;
    QCPBars* m_bars;
    QCPItemLine* m_window; ///< the plot's
};

} // namespace kerf::ui
