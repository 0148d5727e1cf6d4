// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/file_actions.h"

#include <QAction>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QProcess>
#include <QSettings>

#include "core/base/atomic_file.h"
#include "core/jobs/import_plan.h"
#include "core/plan/recipe.h"
#include "ui/actions.h"
#include "ui/value_text.h"
#include "ui/welcome/welcome_page.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kRecentModels = 8;
const QString kRecentKey = QStringLiteral("recent");
const QString kLastKey = QStringLiteral("lastOpened"); ///< folder and workspace

} // namespace

FileActions::FileActions(Workbench* workbench, Actions* actions, QWidget* window)
    : m_workbench(workbench)
    , m_actions(actions)
    , m_window(window)
    , m_recent(QSettings().value(kRecentKey).toStringList())
{
    connectModels();
    connectPlans();
    fillRecentMenu();
}

void FileActions::connectModels()
{
    if (const auto sample = findSampleModel())
        connect(m_actions->openSample, &QAction::triggered, this, [this, sample] { m_workbench->openModel(*sample); });
    else
        Actions::setProblem(m_actions->openSample, tr("The sample model is not installed"));
    connect(m_actions->openFolder, &QAction::triggered, this, &FileActions::askForFolder);
    connect(m_actions->openFile, &QAction::triggered, this, &FileActions::askForFile);
    connect(m_actions->openWorkspace, &QAction::triggered, this, &FileActions::askForWorkspace);
    connect(m_actions->newWindow, &QAction::triggered, this, [this] { startProgram({}); });
    connect(m_actions->closeModel, &QAction::triggered, m_workbench, &Workbench::closeModel);
    connect(m_actions->quit, &QAction::triggered, m_window, &QWidget::close);
    connect(m_workbench, &Workbench::openedElsewhere, this, &FileActions::openElsewhere);
    connect(m_workbench, &Workbench::modelOpened, this, &FileActions::rememberModel);
}

void FileActions::connectPlans()
{
    connect(m_actions->openPlan, &QAction::triggered, this, &FileActions::loadPlan);
    connect(m_actions->savePlan, &QAction::triggered, this, &FileActions::savePlan);
    for (const std::string& tool : core::recipeTools())
        m_actions->recipeMenu->addAction(tr("For %1…").arg(toQt(tool)), this, [this, tool] { saveRecipe(tool); });
}

void FileActions::askForFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(m_window, tr("Open Model Folder"));
    if (!folder.isEmpty())
        m_workbench->openModel(folder.toStdString());
}

void FileActions::askForFile()
{
    const QString file
        = QFileDialog::getOpenFileName(m_window, tr("Open Model File"), {}, tr("Models in one file (*.gguf *.onnx)"));
    if (!file.isEmpty())
        m_workbench->openModel(file.toStdString());
}

void FileActions::askForWorkspace()
{
    const ModelSession& session = *m_workbench->session();
    const QString file
        = QFileDialog::getSaveFileName(m_window, tr("Use Another Workspace"), toQt(session.workspaceFile().string()),
            tr("Kerf workspaces (*.kerf)"), nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty())
        m_workbench->openModel(session.project()->modelFolder, file.toStdString());
}

bool FileActions::startProgram(const QStringList& arguments)
{
    const bool started = QProcess::startDetached(QCoreApplication::applicationFilePath(), arguments);
    if (!started)
        emit m_workbench->message(tr("A new window could not be started."), true);
    return started;
}

void FileActions::openElsewhere(const std::filesystem::path& folder, const std::filesystem::path& workspace)
{
    QStringList arguments { toQt(folder.string()) };
    if (!workspace.empty())
        arguments << QStringLiteral("--workspace") << toQt(workspace.string());
    if (startProgram(arguments))
        emit m_workbench->message(
            tr("A job is running here: %1 opens in a new window.").arg(toQt(folder.string())), false);
}

void FileActions::loadPlan()
{
    const QString file = QFileDialog::getOpenFileName(m_window, tr("Load Plan"), {},
        tr("Plans, recipes and quantized checkpoints (*.json *.yaml *.yml *.txt *.gguf *.onnx);;All files (*)"));
    if (file.isEmpty())
        return;
    PlanDocument& document = *m_workbench->document();
    auto imported = core::planFromFile(file.toStdString(), *document.network());
    if (!imported) {
        emit m_workbench->message(toQt(imported.error().message), true);
        return;
    }
    document.replacePlan(std::move(imported->plan), tr("Load Plan"));
    QStringList notes;
    for (const std::string& note : imported->notes)
        notes << toQt(note);
    if (!notes.isEmpty())
        emit m_workbench->message(notes.join(u' '), false);
}

void FileActions::savePlan()
{
    const core::Plan& plan = m_workbench->document()->plan();
    const QString file = QFileDialog::getSaveFileName(
        m_window, tr("Save Plan"), toQt(plan.name) + QStringLiteral(".json"), tr("Plans (*.json)"));
    if (file.isEmpty())
        return;
    if (const auto written = core::writePlan(file.toStdString(), plan); !written)
        emit m_workbench->message(toQt(written.error().message), true);
}

void FileActions::saveRecipe(const std::string& tool)
{
    const PlanDocument& document = *m_workbench->document();
    auto recipe = core::planRecipe(document.plan(), *document.network(), tool);
    if (!recipe) {
        emit m_workbench->message(toQt(recipe.error().message), true);
        return;
    }
    const QString file = QFileDialog::getSaveFileName(m_window, tr("Save Plan as Recipe"), toQt(recipe->fileName));
    if (file.isEmpty())
        return;
    const auto written = core::writeFileAtomically(file.toStdString(), recipe->text);
    QStringList notes;
    for (const std::string& note : recipe->notes)
        notes << toQt(note);
    emit m_workbench->message(
        written ? tr("%1 is written. %2").arg(file, notes.join(u' ')) : toQt(written.error().message), !written);
}

void FileActions::rememberModel()
{
    const QString folder
        = QDir::cleanPath(QFileInfo(toQt(m_workbench->session()->project()->modelFolder.string())).absoluteFilePath());
    m_recent = QSettings().value(kRecentKey).toStringList(); // other windows add to it
    m_recent.removeAll(folder);
    m_recent.prepend(folder);
    m_recent = m_recent.mid(0, kRecentModels);
    QSettings().setValue(kRecentKey, m_recent);
    QSettings().setValue(kLastKey, QStringList { folder, toQt(m_workbench->session()->workspaceFile().string()) });
    fillRecentMenu();
    emit recentChanged();
}

FileActions::Opened FileActions::lastOpened()
{
    const QStringList last = QSettings().value(kLastKey).toStringList();
    return { last.value(0).toStdString(), last.value(1).toStdString() };
}

void FileActions::fillRecentMenu()
{
    QMenu* menu = m_actions->recentMenu;
    menu->clear();
    for (const QString& folder : m_recent)
        menu->addAction(QStringLiteral("&%1 %2").arg(menu->actions().size() + 1).arg(folder), this,
            [this, folder] { m_workbench->openModel(folder.toStdString()); });
    Actions::setProblem(menu->menuAction(), m_recent.isEmpty() ? tr("No model was opened yet") : QString());
}

} // namespace kerf::ui
