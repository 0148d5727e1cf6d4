// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QWidget>

#include "ui/text/shown_text.h"

class QSortFilterProxyModel;
class QTableView;

namespace kerf::ui {

class ClassModel;
class KldHistogram;
class WindowModel;

/// The windows of a text, worst first, to find in and to sort; below, how many tokens have which KLD, and the classes
/// of tokens.
class WindowList : public QWidget {
    Q_OBJECT
public:
    explicit WindowList(QWidget* parent = nullptr);

    void setText(const ShownTextPtr& text);
    void setWindow(int window); ///< selects its row, if it is listed
    void setFilter(std::optional<core::TokenClass> kind); ///< selects its row
    /// The window so many rows from another in the list's order; -1 when there is none.
    int neighbour(int window, int rows) const;
    std::vector<int> order() const; ///< listed windows, first row first
    QTableView* windowView() const { return m_view; }
    QTableView* classView() const { return m_classView; }

signals:
    void windowChosen(int window);
    void classChosen(std::optional<kerf::core::TokenClass> kind); ///< nothing: all
    void orderChanged();
    void failed(const QString& text); ///< a chart could not be written

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeWindows();
    void makeClasses();
    QModelIndex indexOf(int window) const;

    WindowModel* m_windows;
    QSortFilterProxyModel* m_sorted;
    QTableView* m_view;
    ClassModel* m_classes;
    QTableView* m_classView;
    KldHistogram* m_histogram;
};

} // namespace kerf::ui
