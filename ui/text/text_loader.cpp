// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/text_loader.h"

#include <algorithm>
#include <utility>

#include "core/evaluate/token_scores_file.h"

namespace kerf::ui {

TextLoader::TextLoader(QObject* parent)
    : QObject(parent)
{
    connect(&m_runner, &JobRunner::finished, this, [this](const JobOutcome& outcome) {
        if (std::optional<Question> next = std::exchange(m_next, std::nullopt))
            return start(std::move(*next));
        if (!std::exchange(m_isWanted, false))
            return;
        if (outcome.done)
            emit loaded(*m_answer);
        else if (!outcome.stopped())
            emit failed(outcome.message);
    });
}

void TextLoader::load(const core::ProjectPtr& project, const std::filesystem::path& workspace, const core::RunRow& run,
    const std::string& dataset, const TokenResults& known)
{
    Question question { project, workspace, run, dataset, known };
    if (m_runner.isRunning())
        m_next = std::move(question);
    else
        start(std::move(question));
}

void TextLoader::forget()
{
    m_next.reset();
    m_isWanted = false;
}

void TextLoader::start(Question question)
{
    m_isWanted = true;
    m_answer = std::make_shared<TokenResults>();
    m_runner.start([question = std::move(question), answered = m_answer](const core::JobContext&) -> core::Status {
        KERF_TRY(*answered, answer(question));
        return {};
    });
}

core::Result<TokenResults> TextLoader::answer(const Question& question)
{
    KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(question.workspace));
    TokenResults results;
    results.run = question.run.id;
    results.kept = core::keptTokens(workspace.arraysFolder(), question.run);
    if (results.kept.empty())
        return results;
    const auto wanted = std::ranges::find(results.kept, question.dataset, &core::KeptTokens::datasetHash);
    results.chosen = wanted == results.kept.end() ? 0 : static_cast<int>(wanted - results.kept.begin());
    const std::filesystem::path& file = results.kept[static_cast<std::size_t>(results.chosen)].file;
    std::error_code ignored;
    results.written = std::filesystem::last_write_time(file, ignored);
    const TokenResults& known = question.known;
    if (known.text && known.chosen >= 0 && known.kept[static_cast<std::size_t>(known.chosen)].file == file
        && known.written == results.written) {
        results.text = known.text;
        return results;
    }
    KERF_TRY(core::TokenScores scores, core::loadTokenScores(file));
    KERF_TRY(const core::Tokenizer tokenizer, question.project->tokenizer);
    results.text = std::make_shared<const ShownText>(std::move(scores), tokenizer);
    return results;
}

} // namespace kerf::ui
