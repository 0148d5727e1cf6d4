// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <QDoubleSpinBox>

#include "core/profile/profile.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// A predicted divergence, above which a layer stays in 16 bit.
class ThresholdBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    ThresholdBox(const QString& name, const DivergenceText& divergence, QWidget* parent);

    /// The value above which a tenth of the layers are, each alone in a format.
    void beginAtTenth(const core::Profile& profile, const std::string& format);
};

} // namespace kerf::ui
