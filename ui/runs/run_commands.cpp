// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/run_commands.h"

#include <QCoreApplication>

#include "ui/model_session.h"
#include "ui/value_text.h"

namespace kerf::ui {

RenameRunCommand::RenameRunCommand(ModelSession& session, core::RowId run, QString from, QString to, Report report)
    : QUndoCommand(QCoreApplication::translate("RunCommands", "Rename Run"))
    , m_session(session)
    , m_run(run)
    , m_from(std::move(from))
    , m_to(std::move(to))
    , m_report(std::move(report))
{
}

void RenameRunCommand::rename(const QString& name)
{
    if (const auto status = m_session.renameRun(m_run, name); !status) {
        setObsolete(true);
        m_report(toQt(status.error().message));
    }
}

AnnotateRunCommand::AnnotateRunCommand(ModelSession& session, core::RowId run, RunNote from, RunNote to, Report report)
    : QUndoCommand(QCoreApplication::translate("RunCommands", "Note and Tags"))
    , m_session(session)
    , m_run(run)
    , m_from(std::move(from))
    , m_to(std::move(to))
    , m_report(std::move(report))
{
}

void AnnotateRunCommand::write(const RunNote& note)
{
    if (const auto status = m_session.annotateRun(m_run, note.note, note.tags); !status) {
        setObsolete(true);
        m_report(toQt(status.error().message));
    }
}

DeleteRunCommand::DeleteRunCommand(ModelSession& session, core::RowId run, const QString& name, Report report)
    : QUndoCommand(QCoreApplication::translate("RunCommands", "Delete Run %1").arg(name))
    , m_session(session)
    , m_run(run)
    , m_report(std::move(report))
{
}

void DeleteRunCommand::undo()
{
    if (const auto status = m_session.undeleteRun(m_run); !status)
        m_report(toQt(status.error().message));
}

void DeleteRunCommand::redo()
{
    if (const auto status = m_session.deleteRun(m_run); !status) {
        setObsolete(true);
        m_report(toQt(status.error().message));
    }
}

} // namespace kerf::ui
