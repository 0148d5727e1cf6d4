// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include <QWidget>

#include "ui/text/text_loader.h"

class QAction;
class QLabel;
class QStackedWidget;

namespace kerf::ui {

class AlongChart;
class EmptyState;
class TextHead;
class TokenCanvas;
class WindowList;
class Workbench;

/// Which words of the evaluation text got worse in the selected run: windows, worst first; the tokens of one of them
/// coloured by divergence; and the divergence along it. N and Shift+N go through the worst tokens, PgUp and PgDn
/// through the windows. Follows the selection.
class TextPage : public QWidget {
    Q_OBJECT
public:
    /// `evaluate` makes what is missing.
    TextPage(Workbench* workbench, QAction* evaluate, QWidget* parent = nullptr);

    TokenCanvas* canvas() const { return m_canvas; }
    WindowList* list() const { return m_list; }
    TextHead* head() const { return m_head; }
    const ShownTextPtr& text() const { return m_results.text; }
    int window() const { return m_window; }
    bool isShowingText() const;
    QString missingText() const; ///< what is said in place of a text
    /// The next of the worst tokens that the filter lets through, or the one before.
    void goToWorst(int step);
    void goToWindow(int rows); ///< in the order of the list
    void setFilter(std::optional<core::TokenClass> kind);
    /// All tokens as a comma-separated file, written off the UI thread. Returns why that cannot begin, or nothing.
    QString saveTable(const QString& file);
    void copyTable() const; ///< the shown window's tokens, with tabs

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeReader();
    void addKeys();
    void connectParts();
    void follow();
    void refresh();
    void showResults(const TokenResults& results);
    void showMissing(bool canEvaluate, const QString& text);
    QString whatEvaluatingKeeps() const;
    void showWindow(int window);
    void showToken(std::size_t scored);

    Workbench* m_workbench;
    TextLoader m_loader;
    TokenResults m_results;
    std::string m_dataset; ///< hash of the text that was chosen; empty: the newest
    core::RowId m_asked = 0; ///< the run that results were asked for
    int m_window = -1;
    std::optional<core::TokenClass> m_filter;
    QString m_missingText;

    QStackedWidget* m_stack;
    EmptyState* m_missing; ///< with the button that evaluates
    EmptyState* m_notice; ///< without
    QWidget* m_view = nullptr; ///< list and reader
    WindowList* m_list;
    TextHead* m_head;
    TokenCanvas* m_canvas;
    AlongChart* m_along;
    QLabel* m_hint;
    JobRunner m_writer; ///< last: its thread ends first
};

} // namespace kerf::ui
