// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/screenshots/studio.h"

#include <algorithm>
#include <cstdio>

#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QTabWidget>
#include <QTest>

#include "tests/support/test_data.h"
#include "ui/heatmap/heatmap.h"

namespace kerf::pictures {
namespace {

constexpr int kJobTimeout = 900'000;
std::filesystem::path sampleCopy()
{
    return std::filesystem::temp_directory_path() / "kerf" / "sample";
}

constexpr int kPatience = 60'000; ///< milliseconds, for what is looked up

} // namespace

Studio::Studio(QString workspace, bool quick, QSize size)
    : m_workspace(workspace.isEmpty() ? m_scratch.filePath("sample.kerf") : std::move(workspace))
    , m_quick(quick)
    , m_size(size)
{
}

Studio::~Studio()
{
    m_window.reset();
    std::error_code ignored;
    std::filesystem::remove_all(sampleCopy(), ignored);
}

/// A copy of the sample, where no path of whoever takes the pictures is on them.
std::filesystem::path Studio::sample()
{
    const auto copy = sampleCopy();
    std::filesystem::create_directories(copy);
    std::filesystem::copy(
        test::sample(), copy, std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing);
    return copy;
}

bool Studio::newWindow()
{
    m_window = std::make_unique<ui::MainWindow>();
    m_window->resize(m_size);
    m_window->show();
    m_window->activateWindow();
    return QTest::qWaitForWindowExposed(m_window.get()) && (QTest::qWait(300), true);
}

void Studio::resize(QSize size)
{
    m_size = size;
    m_window->resize(size);
    QTest::qWait(300);
}

bool Studio::open(const QString& workspace)
{
    if (!newWindow())
        return false;
    m_window->openModel(sample() / "model", workspace.toStdString());
    return waitFor([&] { return workbench().hasModel(); }) && idle();
}

bool Studio::openFresh()
{
    std::filesystem::create_directories(scratch("fresh").toStdString());
    return open(scratch("fresh/sample.kerf"));
}

bool Studio::openPrepared()
{
    if (!open(m_workspace) || !prepare())
        return false;
    workbench().setFrontAxes(core::FrontX::Size, core::FrontY::Kld); // what this machine's speeds are worth varies
    return true;
}

bool Studio::waitFor(const std::function<bool()>& happened)
{
    return QTest::qWaitFor(happened, kPatience);
}

bool Studio::idle()
{
    const bool ended = QTest::qWaitFor([&] { return !workbench().jobs()->isRunning(); }, kJobTimeout);
    QTest::qWait(50);
    if (!m_window->messageText().isEmpty())
        std::fprintf(stderr, "%s\n", qPrintable(m_window->messageText()));
    return ended;
}

ui::DataSettings Studio::texts() const
{
    ui::DataSettings settings = ui::dataSettingsOf(*m_window->workbench()->session()->project());
    if (m_quick) {
        settings.calibration.window = settings.evaluation.window = 64;
        settings.calibration.samples = settings.evaluation.samples = 4;
        settings.profile.probeWindows = 1;
        settings.profile.method = "rtn";
        settings.profile.cacheFormats = { "kv-int8" };
    } else {
        settings.profile.cacheFormats = { "kv-int8", "kv-int4", "kv-kivi2" };
        settings.evaluation.samples = 32;
        settings.profile.probeWindows = 8;
    }
    return settings;
}

void Studio::startProfile()
{
    const ui::DataSettings settings = texts();
    ui::saveDataSettings(*workbench().session()->project(), settings);
    workbench().profile(settings);
}

core::RowId Studio::run(const QString& name)
{
    const auto& runs = workbench().runs();
    const auto found = std::find_if(runs.rbegin(), runs.rend(),
        [&](const ui::RunSummary& run) { return run.state == core::RunState::Done && run.name.contains(name); });
    return found == runs.rend() ? 0 : found->id;
}

bool Studio::makeRun(const QString& name, const std::function<void()>& plan)
{
    if (run(name) != 0)
        return true;
    plan();
    workbench().runPlan();
    if (!idle() || run(name) == 0)
        return false;
    const auto& newest = workbench().runs().back();
    std::printf("run %s: KLD %.5f\n", qPrintable(newest.name), newest.kld.value);
    std::fflush(stdout);
    return true;
}

bool Studio::prepare()
{
    ui::saveDataSettings(*workbench().session()->project(), texts());
    if (!workbench().document()->profile()) {
        startProfile();
        if (!idle() || !workbench().document()->profile())
            return false;
    }
    bool made = true;
    for (const char* format : { "int8-g128", "int6-g128", "int4-g32", "int4-g128", "int3-g64" })
        made = makeRun(format, [&] { workbench().useUniform(format); }) && made;
    for (const double bits : { 3.25, 3.85, 4.7, 5.5 })
        made = makeRun(QStringLiteral("mixed %1").arg(bits, 0, 'f', 2), [&] { workbench().solve(bits, 0); }) && made;
    made = makeRun(QStringLiteral("mixed 4.25"), [&] {
        workbench().solve(4.25, 0);
        workbench().document()->setFormat({ layer(2, V), layer(5, V) }, "bf16"); // two small and sensitive ones
    }) && made;
    if (made && !hasSwapIns()) {
        workbench().useUniform("int4-g128");
        workbench().measureCells({ layer(2, V), layer(3, V), layer(2, Down), layer(3, Down), layer(4, Down) });
        made = idle();
    }
    return made;
}

bool Studio::hasSwapIns()
{
    const core::LayerProfile* profiled = workbench().document()->layerProfile(layer(3, Down));
    return profiled && profiled->swapIn.contains("int4-g128");
}

void Studio::showTab(const QString& title)
{
    for (auto* tabs : m_window->findChildren<QTabWidget*>(QStringLiteral("panelTabs")))
        for (int i = 0; i < tabs->count(); ++i) {
            if (tabs->tabText(i) != title)
                continue;
            tabs->setCurrentIndex(i);
            for (QWidget* above = tabs; above; above = above->parentWidget())
                if (qobject_cast<QDockWidget*>(above))
                    above->raise();
        }
    QTest::qWait(100);
}

void Studio::chooseLoader(const QString& name)
{
    auto* choice = find<QComboBox>("loaderChoice");
    choice->setCurrentIndex(choice->findText(name));
}

QDialog* Studio::dialog(QAction* action, const char* name)
{
    action->trigger();
    QDialog* found = nullptr;
    waitFor([&] { return (found = m_window->findChild<QDialog*>(QString::fromLatin1(name))) != nullptr; });
    QTest::qWait(1500); // texts are read while it is shown
    return found;
}

void Studio::close(QDialog* dialog)
{
    dialog->reject();
    QCoreApplication::sendPostedEvents(dialog, QEvent::DeferredDelete);
    QTest::qWait(50);
}

} // namespace kerf::pictures
