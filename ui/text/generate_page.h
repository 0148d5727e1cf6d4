// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include <QTimer>
#include <QWidget>

#include "core/evaluate/side_by_side.h"
#include "core/workspace/workspace.h"
#include "ui/jobs/job_runner.h"

class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTextEdit;

namespace kerf::ui {

class EmptyState;
class Workbench;

/// Original and selected run go on with a prompt side by side, drawn with the same random numbers: what they write as
/// it comes, and where they part. Reads only, so that it runs beside a job.
class GeneratePage : public QWidget {
    Q_OBJECT
public:
    explicit GeneratePage(Workbench* workbench, QWidget* parent = nullptr);

    void setPrompt(const QString& prompt);
    void generate();
    void stop();
    bool isRunning() const { return m_runner.isRunning(); }
    const core::SideBySide& result() const { return m_shown; }
    QString partingText() const; ///< the sentence below; empty where they did not part
    QString markdown() const; ///< prompt, settings, both texts and the parting

protected:
    void changeEvent(QEvent* event) override;

private:
    /// What the thread that writes hands over.
    struct Draft {
        std::mutex mutex; ///< guards soFar
        core::SideBySide soFar;
    };
    void setUpFields();
    QWidget* makeSettings();
    QWidget* makeTexts();
    QWidget* makeFoot();
    void follow();
    void forget();
    void updateState();
    void showDraft();
    void showSide(std::size_t side);
    QString hereText(std::size_t side) const;
    void finish(const JobOutcome& outcome);
    core::SideBySideSettings settings() const;

    Workbench* m_workbench;
    QLineEdit* m_prompt;
    QDoubleSpinBox* m_temperature;
    QDoubleSpinBox* m_topP;
    QSpinBox* m_seed;
    QSpinBox* m_tokens;
    QPushButton* m_generate;
    QPushButton* m_stop;
    QPushButton* m_copy = nullptr;
    std::array<QLabel*, 2> m_names {}, m_speeds {}, m_here {};
    std::array<QTextEdit*, 2> m_texts {};
    QLabel* m_sentence = nullptr;
    QLabel* m_state = nullptr;
    QProgressBar* m_progress = nullptr;

    core::RowId m_run = 0; ///< whose text is shown
    QString m_runName, m_usedPrompt;
    core::SideBySideSettings m_used;
    core::SideBySide m_shown;
    std::shared_ptr<Draft> m_draft;
    bool m_isWanted = false; ///< what is being written is still of the selected run
    QTimer m_refresh; ///< shows what has come
    JobRunner m_runner; ///< last: its thread ends first
};

} // namespace kerf::ui
