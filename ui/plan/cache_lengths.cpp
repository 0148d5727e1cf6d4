// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/cache_lengths.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

namespace kerf::ui {
namespace {

constexpr int kMostTokens = 9'999'999;
constexpr int kMostSequences = 9'999;

QSpinBox* count(const QString& name, const QString& title, int most, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(title);
    box->setRange(1, most);
    box->setGroupSeparatorShown(true);
    box->setMinimumWidth(9 * box->fontMetrics().averageCharWidth()); // narrow panels cut large numbers, not the box
    return box;
}

} // namespace

CacheLengths::CacheLengths(const QString& prefix, QWidget* parent)
    : QWidget(parent)
    , m_context(count(prefix + QStringLiteral("Context"), tr("Tokens in the cache"), kMostTokens, this))
    , m_batch(count(prefix + QStringLiteral("Batch"), tr("Sequences side by side"), kMostSequences, this))
{
    m_context->setSingleStep(1024);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    const auto add = [&](const QString& caption, QSpinBox* box, int stretch) {
        auto* label = new QLabel(caption, this);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setBuddy(box);
        layout->addWidget(label);
        layout->addWidget(box, stretch);
        connect(box, &QSpinBox::valueChanged, this, &CacheLengths::changed);
    };
    add(tr("Tokens"), m_context, 3);
    add(tr("× batch"), m_batch, 2);
}

void CacheLengths::setContext(std::int64_t tokens)
{
    const QSignalBlocker quiet(m_context);
    m_context->setValue(static_cast<int>(std::min<std::int64_t>(tokens, kMostTokens)));
}

std::int64_t CacheLengths::context() const
{
    return m_context->value();
}

std::int64_t CacheLengths::batch() const
{
    return m_batch->value();
}

} // namespace kerf::ui
