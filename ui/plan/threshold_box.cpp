// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/threshold_box.h"

#include <algorithm>
#include <vector>

namespace kerf::ui {

ThresholdBox::ThresholdBox(const QString& name, QWidget* parent)
    : QDoubleSpinBox(parent)
{
    setObjectName(name);
    setDecimals(6);
    setRange(0, 100);
    setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    setSuffix(tr(" nats"));
}

void ThresholdBox::beginAtTenth(const core::Profile& profile, const std::string& format)
{
    std::vector<double> klds;
    for (const core::LayerProfile& layer : profile.layers)
        if (const auto predicted = core::predictFormat(layer, format))
            klds.push_back(predicted->kld);
    std::sort(klds.begin(), klds.end());
    if (!klds.empty())
        setValue(klds[klds.size() - 1 - klds.size() / 10]);
}

} // namespace kerf::ui
