// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

#include "core/jobs/data_lens.h"

namespace kerf::ui {

/// What was seen through the lens: whether the order of layers settles, and how channel ranges differ on another text.
class LensView : public QDialog {
    Q_OBJECT
public:
    explicit LensView(const core::DataLens& lens, QWidget* parent = nullptr);

private:
    QWidget* orderPage(const core::DataLens& lens);
    QWidget* rangesPage(const core::DataLens& lens);
};

} // namespace kerf::ui
