// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace kerf::ui {

class PlanDocument;
class ThresholdBox;

/// Gives all layers whose name matches a regular expression one format; counts them while one types.
class PatternDialog : public QDialog {
    Q_OBJECT
public:
    PatternDialog(PlanDocument* document, const QStringList& formats, QWidget* parent = nullptr);
    void accept() override;

private:
    void check();

    PlanDocument* m_document;
    QLineEdit* m_pattern;
    QComboBox* m_format;
    QLabel* m_result;
    QPushButton* m_set;
};

/// Keeps the layers above a predicted KLD at a format in 16 bit; shows their share while one changes the threshold.
class KeepDialog : public QDialog {
    Q_OBJECT
public:
    KeepDialog(PlanDocument* document, QWidget* parent = nullptr);
    void accept() override;

private:
    std::vector<int> layers() const;
    void check();

    PlanDocument* m_document;
    QComboBox* m_format;
    ThresholdBox* m_threshold;
    QLabel* m_result;
    QLabel* m_gives;
    QPushButton* m_keep;
};

} // namespace kerf::ui
