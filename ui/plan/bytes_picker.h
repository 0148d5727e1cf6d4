// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;

namespace kerf::ui {

class PlanDocument;

/// How values become unsigned bytes where layers read them (u8-tensor): the observer that chooses their range, and
/// whether what lies between layers is rounded too. Nothing to choose for a network of texts.
class BytesPicker : public QWidget {
    Q_OBJECT
public:
    explicit BytesPicker(PlanDocument* document, QWidget* parent = nullptr);

private:
    void refresh();
    QString reachText() const;

    PlanDocument* m_document;
    QComboBox* m_observer;
    QLabel* m_text;
    QCheckBox* m_between;
    QLabel* m_reach;
};

} // namespace kerf::ui
