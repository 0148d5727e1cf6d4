// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QApplication>

namespace kerf::ui {

/// The application of the window. An exception that leaves a slot or an event handler would end the program and what
/// it works on with it; here it ends only what was being done, and is told.
class Application : public QApplication {
    Q_OBJECT
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override;

signals:
    void exceptionCaught(const QString& message);
};

} // namespace kerf::ui
