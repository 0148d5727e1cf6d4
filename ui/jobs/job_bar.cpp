// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_bar.h"

#include <utility>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

#include "ui/jobs/engine_text.h"
#include "ui/jobs/job_center.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kSteps = 1000;

} // namespace

JobBar::JobBar(JobCenter* jobs, QAction* stop, QWidget* parent)
    : QWidget(parent)
    , m_jobs(jobs)
    , m_text(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_detail(new QLabel(this))
{
    setObjectName(QStringLiteral("jobBar"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(fontMetrics().height() / 2);
    m_bar->setFixedWidth(24 * fontMetrics().averageCharWidth());
    m_bar->setAccessibleName(tr("Progress of the job"));
    m_detail->setForegroundRole(QPalette::PlaceholderText);
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("barButton"));
    button->setDefaultAction(stop);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::StrongFocus);
    for (QLabel* label : { m_text, m_detail })
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // they show what there is room for
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 3, 4, 3);
    layout->setSpacing(12);
    layout->addWidget(m_bar);
    layout->addWidget(m_text, 3);
    layout->addWidget(m_detail, 4);
    layout->addWidget(button); // at the end, where no text of another length moves it
    m_delay.setSingleShot(true);
    m_delay.setInterval(500);
    connect(&m_delay, &QTimer::timeout, this, [this] { setVisible(m_jobs->isRunning()); });
    connect(jobs, &JobCenter::started, this, [this] {
        refresh();
        m_delay.start();
    });
    connect(jobs, &JobCenter::statusChanged, this, &JobBar::refresh);
    connect(jobs, &JobCenter::queueChanged, this, [this] {
        if (m_jobs->isRunning())
            return refresh();
        m_delay.stop();
        hide();
    });
    hide();
}

void JobBar::showTexts()
{
    for (const auto& [label, text] : { std::pair(m_text, m_title), std::pair(m_detail, m_details) }) {
        label->setText(label->fontMetrics().elidedText(text, Qt::ElideRight, label->width()));
        label->setToolTip(text);
    }
}

void JobBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    QMetaObject::invokeMethod(this, &JobBar::showTexts, Qt::QueuedConnection); // once the labels have their new widths
}

void JobBar::refresh()
{
    const JobStatus& status = m_jobs->status();
    const core::Progress& progress = status.progress;
    m_title = status.title;
    if (!progress.stage.empty())
        m_title += QStringLiteral(" · ") + engineText(progress.stage);
    if (progress.total > 0) {
        m_bar->setRange(0, kSteps);
        m_bar->setValue(static_cast<int>(progress.done * kSteps / progress.total));
    } else {
        m_bar->setRange(0, 0);
    }
    QStringList parts;
    if (m_jobs->isStopping())
        parts << tr("stopping…");
    else if (progress.total > 0 && !(progress.unit == "layers" && status.layersTotal == progress.total))
        parts << amountText(progress);
    if (status.left && !m_jobs->isStopping()) {
        const QString time = durationText(status.left->seconds);
        parts << (status.left->wholeJob ? tr("%1 left").arg(time) : tr("%1 left of this step").arg(time));
    }
    if (status.layersTotal > 0)
        parts << tr("%1 of %2 layers safe on disk").arg(status.layersSafe).arg(status.layersTotal);
    if (const int beside = m_jobs->runningCount() - 1; beside > 0)
        parts << tr("%n job(s) beside", nullptr, beside);
    if (const int waiting = m_jobs->waitingCount(); waiting > 0)
        parts << tr("%n in the queue", nullptr, waiting);
    m_details = parts.join(QStringLiteral(" · "));
    showTexts();
}

} // namespace kerf::ui
