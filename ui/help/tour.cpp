// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/help/tour.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/heatmap/heatmap.h"
#include "ui/plan/budget_slider.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

const QString kSeen = QStringLiteral("tourSeen");
constexpr int kGap = 10; ///< between target and bubble, pixels
constexpr int kFrame = 4; ///< border of the bubble, and room at the last line

} // namespace

Tour::Tour(Workbench* workbench, Actions* actions, QWidget* window)
    : QFrame(window)
    , m_workbench(workbench)
    , m_window(window)
    , m_ring(new QFrame(window))
{
    setObjectName(QStringLiteral("tourBubble"));
    m_ring->setObjectName(QStringLiteral("tourRing"));
    m_ring->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_ring->hide();
    makeBubble();
    makeSteps(actions);
    follow();
    window->installEventFilter(this);
    hide();
}

void Tour::makeBubble()
{
    m_title = new QLabel(this);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_text = new QLabel(this);
    m_text->setWordWrap(true);
    m_count = new QLabel(this);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    auto* leave = new QPushButton(tr("Leave"), this);
    m_back = new QPushButton(tr("Back"), this);
    m_next = new QPushButton(tr("Next"), this);
    m_next->setProperty("primary", true);
    m_next->setObjectName(QStringLiteral("tourNext"));
    m_back->setObjectName(QStringLiteral("tourBack"));
    leave->setObjectName(QStringLiteral("tourLeave"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_count);
    buttons->addStretch();
    buttons->addWidget(leave);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 14, 12);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addLayout(buttons);
    connect(leave, &QPushButton::clicked, this, &Tour::finish);
    auto* escape = new QShortcut(Qt::Key_Escape, this); // wherever the focus is, while the bubble is shown
    connect(escape, &QShortcut::activated, this, &Tour::finish);
    connect(m_back, &QPushButton::clicked, this, [this] { show(m_step - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (m_step + 1 < static_cast<int>(m_steps.size()))
            show(m_step + 1);
        else
            finish();
    });
}

QWidget* Tour::buttonOf(const QObject* action) const
{
    for (auto* button : m_window->findChildren<QToolButton*>())
        if (button->isVisible() && (button->defaultAction() == action || button->menu() == action))
            return button;
    return nullptr;
}

void Tour::makeSteps(Actions* actions)
{
    m_steps = {
        { tr("Open a model"),
            tr("Kerf comes with a small Llama that does everything in seconds. Open Sample Model takes it; your own "
               "checkpoints open with Open… or by dropping them on the window."),
            [this] { return m_window->findChild<QPushButton*>(QStringLiteral("openSampleButton")); },
            [this] { return m_workbench->hasModel(); } },
        { tr("See what is sensitive"),
            tr("Profile runs a text through the model and measures what every number format would do to every layer. "
               "The "
               "texts of the sample are chosen already."),
            [this, actions] { return buttonOf(actions->profile); },
            [this] { return m_workbench->document()->profile() != nullptr; } },
        { tr("Make a plan"),
            tr("Each cell of the map is a layer. Move the budget: the solver gives every layer its format, and size "
               "and "
               "predicted damage follow at once. Or select cells and press 1 to 9."),
            [this] { return static_cast<QWidget*>(m_window->findChild<BudgetSlider*>()); },
            [this] { return m_workbench->undo()->canUndo(); } },
        { tr("Carry it out"),
            tr("Run Plan quantizes the model by the plan and measures what was really lost. It can be stopped at any "
               "time: "
               "finished layers are kept."),
            [this, actions] { return buttonOf(actions->runPlan); },
            [this] {
                return std::ranges::any_of(m_workbench->session()->runs(),
                    [](const core::RunRow& run) { return run.state == core::RunState::Done; });
            } },
        { tr("Take it along"),
            tr("Export writes the selected run as a checkpoint that vLLM, llama.cpp or transformers load, reads it "
               "back "
               "and says so. F1 opens the manual at any panel, Ctrl+Shift+P finds every command."),
            [this, actions] { return buttonOf(actions->exportMenu); }, [this] { return m_exported; } },
    };
}

void Tour::follow()
{
    const auto check = [this] {
        if (m_step >= 0 && m_steps[static_cast<std::size_t>(m_step)].isDone())
            goOn();
    };
    for (const auto signal : { &Workbench::modelOpened, &Workbench::runsChanged })
        connect(m_workbench, signal, this, check);
    connect(m_workbench->undo(), &QUndoStack::indexChanged, this, check);
    connect(m_workbench->document(), &PlanDocument::profileChanged, this, check);
    connect(m_workbench, &Workbench::exported, this, [this, check] {
        m_exported = true;
        check();
    });
    connect(m_workbench, &Workbench::modelClosed, this, [this] {
        if (m_step > 0)
            show(0);
    });
}

bool Tour::isFirstTime()
{
    return !QSettings().value(kSeen).toBool();
}

void Tour::start()
{
    QSettings().setValue(kSeen, true);
    m_exported = false;
    m_step = 0;
    if (m_steps.front().isDone())
        goOn();
    else
        show(0);
}

/// To the first step after the present one that is still to be done; after the last one the tour ends.
void Tour::goOn()
{
    int next = m_step;
    while (next < static_cast<int>(m_steps.size()) && m_steps[static_cast<std::size_t>(next)].isDone())
        ++next;
    if (next < static_cast<int>(m_steps.size()))
        show(next);
    else
        finish();
}

QString Tour::text() const
{
    return m_step < 0 ? QString() : m_title->text() + u'\n' + m_text->text();
}

void Tour::show(int step)
{
    m_step = step;
    const Step& shown = m_steps[static_cast<std::size_t>(step)];
    const auto count = static_cast<int>(m_steps.size());
    m_title->setText(shown.title);
    m_text->setText(shown.text);
    m_count->setText(tr("%1 of %2").arg(QLocale().toString(step + 1), QLocale().toString(count)));
    m_back->setEnabled(step > 0);
    m_next->setText(step + 1 < count ? tr("Next") : tr("Done"));
    setAccessibleName(tr("Tour: %1").arg(shown.title));
    m_target = shown.target();
    setVisible(true);
    place();
}

void Tour::place()
{
    if (m_step < 0)
        return;
    setFixedWidth(std::min(58 * fontMetrics().averageCharWidth() + 40, m_window->width() - 20));
    resize(width(), layout()->heightForWidth(width()) + 2 * kFrame);
    const bool hasTarget = m_target && m_target->isVisible();
    m_ring->setVisible(hasTarget);
    QPoint at((m_window->width() - width()) / 2, (m_window->height() - height()) / 2);
    if (hasTarget) {
        const QRect rect(m_target->mapTo(m_window, QPoint()), m_target->size());
        m_ring->setGeometry(rect.adjusted(-4, -4, 4, 4));
        m_ring->raise();
        const bool below = rect.bottom() + kGap + height() < m_window->height();
        at = { rect.center().x() - width() / 2, below ? rect.bottom() + kGap : rect.top() - kGap - height() };
    }
    at.setX(std::clamp(at.x(), 10, std::max(10, m_window->width() - width() - 10)));
    at.setY(std::clamp(at.y(), 10, std::max(10, m_window->height() - height() - 10)));
    move(at);
    raise();
}

void Tour::finish()
{
    m_step = -1;
    m_ring->hide();
    hide();
}

bool Tour::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_window && (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        && m_step >= 0) {
        m_target = m_steps[static_cast<std::size_t>(m_step)].target();
        QMetaObject::invokeMethod(this, &Tour::place, Qt::QueuedConnection); // when the layout is done
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace kerf::ui
