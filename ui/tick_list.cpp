// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/tick_list.h"

#include "ui/value_text.h"

namespace kerf::ui {

TickList::TickList(const QString& name, const QString& title, QWidget* parent)
    : QListWidget(parent)
{
    setObjectName(name);
    setAccessibleName(title);
}

void TickList::flow(int lines)
{
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setMaximumHeight(lines * fontMetrics().height());
}

void TickList::add(const std::string& text, const std::string& sentence, bool ticked)
{
    auto* item = new QListWidgetItem(toQt(text), this);
    item->setToolTip(toQt(sentence));
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    item->setCheckState(ticked ? Qt::Checked : Qt::Unchecked);
}

std::vector<std::string> TickList::ticked() const
{
    std::vector<std::string> names;
    for (int i = 0; i < count(); ++i)
        if (item(i)->checkState() == Qt::Checked)
            names.push_back(item(i)->text().toStdString());
    return names;
}

} // namespace kerf::ui
