// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QWidget>

#include "core/transform/transform.h"

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QVBoxLayout;

namespace kerf::ui {

class PlanDocument;

/// The exact rewritings before the rounding, as entries to tick: each with one sentence and its settings. The list is
/// the registry's; what the model cannot take is disabled and says why.
class TransformPicker : public QWidget {
    Q_OBJECT
public:
    explicit TransformPicker(PlanDocument* document, QWidget* parent = nullptr);

private:
    struct Entry {
        const core::Transform* transform;
        QString title; ///< "SmoothQuant"
        QCheckBox* box;
        QLabel* text;
        QLabel* reach; ///< of how few layers it can act on; hidden where that is most
    };
    void addEntry(QVBoxLayout* layout, const core::Transform& transform);
    void addOnline(QVBoxLayout* layout);
    void addStrength(QVBoxLayout* layout);
    const core::TransformChoice* chosen(const core::Transform& transform) const;
    void setChosen(const Entry& entry, bool on);
    void setSetting(const core::Transform& transform, const char* key, const core::Json& value, const QString& text,
        int mergeKey = 0);
    void checkAll();
    void check(const Entry& entry);
    void refresh();
    void tellReach();

    PlanDocument* m_document;
    std::vector<Entry> m_entries;
    QCheckBox* m_online = nullptr;
    QWidget* m_strengthRow = nullptr;
    QDoubleSpinBox* m_strength = nullptr;
    QCheckBox* m_search = nullptr;
};

} // namespace kerf::ui
