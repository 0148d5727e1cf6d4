// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>

#include <QUndoCommand>

#include "core/workspace/workspace.h"

namespace kerf::ui {

class ModelSession;

/// Undo commands for the runs themselves. A failure is told to `report` and the command becomes obsolete.
class RenameRunCommand : public QUndoCommand {
public:
    using Report = std::function<void(const QString&)>;
    RenameRunCommand(ModelSession& session, core::RowId run, QString from, QString to, Report report);
    void undo() override { rename(m_from); }
    void redo() override { rename(m_to); }

private:
    void rename(const QString& name);
    ModelSession& m_session;
    core::RowId m_run;
    QString m_from, m_to;
    Report m_report;
};

class DeleteRunCommand : public QUndoCommand {
public:
    using Report = RenameRunCommand::Report;
    DeleteRunCommand(ModelSession& session, core::RowId run, const QString& name, Report report);
    void undo() override;
    void redo() override;

private:
    ModelSession& m_session;
    core::RowId m_run;
    Report m_report;
};

/// What a person says of a run.
struct RunNote {
    std::string note;
    std::vector<std::string> tags; ///< ascending
    bool operator==(const RunNote&) const = default;
};

class AnnotateRunCommand : public QUndoCommand {
public:
    using Report = RenameRunCommand::Report;
    AnnotateRunCommand(ModelSession& session, core::RowId run, RunNote from, RunNote to, Report report);
    void undo() override { write(m_from); }
    void redo() override { write(m_to); }

private:
    void write(const RunNote& note);
    ModelSession& m_session;
    core::RowId m_run;
    RunNote m_from, m_to;
    Report m_report;
};

} // namespace kerf::ui
