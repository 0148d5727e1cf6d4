// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/budget_choice.h"

#include <algorithm>
#include <cmath>

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>

#include "core/jobs/speed_job.h"
#include "ui/jobs/engine_text.h"
#include "ui/plan/cache_lengths.h"
#include "ui/plan/explanation.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr double kMegabyte = 1e6, kGigabyte = 1e9;

/// Up to the last decimal that a field shows: the plan in hand fits a budget that begins there.
void setAtLeast(QDoubleSpinBox* box, double value)
{
    const double steps = std::pow(10.0, box->decimals());
    box->setValue(std::ceil(value * steps) / steps);
}

} // namespace

BudgetChoice::BudgetChoice(Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setColumnStretch(2, 1);
    addRow(Bits, tr("Bits per weight"), QStringLiteral("solveBits"),
        tr("Mean over the quantizable layers, scales and zero points counted"));
    addRow(Size, tr("Checkpoint size"), QStringLiteral("solveSize"), tr("Bytes of the whole checkpoint"));
    addRow(Memory, tr("Memory"), QStringLiteral("solveMemory"),
        tr("The checkpoint and the key/value cache together; the formats of the cache are chosen too"));
    m_lengths = new CacheLengths(QStringLiteral("solve"), this);
    m_grid->addWidget(m_lengths, Memory, 2);
    addRow(Speed, tr("Tokens per second"), QStringLiteral("solveSpeed"),
        tr("Decoding of one sequence on this machine must be as fast as that"));
    addTiming();
    const DivergenceText& divergence = workbench->document()->divergence();
    addRow(Loss, tr("Predicted %1").arg(divergence.name), QStringLiteral("solveLoss"),
        tr("The smallest plan whose predicted divergence is at most this: %1").arg(divergence.full));
    begin();
    connect(m_lengths, &CacheLengths::changed, this, &BudgetChoice::changed);
    connect(workbench, &Workbench::timesChanged, this, [this] {
        readTimes();
        emit changed();
    });
    connect(workbench->session(), &ModelSession::profileChanged, this, &BudgetChoice::readTimes);
    for (const auto signal : { &JobCenter::started, &JobCenter::statusChanged })
        connect(workbench->jobs(), signal, this, &BudgetChoice::showTiming);
    connect(workbench->jobs(), &JobCenter::ended, this, &BudgetChoice::showTiming);
}

void BudgetChoice::addRow(Kind kind, const QString& title, const QString& name, const QString& tip)
{
    Row& row = m_rows[kind];
    row = { new QRadioButton(title, this), new QDoubleSpinBox(this) };
    row.choice->setObjectName(name);
    row.choice->setToolTip(tip);
    row.value->setObjectName(name + QStringLiteral("Value"));
    row.value->setAccessibleName(title);
    row.value->setGroupSeparatorShown(true);
    row.value->setMinimumWidth(16 * fontMetrics().averageCharWidth());
    const int line = kind == Loss ? KindCount : kind; // the line below the speed is its timing's
    m_grid->addWidget(row.choice, line, 0);
    m_grid->addWidget(row.value, line, 1);
    connect(row.choice, &QRadioButton::toggled, this, [this](bool on) {
        if (on)
            update();
    });
    connect(row.value, &QDoubleSpinBox::valueChanged, this, &BudgetChoice::changed);
}

void BudgetChoice::addTiming()
{
    m_time = new QPushButton(this);
    m_time->setObjectName(QStringLiteral("timeFormats"));
    m_time->setAutoDefault(false);
    connect(m_time, &QPushButton::clicked, this, [this] {
        if (m_workbench->isTiming())
            m_workbench->jobs()->stop();
        else
            m_workbench->timeFormats();
    });
    m_grid->addWidget(m_time, Speed, 2, Qt::AlignLeft);
    m_timing = explanation(this);
    m_timing->setObjectName(QStringLiteral("solveTiming"));
    m_timing->setMinimumHeight(2 * fontMetrics().lineSpacing()); // so that nothing moves when it becomes longer
    m_grid->addWidget(m_timing, Loss, 1, 1, 2); // below the speed it belongs to
}

