// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/empty_state.h"

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace kerf::ui {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_label(new QLabel(this))
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_label->setAlignment(Qt::AlignCenter);
    m_label->setWordWrap(true);
    m_layout->setContentsMargins(16, 4, 16, 4);
    m_layout->setSpacing(8);
    m_layout->addStretch();
    m_layout->addWidget(m_label);
    m_layout->addStretch();
}

void EmptyState::setText(const QString& text)
{
    m_label->setText(text);
}

void EmptyState::addAction(QAction* action)
{
    auto* button = new QPushButton(this);
    const auto follow = [button, action] {
        button->setText(QString(action->text()).remove(u'&'));
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    };
    follow();
    connect(action, &QAction::changed, button, follow);
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    m_layout->insertWidget(m_layout->count() - 1, button, 0, Qt::AlignHCenter);
}

} // namespace kerf::ui
