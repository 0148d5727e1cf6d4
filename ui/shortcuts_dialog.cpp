// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/shortcuts_dialog.h"

#include <algorithm>

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QScrollBar>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/dialog_size.h"

namespace kerf::ui {

ShortcutsDialog::ShortcutsDialog(const Actions& actions, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("shortcutsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard Shortcuts"));
    auto* tree = new QTreeWidget(this);
    tree->setHeaderLabels({ tr("Action"), tr("Keys") });
    tree->setAccessibleName(tr("Keyboard shortcuts"));
    tree->setRootIsDecorated(false);
    auto list = actions.shortcutList();
    const QString map = tr("Map"), chart = tr("Chart");
    list.push_back({ map, tr("Move between layers"), tr("Arrows") });
    list.push_back({ map, tr("Extend the selection"), tr("Shift+Arrows") });
    list.push_back({ map, tr("First and last block"), tr("Home, End") });
    list.push_back({ map, tr("The whole row, the whole column"), tr("Shift+Space, Ctrl+Space") });
    list.push_back({ map, tr("Copy as a table"), QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText) });
    list.push_back({ map, tr("Clear the selection"), tr("Esc") });
    list.push_back({ chart, tr("Next and previous run"), tr("Up, Down") });
    list.push_back({ chart, tr("Along the predicted front"), tr("Left, Right") });
    list.push_back({ chart, tr("Make the point of the front the plan"), tr("Enter") });
    QTreeWidgetItem* group = nullptr;
    for (const Actions::Shortcut& shortcut : list) {
        if (!group || group->text(0) != shortcut.menu) {
            group = new QTreeWidgetItem(tree, { shortcut.menu });
            QFont bold = font();
            bold.setBold(true);
            group->setFont(0, bold);
            group->setExpanded(true);
        }
        new QTreeWidgetItem(group, { shortcut.text, shortcut.keys });
    }
    tree->expandAll();
    tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(tree);
    layout->addWidget(buttons);
    tree->setMinimumHeight(8 * fontMetrics().height());
    tree->header()->resizeSections(QHeaderView::ResizeToContents);
    const QMargins around = layout->contentsMargins();
    const int needed = tree->header()->length() + tree->verticalScrollBar()->sizeHint().width() + 2 * tree->frameWidth()
        + around.left() + around.right();
    resize(std::clamp(needed, charactersWide(this, 64), kWidestDialog), std::min(34 * fontMetrics().height(), 580));
}

} // namespace kerf::ui
