// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include <QStringList>
#include <QWidget>

class QMimeData;

namespace kerf::ui {

class Workbench;

/// What happens to a file or folder that is dragged over the window: it covers the window while something is dragged,
/// with a field for each thing that can be done with it.
class DropTarget : public QWidget {
    Q_OBJECT
public:
    DropTarget(Workbench* workbench, QWidget* window);

    /// Shows the fields for what is dragged. While runs are compared a checkpoint is first of all one more of them.
    /// False: nothing can be done with it.
    bool offer(const QMimeData& dragged, bool isComparing);
    void hover(const QPoint& position); ///< of the mouse, in the window
    /// Does what the field under the position says.
    void take(const QPoint& position);
    QStringList fieldTexts() const; ///< from left to right

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    enum class Use { Open, AddAsRun, Compare, OpenWorkspace };
    struct Field {
        Use use;
        QString text;
    };
    void addFields(const QString& name, bool isComparing);
    QRect rectOf(int field) const;
    int fieldAt(const QPoint& position) const; ///< the nearest
    void openWorkspace(const std::filesystem::path& file);

    Workbench* m_workbench;
    std::filesystem::path m_path;
    std::vector<Field> m_fields;
    int m_current = 0;
};

} // namespace kerf::ui
