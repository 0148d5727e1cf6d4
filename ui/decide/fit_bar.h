// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QWidget>

namespace kerf::ui {

/// A memory cut into what takes it, as long as it is large, each named where there is room.
class FitBar : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Weights, Reserved, Cache, Left, Lacking };
    struct Part {
        Kind kind;
        QString text; ///< "weights 40.6 GB"
        double bytes;
    };
    explicit FitBar(QWidget* parent = nullptr);

    void setParts(std::vector<Part> parts);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Part> m_parts;
};

} // namespace kerf::ui
