// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/fact_list.h"

#include <QFormLayout>
#include <QLabel>

namespace kerf::ui {

FactList::FactList(QWidget* parent)
    : QWidget(parent)
    , m_rows(new QFormLayout(this))
{
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setVerticalSpacing(3);
    m_rows->setRowWrapPolicy(QFormLayout::WrapLongRows);
}

void FactList::setFacts(const QList<LayerFacts::Fact>& facts)
{
    if (facts == m_shown)
        return;
    m_shown = facts;
    while (m_rows->rowCount() > facts.size())
        m_rows->removeRow(m_rows->rowCount() - 1);
    for (int row = 0; row < facts.size(); ++row)
        setFact(row, facts[row]);
}

void FactList::setFact(int row, const LayerFacts::Fact& fact)
{
    if (row == m_rows->rowCount()) {
        auto* name = new QLabel(this);
        name->setForegroundRole(QPalette::PlaceholderText);
        name->setWordWrap(true);
        auto* value = new QLabel(this);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_rows->addRow(name, value);
    }
    static_cast<QLabel*>(m_rows->itemAt(row, QFormLayout::LabelRole)->widget())->setText(fact.name);
    static_cast<QLabel*>(m_rows->itemAt(row, QFormLayout::FieldRole)->widget())->setText(fact.value);
}

} // namespace kerf::ui
