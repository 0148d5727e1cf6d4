// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include <QWidget>

class QSpinBox;

namespace kerf::ui {

/// How much the key/value cache is to hold: tokens of a sequence, and sequences side by side.
class CacheLengths : public QWidget {
    Q_OBJECT
public:
    /// The names of its fields are the prefix with "Context" and "Batch".
    CacheLengths(const QString& prefix, QWidget* parent);

    /// Without telling of it.
    void setContext(std::int64_t tokens);
    std::int64_t context() const;
    std::int64_t batch() const;

signals:
    void changed();

private:
    QSpinBox* m_context;
    QSpinBox* m_batch;
};

} // namespace kerf::ui
