// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/divergence_text.h"

#include <QCoreApplication>

#include "core/task/task.h"

namespace kerf::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(DivergenceText)
};

} // namespace

QString DivergenceText::within() const
{
    return unit.isEmpty() ? name : Words::tr("%1, %2", "a quantity and its unit").arg(name, unit);
}

QString DivergenceText::title() const
{
    return unit.isEmpty() ? head : Words::tr("%1, %2", "a quantity and its unit").arg(head, unit);
}

QString DivergenceText::amount(const QString& number) const
{
    return number + suffix();
}

QString DivergenceText::suffix() const
{
    return unit.isEmpty() ? QString() : u' ' + unit;
}

DivergenceText divergenceText(const core::Network* network)
{
    const core::TaskPtr found = network ? core::nearestTask(*network) : nullptr;
    const core::Task& task = found ? *found : core::languageTask();
    if (task.metric() == core::embeddingTask().metric())
        return { Words::tr("cosine distance"), Words::tr("Cosine distance"), {}, Words::tr("cosine distance"),
            QStringLiteral("cosine_distance") };
    if (task.metric() == core::regressionTask().metric())
        return { Words::tr("squared difference"), Words::tr("Squared difference"), {}, Words::tr("squared difference"),
            QStringLiteral("squared_difference") };
    if (task.quantity().empty())
        return { Words::tr("divergence"), Words::tr("Divergence"), {}, Words::tr("divergence, sum over outputs"),
            QStringLiteral("output_divergence") };
    const QString full = &task == &core::classificationTask() ? Words::tr("KL divergence, nats per text")
        : task.unit() == core::languageTask().unit()          ? Words::tr("KL divergence, nats per token")
        : task.boxResults()                                   ? Words::tr("KL divergence, nats per picture")
        : task.unit() == core::classificationTask().unit()    ? Words::tr("KL divergence, nats per sample")
                                                              : Words::tr("KL divergence, nats per result");
    return { Words::tr("KLD"), Words::tr("KLD"), Words::tr("nats"), full, QStringLiteral("kld_nats") };
}

} // namespace kerf::ui
