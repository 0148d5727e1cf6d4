// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/decide_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSpinBox>

#include "core/format/kv_format.h"
#include "core/format/summary.h"
#include "ui/decide/assumption_field.h"
#include "ui/decide/decision_desk.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kMostTokens = 1 << 24, kMostCards = 1024, kMostMemory = 1'000'000;

QComboBox* makeChoice(const QString& name, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    return box;
}

QSpinBox* makeNumber(const QString& name, int least, int most, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setRange(least, most);
    box->setGroupSeparatorShown(true);
    box->setKeyboardTracking(false); // one computing for a number, not one a digit
    box->setAlignment(Qt::AlignRight);
    return box;
}

QLabel* makeFact(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setAlignment(Qt::AlignRight);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString toleranceText(core::Tolerance tolerance)
{
    const QString points = QLocale().toString(core::tolerancePoints(tolerance));
    switch (tolerance) {
    case core::Tolerance::Strict:
        return DecideForm::tr("strict, %1 points").arg(points);
    case core::Tolerance::Normal:
        return DecideForm::tr("normal, %1 points").arg(points);
    case core::Tolerance::Loose:
        break;
    }
    return DecideForm::tr("loose, %1 points").arg(points);
}

QString figureText(const std::optional<core::DeviceFigure>& figure)
{
    return figure ? toQt(figure->text()) : QStringLiteral("–");
}

} // namespace

