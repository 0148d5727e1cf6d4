// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/plan_actions.h"

#include <algorithm>
#include <numeric>

#include <QAction>
#include <QInputDialog>
#include <QMessageBox>
#include <QPushButton>

#include "ui/actions.h"
#include "ui/jobs/data_dialog.h"
#include "ui/jobs/lens_dialog.h"
#include "ui/jobs/lens_view.h"
#include "ui/jobs/refine_dialog.h"
#include "ui/plan/changes_dialog.h"
#include "ui/plan/format_menu.h"
#include "ui/plan/format_palette_model.h"
#include "ui/plan/plan_dialogs.h"
#include "ui/plan/preset_dialog.h"
#include "ui/plan/problems_dialog.h"
#include "ui/plan/solve_dialog.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

PlanActions::PlanActions(Workbench* workbench, Actions* actions, FormatPaletteModel* palette, QWidget* window)
    : m_workbench(workbench)
    , m_actions(actions)
    , m_palette(palette)
    , m_window(window)
{
    connectModel();
    connectSelection();
    connectFormats();
    connectPlan();
}

void PlanActions::connectModel()
{
    connect(m_actions->profile, &QAction::triggered, this, [this] { askForTexts(TextsFor::Profile, [] {}); });
    connect(m_actions->settings, &QAction::triggered, this, [this] { askForTexts(TextsFor::Settings, [] {}); });
    connect(m_actions->measureCells, &QAction::triggered, this,
        [this] { m_workbench->measureCells(m_workbench->selection()->layers()); });
    connect(m_actions->checkPrediction, &QAction::triggered, this, &PlanActions::askForPredictionCheck);
    connect(m_actions->lens, &QAction::triggered, this, &PlanActions::askForLens);
    connect(m_workbench, &Workbench::lensFound, this,
        [this](const core::DataLens& lens) { (new LensView(lens, m_window))->show(); });
    connect(m_workbench, &Workbench::settingsNeeded, this,
        [this](const std::function<void()>& then) { askForTexts(TextsFor::Settings, then); });
    connect(m_workbench, &Workbench::requantizeAsked, this, &PlanActions::askRequantize);
}

void PlanActions::connectSelection()
{
    connect(m_actions->selectAll, &QAction::triggered, this, &PlanActions::selectAll);
    connect(
        m_actions->clearSelection, &QAction::triggered, this, [this] { m_workbench->selection()->setLayers({}, -1); });
}

void PlanActions::connectFormats()
{
    for (std::size_t i = 0; i < m_actions->setFormat.size(); ++i)
        connect(m_actions->setFormat[i], &QAction::triggered, this,
            [this, i] { setFormat(m_palette->formatOfKey(static_cast<int>(i) + 1)); });
    connect(m_actions->keep16, &QAction::triggered, this, [this] { setFormat(QStringLiteral("bf16")); });
    connect(m_actions->lockLayers, &QAction::triggered, this, &PlanActions::toggleLocks);
    connect(m_actions->nextFormats, &QAction::triggered, this, [this] { m_palette->setPage(m_palette->page() + 1); });
    // Digits and Space act only where layers are shown: elsewhere they are text, or press a button.
    for (QAction* action : m_actions->setFormat)
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    for (QAction* action : { m_actions->nextFormats, m_actions->keep16, m_actions->lockLayers })
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(m_palette, &FormatPaletteModel::keysChanged, this, &PlanActions::nameFormatKeys);
    nameFormatKeys();
    fillFormatMenu(m_actions->uniformMenu, [this](const std::string& format) { m_workbench->useUniform(format); });
}

void PlanActions::connectPlan()
{
    connect(m_actions->tieFused, &QAction::triggered, m_workbench->document(), &PlanDocument::tieFusedLayers);
    connect(m_actions->sequential, &QAction::triggered, m_workbench, &Workbench::setSequential);
    connect(m_actions->keepSensitive, &QAction::triggered, this,
        [this] { (new KeepDialog(m_workbench->document(), m_window))->open(); });
    connect(m_actions->setByPattern, &QAction::triggered, this,
        [this] { (new PatternDialog(m_workbench->document(), m_palette->formats(), m_window))->open(); });
    connect(m_actions->presets, &QAction::triggered, this,
        [this] { (new PresetDialog(m_workbench->document(), m_window))->open(); });
    connect(m_actions->planChanges, &QAction::triggered, this,
        [this] { (new ChangesDialog(m_workbench, m_window))->show(); });
    connect(m_actions->solve, &QAction::triggered, this, [this] { (new SolveDialog(m_workbench, m_window))->open(); });
    connect(
        m_actions->refine, &QAction::triggered, this, [this] { (new RefineDialog(m_workbench, m_window))->open(); });
}

