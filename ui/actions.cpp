// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/actions.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QUndoStack>

namespace kerf::ui {
namespace {

constexpr const char* kToolTip = "kerfToolTip"; ///< of an action that can be used

} // namespace

QAction* Actions::add(const QString& text, const QKeySequence& key, const QString& tip)
{
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    QString plain = text;
    plain.remove(u'&').remove(u'…');
    const QString keys
        = key.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(key.toString(QKeySequence::NativeText));
    action->setToolTip((tip.isEmpty() ? plain : tip) + keys);
    action->setProperty(kToolTip, action->toolTip());
    return action;
}

void Actions::setToolTip(QAction* action, const QString& text)
{
    action->setProperty(kToolTip, text);
    action->setToolTip(text);
}

void Actions::setProblem(QAction* action, const QString& reason)
{
    action->setEnabled(reason.isEmpty());
    action->setToolTip(reason.isEmpty() ? action->property(kToolTip).toString() : reason);
}

Actions::Actions(QUndoStack* undoStack, QObject* parent)
    : QObject(parent)
{
    addFileActions();
    addEditActions(undoStack);
    addJobActions();
    addPlanActions();
    addRunActions();
    addViewActions();
    makeMenus();
}

void Actions::addFileActions()
{
    openSample = add(
        tr("Open &Sample Model"), QKeySequence(tr("Ctrl+Shift+O")), tr("Open the small Llama that comes with Kerf"));
    openFolder = add(tr("&Open…"), QKeySequence::Open, tr("Open the folder of a Hugging Face checkpoint"));
    openFile = add(tr("Open &GGUF or ONNX File…"), {}, tr("Open a model of llama.cpp, or a network from an ONNX file"));
    openWorkspace = add(tr("Use Another &Workspace…"), {}, tr("Choose the file that keeps profiles, plans and runs"));
    newWindow = add(tr("&New Window"), QKeySequence::New);
    openPlan = add(tr("&Load Plan…"), {},
        tr("Load a plan, another tool's recipe, or what a quantized checkpoint has (its config.json, or a GGUF file)"));
    savePlan = add(tr("Save Plan &As…"), QKeySequence::SaveAs, tr("Save the plan as a JSON file"));
    closeModel = add(tr("&Close Model"), QKeySequence::Close);
    quit = add(tr("&Quit"), QKeySequence::Quit);
}

void Actions::addEditActions(QUndoStack* undoStack)
{
    undo = undoStack->createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    redo = undoStack->createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({ QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y")) });
    const auto tell = [this, undoStack] {
        undo->setToolTip(undoStack->canUndo() ? QString() : tr("There is nothing to take back"));
        redo->setToolTip(undoStack->canRedo() ? QString() : tr("Nothing was taken back"));
    };
    connect(undoStack, &QUndoStack::indexChanged, this, tell);
    tell();
    undoHistory
        = add(tr("Undo &History…"), {}, tr("Every change since the model was opened: click one to go back to it"));
    preferences = add(
        tr("&Preferences…"), QKeySequence(tr("Ctrl+,")), tr("Threads, look, numbers, and where workspaces are kept"));
    palette = add(tr("C&ommands…"), QKeySequence(tr("Ctrl+Shift+P")),
        tr("Do anything by typing a few letters of its name: commands, plans, runs, layers"));
    find = add(tr("&Find…"), QKeySequence::Find, tr("Go to the filter of the panel in use"));
    selectAll = add(tr("Select &All Layers"), QKeySequence(tr("Ctrl+Shift+A")));
    selectShown
        = add(tr("Select Fi&ltered Layers"), QKeySequence(tr("Ctrl+L")), tr("Select the layers that pass the filter"));
    clearSelection = add(tr("&Clear Selection"));
}

void Actions::addJobActions()
{
    profile
        = add(tr("&Profile…"), QKeySequence(tr("Ctrl+P")), tr("Measure how sensitive each layer is to each format"));
    measureCells = add(tr("&Measure Divergence of Selected Cells"), QKeySequence(tr("Ctrl+M")),
        tr("Run the model with only one selected layer quantized, in the format it has, and add it to the profile"));
    checkPrediction = add(tr("&Check Prediction…"), {},
        tr("Carry a few random plans out and set the predicted divergence beside the measured one"));
    settings = add(tr("&Texts and Settings…"), {}, tr("Choose calibration and evaluation texts"));
    lens = add(tr("Through the &Lens…"), {},
        tr("Whether the calibration text does: does the order of layers settle, do ranges hold on another text"));
    runPlan = add(
        tr("&Run Plan ▸"), QKeySequence(tr("Ctrl+R")), tr("Quantize by the plan, evaluate it and measure its speed"));
    checkRun = add(tr("&Check Before Running…"), QKeySequence(tr("Ctrl+Alt+R")),
        tr("Look at time, memory, disk, texts and targets before the plan is run"));
    sweep = add(tr("Method &Sweep…"), QKeySequence(tr("Ctrl+Shift+R")),
        tr("Carry many plans out, one after the other: formats, methods and presets side by side on the chart"));
    stopJob = add(tr("S&top"), QKeySequence(tr("Ctrl+.")), tr("Stop the job; finished layers are kept"));
    pauseJob = add(tr("&Pause or Resume"), QKeySequence(Qt::Key_Space),
        tr("Stop the selected job and keep its place in the queue, or let it go on; finished layers are kept"));
    jobUp = add(tr("Move Job &Up"), QKeySequence(Qt::CTRL | Qt::Key_Up), tr("Let the selected job begin earlier"));
    jobDown = add(tr("Move Job &Down"), QKeySequence(Qt::CTRL | Qt::Key_Down), tr("Let the selected job begin later"));
    removeJob = add(tr("Remo&ve Job"), QKeySequence(Qt::Key_Delete), tr("Take the selected job out of the queue"));
    for (QAction* action : { pauseJob, jobUp, jobDown, removeJob })
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut); // of the list of jobs
}

void Actions::addPlanActions()
{
    keep16 = add(tr("&Keep 16 Bit"), QKeySequence(Qt::Key_Space), tr("Keep the selected layers as they are stored"));
    tieFused = add(tr("&Tie Fused Layers"), QKeySequence(tr("Ctrl+T")),
        tr("Give q, k, v and gate, up one format each, the widest of theirs"));
    lockLayers = add(tr("&Lock or Unlock"), QKeySequence(Qt::Key_L),
        tr("Let no solver change format and method of the selected layers, or let it again"));
    planChanges = add(tr("&What Changed…"), QKeySequence(tr("Ctrl+Shift+W")),
        tr("What the solver or your edits changed, and what each change bought"));
    keepSensitive = add(tr("Keep Se&nsitive Layers…"), {}, tr("Keep layers above a predicted divergence in 16 bit"));
    setByPattern = add(tr("Set Format by Patt&ern…"), QKeySequence(tr("Ctrl+E")),
        tr("Give all layers that match a regular expression one format"));
    presets = add(tr("&Presets…"), QKeySequence(tr("Ctrl+Shift+E")), tr("Settings by the names of tools"));
    solve = add(tr("&Solve for a Budget…"), QKeySequence(tr("Ctrl+B")),
        tr("The plan of least predicted divergence for a size, a memory or a speed, or the smallest one within a "
           "divergence"));
    refine = add(tr("&Refine by Measurement…"), QKeySequence(tr("Ctrl+Shift+M")),
        tr("Make the plan better by carrying changes of it out and measuring them"));
    sequential = add(tr("Se&quential Mode"), {}, tr("Fit each block to the outputs of the quantized blocks before it"));
    sequential->setCheckable(true);
    for (std::size_t i = 0; i < setFormat.size(); ++i)
        setFormat[i] = add(tr("Set Format %1").arg(i + 1), QKeySequence(Qt::Key_1 + static_cast<int>(i)));
    nextFormats
        = add(tr("Ne&xt Formats"), QKeySequence(Qt::Key_0), tr("Let the keys 1 to 9 mean the next nine formats"));
}

void Actions::addRunActions()
{
    renameRun = add(tr("Re&name Run"), QKeySequence(Qt::Key_F2));
    deleteRun = add(
        tr("&Delete Run"), QKeySequence(Qt::Key_Delete), tr("Move the selected run to the trash; Undo brings it back"));
    loadRunPlan = add(tr("&Use Plan of Run"), {}, tr("Make the plan of the selected run the plan in hand"));
    evaluateRun = add(tr("&Evaluate Run"), {}, tr("Measure perplexity and divergence of the selected run"));
    askRun = add(tr("As&k Questions…"), {},
        tr("Multiple choice or completions of a JSON Lines file, scored for the selected run as lm-evaluation-harness "
           "does"));
    scoreRun = add(tr("Score on &Labelled Texts…"), {},
        tr("Accuracy, F1, F1 of entities or rank correlation of the selected run on a file of labelled texts: of "
           "models "
           "that classify or embed"));
    flips = add(tr("Chan&ged Answers…"), {},
        tr("The items that the original has right and the selected run wrong, and the other way round"));
    look = add(tr("&View Samples…"), {},
        tr("Pictures with the boxes or classes that the original and the selected run find, side by side"));
    measureSpeed = add(tr("&Measure Speed of Run"), {}, tr("Measure how fast the selected run is on this machine"));
    addCheckpoint = add(tr("&Add Checkpoint as Run…"), {},
        tr("Set a checkpoint of this model that somebody quantized beside your runs: a folder's config.json, or a GGUF "
           "file"));
    compareRuns = add(tr("&Compare Runs"), QKeySequence(tr("Ctrl+Shift+C")),
        tr("Set the runs that were taken into the comparison side by side, or the selected one beside the newest "
           "other"));
    degradation = add(tr("What Was &Lost…"), {},
        tr("Perplexity and divergence of all measured runs by bits and by size, beside published ranges"));
    decide = add(tr("Dec&ide"), QKeySequence(tr("Ctrl+D")),
        tr("Which format for a machine, does it fit, is it good enough, does it pay"));
    toggleCompared = add(tr("&Take into Comparison"), QKeySequence(Qt::Key_Space),
        tr("Take the selected run into the comparison, or out"));
    makeReference = add(tr("Make &Reference of Comparison"), QKeySequence(Qt::Key_R),
        tr("Compare the other runs with the selected one"));
    evaluateCompared = add(tr("Evaluate All on the Same &Windows"), {},
        tr("Measure all runs of the comparison on the evaluation text that is set now"));
    annotateRun
        = add(tr("N&ote and Tags…"), QKeySequence(tr("Ctrl+Shift+N")), tr("Write down what the selected run is for"));
    showTrash = add(tr("Tras&h…"), {}, tr("Deleted runs: take them back, or remove them for good"));
    report = add(tr("&Report…"), QKeySequence(tr("Ctrl+Shift+D")),
        tr("One page on the runs of the comparison, or on the selected one: metrics, charts, plan, provenance"));
    importanceMatrix = add(tr("&Importance Matrix…"), {},
        tr("Write what llama-quantize --imatrix reads, from the statistics of the calibration text"));
    refresh = add(tr("Re&fresh Runs"), QKeySequence::Refresh);
}

void Actions::addViewActions()
{
    graph = add(tr("&Graph of the Layer"), QKeySequence(tr("Ctrl+G")),
        tr("What feeds the selected layer and what reads it, and where the plan rounds"));
    inspector
        = add(tr("&Inspector"), QKeySequence(tr("Ctrl+I")), tr("Why the selected layer is sensitive, and what helps"));
    expandExperts = add(tr("Each &Expert in a Row"), QKeySequence(Qt::Key_E),
        tr("The map shows the experts of a role one by one; else a row stands for all of them"));
    expandExperts->setCheckable(true);
    nextPart = add(tr("Go to &Next Part"), QKeySequence(tr("F6")),
        tr("The keyboard goes round: plan, layers, the page in the middle, formats, runs, chart"));
    previousPart = add(tr("Go to Pre&vious Part"), QKeySequence(tr("Shift+F6")), tr("The other way round"));
    hidePanels = add(tr("&Hide Panels"), QKeySequence(tr("Ctrl+Shift+H")),
        tr("The page in the middle takes the whole window, until the panels are wanted again"));
    hidePanels->setCheckable(true);
    restoreLayout = add(tr("&Restore Default Layout"));
    themeSystem = add(tr("&System"));
    themeLight = add(tr("&Light"));
    themeDark = add(tr("&Dark"));
    for (QAction* action : { themeSystem, themeLight, themeDark })
        action->setCheckable(true);
    auto* themes = new QActionGroup(this);
    themes->addAction(themeSystem);
    themes->addAction(themeLight);
    themes->addAction(themeDark);
    manual = add(tr("&Manual"), QKeySequence::HelpContents, tr("The page of the panel under the mouse"));
    tour = add(tr("&Tour"), {}, tr("The main job in five steps, each shown where it is done"));
    numberFormats = add(tr("&Number Formats"), QKeySequence(tr("Ctrl+Shift+B")),
        tr("Bits, range and precision of every format, and what each makes of a number"));
    shortcuts = add(tr("&Keyboard Shortcuts"), QKeySequence(tr("Ctrl+/")));
    about = add(tr("&About Kerf"));
}

void Actions::makeMenus()
{
    const auto menu = [this](const QString& title) {
        auto* made = new QMenu(title);
        made->setToolTipsVisible(true); // they say why an entry is disabled
        connect(this, &QObject::destroyed, made, &QObject::deleteLater);
        return made;
    };
    recentMenu = menu(tr("Open &Recent"));
    uniformMenu = menu(tr("&One Format for All"));
    exportMenu = menu(tr("E&xport ▾"));
    setToolTip(exportMenu->menuAction(), tr("Write the selected run as a checkpoint that runtimes load"));
    convertMenu = menu(tr("This Chec&kpoint as"));
    setToolTip(convertMenu->menuAction(), tr("Write a checkpoint that is quantized already as another target"));
    recipeMenu = menu(tr("Save Plan as Rec&ipe"));
    panelsMenu = menu(tr("&Panels"));
    measureMenu = menu(tr("&Colour of the Map"));
    auto* file = menu(tr("&File"));
    file->addActions({ openSample, openFolder, openFile });
    file->addMenu(recentMenu);
    file->addActions({ openWorkspace, newWindow });
    file->addSeparator();
    file->addActions({ openPlan, savePlan });
    file->addMenu(recipeMenu);
    file->addSeparator();
    file->addActions({ closeModel, quit });
    auto* edit = menu(tr("&Edit"));
    edit->addActions({ undo, redo, undoHistory });
    edit->addSeparator();
    edit->addActions({ selectAll, selectShown, clearSelection });
    edit->addSeparator();
    edit->addActions({ find, palette });
    edit->addSeparator();
    edit->addAction(preferences);
    auto* model = menu(tr("&Model"));
    model->addActions({ profile, measureCells, checkPrediction, settings, lens });
    auto* plan = menu(tr("&Plan"));
    plan->addActions({ presets, solve, refine, planChanges });
    plan->addSeparator();
    selectedMenu = plan->addMenu(tr("&Format of Selected Layers"));
    selectedMenu->setToolTipsVisible(true);
    for (QAction* action : setFormat)
        selectedMenu->addAction(action);
    selectedMenu->addAction(nextFormats);
    plan->addActions({ keep16, lockLayers, setByPattern, keepSensitive, tieFused });
    plan->addMenu(uniformMenu);
    plan->addSeparator();
    plan->addAction(sequential);
    auto* run = menu(tr("&Run"));
    run->addActions({ runPlan, checkRun, sweep, stopJob });
    auto* queue = run->addMenu(tr("&Queue of Jobs"));
    queue->setToolTipsVisible(true);
    queue->addActions({ pauseJob, jobUp, jobDown, removeJob });
    run->addSeparator();
    run->addActions({ evaluateRun, askRun, scoreRun, flips, look, measureSpeed, loadRunPlan, renameRun, annotateRun,
        deleteRun, showTrash });
    run->addSeparator();
    auto* comparison = run->addMenu(tr("Com&parison"));
    comparison->setToolTipsVisible(true);
    comparison->addActions({ toggleCompared, makeReference, compareRuns, evaluateCompared, degradation });
    run->addSeparator();
    run->addActions({ decide, addCheckpoint, refresh });
    auto* view = menu(tr("&View"));
    view->addMenu(measureMenu);
    view->addAction(expandExperts);
    view->addMenu(panelsMenu);
    view->addAction(graph);
    view->addAction(inspector);
    auto* theme = view->addMenu(tr("&Theme"));
    theme->addActions({ themeSystem, themeLight, themeDark });
    view->addSeparator();
    view->addActions({ nextPart, previousPart, hidePanels, restoreLayout });
    auto* help = menu(tr("&Help"));
    help->addActions({ manual, tour, numberFormats, shortcuts, about });
    m_menus = { file, edit, model, plan, run, exportMenu, view, help };
}

void Actions::fillMenuBar(QMenuBar* bar)
{
    for (QMenu* menu : m_menus) {
        // The export menu is a button's menu too, with an arrow in its title that a menu bar does not want.
        if (menu == exportMenu)
            bar->addMenu(tr("E&xport"))->addActions(exportMenu->actions());
        else
            bar->addMenu(menu);
    }
}

std::vector<Actions::Entry> Actions::entries() const
{
    const auto plain = [](QString text) {
        return text.remove(u'&').remove(u'…').remove(QStringLiteral(" ▸")).remove(QStringLiteral(" ▾"));
    };
    std::vector<Entry> list;
    const auto collect = [&](const QString& title, const QString& path, const QMenu* menu, const auto& self) -> void {
        for (QAction* action : menu->actions()) {
            if (action->menu())
                self(title, tr("%1 › %2").arg(path, plain(action->text())), action->menu(), self);
            else if (!action->isSeparator() && action->isVisible())
                list.push_back({ title, path, plain(action->text()), action });
        }
    };
    for (const QMenu* menu : m_menus)
        collect(plain(menu->title()), plain(menu->title()), menu, collect);
    return list;
}

std::vector<Actions::Shortcut> Actions::shortcutList() const
{
    std::vector<Shortcut> list;
    for (const Entry& entry : entries())
        if (!entry.action->shortcut().isEmpty())
            list.push_back({ entry.menu, entry.text, entry.action->shortcut().toString(QKeySequence::NativeText) });
    return list;
}

} // namespace kerf::ui
