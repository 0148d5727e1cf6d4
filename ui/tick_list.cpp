// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/tick_list.h"

#include <QStyledItemDelegate>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kLineGap = 2; ///< pixels

/// The style draws the outline of a box in a darker shade of the window's colour, and on a dark one it could not be
/// seen.
class OutlinedBoxes : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->palette.setColor(QPalette::Window, indicatorColor(option->palette));
    }
};

} // namespace

TickList::TickList(const QString& name, const QString& title, QWidget* parent)
    : QListWidget(parent)
{
    setObjectName(name);
    setAccessibleName(title);
    setItemDelegate(new OutlinedBoxes(this));
}

void TickList::flow(int lines)
{
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setMaximumHeight(lines * (fontMetrics().height() + kLineGap));
}

void TickList::add(const std::string& text, const std::string& sentence, bool ticked)
{
    auto* item = new QListWidgetItem(toQt(text), this);
    item->setToolTip(toQt(sentence));
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    item->setCheckState(ticked ? Qt::Checked : Qt::Unchecked);
    if (isWrapping()) // in columns
        setGridSize({ sizeHintForColumn(0) + fontMetrics().averageCharWidth(), sizeHintForRow(0) + kLineGap });
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
