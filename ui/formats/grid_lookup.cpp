// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/grid_lookup.h"

#include "core/jobs/project.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr std::int64_t kGaussianRows = 256, kGaussianCols = 1024;
const QStringList kTableFormats { "int8-channel", "fp8-e4m3-channel", "int5-g64", "nf4-b64", "nvfp4", "int4-g64",
    "q4_k", "mxfp4", "int4-g128", "int3-g64", "int2-g64" };

} // namespace

/// Used by one lookup at a time, in its thread.
struct GridLookup::Source {
    core::ProjectPtr project; ///< null: the Gaussian
    core::LayerInfo layer;
    core::Matrix weight; ///< read when it is first asked for
    std::optional<core::ErrorCurve> errors;
    QStringList errorFormats;

    core::Status read()
    {
        if (weight.size() > 0)
            return {};
        if (!project) {
            weight = core::standardGaussian(kGaussianRows, kGaussianCols);
            return {};
        }
        KERF_TRY(weight, project->model.network->layerWeight(layer.name));
        if (!weight.allFinite())
            return core::fail(
                core::ErrorCode::Numerical, layer.name + ": the weight holds values that are not finite.");
        return {};
    }
    core::Status computeErrors(const QStringList& names, const core::JobContext& job)
    {
        std::vector<core::LayerFormat> formats;
        for (const QString& name : names)
            if (auto format = core::parseLayerFormat(name.toStdString()))
                formats.push_back(std::move(*format));
        KERF_TRY(const core::Method* const rtn, core::findMethod("rtn"));
        if (project) {
            KERF_TRY(errors, core::solvedCurve(*project->model.network, layer, weight, nullptr, *rtn, formats, job));
        } else {
            KERF_TRY(errors, core::plainCurve(weight, formats, job));
        }
        errorFormats = names;
        return {};
    }
};

GridLookup::GridLookup(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
{
    connect(&m_lookup, &NewestJob::due, this, &GridLookup::start);
    connect(&m_lookup, &NewestJob::finished, this, &GridLookup::end);
    const auto startOver = [this] {
        m_source.reset();
        m_group = 0;
        ask();
    };
    connect(workbench->selection(), &Selection::layersChanged, this, startOver);
    connect(workbench->document(), &PlanDocument::planReset, this, startOver);
}

QStringList GridLookup::formats() const
{
    QStringList formats = kTableFormats;
    if (!formats.contains(m_format))
        formats << m_format;
    return formats;
}

void GridLookup::setWatched(bool watched)
{
    const bool isNew = watched && !m_watched;
    m_watched = watched;
    if (isNew)
        ask();
}

void GridLookup::setFormat(const QString& format)
{
    if (format == m_format)
        return;
    m_format = format;
    m_group = 0;
    ask();
}

void GridLookup::setGroup(std::int64_t group)
{
    if (group == m_group)
        return;
    m_group = group;
    ask();
}

void GridLookup::ask()
{
    m_lookup.ask(m_watched);
}

std::shared_ptr<GridLookup::Source> GridLookup::source()
{
    if (!m_source) {
        m_source = std::make_shared<Source>();
        const int layer = m_workbench->selection()->currentLayer();
        if (m_workbench->hasModel() && layer >= 0 && !m_workbench->document()->isEmpty()) {
            m_source->project = m_workbench->session()->project();
            m_source->layer = m_source->project->model.network->layers()[static_cast<std::size_t>(layer)];
        }
    }
    return m_source;
}

void GridLookup::start()
{
    Found asked { toQt(source()->layer.name), m_format, {}, {}, {} };
    m_lookup.start([this, source = source(), found = asked, group = m_group, number = m_lookup.number(),
                       formats = formats()](const core::JobContext& job) mutable -> core::Status {
        const auto tell = [&] {
            QMetaObject::invokeMethod(
                this, [this, number, found] { take(number, found); }, Qt::QueuedConnection);
        };
        KERF_CHECK(source->read());
        KERF_TRY(const core::FormatPtr format, core::parseWeightFormat(found.format.toStdString()));
        auto shown = core::groupOnGrid(source->weight, format, group, job);
        if (shown)
            found.group = std::move(*shown);
        else
            found.noGroup = toQt(shown.error().message);
        if (source->errorFormats == formats)
            found.errors = source->errors;
        tell();
        if (found.errors)
            return {};
        KERF_CHECK(source->computeErrors(formats, job));
        found.errors = source->errors;
        tell();
        return {};
    });
    emit changed();
}

void GridLookup::take(std::uint64_t number, const Found& found)
{
    if (number != m_lookup.number())
        return;
    m_found = found;
    m_problem.clear();
    emit changed();
}

void GridLookup::end(const JobOutcome& outcome)
{
    if (!outcome.done && !outcome.stopped()) {
        m_found.reset();
        m_problem = outcome.message;
    }
    emit changed();
}

} // namespace kerf::ui
