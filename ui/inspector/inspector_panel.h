// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QScrollArea>
#include <QTimer>

#include "core/inspect/finding.h"

class QComboBox;
class QFrame;
class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace kerf::ui {

class EmptyState;
class ErrorChart;
class FactList;
class Inspection;
class Workbench;

/// Why the selected layer is sensitive and what helps: sentences, what every format costs it, facts. Of several
/// selected layers their sums and ranges.
class InspectorPanel : public QScrollArea {
    Q_OBJECT
public:
    InspectorPanel(Inspection* inspection, Workbench* workbench, QWidget* parent = nullptr);

    ErrorChart* errors() const { return m_errors; }
    QString whyText() const; ///< all sentences
    QString factsText() const; ///< a line each: what Ctrl+C copies

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeHead(QVBoxLayout* layout);
    void makeWhy(QVBoxLayout* layout);
    void makeErrors(QVBoxLayout* layout);
    void makeFacts(QVBoxLayout* layout);
    void makeMethodMenu();
    void update();
    void showPlan();
    void showHead();
    void showWhy();
    void showErrors();
    void showFacts();
    QString nothingText() const; ///< why there is nothing to show
    bool isInPlan(const core::Remedy& remedy) const;
    void tryRemedy(std::size_t at);
    void takeFormat(const QString& format);

    Inspection* m_inspection;
    Workbench* m_workbench;
    QLabel *m_name, *m_place;
    QFrame* m_why;
    QLabel *m_whyTitle, *m_whyText;
    QList<QPushButton*> m_remedies;
    QWidget* m_errorPart;
    QComboBox* m_measure;
    QToolButton* m_methods;
    QPushButton* m_compute;
    ErrorChart* m_errors;
    QWidget* m_factPart;
    FactList* m_facts;
    EmptyState* m_empty;
    QTimer m_soon; ///< facts wait until a drag of the budget rests
};

} // namespace kerf::ui
