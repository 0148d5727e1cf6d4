// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QComboBox;
class QLabel;

namespace kerf::ui {

class CacheLengths;
class PlanDocument;

/// The format of the key/value cache of all blocks: explained in a sentence, with its memory for a context and a batch,
/// and what it costs where the profile measured it.
class CachePicker : public QWidget {
    Q_OBJECT
public:
    explicit CachePicker(PlanDocument* document, QWidget* parent = nullptr);

private:
    QString formatOfAll() const;
    void startOver();
    void refresh();
    QString explanationText(const QString& format) const;
    QString memoryText() const;
    QString costText() const;

    PlanDocument* m_document;
    QComboBox* m_format;
    QLabel* m_text;
    CacheLengths* m_lengths;
    QLabel* m_memory;
    QLabel* m_cost;
};

} // namespace kerf::ui
