// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/data_dialog.h"

#include <algorithm>
#include <utility>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/format/layer_format.h"
#include "core/format/summary.h"
#include "core/jobs/profile_job.h"
#include "ui/dialog_size.h"
#include "ui/jobs/checks_line.h"
#include "ui/jobs/text_box.h"
#include "ui/jobs/texts_dialog.h"
#include "ui/main_button.h"
#include "ui/plan/explanation.h"
#include "ui/theme.h"
#include "ui/tick_list.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kWidth = 92; ///< characters
constexpr int kFormatLines = 9; ///< of the list of formats, before it scrolls

} // namespace

DataDialog::DataDialog(
    core::ProjectPtr project, DataSettings settings, Purpose purpose, std::filesystem::path workspace, QWidget* parent)
    : QDialog(parent)
    , m_project(std::move(project))
    , m_settings(std::move(settings))
    , m_purpose(purpose)
    , m_workspace(std::move(workspace))
{
    setObjectName(QStringLiteral("dataDialog"));
    setWindowTitle(purpose == Purpose::Profile ? tr("Profile Layers") : tr("Texts and Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_fitsDefaults = !hasSavedDataSettings(*m_project);
    auto* layout = new QVBoxLayout(this);
    QVBoxLayout* body = scrollingBody(this, layout);
    m_calibration = addText(body, tr("Calibration"), QStringLiteral("calibration"), m_settings.calibration);
    if (m_project->model.network->graph().hasExperts())
        m_calibration->offerAllExperts(m_settings.calibration.allExperts);
    m_evaluation = addText(body, tr("Evaluation"), QStringLiteral("evaluation"), m_settings.evaluation);
    addProfile(body);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = addMainButton(
        buttons, purpose == Purpose::Profile ? tr("Start Profile") : tr("Use These"), QStringLiteral("acceptData"));
    if (!m_workspace.empty())
        layout->addWidget(
            new ChecksLine(&m_checks, { "calibration", "held", "evaluation", "overlap" }, this)); // beside their fields
    layout->addWidget(buttons);
    connect(&m_checks, &PlannedChecks::changed, this, &DataDialog::showStart);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_counting, &JobRunner::finished, this, [this] {
        if (m_previewWanted)
            startPreview();
    });
    fitToScreen(this, kWidth);
    requestPreview();
}

TextBox* DataDialog::addText(
    QVBoxLayout* layout, const QString& title, const QString& name, const core::DataChoice& choice)
{
    auto* box = new TextBox(title, name, choice, m_project->model.network->maxPositions(), this);
    layout->addWidget(box);
    connect(box, &TextBox::changed, this, &DataDialog::requestPreview);
    connect(box, &TextBox::lookWanted, this, [this, box] { openTextsDialog(box); });
    return box;
}

void DataDialog::openTextsDialog(TextBox* box)
{
    (new TextsDialog(m_project, box->choice(), this))->open();
}

void DataDialog::addProfile(QVBoxLayout* layout)
{
    auto* group = new QGroupBox(tr("Profile"), this);
    auto* form = new QFormLayout(group);
    m_method = new QComboBox(group);
    m_method->setObjectName(QStringLiteral("profileMethod"));
    for (const core::Method* method : core::allMethods()) {
        m_method->addItem(toQt(method->name()));
        m_method->setItemData(m_method->count() - 1, toQt(method->summary()), Qt::ToolTipRole);
    }
    m_method->setCurrentText(toQt(m_settings.profile.method));
    m_probeWindows = new QSpinBox(group);
    m_probeWindows->setObjectName(QStringLiteral("probeWindows"));
    m_probeWindows->setRange(1, 10'000);
    m_probeWindows->setValue(static_cast<int>(m_settings.profile.probeWindows));
    m_probeWindows->setToolTip(tr("Windows of the calibration text, after those used for calibration, on which one "
                                  "layer at a time is swapped in to learn what its error costs"));
    m_errorsOnly = new QCheckBox(tr("Output errors only"), group);
    m_errorsOnly->setObjectName(QStringLiteral("errorsOnly"));
    m_errorsOnly->setToolTip(tr("Quick: no layer is swapped in. Colours and errors are there, but no new slopes: what "
                                "an error costs is not learned"));
    m_errorsOnly->setChecked(!m_settings.profile.swapIns);
    connect(m_errorsOnly, &QCheckBox::toggled, m_probeWindows, &QWidget::setDisabled);
    connect(m_errorsOnly, &QCheckBox::toggled, this, &DataDialog::requestPreview);
    connect(m_probeWindows, &QSpinBox::valueChanged, this, &DataDialog::requestPreview);
    m_held = explanation(group);
    m_held->setObjectName(QStringLiteral("heldWindows"));
    m_held->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_formats = new TickList(QStringLiteral("profileFormats"), tr("Formats to profile"), group);
    m_formats->flow(kFormatLines);
    m_formats->setMinimumHeight(m_formats->maximumHeight());
    const auto& chosen = m_settings.profile.formats.empty() ? core::profileFormatsFor(*m_project->model.network)
                                                            : m_settings.profile.formats;
    for (const std::string& name : core::commonFormats()) {
        const auto format = core::parseWeightFormat(name);
        if (!format || (*format)->isUnquantized())
            continue;
        m_formats->add(name, core::formatSummary(name), std::ranges::find(chosen, name) != chosen.end());
    }
    form->addRow(tr("Method"), m_method);
    form->addRow(tr("Held-out windows"), m_probeWindows);
    form->addRow(QString(), m_held);
    form->addRow(QString(), m_errorsOnly);
    form->addRow(tr("Formats"), m_formats);
    addCaches(form);
    layout->addWidget(group);
    connect(m_formats, &QListWidget::itemChanged, this, &DataDialog::updateButton);
    connect(m_method, &QComboBox::currentTextChanged, this, &DataDialog::updateButton);
}

/// Formats whose cost is measured block by block. Those with one fixed step are not: only a run's calibration finds it.
void DataDialog::addCaches(QFormLayout* form)
{
    if (!m_project->model.network->cacheShape().canBeRounded())
        return;
    m_caches = new TickList(QStringLiteral("profileCaches"), tr("Cache formats to profile"), form->parentWidget());
    m_caches->flow(3);
    const auto& chosen = m_settings.profile.cacheFormats;
    for (const std::string& name : core::commonCacheFormats()) {
        const auto format = core::parseCacheFormat(name);
        if (format && !(*format)->isUnquantized() && !(*format)->hasFixedStep())
            m_caches->add(name, core::cacheFormatSummary(name), std::ranges::find(chosen, name) != chosen.end());
    }
    m_caches->setDisabled(m_errorsOnly->isChecked());
    connect(m_errorsOnly, &QCheckBox::toggled, m_caches, &QWidget::setDisabled);
    form->addRow(tr("Caches"), m_caches);
}

DataSettings DataDialog::settings() const
{
    DataSettings chosen = m_settings;
    chosen.calibration = m_calibration->choice();
    chosen.evaluation = m_evaluation->choice();
    chosen.profile.method = m_method->currentText().toStdString();
    chosen.profile.probeWindows = m_probeWindows->value();
    chosen.profile.swapIns = !m_errorsOnly->isChecked();
    chosen.profile.formats = m_formats->ticked();
    chosen.profile.cacheFormats = chosen.profile.swapIns && m_caches ? m_caches->ticked() : std::vector<std::string> {};
    return chosen;
}

/// Windows of the calibration text that the profile holds out of it.
std::int64_t DataDialog::heldWindows() const
{
    return m_purpose == Purpose::Profile && !m_errorsOnly->isChecked() ? m_probeWindows->value() : 0;
}

/// The calibration text with as many windows as calibration and profile need together.
core::DataChoice DataDialog::neededCalibration() const
{
    core::DataChoice needed = m_calibration->choice();
    if (needed.samples > 0)
        needed.samples += heldWindows();
    return needed;
}

/// Numbers that nobody chose yet are made to fit the text that was found.
void DataDialog::fitDefaults(std::int64_t windows)
{
    const std::int64_t samples = m_calibration->samples(), held = heldWindows();
    if (!std::exchange(m_fitsDefaults, false) || held == 0 || windows < 2 || windows >= samples + held)
        return;
    const std::int64_t heldNow = std::clamp<std::int64_t>(windows / 4, 1, held);
    const QSignalBlocker quietHeld(m_probeWindows);
    m_probeWindows->setValue(static_cast<int>(heldNow));
    m_calibration->setSamples(windows - heldNow);
}

/// Why the calibration text does not do for the profile, or how its windows are shared out.
void DataDialog::checkHeld(std::int64_t windows)
{
    const std::int64_t samples = m_calibration->samples(), held = heldWindows();
    const QLocale locale;
    const std::int64_t left = samples == 0 ? 0 : std::min(held, std::max<std::int64_t>(0, windows - samples));
    m_problem.clear();
    if (held > 0 && windows > 0 && left == 0)
        m_problem
            = tr("The calibration text has %1 windows of %2: %3 of them for calibration leave none to hold out. Use "
                 "fewer or shorter windows, or a longer text.")
                  .arg(locale.toString(qlonglong(windows)), m_calibration->windowText(),
                      samples == 0 ? tr("all") : locale.toString(qlonglong(samples)));
    QPalette shown = palette();
    shown.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_held->setPalette(shown);
    m_held->setForegroundRole(m_problem.isEmpty() ? QPalette::PlaceholderText : QPalette::WindowText);
    m_held->setText(!m_problem.isEmpty() ? m_problem
            : left > 0                   ? tr("%1 windows for calibration, the %2 after them held out")
                             .arg(locale.toString(qlonglong(samples)), locale.toString(qlonglong(left)))
                       : QString());
    updateButton();
}

void DataDialog::requestPreview()
{
    m_previewWanted = true;
    if (m_counting.isRunning())
        m_counting.stop(); // what it reads is no longer wanted
    else
        startPreview();
    if (m_start)
        updateButton();
}

void DataDialog::startPreview()
{
    m_previewWanted = false;
    using Counted = std::pair<TextBox::Loaded, TextBox::Loaded>;
    const auto result = std::make_shared<std::unique_ptr<Counted>>();
    for (TextBox* text : { m_calibration, m_evaluation })
        text->showReading();
    m_counting.start([project = m_project, first = neededCalibration(), second = m_evaluation->choice(), result](
                         const core::JobContext& job) -> core::Status {
        TextBox::Loaded calibration { core::loadData(*project, first, job) };
        TextBox::Loaded evaluation { core::loadData(*project, second, job) };
        if (calibration.data && evaluation.data) {
            KERF_TRY(evaluation.overlap, core::findOverlap(*calibration.data, *evaluation.data, job));
        }
        KERF_CHECK(job.checkStop());
        *result = std::make_unique<Counted>(std::move(calibration), std::move(evaluation));
        return {};
    });
    connect(
        &m_counting, &JobRunner::finished, this,
        [this, result](const JobOutcome& outcome) {
            if (!outcome.done && !outcome.stopped()) // no memory for the text
                for (TextBox* text : { m_calibration, m_evaluation })
                    text->showProblem(outcome.message);
            if (!*result || m_previewWanted)
                return;
            const auto& calibration = (*result)->first.data;
            const auto windows = calibration ? static_cast<std::int64_t>(calibration->windows.size()) : 0;
            fitDefaults(windows);
            checkHeld(windows);
            m_calibration->show((*result)->first);
            m_evaluation->show((*result)->second);
        },
        Qt::SingleShotConnection);
}

QString DataDialog::missing() const
{
    const DataSettings chosen = settings();
    if (!chosen.isComplete() || chosen.profile.formats.empty())
        return tr("Choose a text for calibration and evaluation, and at least one format");
    return m_problem;
}

void DataDialog::updateButton()
{
    if (!missing().isEmpty() || m_workspace.empty())
        m_checks.forget();
    else
        m_checks.look(core::ProfileJob { m_calibration->choice(), {}, settings().profile }, { m_project, m_workspace });
    showStart();
}

void DataDialog::showStart()
{
    QString problem = missing();
    if (problem.isEmpty() && m_checks.found() && m_checks.found()->isBlocked())
        problem = tr("Something has to be settled first");
    m_start->setEnabled(problem.isEmpty());
    m_start->setToolTip(problem);
}

} // namespace kerf::ui
