// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_bar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

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
    m_bar->setFixedWidth(32 * fontMetrics().averageCharWidth());
    m_bar->setAccessibleName(tr("Progress of the job"));
    m_detail->setForegroundRole(QPalette::PlaceholderText);
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("barButton"));
    button->setDefaultAction(stop);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::TabFocus);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 3, 4, 3);
    layout->setSpacing(12);
    layout->addWidget(m_text);
    layout->addWidget(m_bar);
    layout->addWidget(m_detail);
    layout->addWidget(button);
    layout->addStretch();
    m_delay.setSingleShot(true);
    m_delay.setInterval(500);
    connect(&m_delay, &QTimer::timeout, this, [this] { setVisible(m_jobs->isRunning()); });
    connect(jobs, &JobCenter::started, this, [this] {
        refresh();
        m_delay.start();
    });
    connect(jobs, &JobCenter::statusChanged, this, &JobBar::refresh);
    connect(jobs, &JobCenter::ended, this, [this] {
        m_delay.stop();
        hide();
    });
    hide();
}

QString JobBar::text() const
{
    return m_text->text();
}

QString JobBar::detail() const
{
    return m_detail->text();
}

void JobBar::refresh()
{
    const JobStatus& status = m_jobs->status();
    const core::Progress& progress = status.progress;
    QString text = status.title;
    if (!progress.stage.empty())
        text += QStringLiteral(" · ") + toQt(progress.stage);
    m_text->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, 72 * fontMetrics().averageCharWidth()));
    m_text->setToolTip(text);
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
        parts << tr("%1 of %2 %3")
                     .arg(QLocale().toString(qlonglong(progress.done)), QLocale().toString(qlonglong(progress.total)),
                         toQt(progress.unit));
    if (status.secondsLeft && !m_jobs->isStopping())
        parts << tr("%1 left").arg(durationText(*status.secondsLeft));
    if (status.layersTotal > 0)
        parts << tr("%1 of %2 layers safe on disk").arg(status.layersSafe).arg(status.layersTotal);
    m_detail->setText(parts.join(QStringLiteral(" · ")));
}

} // namespace kerf::ui
