// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace kerf::ui {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , m_sign(new QLabel(this))
    , m_text(new QLabel(this))
{
    setObjectName(QStringLiteral("messageBar"));
    setProperty("error", false);
    m_sign->setObjectName(QStringLiteral("messageSign"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setFocusPolicy(Qt::StrongFocus);
    close->setAccessibleName(tr("Dismiss message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 5, 6, 5);
    layout->setSpacing(8);
    layout->addWidget(m_sign, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void MessageBar::showMessage(const QString& text, bool isError)
{
    if (text == MessageBar::text() && isError == property("error").toBool())
        return;
    if (isError != property("error").toBool()) {
        setProperty("error", isError);
        for (QWidget* widget : { static_cast<QWidget*>(this), static_cast<QWidget*>(m_sign) }) {
            style()->unpolish(widget); // the sheet asks for the property when it polishes
            style()->polish(widget);
        }
    }
    m_sign->setText(isError ? QStringLiteral("✕") : QStringLiteral("ⓘ"));
    m_sign->setAccessibleName(isError ? tr("Error") : tr("Note"));
    m_text->setText(text);
    setVisible(!text.isEmpty());
}

QString MessageBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

} // namespace kerf::ui
