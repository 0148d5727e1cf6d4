// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>

#include <QGroupBox>

#include "core/jobs/project.h"
#include "core/text/overlap.h"

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace kerf::ui {

class FilesField;

/// Asks for texts and how they are cut into windows, and shows what they give, which its owner counts.
class TextBox : public QGroupBox {
    Q_OBJECT
public:
    /// What a text gives, and what it shares with the calibration's.
    struct Loaded {
        core::Result<core::Dataset> data;
        std::optional<core::Overlap> overlap {};
    };

    /// `name` starts the names of its objects; `longest`: tokens of the longest window.
    TextBox(const QString& title, const QString& name, const core::DataChoice& choice, std::int64_t longest,
        QWidget* parent);

    core::DataChoice choice() const;
    /// Offers that every expert sees every token: for calibration texts of a model with experts.
    void offerAllExperts(bool isChosen);
    std::int64_t samples() const;
    void setSamples(std::int64_t windows); ///< without changed()
    QString windowText() const; ///< "256 tokens"
    void showReading();
    void showProblem(const QString& problem);
    void show(const Loaded& found);

signals:
    void changed();
    void lookWanted(); ///< a closer look at this text

private:
    void setUpFields(const QString& name, const core::DataChoice& choice, std::int64_t longest);
    void setUpLabels(const QString& name);
    QHBoxLayout* cutRow();
    static QString usageText(const Loaded& found);

    FilesField* m_files;
    QSpinBox* m_window;
    QSpinBox* m_samples;
    QCheckBox* m_atRandom;
    QCheckBox* m_allExperts = nullptr; ///< null: not offered
    QSpinBox* m_seed;
    QLineEdit* m_field;
    QLabel* m_summary;
    QLabel* m_preview;
    QPushButton* m_look;
};

} // namespace kerf::ui
