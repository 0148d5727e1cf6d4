// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/allowed_formats.h"

#include <algorithm>

#include <QCheckBox>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/format/summary.h"
#include "core/profile/profile.h"
#include "ui/tick_list.h"

namespace kerf::ui {
namespace {

constexpr int kLines = 4;

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::ranges::find(names, name) != names.end();
}

} // namespace

AllowedFormats::AllowedFormats(const QString& prefix, QWidget* parent)
    : QWidget(parent)
    , m_formats(new TickList(prefix + QStringLiteral("Formats"), tr("Formats that layers may get"), this))
    , m_ties(new QCheckBox(tr("Keep q, k, v and gate, up alike"), this))
{
    m_formats->flow(kLines);
    m_formats->setMinimumHeight(m_formats->maximumHeight());
    m_ties->setObjectName(prefix + QStringLiteral("Ties"));
    m_ties->setToolTip(tr("One format for q, k, v and one for gate, up, as fusing runtimes need"));
    m_ties->setChecked(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_formats);
    layout->addWidget(m_ties);
    connect(m_formats, &TickList::itemChanged, this, &AllowedFormats::changed);
    connect(m_ties, &QCheckBox::toggled, this, &AllowedFormats::changed);
}

void AllowedFormats::setFormats(
    const core::Profile& profile, const std::vector<std::string>& allowed, const std::vector<std::string>& needed)
{
    std::vector<std::string> unticked;
    for (int i = 0; i < m_formats->count(); ++i)
        if (m_formats->item(i)->checkState() != Qt::Checked)
            unticked.push_back(m_formats->item(i)->text().toStdString());
    const QSignalBlocker quiet(m_formats);
    m_formats->clear();
    for (const std::string& name : profile.formats) {
        const bool isNeeded = contains(needed, name);
        const bool isAllowed = allowed.empty() || contains(allowed, name);
        m_formats->add(name, core::formatSummary(name), isNeeded || (isAllowed && !contains(unticked, name)));
        if (!isNeeded)
            continue;
        QListWidgetItem* item = m_formats->item(m_formats->count() - 1);
        item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
        item->setToolTip(tr("The plan has layers in it"));
    }
}

std::vector<std::string> AllowedFormats::formats() const
{
    return m_formats->ticked();
}

void AllowedFormats::setTieFused(bool on)
{
    m_ties->setChecked(on);
}

bool AllowedFormats::tieFused() const
{
    return m_ties->isChecked();
}

} // namespace kerf::ui
