// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/titled_chart.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <qcustomplot.h>

namespace kerf::ui {
namespace {

constexpr int kPage = 10; ///< groups that Shift goes on by

} // namespace

TitledChart::TitledChart(const QString& title, const QString& name, QWidget* parent)
    : Chart(parent)
    , m_name(name)
    , m_title(new QLabel(title, this))
    , m_note(new QLabel(this))
{
    plot()->setAccessibleName(title);
    plot()->setMinimumSize(160, 70);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setWordWrap(true); // a narrow panel
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(m_title);
    texts->addWidget(m_note);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 6, 4, 0);
    bar->addLayout(texts, 1);
    bar->addWidget(makeExportButton(), 0, Qt::AlignTop);
    static_cast<QVBoxLayout*>(layout())->insertLayout(0, bar);
}

void TitledChart::setTitle(const QString& title)
{
    m_title->setText(title);
    plot()->setAccessibleName(title);
}

void TitledChart::setNote(const QString& note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    plot()->setAccessibleDescription(note);
}

QString TitledChart::note() const
{
    return m_note->text();
}

int TitledChart::groupsToGo(const QEvent& event)
{
    if (event.type() != QEvent::KeyPress)
        return 0;
    const auto& key = static_cast<const QKeyEvent&>(event);
    const int by = key.modifiers() & Qt::ShiftModifier ? kPage : 1;
    return key.key() == Qt::Key_PageDown ? by : key.key() == Qt::Key_PageUp ? -by : 0;
}

QSize TitledChart::sizeHint() const
{
    const int line = fontMetrics().height();
    return { 20 * line, 13 * line };
}

void TitledChart::changeEvent(QEvent* event)
{
    Chart::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        QFont bold = font();
        bold.setBold(true);
        m_title->setFont(bold);
    }
}

} // namespace kerf::ui
