// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace kerf::ui {

class BudgetSlider;
class PlanDocument;
class PlanTile;

/// The rows under the menu: the main buttons, the budget slider, and what follows from the plan in hand. One row where
/// there is room; in a narrow window or with a large font what matters least goes first, then a second row begins.
class PlanBar : public QWidget {
    Q_OBJECT
public:
    /// The buttons, from left to right. While the model has no profile the second stands out, then the third: each is
    /// the next thing to do.
    struct Buttons {
        QAction *open, *profile, *run;
        QMenu* exportMenu;
    };
    PlanBar(PlanDocument* document, const Buttons& buttons, QWidget* parent = nullptr);

    BudgetSlider* budget() const { return m_budget; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void problemsRequested(); ///< the loader's problems were clicked

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    using Parts = std::vector<QWidget*>;
    void makeButtons();
    void makeLoader();
    void makeName();
    Parts parts(bool withSpeed, bool withBits) const;
    std::vector<Parts> rowsFor(const Parts& parts, int width) const;
    std::vector<Parts> bestRows(int width) const;
    void arrange();
    void arrangeRow(const Parts& row, int top, int height) const;
    int rowHeight() const;
    int room() const;
    void updateTiles();
    void updateSpeed();
    void updateProfile();
    void setMainAction(const QAction* action);
    void updateLoader();

    PlanDocument* m_document;
    Buttons m_actions;
    QWidget* m_buttons;
    BudgetSlider* m_budget;
    PlanTile *m_size, *m_bits, *m_kld, *m_speed;
    QWidget* m_loaderBox;
    QComboBox* m_loader = nullptr;
    QToolButton* m_check = nullptr;
    QWidget* m_nameBox;
    QLineEdit* m_name = nullptr;
    QLabel* m_edits = nullptr;
    bool m_hasSpeed = false;
};

} // namespace kerf::ui
