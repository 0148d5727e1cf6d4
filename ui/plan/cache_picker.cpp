// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/cache_picker.h"

#include <algorithm>
#include <map>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/format/kv_format.h"
#include "core/format/summary.h"
#include "ui/plan/cache_lengths.h"
#include "ui/plan/explanation.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

const QString kSixteenBit = QStringLiteral("kv-f16");

} // namespace

CachePicker::CachePicker(PlanDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_format(new QComboBox(this))
    , m_text(explanation(this))
    , m_lengths(new CacheLengths(QStringLiteral("cache"), this))
    , m_memory(new QLabel(this))
    , m_cost(explanation(this))
{
    m_format->setObjectName(QStringLiteral("cacheFormat"));
    m_format->setAccessibleName(tr("Format of the key/value cache"));
    m_format->setPlaceholderText(tr("several"));
    for (const std::string& name : core::commonCacheFormats()) {
        m_format->addItem(toQt(name));
        m_format->setItemData(m_format->count() - 1, toQt(core::cacheFormatSummary(name)), Qt::ToolTipRole);
    }
    m_format->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_memory->setObjectName(QStringLiteral("cacheMemory"));
    m_memory->setWordWrap(true);
    m_cost->setObjectName(QStringLiteral("cacheCost"));
    auto* caption = new QLabel(tr("Format"), this);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setBuddy(m_format);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->addWidget(caption);
    row->addWidget(m_format, 1);
    layout->addLayout(row);
    layout->addWidget(m_text);
    layout->addWidget(m_lengths);
    layout->addWidget(m_memory);
    layout->addWidget(m_cost);
    connect(m_format, &QComboBox::activated, this, [this] {
        if (!m_document->isEmpty())
            m_document->setCacheFormat(m_format->currentText().toStdString());
        refresh();
    });
    connect(m_lengths, &CacheLengths::changed, this, [this] { m_memory->setText(memoryText()); });
    connect(document, &PlanDocument::estimateChanged, this, &CachePicker::refresh);
    connect(document, &PlanDocument::planReset, this, &CachePicker::startOver);
    startOver();
}

void CachePicker::startOver()
{
    const core::Network* network = m_document->network();
    const bool canChoose = network && network->cacheShape().canBeRounded();
    setEnabled(network && network->cacheShape().isCache());
    m_format->setEnabled(canChoose);
    m_format->setToolTip(network && network->cacheShape().latent > 0
            ? tr("This model makes keys and values of %n number(s) a token, which is what servers keep", nullptr,
                static_cast<int>(network->cacheShape().latent))
            : QString());
    if (network)
        m_lengths->setContext(network->maxPositions());
    refresh();
}

QString CachePicker::formatOfAll() const
{
    const std::vector<std::string>& formats = m_document->plan().kv;
    if (formats.empty())
        return kSixteenBit;
    return std::all_of(formats.begin(), formats.end(), [&](const std::string& each) { return each == formats[0]; })
        ? toQt(formats[0])
        : QString();
}

QString CachePicker::explanationText(const QString& format) const
{
    if (!format.isEmpty())
        return toQt(core::cacheFormatSummary(format.toStdString()));
    std::map<std::string, int> blocks;
    for (const std::string& each : m_document->plan().kv)
        ++blocks[each];
    QStringList parts;
    for (const auto& [name, number] : blocks)
        parts << tr("%1 × %2").arg(number).arg(toQt(name));
    return tr("The blocks have several formats: %1.").arg(parts.join(QStringLiteral(", ")));
}

QString CachePicker::memoryText() const
{
    if (m_document->isEmpty() || !isEnabled())
        return {};
    const std::int64_t tokens = m_lengths->context(), batch = m_lengths->batch();
    const core::Plan unquantized {}; // of a cache, a plan without formats is 16 bit
    const auto bytes = core::cacheBytes(m_document->plan(), *m_document->network(), tokens, batch);
    const auto sixteen = core::cacheBytes(unquantized, *m_document->network(), tokens, batch);
    if (!bytes || !sixteen)
        return toQt((bytes ? sixteen : bytes).error().message);
    const double perToken = static_cast<double>(*bytes) / static_cast<double>(tokens) / static_cast<double>(batch);
    const QString aToken = QLocale().toString(perToken, 'f', 0);
    return m_document->plan().kv.empty()
        ? tr("%1 bytes a token, %2").arg(aToken, bytesText(*bytes))
        : tr("%1 bytes a token, %2\nin 16 bit %3").arg(aToken, bytesText(*bytes), bytesText(*sixteen));
}

/// What the cache alone is predicted to cost, from the blocks' own measurements.
QString CachePicker::costText() const
{
    const core::Plan& plan = m_document->plan();
    if (plan.kv.empty())
        return {};
    core::Plan cacheOnly = plan;
    for (core::PlanLayer& layer : cacheOnly.layers)
        layer.format = "bf16";
    const core::Profile* profile = m_document->profile();
    const auto predicted = profile ? std::optional(core::predictPlan(*profile, cacheOnly)) : std::nullopt;
    return predicted && *predicted
        ? tr("Predicted KLD %1").arg(measuredText((*predicted)->kld, (*predicted)->stderr_))
        : tr("Not profiled: tick the format under Caches in Profile… to have its KLD predicted.");
}

void CachePicker::refresh()
{
    const QString format = formatOfAll();
    const QSignalBlocker quiet(m_format);
    if (!format.isEmpty() && m_format->findText(format) < 0)
        m_format->addItem(format); // a plan file may name others: kv-kivi2-r128
    m_format->setCurrentIndex(m_format->findText(format));
    m_text->setText(explanationText(format));
    m_memory->setText(memoryText());
    m_cost->setText(costText());
    m_cost->setVisible(!m_cost->text().isEmpty());
}

} // namespace kerf::ui
