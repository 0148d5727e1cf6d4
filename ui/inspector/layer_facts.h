// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace kerf::ui {

class Inspection;
class Workbench;

/// What is known of layers, a name and a value each.
class LayerFacts {
    Q_DECLARE_TR_FUNCTIONS(LayerFacts)
public:
    struct Fact {
        QString name, value;
        bool operator==(const Fact&) const = default;
    };

    LayerFacts(const Inspection& inspection, Workbench& workbench)
        : m_inspection(inspection)
        , m_workbench(workbench)
    {
    }

    /// Of the layer that was looked up. @pre there is one
    QList<Fact> ofLayer() const;
    /// Sums and ranges over all selected layers.
    QList<Fact> ofSelection() const;

private:
    void addProfile(QList<Fact>& facts) const;
    void addInputs(QList<Fact>& facts) const;
    void addRun(QList<Fact>& facts) const;

    const Inspection& m_inspection;
    Workbench& m_workbench;
};

} // namespace kerf::ui
