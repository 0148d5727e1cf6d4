// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/palette/command_palette.h"

#include <algorithm>

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr int kPage = 10;

/// A command in one line: group and name at the left, its keys at the right; dim when it cannot be done.
class CommandDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const ThemeColors& colors = themeColors(option.palette);
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, colors.accentSoft);
        painter->setFont(option.font);
        const QRect inside = option.rect.adjusted(10, 0, -10, 0);
        const QFontMetrics metrics(option.font);
        const QString keys = index.data(CommandList::KeysRole).toString();
        const int right = keys.isEmpty() ? 0 : metrics.horizontalAdvance(keys) + 12;
        const QString group = index.data(CommandList::GroupRole).toString() + QStringLiteral("  ");
        const int left = metrics.horizontalAdvance(group);
        const bool isPossible = index.data(CommandList::ProblemRole).toString().isEmpty();
        painter->setPen(colors.dim);
        painter->drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, group);
        painter->drawText(inside, Qt::AlignRight | Qt::AlignVCenter, keys);
        painter->setPen(isPossible ? colors.text : option.palette.color(QPalette::Disabled, QPalette::Text));
        const QRect middle = inside.adjusted(left, 0, -right, 0);
        painter->drawText(middle, Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(index.data().toString(), Qt::ElideMiddle, middle.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return { 100, QFontMetrics(option.font).height() + 8 };
    }
};

} // namespace

CommandPalette::CommandPalette(std::vector<Command> commands, QWidget* window)
    : QDialog(window, Qt::Dialog | Qt::FramelessWindowHint)
    , m_field(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_note(new QLabel(this))
{
    setObjectName(QStringLiteral("commandPalette"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Commands"));
    m_field->setObjectName(QStringLiteral("commandField"));
    m_field->setPlaceholderText(tr("Type a few letters of a command, a plan, a run or a layer"));
    m_field->setAccessibleName(tr("Search commands"));
    m_field->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("commandList"));
    m_list->setAccessibleName(tr("Commands that match"));
    m_list->setModel(&m_commands);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus); // the keys go to the field
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_field);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_note);
    m_commands.setCommands(std::move(commands));
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListView::clicked, this, &CommandPalette::perform);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &CommandPalette::tell);
    search();
}

void CommandPalette::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    const QWidget* window = parentWidget()->window();
    const int width = std::min(charactersWide(this, 90), window->width() - 40);
    const int height = std::min(24 * fontMetrics().height(), window->height() - 80);
    resize(width, height);
    QDialog::move(window->mapToGlobal(QPoint((window->width() - width) / 2, 40)));
    m_field->setFocus();
}

void CommandPalette::search()
{
    m_commands.setQuery(m_field->text());
    if (m_commands.rowCount() > 0)
        m_list->setCurrentIndex(m_commands.index(0));
    tell();
}

void CommandPalette::step(int by)
{
    if (m_commands.rowCount() == 0)
        return;
    const int row = std::clamp(m_list->currentIndex().row() + by, 0, m_commands.rowCount() - 1);
    m_list->setCurrentIndex(m_commands.index(row));
}

void CommandPalette::tell()
{
    if (m_commands.rowCount() == 0)
        return m_note->setText(tr("Nothing is called so."));
    const QModelIndex current = m_list->currentIndex();
    const QString problem = current.isValid() ? m_commands.command(current.row()).problem : QString();
    if (!problem.isEmpty())
        return m_note->setText(tr("Not now: %1").arg(problem));
    const int hidden = m_commands.matchCount() - m_commands.rowCount();
    m_note->setText(hidden > 0 ? tr("%n more: type on", nullptr, hidden) : tr("Enter does it · Esc leaves"));
}

void CommandPalette::perform()
{
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid() || !m_commands.command(current.row()).problem.isEmpty())
        return;
    const auto run = m_commands.command(current.row()).run;
    accept();
    QTimer::singleShot(0, parentWidget(), run); // when the palette no longer has the keyboard
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
        step(1);
        return true;
    case Qt::Key_Up:
        step(-1);
        return true;
    case Qt::Key_PageDown:
        step(kPage);
        return true;
    case Qt::Key_PageUp:
        step(-kPage);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        perform();
        return true;
    default:
        return QDialog::eventFilter(watched, event);
    }
}

} // namespace kerf::ui