DecideForm::DecideForm(DecisionDesk* desk, QWidget* parent)
    : QWidget(parent)
    , m_desk(desk)
    , m_device(makeChoice(QStringLiteral("decideDevice"), this))
    , m_run(makeChoice(QStringLiteral("decideRun"), this))
    , m_tolerance(makeChoice(QStringLiteral("decideTolerance"), this))
    , m_cache(makeChoice(QStringLiteral("decideCache"), this))
    , m_currency(new QLineEdit(this))
    , m_cards(makeNumber(QStringLiteral("decideCards"), 1, kMostCards, this))
    , m_batch(makeNumber(QStringLiteral("decideBatch"), 1, kMostTokens, this))
    , m_context(makeNumber(QStringLiteral("decideContext"), 1, kMostTokens, this))
    , m_memory(new QDoubleSpinBox(this))
    , m_highStakes(new QCheckBox(tr("Wrong answers go unnoticed"), this))
    , m_memoryText(makeFact(QStringLiteral("deviceMemory"), this))
    , m_bandwidth(makeFact(QStringLiteral("deviceBandwidth"), this))
    , m_peaks(makeFact(QStringLiteral("devicePeaks"), this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(10, 8, 10, 10);
    form->setVerticalSpacing(5);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    makeTask(form);
    makeMachine(form);
    makeMoney(form);
    connectFields();
    connect(desk, &DecisionDesk::settingsChanged, this, &DecideForm::showSettings);
    connect(desk, &DecisionDesk::decided, this, &DecideForm::showLoss);
    connect(desk->workbench(), &Workbench::runsChanged, this, &DecideForm::fillRuns);
    fillDevices();
    fillRuns();
    showSettings();
}

void DecideForm::addHeading(QFormLayout* form, const QString& text)
{
    auto* heading = new QLabel(text, this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    heading->setContentsMargins(0, form->rowCount() > 0 ? 8 : 0, 0, 0);
    form->addRow(heading);
}

void DecideForm::makeMachine(QFormLayout* form)
{
    addHeading(form, tr("Machine"));
    form->addRow(tr("De&vice"), m_device);
    form->addRow(tr("Cards"), m_cards);
    m_memory->setObjectName(QStringLiteral("decideMemory"));
    m_memory->setRange(0, kMostMemory);
    m_memory->setDecimals(1);
    m_memory->setKeyboardTracking(false);
    m_memory->setAlignment(Qt::AlignRight);
    m_memory->setSpecialValueText(tr("as in the table"));
    m_memory->setSuffix(tr(" GiB"));
    m_memory->setToolTip(tr("Memory that is in one of them; 0: as the table says"));
    form->addRow(tr("Memory of one"), m_memory);
    form->addRow(tr("Memory seen"), m_memoryText);
    form->addRow(tr("Bandwidth"), m_bandwidth);
    form->addRow(tr("INT8, FP8, FP4"), m_peaks);
}

void DecideForm::makeTask(QFormLayout* form)
{
    addHeading(form, tr("Task"));
    m_run->setToolTip(tr("The run, or the plan in hand, that is decided about"));
    form->addRow(tr("&Decide about"), m_run);
    for (const core::Tolerance tolerance : core::kTolerances)
        m_tolerance->addItem(toleranceText(tolerance), static_cast<int>(tolerance));
    m_tolerance->setToolTip(tr("Percentage points of right answers"));
    form->addRow(tr("Loss accepted"), m_tolerance);
    m_highStakes->setObjectName(QStringLiteral("decideHighStakes"));
    m_highStakes->setToolTip(tr("Mathematics, facts, code: fewer than 8 bits only after an evaluation on the task"));
    form->addRow(m_highStakes);
    form->addRow(tr("Sequences at once"), m_batch);
    form->addRow(tr("Context, tokens"), m_context);
    for (const std::string& name : core::commonCacheFormats()) {
        m_cache->addItem(toQt(name));
        m_cache->setItemData(m_cache->count() - 1, toQt(core::cacheFormatSummary(name)), Qt::ToolTipRole);
    }
    form->addRow(tr("Key/value cache"), m_cache);
}

AssumptionField* DecideForm::addAssumption(QFormLayout* form, const QString& text, const QString& name,
    core::Assumption core::CostInputs::*input, const QString& tip)
{
    auto* field = new AssumptionField(name, text, this);
    if (!tip.isEmpty())
        field->line()->setToolTip(tip + u'\n' + field->line()->toolTip());
    form->addRow(text, field);
    if (input) {
        m_assumptions.emplace_back(field, input);
        connect(field, &AssumptionField::edited, this, [=, this](const std::optional<core::Assumption>& value) {
            field->setProblem(
                m_desk->change([&](core::DecisionSettings& settings) { settings.costs.*input = *value; }));
        });
    }
    return field;
}

void DecideForm::makeMoney(QFormLayout* form)
{
    using core::CostInputs;
    addHeading(form, tr("Money"));
    m_currency->setObjectName(QStringLiteral("decideCurrency"));
    m_currency->setToolTip(tr("A sign or a word: $, €, CHF"));
    form->addRow(tr("Currency"), m_currency);
    m_price = addAssumption(form, tr("Price of a machine, hour"), QStringLiteral("costPrice"), &CostInputs::price);
    addAssumption(form, tr("Machines today"), QStringLiteral("costBefore"), &CostInputs::machinesBefore);
    addAssumption(form, tr("Machines after"), QStringLiteral("costAfter"), &CostInputs::machinesAfter);
    m_priceAfter = addAssumption(form, tr("Price after, hour"), QStringLiteral("costPriceAfter"), nullptr);
    m_priceAfter->allowEmpty(tr("the same"));
    addAssumption(form, tr("Hours on in a month"), QStringLiteral("costHours"), &CostInputs::hours,
        tr("720: a month of thirty days, day and night"));
    addAssumption(form, tr("Requests a month"), QStringLiteral("costRequests"), &CostInputs::requests);
    addAssumption(form, tr("Cost of an error"), QStringLiteral("costError"), &CostInputs::errorCost,
        tr("What one answer costs that was right and is wrong now"));
    m_loss = addAssumption(form, tr("Loss of answers, %"), QStringLiteral("costLoss"), nullptr);
    m_loss->allowEmpty(tr("as measured"));
    addAssumption(form, tr("Hours of work, once"), QStringLiteral("costWork"), &CostInputs::engineering);
    addAssumption(form, tr("Rate of an hour"), QStringLiteral("costRate"), &CostInputs::rate);
    addAssumption(form, tr("Calibration, once"), QStringLiteral("costCalibration"), &CostInputs::calibration);
    addAssumption(form, tr("Days both serve"), QStringLiteral("costTrial"), &CostInputs::trialDays);
    addAssumption(form, tr("Upkeep, hours a month"), QStringLiteral("costUpkeep"), &CostInputs::maintenance);
    addAssumption(form, tr("Storage a month"), QStringLiteral("costStorage"), &CostInputs::storage);
    m_insteadMachines = addAssumption(form, tr("Instead: machines"), QStringLiteral("insteadMachines"), nullptr);
    m_insteadMachines->line()->setToolTip(tr("Other machines that would serve the model as it is"));
    m_insteadMachines->allowEmpty(tr("none"));
    m_insteadPrice = addAssumption(form, tr("Instead: price, hour"), QStringLiteral("insteadPrice"), nullptr);
    m_insteadPrice->allowEmpty(tr("none"));
}

void DecideForm::connectFields()
{
    const auto follow = [this](QSpinBox* box, const std::function<void(core::DecisionSettings&, int)>& set) {
        connect(box, &QSpinBox::valueChanged, this, [this, set](int value) {
            if (!m_isUpdating)
                m_desk->change([&](core::DecisionSettings& settings) { set(settings, value); });
        });
    };
    follow(m_cards, [](core::DecisionSettings& settings, int value) { settings.cards = value; });
    connect(m_memory, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        if (!m_isUpdating)
            m_desk->change([&](core::DecisionSettings& settings) { settings.memory = value; });
    });
    follow(m_batch, [](core::DecisionSettings& settings, int value) { settings.use.batch = value; });
    follow(m_context, [](core::DecisionSettings& settings, int value) { settings.use.context = value; });
    connect(m_device, &QComboBox::activated, this, &DecideForm::chooseDevice);
    connect(m_run, &QComboBox::activated, this, [this] {
        m_desk->change([&](core::DecisionSettings& settings) { settings.run = m_run->currentData().toLongLong(); });
    });
    connect(m_tolerance, &QComboBox::activated, this, [this](int at) {
        m_desk->change([&](core::DecisionSettings& settings) {
            settings.tolerance = core::kTolerances[static_cast<std::size_t>(at)];
        });
    });
    connect(m_cache, &QComboBox::activated, this, [this] {
        m_desk->change(
            [&](core::DecisionSettings& settings) { settings.cache = m_cache->currentText().toStdString(); });
    });
    connect(m_currency, &QLineEdit::editingFinished, this, [this] {
        m_desk->change(
            [&](core::DecisionSettings& settings) { settings.currency = m_currency->text().trimmed().toStdString(); });
    });
    connect(m_highStakes, &QCheckBox::clicked, this,
        [this](bool on) { m_desk->change([&](core::DecisionSettings& settings) { settings.isHighStakes = on; }); });
    connect(m_loss, &AssumptionField::edited, this, [this](const std::optional<core::Assumption>& value) {
        m_loss->setProblem(m_desk->change([&](core::DecisionSettings& settings) {
            settings.loss = value;
            if (value)
                settings.loss = core::Assumption { value->value / 100, value->low / 100, value->high / 100 };
        }));
    });
    connect(m_priceAfter, &AssumptionField::edited, this, [this](const std::optional<core::Assumption>& value) {
        m_priceAfter->setProblem(
            m_desk->change([&](core::DecisionSettings& settings) { settings.costs.priceAfter = value; }));
    });
    const auto followOne = [this](AssumptionField* field, double core::DecisionSettings::*member) {
        connect(field, &AssumptionField::edited, this, [=, this](const std::optional<core::Assumption>& value) {
            field->setProblem(
                m_desk->change([&](core::DecisionSettings& settings) { settings.*member = value ? value->value : 0; }));
        });
    };
    followOne(m_insteadMachines, &core::DecisionSettings::insteadMachines);
    followOne(m_insteadPrice, &core::DecisionSettings::insteadPrice);
}

void DecideForm::fillDevices()
{
    const QScopedValueRollback guard(m_isUpdating, true);
    m_device->clear();
    m_device->setPlaceholderText(tr("choose one"));
    for (const core::Device& device : m_desk->devices()) {
        m_device->addItem(toQt(device.name));
        m_device->setItemData(m_device->count() - 1,
            tr("%1. Source: %2, %3").arg(toQt(device.note), toQt(device.source), toQt(device.checked)),
            Qt::ToolTipRole);
    }
    m_device->insertSeparator(m_device->count());
    m_device->addItem(tr("Own Table…"));
}

void DecideForm::chooseDevice(int at)
{
    if (at < m_device->count() - 1) {
        m_desk->change(
            [&](core::DecisionSettings& settings) { settings.device = m_device->itemText(at).toStdString(); });
        return;
    }
    showSettings(); // the entry is no device
    const QString file = QFileDialog::getOpenFileName(this, tr("Table of Devices"), {}, tr("Tables (*.csv)"));
    if (file.isEmpty())
        return;
    if (const auto table = core::devicesWith(file.toStdString()); !table) {
        emit m_desk->workbench()->message(toQt(table.error().message), true);
        return;
    }
    m_desk->change([&](core::DecisionSettings& settings) { settings.devices = file.toStdString(); });
    fillDevices();
    showSettings();
}

void DecideForm::fillRuns()
{
    const QScopedValueRollback guard(m_isUpdating, true);
    m_run->clear();
    m_run->addItem(tr("the plan in hand"), 0);
    for (const RunSummary& run : m_desk->workbench()->runs())
        if (!run.isOriginal && run.state == core::RunState::Done)
            m_run->addItem(run.name, QVariant::fromValue<qlonglong>(run.id));
    m_run->setCurrentIndex(std::max(0, m_run->findData(QVariant::fromValue<qlonglong>(m_desk->settings().run))));
}

void DecideForm::showSettings()
{
    const QScopedValueRollback guard(m_isUpdating, true);
    const core::DecisionSettings& settings = m_desk->settings();
    if (m_shownTable != settings.devices) {
        m_shownTable = settings.devices;
        fillDevices();
    }
    m_device->setCurrentIndex(settings.device.empty() ? -1 : m_device->findText(toQt(settings.device)));
    m_run->setCurrentIndex(std::max(0, m_run->findData(QVariant::fromValue<qlonglong>(settings.run))));
    m_tolerance->setCurrentIndex(m_tolerance->findData(static_cast<int>(settings.tolerance)));
    if (m_cache->findText(toQt(settings.cache)) < 0) // one that is not common
        m_cache->addItem(toQt(settings.cache));
    m_cache->setCurrentText(toQt(settings.cache));
    m_currency->setText(toQt(settings.currency));
    m_cards->setValue(settings.cards);
    m_memory->setValue(settings.memory);
    m_batch->setValue(static_cast<int>(settings.use.batch));
    m_context->setValue(static_cast<int>(settings.use.context));
    m_highStakes->setChecked(settings.isHighStakes);
    for (const auto& [field, input] : m_assumptions)
        field->setValue(settings.costs.*input);
    m_priceAfter->setValue(settings.costs.priceAfter);
    std::optional<core::Assumption> percent = settings.loss;
    if (percent)
        percent = core::Assumption { 100 * percent->value, 100 * percent->low, 100 * percent->high };
    m_loss->setValue(percent);
    const auto one
        = [](double value) { return value > 0 ? std::optional(core::Assumption::certain(value)) : std::nullopt; };
    m_insteadMachines->setValue(one(settings.insteadMachines));
    m_insteadPrice->setValue(one(settings.insteadPrice));
    showDevice();
}

/// What the table says of the machine, with its source.
void DecideForm::showDevice()
{
    const core::DecisionSettings& settings = m_desk->settings();
    const auto device = core::findDevice(m_desk->devices(), settings.device, settings.memory);
    const bool isKnown = !settings.device.empty() && device.has_value();
    const QString unknown = QStringLiteral("–");
    m_memoryText->setText(
        isKnown ? tr("%1 GB").arg(numberText(settings.cards * device->usableBytes() / 1e9)) : unknown);
    m_bandwidth->setText(isKnown ? tr("%1 GB/s").arg(toQt(device->bandwidth.text())) : unknown);
    m_peaks->setText(isKnown
            ? tr("%1, %2, %3").arg(figureText(device->int8), figureText(device->fp8), figureText(device->fp4))
            : unknown);
    const QString source = isKnown ? tr("Source: %1, %2. “?”: uncertain; “m”: measured, not from a data sheet.")
                                         .arg(toQt(device->source), toQt(device->checked))
        : settings.device.empty() ? QString()
                                  : toQt(device.error().message);
    for (QLabel* label : { m_memoryText, m_bandwidth, m_peaks })
        label->setToolTip(source);
}

/// What an empty field stands for.
void DecideForm::showLoss()
{
    const core::Decision* decision = m_desk->decision();
    const bool isMeasured = decision && decision->cost && decision->cost->isLossMeasured;
    m_loss->allowEmpty(
        isMeasured ? tr("%1 as measured").arg(numberText(100 * decision->cost->inputs.loss.value)) : tr("as measured"));
}

void DecideForm::focusMachine()
{
    m_device->setFocus();
    m_device->showPopup();
}

void DecideForm::focusPrice()
{
    m_price->line()->setFocus();
    m_price->line()->selectAll();
}

} // namespace kerf::ui
