// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

#include "ui/inspector/layer_facts.h"

class QFormLayout;

namespace kerf::ui {

/// Facts, a name and a value a row. A row that is there keeps its labels: only their texts change.
class FactList : public QWidget {
public:
    explicit FactList(QWidget* parent = nullptr);

    void setFacts(const QList<LayerFacts::Fact>& facts);

private:
    void setFact(int row, const LayerFacts::Fact& fact);

    QFormLayout* m_rows;
    QList<LayerFacts::Fact> m_shown;
};

} // namespace kerf::ui
