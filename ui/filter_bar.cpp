// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/filter_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include "ui/theme.h"

namespace kerf::ui {

FilterBar::FilterBar(const QString& placeholder, QWidget* parent)
    : QWidget(parent)
    , m_field(new QLineEdit(this))
    , m_regex(new QToolButton(this))
{
    m_field->setObjectName(QStringLiteral("filterField"));
    m_field->setPlaceholderText(placeholder);
    m_field->setAccessibleName(placeholder);
    m_field->setClearButtonEnabled(true);
    m_field->installEventFilter(this);
    m_regex->setObjectName(QStringLiteral("filterRegex"));
    m_regex->setText(QStringLiteral(".*"));
    m_regex->setCheckable(true);
    m_regex->setAutoRaise(true);
    m_regex->setToolTip(tr("Read the filter as a regular expression"));
    m_regex->setAccessibleName(tr("Regular expression"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(4);
    layout->addWidget(m_field);
    layout->addWidget(m_regex);
    connect(m_field, &QLineEdit::textChanged, this, &FilterBar::apply);
    connect(m_regex, &QToolButton::toggled, this, &FilterBar::apply);
}

void FilterBar::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

QString FilterBar::text() const
{
    return m_field->text();
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        m_field->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void FilterBar::apply()
{
    const QString text = m_field->text();
    const QRegularExpression filter(
        m_regex->isChecked() ? text : QRegularExpression::escape(text), QRegularExpression::CaseInsensitiveOption);
    QPalette shown = palette();
    if (!filter.isValid())
        shown.setColor(QPalette::Text, themeColors(palette()).error);
    m_field->setPalette(shown);
    m_field->setToolTip(
        filter.isValid() ? QString() : tr("Not a regular expression yet: %1").arg(filter.errorString()));
    if (filter.isValid())
        emit filterChanged(filter);
}

} // namespace kerf::ui
