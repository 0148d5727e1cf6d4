// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/application.h"

#include "core/jobs/job_edge.h"
#include "ui/value_text.h"

namespace kerf::ui {

bool Application::notify(QObject* receiver, QEvent* event)
{
    const core::Result<bool> handled
        = core::atJobEdge([&]() -> core::Result<bool> { return QApplication::notify(receiver, event); });
    if (handled)
        return *handled;
    emit exceptionCaught(toQt(handled.error().message));
    return false;
}

} // namespace kerf::ui
