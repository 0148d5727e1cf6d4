// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QObject>
#include <QPointer>

class QWidget;

namespace kerf::ui {

/// Takes the keyboard round the parts of a window: each gets the focus where it had it last. A panel that stands behind
/// another comes to the front; one that was put away stays so.
class PanelFocus : public QObject {
    Q_OBJECT
public:
    /// In the order in which they are gone through.
    explicit PanelFocus(std::vector<QWidget*> parts, QObject* parent = nullptr);

    void step(int by); ///< 1: to the next part, -1: to the one before

private:
    struct Part {
        QPointer<QWidget> widget; ///< the window takes its panels down before this goes
        QPointer<QWidget> last; ///< that had the focus
    };
    void follow(QWidget* now);
    static bool enter(Part& part);

    std::vector<Part> m_parts;
};

} // namespace kerf::ui
