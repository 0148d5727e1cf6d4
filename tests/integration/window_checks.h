// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What must hold of the window and its dialogs in every language and font.

#pragma once

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QList>
#include <QMap>
#include <QMenu>
#include <QStringList>
#include <QStyleOptionComboBox>
#include <QTabBar>
#include <QToolButton>

#include "ui/actions.h"

namespace kerf::test {

inline QDialog* shownDialog(const QWidget* window)
{
    for (QDialog* dialog : window->findChildren<QDialog*>())
        if (dialog->isVisible())
            return dialog;
    return nullptr;
}

/// Whether a dialog needs more than a screen of 1024 x 640 has; "" when it does not.
inline QString tooLarge(const QDialog* dialog)
{
    const QSize needs = dialog->minimumSizeHint().expandedTo(dialog->minimumSize());
    return needs.width() <= 960 && needs.height() <= 600
        ? QString()
        : QStringLiteral("%1 needs %2 x %3").arg(dialog->objectName()).arg(needs.width()).arg(needs.height());
}

/// Entries of a menu, and of those below, without a mnemonic or with one that another entry has.
inline void checkMnemonics(
    const QList<QAction*>& entries, const QString& where, const ui::Actions& actions, QStringList& problems)
{
    QMap<QChar, QString> taken;
    for (const QAction* entry : entries) {
        if (entry->isSeparator() || !entry->isVisible())
            continue;
        const qsizetype at = entry->text().indexOf(u'&');
        if (at < 0) {
            problems << QStringLiteral("%1: \"%2\" has none").arg(where, entry->text());
            continue;
        }
        const QChar key = entry->text()[at + 1].toLower();
        if (taken.contains(key))
            problems << QStringLiteral("%1: \"%2\" and \"%3\" have the same").arg(where, taken[key], entry->text());
        taken[key] = entry->text();
        const bool isData = entry->menu() == actions.selectedMenu || entry->menu() == actions.uniformMenu
            || entry->menu() == actions.recipeMenu; // lists of names: arrows go through them
        if (entry->menu() && !isData)
            checkMnemonics(entry->menu()->actions(), entry->text(), actions, problems);
    }
}

/// Whether a widget has less room than its text takes.
inline bool isCut(const QWidget* widget)
{
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (label->text().isEmpty() || label->maximumWidth() < label->minimumSizeHint().width())
            return false; // held narrow on purpose
        return label->wordWrap() ? label->height() < label->heightForWidth(label->width())
                                 : label->width() < label->minimumSizeHint().width();
    }
    if (const auto* choice = qobject_cast<const QComboBox*>(widget)) {
        QStyleOptionComboBox option;
        option.initFrom(choice);
        const int room = choice->style()
                             ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, choice)
                             .width();
        return choice->fontMetrics().horizontalAdvance(choice->currentText()) > room;
    }
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
        // In a narrow dock they are shortened on purpose.
        for (int i = 0; tabs->width() > 300 && i < tabs->count(); ++i)
            if (tabs->isTabVisible(i)
                && tabs->fontMetrics().horizontalAdvance(tabs->tabText(i)) > tabs->tabRect(i).width())
                return true;
        return false;
    }
    if (const auto* tool = qobject_cast<const QToolButton*>(widget)) // a style sheet pads it less than it asks for
        return tool->fontMetrics().horizontalAdvance(QString(tool->text()).remove(u'&')) > tool->width();
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    return button && !button->text().isEmpty() && button->width() < button->minimumSizeHint().width();
}

/// Shown labels, buttons and choices whose text is cut.
inline QStringList cutTexts(const QWidget* window)
{
    QStringList cut;
    for (const QWidget* widget : window->findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != window || !isCut(widget))
            continue;
        if (!window->rect().intersects(QRect(widget->mapTo(window, QPoint()), widget->size())))
            continue; // of a panel behind another: it gets its size when it comes to the front
        const auto* label = qobject_cast<const QLabel*>(widget);
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const auto* choice = qobject_cast<const QComboBox*>(widget);
        const auto* tabs = qobject_cast<const QTabBar*>(widget);
        const QString text = label ? label->text()
            : button               ? button->text()
            : choice               ? choice->currentText()
            : tabs                 ? tabs->tabText(0)
                                   : QString();
        cut << QStringLiteral("%1 \"%2\" is cut: \"%3\", %4 pixels")
                   .arg(widget->metaObject()->className(), widget->objectName(), text)
                   .arg(widget->width());
    }
    return cut;
}

} // namespace kerf::test
