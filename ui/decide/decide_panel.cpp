// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/decide_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace kerf::ui {

DecidePanel::DecidePanel(const QString& title, const QString& question, QWidget* parent)
    : QWidget(parent)
    , m_title(title)
    , m_head(new QHBoxLayout)
    , m_page(new QWidget(this))
    , m_body(new QVBoxLayout(m_page))
    , m_problem(makeText(QStringLiteral("decideProblem"), this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* name = new QLabel(title, this);
    QFont bold = name->font();
    bold.setBold(true);
    name->setFont(bold);
    auto* asks = new QLabel(question, this);
    asks->setForegroundRole(QPalette::PlaceholderText);
    m_head->setContentsMargins(10, 4, 6, 2);
    m_head->addWidget(name);
    m_head->addSpacing(8);
    m_head->addWidget(asks);
    m_head->addStretch();
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(4);
    m_problem->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_problem->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_head);
    m_problem->setMargin(10);
    layout->addWidget(m_problem, 1);
    layout->addWidget(m_page, 1);
}

QLabel* DecidePanel::makeText(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

void DecidePanel::addText(QLabel* text)
{
    auto* room = new QHBoxLayout;
    room->setContentsMargins(10, 2, 10, 4);
    room->addWidget(text);
    m_body->addLayout(room);
}

void DecidePanel::showProblem(const QString& text)
{
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
    m_page->setVisible(text.isEmpty());
}

} // namespace kerf::ui