double BudgetChoice::unit() const
{
    return m_workbench->document()->estimate().originalBytes < kGigabyte ? kMegabyte : kGigabyte;
}

std::int64_t BudgetChoice::bytes(Kind kind) const
{
    return std::llround(m_rows[kind].value->value() * unit());
}

/// The values of the plan in hand.
void BudgetChoice::begin()
{
    const PlanDocument& document = *m_workbench->document();
    const core::Network& network = *document.network();
    QDoubleSpinBox* bits = m_rows[Bits].value;
    bits->setRange(0.5, 32);
    bits->setSingleStep(0.05);
    setAtLeast(bits, document.estimate().size.bitsPerWeight);
    for (const Kind kind : { Size, Memory }) {
        m_rows[kind].value->setDecimals(3);
        m_rows[kind].value->setRange(0.001, 1e6);
        m_rows[kind].value->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        m_rows[kind].value->setSuffix(unit() < kGigabyte ? tr(" MB") : tr(" GB"));
    }
    const auto size = static_cast<double>(document.estimate().size.sizeBytes);
    setAtLeast(m_rows[Size].value, size / unit());
    m_lengths->setContext(network.maxPositions());
    const bool hasCache = network.cacheShape().isCache();
    const auto cache = hasCache
        ? core::cacheBytes(document.plan(), network, m_lengths->context(), m_lengths->batch()).value_or(0)
        : 0;
    setAtLeast(m_rows[Memory].value, (size + static_cast<double>(cache)) / unit());
    m_rows[Memory].choice->setEnabled(hasCache);
    if (!hasCache)
        m_rows[Memory].choice->setToolTip(tr("This network has no key/value cache"));
    m_rows[Speed].value->setDecimals(1);
    m_rows[Speed].value->setRange(0, 1e6);
    m_rows[Speed].value->setSpecialValueText(QStringLiteral("–")); // before anything is timed
    m_rows[Speed].value->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_rows[Loss].value->setDecimals(6);
    m_rows[Loss].value->setRange(1e-6, 100);
    m_rows[Loss].value->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_rows[Loss].value->setSuffix(document.divergence().suffix());
    setAtLeast(m_rows[Loss].value, document.estimate().kld ? document.estimate().kld->kld : 0.01);
    readTimes();
    m_rows[Bits].choice->setChecked(true);
}

void BudgetChoice::readTimes()
{
    m_times = m_workbench->session()->decodeTimes();
    showTiming();
    if (!m_times || m_hasSpeed)
        return;
    core::Plan stored = m_workbench->document()->plan();
    auto speed = core::predictSpeed(*m_times, stored);
    if (!speed) { // a format without a kernel
        for (core::PlanLayer& layer : stored.layers)
            layer.format = "bf16";
        speed = core::predictSpeed(*m_times, stored);
    }
    if (!speed)
        return;
    m_hasSpeed = true;
    // Three digits, rounded down, and a little less: the solver counts whole nanoseconds.
    const double step = std::pow(10.0, std::floor(std::log10(*speed)) - 2);
    const QSignalBlocker quiet(m_rows[Speed].value);
    m_rows[Speed].value->setValue(std::floor(0.999 * *speed / step) * step);
}

BudgetChoice::Kind BudgetChoice::kind() const
{
    for (const Kind kind : { Size, Memory, Speed, Loss })
        if (m_rows[kind].choice->isChecked())
            return kind;
    return Bits;
}

void BudgetChoice::update()
{
    showTiming();
    emit changed();
}

void BudgetChoice::showTiming()
{
    for (int kind = 0; kind < KindCount; ++kind)
        m_rows[static_cast<std::size_t>(kind)].value->setEnabled(kind == this->kind() && (kind != Speed || m_times));
    m_lengths->setEnabled(kind() == Memory);
    const JobCenter& jobs = *m_workbench->jobs();
    const bool timing = m_workbench->isTiming() && jobs.isRunning();
    m_time->setText(timing ? tr("Stop") : tr("Time the Formats"));
    m_time->setEnabled(kind() == Speed && m_workbench->canWrite() && !(timing && jobs.isStopping()));
    m_time->setToolTip(!m_workbench->canWrite() ? tr("The workspace is open for reading only")
            : jobs.isRunning() && !timing       ? tr("Waits until no other job runs: alone, kernels are timed better")
                                                : QString());
    m_timing->setEnabled(kind() == Speed);
    if (timing) {
        const core::Progress& progress = jobs.status().progress;
        m_timing->setText(progress.stage.empty()
                ? tr("Timing the formats…")
                : QStringLiteral("%1 · %2").arg(engineText(progress.stage), amountText(progress)));
        return;
    }
    m_timing->setText(timedText());
}

