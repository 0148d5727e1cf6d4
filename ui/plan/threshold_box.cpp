// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/threshold_box.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace kerf::ui {

ThresholdBox::ThresholdBox(const QString& name, const DivergenceText& divergence, QWidget* parent)
    : QDoubleSpinBox(parent)
{
    setObjectName(name);
    setDecimals(6);
    setRange(0, 100);
    setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    setSuffix(divergence.suffix());
}

void ThresholdBox::beginAtTenth(const core::Profile& profile, const std::string& format)
{
    std::vector<double> klds;
    for (const core::LayerProfile& layer : profile.layers)
        if (const auto predicted = core::predictFormat(layer, format))
            klds.push_back(predicted->kld);
    std::sort(klds.begin(), klds.end());
    if (klds.empty())
        return;
    const double steps = std::pow(10.0, decimals()); // up to a place that is shown: the layer itself is not above
    setValue(std::ceil(klds[klds.size() - 1 - klds.size() / 10] * steps) / steps);
}

} // namespace kerf::ui
