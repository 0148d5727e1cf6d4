// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/degradation_dialog.h"

#include <algorithm>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/decide/published_loss.h"
#include "ui/compare/degradation_chart.h"
#include "ui/dialog_size.h"
#include "ui/help/manual_window.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kNoteLines = 5, kChartLines = 26;
constexpr std::size_t kNamed = 3; ///< runs that are left out, in the note; its tooltip has all

} // namespace

DegradationDialog::DegradationDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_chart(new DegradationChart(this))
    , m_across(new QComboBox(this))
    , m_up(new QComboBox(this))
    , m_note(new QLabel(this))
{
    setObjectName(QStringLiteral("degradationDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("What Was Lost"));
    setManualPage(this, QStringLiteral("curve.md"));
    m_across->setObjectName(QStringLiteral("degradationAcross"));
    m_across->setAccessibleName(tr("Across"));
    m_across->addItems({ tr("bits per weight"), tr("parameters") });
    m_up->setObjectName(QStringLiteral("degradationUp"));
    m_up->setAccessibleName(tr("Up"));
    m_up->addItems({ tr("perplexity, %"), tr("mean KLD") });
    m_note->setObjectName(QStringLiteral("degradationNote"));
    m_note->setWordWrap(true);
    m_note->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_note->setMinimumHeight(kNoteLines * fontMetrics().lineSpacing()); // it comes when the runs are read
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_up);
    bar->addWidget(new QLabel(tr("vs."), this));
    bar->addWidget(m_across);
    bar->addStretch();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* add = buttons->addButton(tr("&Add Workspace…"), QDialogButtonBox::ActionRole);
    connect(add, &QPushButton::clicked, this, &DegradationDialog::askForWorkspace);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_across, &QComboBox::currentIndexChanged, this, &DegradationDialog::chooseAxes);
    connect(m_up, &QComboBox::currentIndexChanged, this, &DegradationDialog::chooseAxes);
    connect(m_chart, &Chart::failed, m_note, &QLabel::setText);
    connect(workbench, &Workbench::runsChanged, this, &DegradationDialog::load);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    connect(&m_runner, &JobRunner::finished, this, &DegradationDialog::finish);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(m_chart, 1);
    layout->addWidget(m_note);
    layout->addWidget(buttons);
    m_chart->setMinimumHeight(kChartLines * fontMetrics().lineSpacing());
    fitToScreen(this, 120);
    m_files = m_read = { workbench->session()->workspaceFile() };
    load();
}

void DegradationDialog::addWorkspace(const std::filesystem::path& file)
{
    std::error_code ignored;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(file, ignored);
    if (std::ranges::find(m_files, whole) == m_files.end())
        m_files.push_back(whole);
    load();
}

void DegradationDialog::askForWorkspace()
{
    const QString folder = QFileInfo(toQt(m_files.front().string())).absolutePath();
    const QStringList files
        = QFileDialog::getOpenFileNames(this, tr("Add Workspace"), folder, tr("Kerf workspaces (*.kerf)"));
    for (const QString& file : files)
        addWorkspace(file.toStdString());
}

void DegradationDialog::load()
{
    m_isStale = m_runner.isRunning(); // finish() begins anew
    if (m_isStale)
        return;
    m_next = std::make_shared<core::Degradation>();
    m_runner.start([files = m_files, found = m_next](const core::JobContext&) -> core::Status {
        KERF_TRY(*found, core::loadDegradation(files));
        return {};
    });
}

void DegradationDialog::finish(const JobOutcome& outcome)
{
    if (m_isStale) {
        load();
        return;
    }
    if (!outcome.done) {
        m_note->setText(outcome.message);
        m_files = m_read; // what cannot be read is not asked for again
        return;
    }
    m_read = m_files;
    QStringList left;
    for (const core::LeftOutRun& run : m_next->leftOut)
        left << tr("%1: %2").arg(toQt(run.run.name), toQt(run.reason));
    QStringList text { toQt(core::kPublishedSource), toQt(core::kPublishedReading) };
    if (!left.isEmpty())
        text << tr("%n run(s) cannot stand here.", nullptr, static_cast<int>(left.size())) << left.mid(0, kNamed);
    m_note->setText(text.join(u' '));
    m_note->setToolTip(left.join(u'\n'));
    m_chart->setData(std::move(*m_next));
}

void DegradationDialog::chooseAxes()
{
    m_chart->setAxes(static_cast<DegradationChart::Across>(m_across->currentIndex()),
        static_cast<DegradationChart::Up>(m_up->currentIndex()));
}

} // namespace kerf::ui
