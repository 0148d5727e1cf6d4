// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>

#include "core/jobs/project.h"
#include "core/jobs/run_tokens.h"
#include "ui/jobs/job_runner.h"
#include "ui/text/shown_text.h"

namespace kerf::ui {

/// What is kept of a run's tokens.
struct TokenResults {
    core::RowId run = 0;
    std::vector<core::KeptTokens> kept; ///< one for each text
    int chosen = -1; ///< the one that was read; -1: nothing is kept
    std::filesystem::file_time_type written {}; ///< when it was
    ShownTextPtr text; ///< null: nothing is kept
};

/// Looks off the UI thread for the results of a run's tokens and reads them. The newest question is answered, others
/// are dropped.
class TextLoader : public QObject {
    Q_OBJECT
public:
    explicit TextLoader(QObject* parent = nullptr);

    /// `dataset`: hash of the text that is wanted; of another one where nothing is kept of it. What `known` holds
    /// already is not read again.
    void load(const core::ProjectPtr& project, const std::filesystem::path& workspace, const core::RunRow& run,
        const std::string& dataset, const TokenResults& known);
    void forget(); ///< no answer is wanted any more
    bool isLoading() const { return m_runner.isRunning(); }

signals:
    void loaded(const kerf::ui::TokenResults& results);
    void failed(const QString& message);

private:
    struct Question {
        core::ProjectPtr project;
        std::filesystem::path workspace;
        core::RunRow run;
        std::string dataset;
        TokenResults known;
    };
    static core::Result<TokenResults> answer(const Question& question);
    void start(Question question);

    bool m_isWanted = false; ///< of the question that is being answered
    std::optional<Question> m_next;
    std::shared_ptr<TokenResults> m_answer;
    JobRunner m_runner; ///< last: its thread ends first
};

} // namespace kerf::ui
