// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QWidget>

#include "ui/picture_file.h"
#include "ui/text/text_loader.h"

class QComboBox;
class QLabel;
class QLayout;

namespace kerf::ui {

/// The bar above the tokens: which window, its figures, what the colours mean, and the choice of text and class.
class TextHead : public QWidget {
    Q_OBJECT
public:
    /// `save` writes all tokens as a table.
    explicit TextHead(const ExportButton::Save& save, QWidget* parent = nullptr);

    void setResults(const TokenResults& results);
    void setWindow(const ShownTextPtr& text, int window);
    void setFilter(std::optional<core::TokenClass> kind);
    void setOrder(const std::vector<int>& windows); ///< for the choice of windows
    /// Narrow: a drop-down chooses the window, in place of the list.
    void setNarrow(bool narrow);
    QString windowText() const;
    ExportButton* exportButton() const { return m_export; }

signals:
    void windowChosen(int window);
    void textChosen(int kept); ///< index into TokenResults::kept
    void classChosen(std::optional<kerf::core::TokenClass> kind); ///< nothing: all

private:
    QLayout* makeRow();
    void fillClasses(const ShownTextPtr& text);

    QComboBox* m_windowChoice;
    QLabel* m_window;
    QLabel* m_details;
    QWidget* m_legend;
    QComboBox* m_textChoice;
    QComboBox* m_classChoice;
    ExportButton* m_export;
};

} // namespace kerf::ui
