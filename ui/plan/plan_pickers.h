// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QWidget>

class QComboBox;
class QLabel;

namespace kerf::ui {

class PlanDocument;
class Selection;

/// Any format and any method for the selected layers (for all when none is selected), each explained in a sentence.
/// Both lists are the registries': what is added there appears here.
class PlanPickers : public QWidget {
    Q_OBJECT
public:
    PlanPickers(PlanDocument* document, Selection* selection, QWidget* parent = nullptr);

    QComboBox* format() const { return m_format; }
    QComboBox* method() const { return m_method; }

private:
    std::vector<int> target() const;
    void setFormat();
    void setMethod();
    void refresh();

    PlanDocument* m_document;
    Selection* m_selection;
    QComboBox* m_format;
    QLabel* m_formatText;
    QComboBox* m_method;
    QLabel* m_methodText;
};

} // namespace kerf::ui