QString BudgetChoice::timedText() const
{
    if (!m_times)
        return tr("The layers' products are timed once in every profiled format.");
    const auto isTimed = [this](const std::string& format) {
        return std::ranges::any_of(m_times->layers, [&](const auto& layer) { return layer.second.contains(format); });
    };
    QStringList missing;
    for (const std::string& format : m_workbench->document()->profile()->formats)
        if (!isTimed(format))
            missing << toQt(format);
    return missing.isEmpty()
        ? tr("Every profiled format is timed on this machine.")
        : tr("The solver leaves out what has no time here: %1.").arg(missing.join(QStringLiteral(", ")));
}

QString BudgetChoice::missing() const
{
    if (kind() != Speed || m_times)
        return {};
    return m_workbench->isTiming() ? tr("The formats are being timed.")
                                   : tr("Time the formats first: the solver plans by what they take here.");
}

void BudgetChoice::apply(core::SolveOptions& options) const
{
    switch (kind()) {
    case Size:
        options.sizeBytes = bytes(Size);
        break;
    case Memory:
        options.memoryBytes = bytes(Memory);
        options.context = m_lengths->context();
        options.batch = m_lengths->batch();
        break;
    case Speed:
        options.tokensPerSecond = m_rows[Speed].value->value();
        options.times = m_times ? &*m_times : nullptr;
        break;
    case Loss:
        options.kld = m_rows[Loss].value->value();
        break;
    default:
        options.bitsPerWeight = m_rows[Bits].value->value();
    }
}

QString BudgetChoice::name() const
{
    const double value = m_rows[kind()].value->value();
    QString number = kind() == Bits ? QLocale::c().toString(value, 'f', 2) : QLocale::c().toString(value, 'g', 7);
    const QString unitName = unit() < kGigabyte ? QStringLiteral("MB") : QStringLiteral("GB");
    switch (kind()) {
    case Size:
        return number + u' ' + unitName;
    case Memory:
        return tr("%1 %2 of memory").arg(number, unitName);
    case Speed:
        return tr("%1 tokens/s").arg(number);
    case Loss:
        return tr("within %1").arg(m_workbench->document()->divergence().amount(number));
    default:
        return number;
    }
}

QString BudgetChoice::title() const
{
    const double value = m_rows[kind()].value->value();
    switch (kind()) {
    case Size:
        return bytesText(bytes(Size));
    case Memory:
        return tr("%1 of Memory").arg(bytesText(bytes(Memory)));
    case Speed:
        return tr("%1 Tokens per Second").arg(numberText(value));
    case Loss:
        return tr("a %1 of %2").arg(m_workbench->document()->divergence().name, numberText(value));
    default:
        return tr("%1 Bits per Weight").arg(QLocale().toString(value, 'f', 2));
    }
}

QString BudgetChoice::outlook(const core::Plan& plan) const
{
    const PlanDocument& document = *m_workbench->document();
    if (kind() == Memory) {
        const auto cache = core::cacheBytes(plan, *document.network(), m_lengths->context(), m_lengths->batch());
        const auto size = core::planSize(plan, *document.network(), document.otherBytes()).sizeBytes;
        return cache ? tr("Key/value cache %1, together %2").arg(bytesText(*cache), bytesText(size + *cache))
                     : toQt(cache.error().message);
    }
    const auto speed = kind() == Speed && m_times ? core::predictSpeed(*m_times, plan) : std::nullopt;
    return speed ? tr("%1 tokens per second, by the times measured here").arg(numberText(*speed, 4)) : QString();
}

} // namespace kerf::ui
