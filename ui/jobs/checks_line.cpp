// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/checks_line.h"

#include <algorithm>
#include <utility>

#include "ui/jobs/planned_checks.h"
#include "ui/jobs/preflight_model.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

const std::vector<std::string> kFigures { "time", "memory", "disk", "to_do", "cached" };

bool isFigure(const std::string& id)
{
    return std::ranges::find(kFigures, id) != kFigures.end();
}

} // namespace

ChecksLine::ChecksLine(const PlannedChecks* checks, std::vector<std::string> saidElsewhere, QWidget* parent)
    : QLabel(parent)
    , m_checks(checks)
    , m_saidElsewhere(std::move(saidElsewhere))
{
    setObjectName(QStringLiteral("checksLine"));
    setWordWrap(true);
    setTextFormat(Qt::RichText);
    setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setMinimumHeight(2 * fontMetrics().lineSpacing()); // nothing moves when it is known
    connect(m_checks, &PlannedChecks::changed, this, &ChecksLine::showChecks);
    showChecks();
}

bool ChecksLine::isSaidElsewhere(const std::string& id) const
{
    return std::ranges::find(m_saidElsewhere, id) != m_saidElsewhere.end();
}

void ChecksLine::showChecks()
{
    const core::JobChecks* found = m_checks->found();
    if (!found) {
        setText(m_checks->isLooking() ? tr("Checking…") : QString());
        setToolTip({});
        return;
    }
    const ThemeColors& colors = themeColors(palette());
    QStringList figures, problems, basis;
    for (const core::JobCheck& check : found->checks) {
        const QString said = tr("%1: %2").arg(checkTitle(check.id), toQt(check.result));
        if (isFigure(check.id)) {
            figures << said.toHtmlEscaped();
            basis << tr("%1 (%2)").arg(said, toQt(check.basis));
        }
        if (check.state < core::CheckState::Warn || isSaidElsewhere(check.id))
            continue;
        const bool blocks = check.state == core::CheckState::Block;
        problems << QStringLiteral("<span style='color:%1'>%2 %3</span>")
                        .arg((blocks ? colors.error : colors.warning).name(),
                            blocks ? QStringLiteral("✗") : QStringLiteral("!"),
                            tr("%1: %2").arg(said, toQt(check.basis)).toHtmlEscaped());
    }
    problems.prepend(figures.join(QStringLiteral(" · ")));
    setText(problems.join(QStringLiteral("<br>")));
    setToolTip(basis.join(u'\n'));
}

} // namespace kerf::ui
