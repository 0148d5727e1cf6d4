// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <QDoubleSpinBox>

#include "core/profile/profile.h"

namespace kerf::ui {

/// A predicted KLD in nats, above which a layer stays in 16 bit.
class ThresholdBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    ThresholdBox(const QString& name, QWidget* parent);

    /// The value above which a tenth of the layers are, each alone in a format.
    void beginAtTenth(const core::Profile& profile, const std::string& format);
};

} // namespace kerf::ui
