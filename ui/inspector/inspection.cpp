// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/inspection.h"

#include <algorithm>

#include "core/format/layer_format.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kExpiry = 500; ///< milliseconds
/// Multiplications of one error of the outputs, rows x cols²: under it all formats take a second or two.
constexpr double kCheap = 4e9;
/// Formats of the curve of a layer that was not profiled.
const std::vector<std::string> kPlainFormats { "int2-g64", "int3-g64", "int4-g128", "int5-g64", "int6-g64",
    "int8-channel" };

} // namespace

Inspection::Inspection(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
{
    m_expiry.setSingleShot(true);
    m_expiry.setInterval(kExpiry);
    connect(&m_lookup, &NewestJob::due, this, &Inspection::start);
    connect(&m_expiry, &QTimer::timeout, this, [this] {
        m_found.reset();
        emit changed();
    });
    connect(&m_lookup, &NewestJob::finished, this, &Inspection::end);
    connect(workbench->selection(), &Selection::layersChanged, this, &Inspection::follow);
    connect(workbench->selection(), &Selection::runChanged, this, &Inspection::ask);
    connect(workbench->document(), &PlanDocument::planReset, this, &Inspection::startOver);
    connect(workbench->document(), &PlanDocument::profileChanged, this, &Inspection::startOver);
    connect(workbench->document(), &PlanDocument::layersChanged, this, [this](const std::vector<int>& layers) {
        if (std::ranges::find(layers, m_layer) != layers.end())
            ask();
    });
}

bool Inspection::isCostly() const
{
    if (m_layer < 0 || !m_workbench->document()->network())
        return false;
    const core::LayerShape shape
        = m_workbench->document()->network()->layers()[static_cast<std::size_t>(m_layer)].shape;
    const auto rows = static_cast<double>(shape.rows), cols = static_cast<double>(shape.cols);
    return rows * cols * (m_workbench->session()->profile() ? cols : 1) > kCheap;
}

void Inspection::setWatched(const QObject* view, bool watched)
{
    const bool before = !m_views.empty();
    std::erase(m_views, view);
    if (watched)
        m_views.push_back(view);
    if (!before && watched)
        ask();
}

void Inspection::stepGroup(std::int64_t by)
{
    if (!m_found || !m_found->grid)
        return;
    const std::int64_t last = m_found->grid->groups - 1;
    const std::int64_t group = std::clamp<std::int64_t>(m_group + by, 0, last);
    if (group == m_group)
        return;
    m_group = group;
    ask();
}

void Inspection::setMethods(std::vector<std::string> methods)
{
    m_methods = std::move(methods);
    ask();
}

void Inspection::computeCurves()
{
    m_computed = m_layer;
    ask();
}

std::vector<int> Inspection::besideOf(int layer) const
{
    std::vector<int> beside;
    for (const int other : m_workbench->selection()->layers())
        if (other != layer && beside.size() < kMostBeside)
            beside.push_back(other);
    return beside;
}

void Inspection::follow()
{
    const int layer = m_workbench->selection()->currentLayer();
    std::vector<int> beside = besideOf(layer);
    if (layer == m_layer && beside == m_beside)
        return;
    if (layer != m_layer) {
        m_layer = layer;
        m_group = 0;
        m_problem.clear();
        m_expiry.start();
    }
    m_beside = std::move(beside);
    ask();
}

void Inspection::startOver()
{
    m_inspector.reset();
    m_found.reset();
    m_computed = -1;
    m_layer = m_workbench->selection()->currentLayer();
    m_beside = besideOf(m_layer);
    ask();
    emit changed();
}

void Inspection::ask()
{
    m_lookup.ask(!m_views.empty());
}

core::LayerQuestion Inspection::question() const
{
    core::LayerQuestion question;
    question.layer = m_workbench->document()->network()->layers()[static_cast<std::size_t>(m_layer)].name;
    for (const int other : m_beside)
        question.beside.push_back(m_workbench->document()->network()->layers()[static_cast<std::size_t>(other)].name);
    question.format = m_workbench->document()->plan().layers[static_cast<std::size_t>(m_layer)].format;
    question.group = m_group;
    const core::RunRow* run = m_workbench->session()->run(m_workbench->selection()->run());
    if (run && run->state == core::RunState::Done)
        question.run = run->id;
    question.formats = kPlainFormats;
    if (!isCostly() || m_computed == m_layer)
        question.methods = m_methods;
    return question;
}

void Inspection::start()
{
    if (!m_workbench->hasModel() || m_layer < 0 || m_workbench->document()->isEmpty()) {
        m_found.reset();
        m_busy = false;
        emit changed();
        return;
    }
    if (!m_inspector)
        m_inspector = std::make_shared<core::LayerInspector>(m_workbench->session()->project(),
            m_workbench->session()->workspaceFile(), m_workbench->session()->profile());
    m_busy = true;
    m_lookup.start([this, inspector = m_inspector, asked = question(), number = m_lookup.number()](
                       const core::JobContext& job) -> core::Status {
        const auto stage = [this, number](const core::LayerInspection& found) {
            QMetaObject::invokeMethod(
                this, [this, number, found] { take(number, found); }, Qt::QueuedConnection);
        };
        const auto found = inspector->inspect(asked, job, stage);
        return found ? core::Status {} : core::Status(tl::unexpect, found.error());
    });
    emit changed();
}

void Inspection::take(std::uint64_t number, const core::LayerInspection& found)
{
    if (number != m_lookup.number())
        return;
    m_expiry.stop();
    m_found = found;
    m_foundLayer = m_layer;
    m_problem.clear();
    if (m_found->grid)
        m_group = m_found->grid->group;
    emit changed();
}

void Inspection::end(const JobOutcome& outcome)
{
    m_busy = false;
    if (!outcome.done && !outcome.stopped()) {
        m_found.reset();
        m_problem = outcome.message;
    }
    emit changed();
}

} // namespace kerf::ui
