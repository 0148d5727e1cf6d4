// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/bytes_picker.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "core/format/layer_format.h"
#include "core/plan/value_placement.h"
#include "core/quantize/observer.h"
#include "ui/plan/explanation.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// Samples are no texts: calibration keeps the ranges of values.
bool hasRanges(const core::Network* network)
{
    return network && std::ranges::any_of(network->graph().sites(), [&](const core::Site& site) {
        return core::hasRange(network->graph(), site);
    });
}

bool readsBytes(const core::Plan& plan)
{
    return std::ranges::any_of(plan.layers, [](const core::PlanLayer& row) {
        const auto format = core::parseLayerFormat(row.format);
        return format && format->activation == core::ActivationFormat::UInt8Tensor;
    });
}

} // namespace

BytesPicker::BytesPicker(PlanDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_observer(new QComboBox(this))
    , m_text(explanation(this))
    , m_between(new QCheckBox(tr("Values between layers too"), this))
    , m_reach(explanation(this))
{
    m_observer->setObjectName(QStringLiteral("observer"));
    m_observer->setAccessibleName(tr("Range of unsigned bytes"));
    for (const core::ObserverInfo& observer : core::allObservers()) {
        m_observer->addItem(toQt(std::string(observer.name)));
        m_observer->setItemData(m_observer->count() - 1, toQt(std::string(observer.summary)), Qt::ToolTipRole);
    }
    m_between->setObjectName(QStringLiteral("roundsBetween"));
    m_between->setToolTip(
        tr("Sums, means and joined tensors between layers of bytes are bytes too: a runtime then stays "
           "in integers"));
    m_reach->setObjectName(QStringLiteral("bytesReach"));
    auto* caption = new QLabel(tr("Range"), this);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setBuddy(m_observer);
    auto* row = new QHBoxLayout;
    row->addWidget(caption);
    row->addWidget(m_observer, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_text);
    layout->addWidget(m_between);
    layout->addWidget(m_reach);
    connect(m_observer, &QComboBox::activated, this, [this](int index) {
        core::Plan plan = m_document->plan();
        plan.observer = core::allObservers()[static_cast<std::size_t>(index)].observer;
        m_document->replacePlan(std::move(plan), tr("Range of Bytes: %1").arg(m_observer->itemText(index)), 0, false);
    });
    connect(m_between, &QCheckBox::clicked, this, [this](bool on) {
        core::Plan plan = m_document->plan();
        plan.roundsBetween = on;
        m_document->replacePlan(
            std::move(plan), on ? tr("Round Values Between Layers") : tr("Keep Values Between Layers"), 0, false);
    });
    connect(document, &PlanDocument::estimateChanged, this, &BytesPicker::refresh);
    connect(document, &PlanDocument::planReset, this, &BytesPicker::refresh);
    refresh();
}

void BytesPicker::refresh()
{
    const core::Plan& plan = m_document->plan();
    setEnabled(hasRanges(m_document->network()));
    const auto all = core::allObservers();
    const auto found = std::ranges::find(all, plan.observer, &core::ObserverInfo::observer);
    m_observer->setCurrentIndex(static_cast<int>(found - all.begin()));
    m_text->setText(toQt(std::string(found->summary)));
    m_between->setChecked(plan.roundsBetween);
    m_reach->setText(reachText());
}

QString BytesPicker::reachText() const
{
    if (!hasRanges(m_document->network()))
        return tr("For networks from ONNX files, whose samples are no texts.");
    if (!readsBytes(m_document->plan()))
        return tr("No layer of this plan reads bytes: choose a format like int8-channel+u8-tensor.");
    const auto values = core::valuesRoundedBetween(*m_document->network(), m_document->plan());
    return values.empty() ? tr("Between its layers this plan rounds nothing.")
                          : tr("%n value(s) between layers are rounded.", nullptr, static_cast<int>(values.size()));
}

} // namespace kerf::ui
