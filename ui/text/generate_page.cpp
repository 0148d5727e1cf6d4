// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/generate_page.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStyle>
#include <QTextEdit>
#include <QVBoxLayout>

#include "core/jobs/generate_run.h"
#include "ui/text/shown_text.h"
#include "ui/text/token_color.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kBetweenDraws = 50; ///< milliseconds

QString quoted(const std::string& token)
{
    return GeneratePage::tr("“%1”").arg(visibleText(token));
}

QString shareText(double probability)
{
    return QLocale().toString(probability, 'f', 3);
}

} // namespace

GeneratePage::GeneratePage(Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_prompt(new QLineEdit(this))
    , m_temperature(new QDoubleSpinBox(this))
    , m_topP(new QDoubleSpinBox(this))
    , m_seed(new QSpinBox(this))
    , m_tokens(new QSpinBox(this))
    , m_generate(new QPushButton(tr("Generate"), this))
    , m_stop(new QPushButton(tr("Stop"), this))
{
    setUpFields();
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 14, 8);
    layout->setSpacing(8);
    layout->addWidget(makeSettings());
    layout->addWidget(makeTexts(), 1);
    layout->addWidget(makeFoot());
    m_refresh.setInterval(kBetweenDraws);
    connect(&m_refresh, &QTimer::timeout, this, &GeneratePage::showDraft);
    follow();
    updateState();
}

QWidget* GeneratePage::makeSettings()
{
    auto* bar = new QWidget(this);
    auto* grid = new QGridLayout(bar);
    grid->setContentsMargins(0, 0, 0, 0);
    const auto place
        = [grid, bar](QWidget* field, int row, int column, int columns, const QString& name, const QString& tip) {
              auto* label = new QLabel(name, bar);
              label->setForegroundRole(QPalette::PlaceholderText);
              label->setBuddy(field);
              field->setAccessibleName(name);
              field->setToolTip(tip);
              grid->addWidget(label, row, column);
              grid->addWidget(field, row, column + 1, 1, columns);
          };
    place(m_prompt, 0, 0, 4, tr("Prompt"), tr("The text that both go on with"));
    place(m_temperature, 1, 0, 1, tr("Temperature"),
        tr("Logits are divided by it: lower is more certain; 0 always takes the most probable token"));
    place(m_topP, 1, 2, 1, tr("Top-p"), tr("Only the most probable tokens that together have this share"));
    place(m_seed, 2, 0, 1, tr("Seed"), tr("The same seed gives the same random numbers"));
    place(m_tokens, 2, 2, 1, tr("Tokens"), tr("At most so many; a model may end its text earlier"));
    grid->addWidget(m_generate, 0, 5);
    grid->addWidget(m_stop, 0, 6);
    grid->setColumnStretch(4, 1);
    return bar;
}

void GeneratePage::setUpFields()
{
    m_prompt->setObjectName(QStringLiteral("promptField"));
    m_prompt->setPlaceholderText(tr("The text that both go on with"));
    m_temperature->setRange(0, 10);
    m_temperature->setSingleStep(0.1);
    m_temperature->setValue(core::SamplerSettings().temperature);
    m_topP->setRange(0.01, 1);
    m_topP->setSingleStep(0.05);
    m_topP->setValue(core::SamplerSettings().topP);
    m_seed->setMaximum(999'999);
    m_tokens->setObjectName(QStringLiteral("tokensField"));
    m_tokens->setRange(1, 4096);
    m_tokens->setValue(static_cast<int>(core::SideBySideSettings().tokens));
    m_generate->setProperty("primary", true);
    connect(m_generate, &QPushButton::clicked, this, &GeneratePage::generate);
    connect(m_prompt, &QLineEdit::returnPressed, this, &GeneratePage::generate);
    connect(m_prompt, &QLineEdit::textChanged, this, &GeneratePage::updateState);
    connect(m_stop, &QPushButton::clicked, this, &GeneratePage::stop);
}

QWidget* GeneratePage::makeTexts()
{
    auto* both = new QWidget(this);
    auto* grid = new QGridLayout(both);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(20);
    for (std::size_t side = 0; side < 2; ++side) {
        const int column = static_cast<int>(side);
        m_names[side] = new QLabel(both);
        QFont bold = m_names[side]->font();
        bold.setBold(true);
        m_names[side]->setFont(bold);
        m_speeds[side] = new QLabel(both);
        m_speeds[side]->setForegroundRole(QPalette::PlaceholderText);
        m_here[side] = new QLabel(both);
        m_here[side]->setForegroundRole(QPalette::PlaceholderText);
        m_here[side]->setWordWrap(true);
        m_texts[side] = new QTextEdit(both);
        m_texts[side]->setReadOnly(true);
        m_texts[side]->setFrameShape(QFrame::NoFrame);
        m_texts[side]->setTabChangesFocus(true);
        m_texts[side]->document()->setDocumentMargin(0); // in line with what names it
        m_texts[side]->setAccessibleName(side == 0 ? tr("Text of the original") : tr("Text of the run"));
        auto* head = new QHBoxLayout;
        head->addWidget(m_names[side], 1);
        head->addWidget(m_speeds[side]);
        grid->addLayout(head, 0, column);
        grid->addWidget(m_texts[side], 1, column);
        grid->addWidget(m_here[side], 2, column);
        grid->setColumnStretch(column, 1);
    }
    grid->setRowStretch(1, 1);
    return both;
}

QWidget* GeneratePage::makeFoot()
{
    auto* foot = new QWidget(this);
    m_sentence = new QLabel(foot);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state = new QLabel(foot);
    m_state->setForegroundRole(QPalette::PlaceholderText);
    m_progress = new QProgressBar(foot);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(12 * fontMetrics().averageCharWidth(), fontMetrics().height() / 2);
    m_progress->setAccessibleName(tr("Tokens written"));
    m_copy = new QPushButton(tr("Copy as Markdown"), foot);
    auto* layout = new QHBoxLayout(foot);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_sentence, 1);
    layout->addWidget(m_state);
    layout->addWidget(m_progress);
    layout->addWidget(m_copy);
    connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(markdown()); });
    return foot;
}

void GeneratePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    for (std::size_t side = 0; event->type() == QEvent::PaletteChange && side < 2 && m_texts[side]; ++side)
        showSide(side); // their colours are the theme's
}

void GeneratePage::follow()
{
    connect(m_workbench->selection(), &Selection::runChanged, this, [this] {
        if (m_workbench->selection()->run() != m_run)
            forget();
        updateState();
    });
    connect(m_workbench, &Workbench::runsChanged, this, &GeneratePage::updateState);
    connect(m_workbench, &Workbench::modelClosed, this, &GeneratePage::forget);
    connect(&m_runner, &JobRunner::finished, this, &GeneratePage::finish);
    connect(&m_runner, &JobRunner::progressChanged, this, [this](const core::Progress& progress) {
        if (m_isWanted && progress.total == 0)
            m_state->setText(tr("Loading the models…"));
    });
}

/// The text of another run is not this run's.
void GeneratePage::forget()
{
    m_isWanted = false;
    m_runner.stop();
    m_refresh.stop();
    m_run = 0;
    m_shown = {};
    m_state->clear();
    for (std::size_t side = 0; side < 2; ++side)
        showSide(side);
    updateState();
}

core::SideBySideSettings GeneratePage::settings() const
{
    core::SideBySideSettings chosen;
    chosen.sampler = { m_temperature->value(), m_topP->value(), static_cast<std::uint64_t>(m_seed->value()) };
    chosen.tokens = m_tokens->value();
    return chosen;
}

void GeneratePage::setPrompt(const QString& prompt)
{
    m_prompt->setText(prompt);
}

/// What can be done, and why what cannot.
void GeneratePage::updateState()
{
    const core::RunRow* run = m_workbench->session()->run(m_workbench->selection()->run());
    const bool isRunning = m_runner.isRunning();
    const QString problem = !run               ? tr("Select a run first")
        : run->state != core::RunState::Done   ? tr("The selected run is not finished")
        : m_prompt->text().trimmed().isEmpty() ? tr("Write a prompt first")
        : isRunning                            ? tr("Stop what is being written first")
                                               : QString();
    m_generate->setEnabled(problem.isEmpty());
    m_generate->setToolTip(
        problem.isEmpty() ? tr("Both go on with the prompt, with the same random numbers") : problem);
    m_stop->setEnabled(isRunning);
    m_copy->setEnabled(!m_shown.written[0].empty());
    m_progress->setVisible(isRunning);
    m_names[0]->setText(tr("Original"));
    m_names[1]->setText(run ? toQt(run->name) : tr("Select a run in the table of runs"));
    m_sentence->setText(partingText());
}

void GeneratePage::generate()
{
    const core::RunRow* run = m_workbench->session()->run(m_workbench->selection()->run());
    updateState();
    if (!m_generate->isEnabled())
        return;
    forget();
    m_run = run->id;
    m_runName = toQt(run->name);
    m_usedPrompt = m_prompt->text();
    m_used = settings();
    m_draft = std::make_shared<Draft>();
    m_isWanted = true;
    m_progress->setRange(0, static_cast<int>(m_used.tokens));
    m_progress->setValue(0);
    m_runner.start([project = m_workbench->session()->project(), file = m_workbench->session()->workspaceFile(),
                       row = *run, prompt = m_usedPrompt.toStdString(), used = m_used,
                       draft = m_draft](const core::JobContext& job) -> core::Status {
        KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
        const auto keep = [&draft](const core::SideBySide& soFar) {
            const std::lock_guard guard(draft->mutex);
            draft->soFar = soFar;
        };
        KERF_TRY(const core::SideBySide written, core::generateRun(*project, workspace, row, prompt, used, keep, job));
        keep(written);
        return {};
    });
    m_refresh.start();
    updateState();
}

