// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QWidget>

#include "core/decide/cost.h"

class QLabel;
class QLineEdit;

namespace kerf::ui {

/// A number, or three where it is not certain: lowest; likely; highest. What is none of both is said below the field.
class AssumptionField : public QWidget {
    Q_OBJECT
public:
    AssumptionField(const QString& name, const QString& what, QWidget* parent);

    QLineEdit* line() const { return m_line; }
    /// Nothing: an empty field, where that is allowed.
    void setValue(const std::optional<core::Assumption>& value);
    void setProblem(const QString& text); ///< below the field; empty: none
    void allowEmpty(const QString& placeholder); ///< which says what an empty field means

    /// "4.1", "2; 4.1; 6": in the user's locale or with a decimal point. Nothing: it is neither one number nor three
    /// that rise.
    static std::optional<core::Assumption> parse(const QString& text);
    static QString textOf(const core::Assumption& value);

signals:
    void edited(const std::optional<core::Assumption>& value);

private:
    void read();

    QLineEdit* m_line;
    QLabel* m_problem;
    QString m_shown; ///< as it was set: what is not changed is not read, so that no digit is lost
    bool m_mayBeEmpty = false;
};

} // namespace kerf::ui
