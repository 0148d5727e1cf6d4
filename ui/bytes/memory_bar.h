// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include <QWidget>

namespace kerf::ui {

/// Two parts of a memory side by side, as long as they are large: weights and key/value cache.
class MemoryBar : public QWidget {
    Q_OBJECT
public:
    explicit MemoryBar(QWidget* parent = nullptr);

    void setBytes(std::int64_t weights, std::int64_t cache);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::int64_t m_weights = 0, m_cache = 0;
};

} // namespace kerf::ui