void GeneratePage::stop()
{
    m_runner.stop();
    m_stop->setEnabled(false);
    if (m_isWanted)
        m_state->setText(tr("Stopping…"));
}

void GeneratePage::showDraft()
{
    core::SideBySide soFar;
    {
        const std::lock_guard guard(m_draft->mutex);
        soFar = m_draft->soFar;
    }
    const std::size_t count = std::max(soFar.written[0].size(), soFar.written[1].size());
    if (count == std::max(m_shown.written[0].size(), m_shown.written[1].size()) && m_runner.isRunning())
        return;
    m_shown = std::move(soFar);
    for (std::size_t side = 0; side < 2; ++side)
        showSide(side);
    m_progress->setValue(static_cast<int>(count));
    m_state->setText(tr("%1 of %2 tokens").arg(QLocale().toString(count), QLocale().toString(m_used.tokens)));
    m_sentence->setText(partingText());
}

void GeneratePage::showSide(std::size_t side)
{
    const ThemeColors& colors = themeColors(palette());
    QTextCharFormat same, own, first;
    same.setForeground(colors.dim);
    own.setForeground(colors.text);
    first.setForeground(colors.text);
    first.setFontWeight(QFont::Bold);
    first.setBackground(tokenColor(0.5, 1, colors));
    QTextDocument* document = m_texts[side]->document();
    document->clear();
    QTextCursor cursor(document);
    const std::vector<core::WrittenToken>& written = m_shown.written[side];
    const std::size_t parting = m_shown.parting ? m_shown.parting->step : written.size();
    for (std::size_t i = 0; i < written.size(); ++i)
        cursor.insertText(toQt(written[i].text), i < parting ? same : i == parting ? first : own);
    m_here[side]->setText(hereText(side));
    const double speed = m_shown.tokensPerSecond[side];
    m_speeds[side]->setText(speed > 0 ? tr("%1 tokens/s").arg(QLocale().toString(speed, 'f', 0)) : QString());
}

/// "here: white 0.340 · dark 0.220 · random number 0.214".
QString GeneratePage::hereText(std::size_t side) const
{
    if (!m_shown.parting)
        return m_shown.ended[side] ? tr("It ended its text here.") : QString();
    const core::Parting& parting = *m_shown.parting;
    return tr("here: %1 %2 · %3 %4 · random number %5")
        .arg(quoted(parting.texts[side]), shareText(parting.probability[side][side]), quoted(parting.texts[1 - side]),
            shareText(parting.probability[side][1 - side]), shareText(parting.random));
}

QString GeneratePage::partingText() const
{
    if (!m_shown.parting)
        return {};
    const core::Parting& parting = *m_shown.parting;
    return tr("They part at token %1: with the random number %2 the original takes %3 and the run %4.")
        .arg(QLocale().toString(parting.step + 1), shareText(parting.random), quoted(parting.texts[0]),
            quoted(parting.texts[1]));
}

void GeneratePage::finish(const JobOutcome& outcome)
{
    m_refresh.stop();
    if (m_isWanted) {
        showDraft();
        const QString count = QLocale().toString(std::max(m_shown.written[0].size(), m_shown.written[1].size()));
        if (outcome.done)
            m_state->setText(
                m_shown.parting ? tr("%1 tokens").arg(count) : tr("%1 tokens, the same in both").arg(count));
        else
            m_state->setText(outcome.stopped() ? tr("Stopped after %1 tokens").arg(count) : QString());
        if (!outcome.done && !outcome.stopped())
            emit m_workbench->message(outcome.message, true);
    }
    m_isWanted = false;
    updateState();
}

QString GeneratePage::markdown() const
{
    const QLocale locale;
    QString text = tr("**Prompt:** %1\n\nTemperature %2, top-p %3, seed %4\n\n")
                       .arg(m_usedPrompt, numberText(m_used.sampler.temperature, 2), numberText(m_used.sampler.topP, 2),
                           locale.toString(m_used.sampler.seed));
    for (std::size_t side = 0; side < 2; ++side) {
        QString quoted = toQt(m_shown.text(side));
        quoted.replace(u'\n', QStringLiteral("\n> "));
        text += QStringLiteral("**%1**\n\n> %2\n\n").arg(side == 0 ? tr("Original") : m_runName, quoted);
        if (const QString here = hereText(side); !here.isEmpty())
            text += here + QStringLiteral("\n\n");
    }
    return text + partingText() + u'\n';
}

} // namespace kerf::ui
