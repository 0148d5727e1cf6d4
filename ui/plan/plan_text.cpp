// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QLocale>

#include "core/format/layer_format.h"
#include "core/transform/transform.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kMostNames = 4;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PlanText)
};

/// Names with how often they occur, the most frequent first.
class Counts {
public:
    void add(const QString& name)
    {
        const auto found
            = std::find_if(m_counts.begin(), m_counts.end(), [&](const auto& each) { return each.first == name; });
        if (found == m_counts.end())
            m_counts.emplace_back(name, 1);
        else
            ++found->second;
    }
    bool isEmpty() const { return m_counts.empty(); }

    /// "int4-g128 × 30, int8-g128 × 12"; a single name alone when it is that of all.
    QString list(std::size_t all)
    {
        std::stable_sort(
            m_counts.begin(), m_counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
        if (m_counts.size() == 1 && m_counts.front().second == all)
            return m_counts.front().first;
        QStringList names;
        for (std::size_t i = 0; i < m_counts.size() && i < kMostNames; ++i)
            names << QStringLiteral("%1 × %2").arg(m_counts[i].first).arg(m_counts[i].second);
        if (m_counts.size() > kMostNames)
            names << QStringLiteral("…");
        return names.join(QStringLiteral(", "));
    }

private:
    std::vector<std::pair<QString, std::size_t>> m_counts;
};

QString transformText(const core::TransformChoice& choice)
{
    const auto transform = core::findTransform(choice.name);
    QString name = transform ? toQt((*transform)->summary()).section(u':', 0, 0) : toQt(choice.name);
    if (core::rotatesOnline({ choice }))
        return Words::tr("%1, also online").arg(name);
    const auto strength = choice.settings.find("alpha");
    if (strength == choice.settings.end())
        return name;
    return strength->is_number() ? name + u' ' + QLocale().toString(strength->get<double>(), 'g', 3)
                                 : Words::tr("%1, searched").arg(name);
}

} // namespace

QString planText(const core::Plan& plan)
{
    Counts formats, inputs, methods, caches;
    std::size_t quantized = 0;
    for (const core::PlanLayer& layer : plan.layers) {
        const auto format = core::parseLayerFormat(layer.format);
        if (!format)
            continue;
        formats.add(toQt(format->weight->name()));
        if (format->weight->isUnquantized())
            continue;
        ++quantized;
        methods.add(toQt(layer.method));
        if (format->activation != core::ActivationFormat::None)
            inputs.add(toQt(std::string(core::activationName(format->activation))));
    }
    for (const std::string& format : plan.kv)
        caches.add(toQt(format));
    QStringList parts { formats.list(plan.layers.size()) };
    if (!inputs.isEmpty())
        parts << Words::tr("inputs %1").arg(inputs.list(quantized));
    if (plan.observer != core::kUsualObserver)
        parts << Words::tr("range of bytes %1").arg(toQt(std::string(core::observerName(plan.observer))));
    if (!methods.isEmpty())
        parts << methods.list(quantized);
    if (quantized > 0 && plan.mode == core::QuantizeMode::Sequential)
        parts << Words::tr("sequential");
    QStringList transforms;
    for (const core::TransformChoice& choice : plan.transforms)
        transforms << transformText(choice);
    if (!transforms.isEmpty())
        parts << transforms.join(QStringLiteral(" → "));
    if (!caches.isEmpty())
        parts << Words::tr("cache %1").arg(caches.list(plan.kv.size()));
    return parts.join(QStringLiteral(" · "));
}

QString sizeText(const core::PlanSize& size)
{
    return Words::tr("%1, %2 bits per weight")
        .arg(bytesText(size.sizeBytes), QLocale().toString(size.bitsPerWeight, 'f', 2));
}

QString outlookText(const core::Plan& plan, const PlanDocument& document)
{
    const QString size = sizeText(core::planSize(plan, *document.network(), document.otherBytes()));
    if (!document.profile())
        return size;
    const auto predicted = core::predictPlan(*document.profile(), plan);
    const QString& name = document.divergence().name;
    return predicted
        ? Words::tr("%1, predicted %2 %3").arg(size, name, measuredText(predicted->kld, predicted->stderr_))
        : Words::tr("%1, %2 not predicted: %3").arg(size, name, toQt(predicted.error().message));
}

QString loaderName(const std::string& loader)
{
    return loader == "vllm" ? QStringLiteral("vLLM") : toQt(loader);
}

QString shareText(std::size_t count, std::size_t all)
{
    const double share = all > 0 ? 100.0 * static_cast<double>(count) / static_cast<double>(all) : 0;
    return Words::tr("%1 of %2 layers (%3 %)").arg(count).arg(all).arg(QLocale().toString(share, 'f', 0));
}

} // namespace kerf::ui
