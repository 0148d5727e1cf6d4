// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/view_state.h"

#include <algorithm>

#include <QCryptographicHash>
#include <QSettings>

#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

const QString kLayers = QStringLiteral("layers");
const QString kCurrent = QStringLiteral("current");
const QString kRun = QStringLiteral("run");
constexpr int kMostLayers = 200; ///< more are a filter's work, and a long line in a file of settings

} // namespace

ViewState::ViewState(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
{
    connect(workbench, &Workbench::modelOpened, this, &ViewState::restore);
    connect(workbench, &Workbench::modelClosed, this, [this] { m_restored = false; });
    for (const auto signal : { &Selection::layersChanged, &Selection::runChanged })
        connect(workbench->selection(), signal, this, &ViewState::save);
}

QString ViewState::group() const
{
    const QByteArray file = QByteArray::fromStdString(m_workbench->session()->workspaceFile().string());
    return QStringLiteral("views/")
        + QString::fromLatin1(QCryptographicHash::hash(file, QCryptographicHash::Sha1).toHex());
}

void ViewState::restore()
{
    QSettings settings;
    settings.beginGroup(group());
    const auto& layers = m_workbench->session()->network()->layers();
    const auto positionOf = [&](const QString& name) {
        const auto found = std::ranges::find(layers, name.toStdString(), &core::LayerInfo::name);
        return found == layers.end() ? -1 : static_cast<int>(found - layers.begin());
    };
    std::vector<int> selected;
    for (const QString& name : settings.value(kLayers).toStringList())
        if (const int at = positionOf(name); at >= 0)
            selected.push_back(at);
    const int current = positionOf(settings.value(kCurrent).toString());
    const core::RowId run = settings.value(kRun).toLongLong();
    if (!selected.empty())
        m_workbench->selection()->setLayers(selected, current >= 0 ? current : selected.front());
    if (m_workbench->session()->run(run))
        m_workbench->selection()->setRun(run);
    m_restored = true;
}

void ViewState::save() const
{
    if (!m_restored || !m_workbench->hasModel())
        return;
    const auto& layers = m_workbench->session()->network()->layers();
    const Selection& selection = *m_workbench->selection();
    QStringList names;
    for (const int layer : selection.layers())
        if (names.size() < kMostLayers)
            names << toQt(layers[static_cast<std::size_t>(layer)].name);
    QSettings settings;
    settings.beginGroup(group());
    settings.setValue(kLayers, names);
    settings.setValue(kCurrent,
        selection.currentLayer() < 0 ? QString()
                                     : toQt(layers[static_cast<std::size_t>(selection.currentLayer())].name));
    settings.setValue(kRun, static_cast<qlonglong>(selection.run()));
}

} // namespace kerf::ui
