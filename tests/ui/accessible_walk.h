// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QWidget>

namespace kerf::test {

/// Whether a person uses a widget: by the keyboard, or by a click on it.
inline bool isUsed(const QWidget* widget)
{
    const bool isPart = qobject_cast<const QAbstractSpinBox*>(widget->parent()) // its field
        || qobject_cast<const QComboBox*>(widget->parent()) || qobject_cast<const QHeaderView*>(widget)
        || widget->inherits("QTableCornerButton") // of Qt: Ctrl+A does the same
        || (widget->objectName().startsWith(QLatin1String("qt_")) && !qobject_cast<const QTabBar*>(widget));
    return !isPart && widget->isVisible()
        && ((widget->focusPolicy() & Qt::TabFocus) || qobject_cast<const QAbstractButton*>(widget));
}

/// What a screen reader would not know of a widget, a line each.
inline QStringList unheard(const QWidget* widget)
{
    const QString what
        = QStringLiteral("%1 \"%2\"").arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
    QAccessibleInterface* heard = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
    if (!heard)
        return { what + QStringLiteral(" is not there") };
    QStringList lines;
    const auto hasWords = [](const QString& text) {
        return std::ranges::any_of(text, [](QChar each) { return each.isLetterOrNumber(); });
    };
    if (!hasWords(heard->text(QAccessible::Name)))
        lines << what + QStringLiteral(" has no name");
    if (heard->role() == QAccessible::NoRole)
        lines << what + QStringLiteral(" has no role");
    if ((widget->focusPolicy() & Qt::TabFocus) && !heard->state().focusable)
        lines << what + QStringLiteral(" cannot be focused");
    const auto* bar = qobject_cast<const QTabBar*>(widget);
    if (bar && bar->accessibleName().isEmpty()) // Qt gives the current tab's name in its place
        lines << what + QStringLiteral(" has no name of its own");
    if (bar)
        for (int i = 0; i < bar->count(); ++i)
            if (!hasWords(bar->tabText(i)))
                lines << what + QStringLiteral(": tab %1 has no name").arg(i);
    const auto* table = qobject_cast<const QTableView*>(widget);
    for (int i = 0; table && table->model() && i < table->model()->columnCount(); ++i) {
        const auto head = [&](int role) { return table->model()->headerData(i, Qt::Horizontal, role).toString(); };
        if (!table->isColumnHidden(i)
            && !hasWords(head(Qt::DisplayRole) + head(Qt::ToolTipRole) + head(Qt::AccessibleTextRole)))
            lines << what + QStringLiteral(": column %1 has no name").arg(i);
    }
    return lines;
}

/// The same of all that is used in a window, as it is shown now.
inline QStringList unheardIn(const QWidget* window)
{
    QStringList lines;
    for (const QWidget* widget : window->findChildren<QWidget*>())
        if (widget->window() == window && isUsed(widget))
            lines << unheard(widget);
    lines.removeDuplicates();
    return lines;
}

} // namespace kerf::test
