// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include <QScrollArea>
#include <QTimer>

#include "core/solve/byte_lever.h"
#include "ui/bytes/byte_view.h"

class QButtonGroup;
class QComboBox;
class QLabel;
class QPushButton;
class QTableView;
class QVBoxLayout;

namespace kerf::ui {

class ByteTableModel;
class CacheLengths;
class ExportButton;
class MemoryBar;
class Treemap;
class Workbench;

/// Where the bytes of the checkpoint go, before the plan and after it: two treemaps or a table (T), the edit that saves
/// most as a button, and the memory with a key/value cache. A click selects layers, Enter goes into a field, Backspace
/// goes back.
class BytesPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit BytesPanel(Workbench* workbench, QWidget* parent = nullptr);

    ByteView* bytes() { return &m_view; }
    /// Writes the maps or, as .csv, the table. Returns what went wrong, or nothing.
    QString save(const QString& file) const;

signals:
    void failed(const QString& message);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Side { ///< before or after
        QLabel* title = nullptr;
        QLabel* total = nullptr;
        Treemap* map = nullptr;
        bool isAfter = false;
        std::vector<int> order {}; ///< items of the view, by field
    };
    void makeHead(QVBoxLayout* layout);
    void makeGrouping(QVBoxLayout* layout);
    void makeSide(Side& side, QVBoxLayout* layout);
    void makeTable(QVBoxLayout* layout);
    void makeLever(QVBoxLayout* layout);
    void makeMemory(QVBoxLayout* layout);
    void update();
    void fillSide(Side& side);
    void pick(const Side& side, int field);
    void enter(const Side& side, int field);
    void showTable(bool shown);
    void updateLever();
    QString leverText() const;
    void takeLever();
    void updateMemory();
    void fitSides();

    Workbench* m_workbench;
    ByteView m_view;
    ByteTableModel* m_model;
    QButtonGroup* m_grouping = nullptr;
    QLabel* m_inside = nullptr;
    QPushButton* m_back = nullptr;
    Side m_before, m_after;
    QTableView* m_table = nullptr;
    QWidget* m_leverBox = nullptr;
    QLabel* m_leverText = nullptr;
    QPushButton* m_useLever = nullptr;
    std::optional<core::ByteLever> m_lever;
    QTimer m_leverSoon; ///< edits that follow each other ask once
    QWidget* m_memory = nullptr;
    CacheLengths* m_lengths = nullptr;
    QComboBox* m_cache = nullptr;
    MemoryBar* m_bar = nullptr;
    QLabel* m_together = nullptr;
};

} // namespace kerf::ui