void PlanActions::addLayerView(QWidget* view)
{
    view->addActions({ m_actions->setFormat.begin(), m_actions->setFormat.end() });
    view->addActions({ m_actions->nextFormats, m_actions->keep16, m_actions->lockLayers });
}

void PlanActions::setFormat(const QString& format)
{
    const std::vector<int>& layers = m_workbench->selection()->layers();
    if (!format.isEmpty() && !layers.empty())
        m_workbench->document()->setFormat(layers, format.toStdString());
}

/// Locks the selected layers, or unlocks them where all are locked.
void PlanActions::toggleLocks()
{
    PlanDocument* document = m_workbench->document();
    const std::vector<int>& layers = m_workbench->selection()->layers();
    const bool all = std::ranges::all_of(layers, [document](int layer) { return document->isLocked(layer); });
    document->setLocked(layers, !all);
}

void PlanActions::nameFormatKeys()
{
    for (std::size_t i = 0; i < m_actions->setFormat.size(); ++i) {
        const QString format = m_palette->formatOfKey(static_cast<int>(i) + 1);
        m_actions->setFormat[i]->setText(format.isEmpty() ? tr("Set Format %1").arg(i + 1) : format);
    }
}

void PlanActions::selectAll()
{
    std::vector<int> all(m_workbench->document()->plan().layers.size());
    std::iota(all.begin(), all.end(), 0);
    m_workbench->selection()->setLayers(std::move(all), 0);
}

void PlanActions::askForTexts(TextsFor purpose, const std::function<void()>& then)
{
    if (!m_workbench->hasModel())
        return;
    const core::ProjectPtr project = m_workbench->session()->project();
    const bool forProfile = purpose == TextsFor::Profile;
    auto* dialog = new DataDialog(project, dataSettingsOf(*project),
        forProfile ? DataDialog::Purpose::Profile : DataDialog::Purpose::Settings,
        forProfile ? m_workbench->session()->workspaceFile() : std::filesystem::path(), m_window);
    connect(dialog, &QDialog::accepted, this, [this, dialog, project, forProfile, then] {
        if (forProfile)
            m_workbench->profile(dialog->settings());
        else
            saveDataSettings(*project, dialog->settings());
        then();
    });
    dialog->open();
}

void PlanActions::askForLens()
{
    if (dataSettingsOf(*m_workbench->session()->project()).calibration.files.empty())
        askForTexts(TextsFor::Settings, [this] { askForLens(); });
    else
        (new LensDialog(m_workbench, m_window))->open();
}

void PlanActions::askForPredictionCheck()
{
    auto* ask = new QInputDialog(m_window);
    ask->setObjectName(QStringLiteral("predictionDialog"));
    ask->setAttribute(Qt::WA_DeleteOnClose);
    ask->setWindowTitle(tr("Check Prediction"));
    ask->setInputMode(QInputDialog::IntInput);
    ask->setLabelText(tr("Random plans to carry out and evaluate. Those measured before are not made again."));
    ask->setIntRange(1, 100);
    ask->setIntValue(6);
    ask->setOkButtonText(tr("Start"));
    connect(ask, &QInputDialog::intValueSelected, m_workbench, &Workbench::checkPrediction);
    ask->open();
}

void PlanActions::askRequantize(const std::function<void()>& go)
{
    const core::Project& project = *m_workbench->session()->project();
    auto* question = new QMessageBox(QMessageBox::Question, tr("Quantize Again?"),
        tr("This model is quantized already (%1). Quantizing it again adds a second rounding to the first, and what is "
           "lost is measured against the first.\nOpen the model that it was made from, if you have it.")
            .arg(toQt(project.model.quantized->summary())),
        QMessageBox::NoButton, m_window);
    question->setObjectName(QStringLiteral("requantizeQuestion"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* again = question->addButton(tr("Quantize Again"), QMessageBox::AcceptRole);
    question->setDefaultButton(question->addButton(QMessageBox::Cancel));
    connect(question, &QMessageBox::buttonClicked, this, [again, go](const QAbstractButton* button) {
        if (static_cast<const void*>(button) == static_cast<const void*>(again))
            go();
    });
    question->open();
}

void PlanActions::showProblems()
{
    (new ProblemsDialog(m_workbench->document(), m_window))->open();
}

} // namespace kerf::ui
