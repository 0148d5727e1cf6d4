// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QScrollArea>

namespace kerf::ui {

class PlanDocument;

/// What a plan says about the model as a whole: transforms, unsigned bytes and the key/value cache.
class ModelPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit ModelPanel(PlanDocument* document, QWidget* parent = nullptr);
};

} // namespace kerf::ui
