// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/model_caption.h"

#include <QMenuBar>

#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

ModelCaption::ModelCaption(const Workbench* workbench, QMenuBar* bar)
    : QLabel(bar)
    , m_workbench(workbench)
    , m_bar(bar)
{
    setForegroundRole(QPalette::PlaceholderText);
    setContentsMargins(0, 0, 12, 0);
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setFixedHeight(bar->sizeHint().height() - 2);
    bar->setCornerWidget(this);
    connect(workbench, &Workbench::modelOpened, this, &ModelCaption::describe);
    connect(workbench, &Workbench::modelClosed, this, &ModelCaption::describe);
}

void ModelCaption::describe()
{
    m_summary = m_workbench->hasModel() ? summary() : QString();
    setToolTip(m_workbench->hasModel() ? allText() : QString());
    fit();
}

QString ModelCaption::summary() const
{
    const ModelSession& session = *m_workbench->session();
    const core::Model& model = session.project()->model;
    QString text = tr("%1 · %2 · %n layer(s) · %3 — %4", nullptr, static_cast<int>(model.network->layers().size()))
                       .arg(toQt(session.workspaceFile().stem().string()), toQt(model.network->architecture()),
                           bytesText(m_workbench->document()->estimate().originalBytes),
                           toQt(session.workspaceFile().filename().string()));
    if (model.quantized)
        text = tr("already quantized (%1) · %2").arg(toQt(model.quantized->quantMethod()), text);
    if (!model.network->info().cannotRun.empty())
        text = tr("no family fits: weights only · %1").arg(text);
    if (!model.storedAs.empty())
        text = tr("weights stored as %1 · %2").arg(toQt(model.storedAs), text);
    if (!model.notes.empty())
        text = tr("⚠ %n note(s) · %1", nullptr, static_cast<int>(model.notes.size())).arg(text);
    return text;
}

QString ModelCaption::allText() const
{
    const core::Project& project = *m_workbench->session()->project();
    QStringList lines { m_summary, toQt(project.modelFolder.string()) };
    for (const core::Note& note : project.model.notes)
        lines << QStringLiteral("• ") + toQt(note.text);
    // Rich text, so that long sentences are wrapped.
    return QStringLiteral("<p>%1</p>").arg(lines.join(u'\n').toHtmlEscaped().replace(u'\n', QLatin1String("<br>")));
}

void ModelCaption::fit()
{
    int menus = 0;
    for (QAction* action : m_bar->actions())
        menus += m_bar->actionGeometry(action).width();
    const QFontMetrics metrics(font());
    const int room = m_bar->window()->width() - menus - 4 * metrics.averageCharWidth();
    const QString shown
        = room < 12 * metrics.averageCharWidth() ? QString() : metrics.elidedText(m_summary, Qt::ElideRight, room - 12);
    if (shown == text())
        return;
    setText(shown);
    m_bar->setCornerWidget(this); // the bar measures its corner only when it is set
    show();
}

} // namespace kerf::ui
