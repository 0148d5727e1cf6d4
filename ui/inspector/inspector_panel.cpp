// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/inspector_panel.h"

#include <algorithm>

#include <QAction>
#include <QActionGroup>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/quantize/method.h"
#include "core/transform/transform.h"
#include "ui/empty_state.h"
#include "ui/inspector/error_chart.h"
#include "ui/inspector/fact_list.h"
#include "ui/inspector/inspection.h"
#include "ui/inspector/layer_facts.h"
#include "ui/inspector/why_text.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kMostRemedies = 2;
constexpr int kRest = 80; ///< milliseconds without an edit

QLabel* boldLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    return label;
}

} // namespace

InspectorPanel::InspectorPanel(Inspection* inspection, Workbench* workbench, QWidget* parent)
    : QScrollArea(parent)
    , m_inspection(inspection)
    , m_workbench(workbench)
    , m_empty(new EmptyState(this))
{
    auto* content = new QWidget(this);
    content->setObjectName(QStringLiteral("panel"));
    content->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(8);
    makeHead(layout);
    layout->addWidget(m_empty, 1);
    makeWhy(layout);
    makeErrors(layout);
    makeFacts(layout);
    layout->addStretch();
    setWidget(content);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Inspector"));
    connect(inspection, &Inspection::changed, this, &InspectorPanel::update);
    connect(workbench->selection(), &Selection::layersChanged, this, &InspectorPanel::update);
    connect(workbench->document(), &PlanDocument::estimateChanged, this, [this] {
        showPlan();
        m_soon.start();
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(kRest);
    connect(&m_soon, &QTimer::timeout, this, &InspectorPanel::showFacts);
    update();
}

void InspectorPanel::makeHead(QVBoxLayout* layout)
{
    m_name = boldLabel({}, this);
    m_name->setWordWrap(true);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_place = new QLabel(this);
    m_place->setForegroundRole(QPalette::PlaceholderText);
    m_place->setWordWrap(true);
    layout->addWidget(m_name);
    layout->addWidget(m_place);
}

void InspectorPanel::makeWhy(QVBoxLayout* layout)
{
    m_why = new QFrame(this);
    m_why->setObjectName(QStringLiteral("whyCard"));
    m_whyTitle = boldLabel({}, m_why);
    m_whyText = new QLabel(m_why);
    m_whyText->setObjectName(QStringLiteral("whyText"));
    m_whyText->setWordWrap(true);
    m_whyText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* inside = new QVBoxLayout(m_why);
    inside->setContentsMargins(10, 8, 10, 8);
    inside->addWidget(m_whyTitle);
    inside->addWidget(m_whyText);
    auto* buttons = new QVBoxLayout; // beside each other they are wider than the panel
    for (int i = 0; i < kMostRemedies; ++i) {
        auto* button = new QPushButton(m_why);
        button->setObjectName(QStringLiteral("remedy%1").arg(i + 1));
        connect(button, &QPushButton::clicked, this, [this, i] { tryRemedy(static_cast<std::size_t>(i)); });
        buttons->addWidget(button, 0, Qt::AlignLeft);
        m_remedies << button;
    }
    inside->addLayout(buttons);
    layout->addWidget(m_why);
}

void InspectorPanel::makeErrors(QVBoxLayout* layout)
{
    m_errorPart = new QWidget(this);
    m_measure = new QComboBox(m_errorPart);
    m_measure->addItems({ tr("Error by method"), tr("Divergence of this layer alone") });
    m_measure->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_measure->setMinimumContentsLength(12);
    m_measure->setAccessibleName(tr("What the chart of formats shows"));
    m_methods = new QToolButton(m_errorPart);
    m_methods->setObjectName(QStringLiteral("errorMethods"));
    m_methods->setText(tr("Methods ▾"));
    m_methods->setToolTip(tr("Methods whose errors are computed for this layer beside those of the profile"));
    m_methods->setPopupMode(QToolButton::InstantPopup);
    m_methods->setProperty("chip", true);
    makeMethodMenu();
    m_compute = new QPushButton(tr("Compute for This Layer"), m_errorPart);
    m_compute->setToolTip(
        tr("The layer is large: quantizing it in every format takes a while. It can go on beside other "
           "work"));
    m_errors = new ErrorChart(m_errorPart);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_measure);
    bar->addWidget(m_methods);
    bar->addStretch();
    auto* inside = new QVBoxLayout(m_errorPart);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->addLayout(bar);
    inside->addWidget(m_compute, 0, Qt::AlignLeft);
    inside->addWidget(m_errors);
    m_errors->setFixedHeight(m_errors->sizeHint().height() + 5 * fontMetrics().height());
    layout->addWidget(m_errorPart);
    connect(m_measure, &QComboBox::activated, this, &InspectorPanel::showErrors);
    connect(m_compute, &QPushButton::clicked, m_inspection, &Inspection::computeCurves);
    connect(m_errors, &ErrorChart::formatChosen, this, &InspectorPanel::takeFormat);
    connect(
        m_errors, &Chart::failed, m_workbench, [this](const QString& text) { emit m_workbench->message(text, true); });
}

void InspectorPanel::makeMethodMenu()
{
    auto* menu = new QMenu(m_methods);
    for (const core::Method* method : core::allMethods()) {
        QAction* action = menu->addAction(toQt(method->name()));
        action->setToolTip(toQt(method->summary()));
        action->setCheckable(true);
        action->setChecked(std::ranges::count(m_inspection->methods(), method->name()) > 0);
        connect(action, &QAction::toggled, this, [this, name = method->name()](bool on) {
            std::vector<std::string> methods = m_inspection->methods();
            std::erase(methods, name);
            if (on)
                methods.push_back(name);
            m_inspection->setMethods(std::move(methods));
        });
    }
    menu->setToolTipsVisible(true);
    m_methods->setMenu(menu);
}

void InspectorPanel::makeFacts(QVBoxLayout* layout)
{
    m_factPart = new QWidget(this);
    auto* inside = new QVBoxLayout(m_factPart);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->addWidget(boldLabel(tr("Facts"), m_factPart));
    m_facts = new FactList(m_factPart);
    inside->addWidget(m_facts);
    layout->addWidget(m_factPart);
}

void InspectorPanel::showEvent(QShowEvent* event)
{
    QScrollArea::showEvent(event);
    m_inspection->setWatched(this, true);
    update();
}

void InspectorPanel::hideEvent(QHideEvent* event)
{
    m_inspection->setWatched(this, false);
    QScrollArea::hideEvent(event);
}

void InspectorPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(factsText());
    else
        QScrollArea::keyPressEvent(event);
}

QString InspectorPanel::nothingText() const
{
    if (m_inspection->found())
        return {};
    if (!m_inspection->problem().isEmpty())
        return m_inspection->problem();
    if (m_workbench->selection()->currentLayer() < 0)
        return tr("Select a layer in the map or the tree.");
    return m_inspection->isBusy() ? tr("Reading the layer…") : QString();
}

void InspectorPanel::update()
{
    if (!isVisible())
        return;
    const bool has = m_inspection->found() != nullptr;
    const QString nothing = nothingText();
    m_empty->setText(nothing);
    m_empty->setVisible(!has && !nothing.isEmpty());
    for (QWidget* part : { static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_place), static_cast<QWidget*>(m_why),
             m_errorPart, m_factPart })
        part->setVisible(has);
    showPlan();
    showFacts();
}

/// What follows every step of a drag.
void InspectorPanel::showPlan()
{
    if (!isVisible() || !m_inspection->found())
        return;
    showHead();
    showWhy();
    showErrors();
}

void InspectorPanel::showHead()
{
    const core::LayerInspection& found = *m_inspection->found();
    const core::PlanLayer* planned = m_workbench->document()->plan().find(found.layer.name);
    const std::size_t count = m_workbench->selection()->layers().size();
    m_name->setText(toQt(found.layer.name).replace(u'.', QStringLiteral(".\u200b"))); // it may break there
    QString place = tr("block %1 · role %2").arg(QLocale().toString(found.layer.block), toQt(found.layer.role));
    if (planned)
        place = tr("%1 · %2 by %3").arg(place, toQt(planned->format), toQt(planned->method));
    if (count > 1)
        place = tr("%1 · the first of %n selected layer(s)", nullptr, static_cast<int>(count)).arg(place);
    m_place->setText(place);
}

QString InspectorPanel::whyText() const
{
    return m_whyText->text();
}

void InspectorPanel::showWhy()
{
    const core::LayerInspection& found = *m_inspection->found();
    const bool isFine
        = !found.findings.empty() && std::holds_alternative<core::NothingStandsOut>(found.findings.front());
    QStringList sentences;
    for (const core::Finding& finding : found.findings)
        sentences << findingText(finding);
    for (const core::Remedy& remedy : found.remedies)
        sentences << remedyText(remedy, m_workbench->document()->divergence());
    if (m_why->property("sensitive").toBool() == isFine) {
        m_why->setProperty("sensitive", !isFine);
        m_why->style()->unpolish(m_why); // the sheet asks for the property when it polishes
        m_why->style()->polish(m_why);
    }
    m_whyTitle->setText(isFine  ? tr("Nothing unusual")
            : found.isSensitive ? tr("Why it is sensitive")
                                : tr("What stands out"));
    m_whyText->setText(sentences.join(QStringLiteral("\n\n")));
    for (int i = 0; i < m_remedies.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const bool exists = at < found.remedies.size();
        m_remedies[i]->setVisible(exists);
        if (!exists)
            continue;
        m_remedies[i]->setText(remedyTitle(found.remedies[at]));
        const bool isTaken = isInPlan(found.remedies[at]);
        m_remedies[i]->setEnabled(!isTaken);
        m_remedies[i]->setToolTip(isTaken ? tr("The plan has it already")
                                          : remedyText(found.remedies[at], m_workbench->document()->divergence()));
    }
}

bool InspectorPanel::isInPlan(const core::Remedy& remedy) const
{
    const core::Plan& plan = m_workbench->document()->plan();
    if (const auto* other = std::get_if<core::OtherFormat>(&remedy)) {
        const core::PlanLayer* planned = plan.find(m_inspection->found()->layer.name);
        return planned && planned->format == other->format;
    }
    return std::ranges::count(plan.transforms, core::smoothQuantTransform().name(), &core::TransformChoice::name) > 0;
}

void InspectorPanel::showErrors()
{
    const core::LayerInspection& found = *m_inspection->found();
    const PlanDocument& document = *m_workbench->document();
    const core::PlanLayer* planned = document.plan().find(found.layer.name);
    const QString chosen = planned ? toQt(planned->format) : QString();
    const core::LayerProfile* row = document.layerProfile(m_inspection->foundLayer());
    m_measure->setEnabled(row != nullptr);
    const bool isErrors = m_measure->currentIndex() == 0 || !row;
    m_methods->setVisible(isErrors);
    m_compute->setVisible(isErrors && m_inspection->isCostly() && !m_inspection->isBusy());
    if (isErrors && found.curves.empty())
        return m_errors->clear(
            m_inspection->isBusy() ? tr("Quantizing the layer in every format…") : tr("No method was asked for."));
    if (isErrors)
        return m_errors->showErrors(found.curves, chosen, planned ? toQt(planned->method) : QString());
    std::vector<ErrorChart::Alone> points;
    for (const std::string& name : document.profile()->formats) {
        const auto format = core::parseLayerFormat(name);
        const auto predicted = core::predictFormat(*row, name);
        if (!format || !predicted || !format->checkShape(found.layer.shape))
            continue;
        points.push_back({ toQt(name), format->weight->bitsPerWeight(found.layer.shape), predicted->kld,
            predicted->stderr_, row->swapIn.contains(name) });
    }
    std::ranges::stable_sort(points, {}, &ErrorChart::Alone::bitsPerWeight);
    m_errors->showDivergence(std::move(points), chosen, m_workbench->document()->divergence());
}

QString InspectorPanel::factsText() const
{
    if (!m_inspection->found())
        return {};
    QStringList lines { toQt(m_inspection->found()->layer.name), m_place->text(), m_whyText->text() };
    for (const LayerFacts::Fact& fact : LayerFacts(*m_inspection, *m_workbench).ofLayer())
        lines << QStringLiteral("%1\t%2").arg(fact.name, fact.value);
    return lines.join(u'\n');
}

void InspectorPanel::showFacts()
{
    if (!m_inspection->found())
        return;
    const LayerFacts facts(*m_inspection, *m_workbench);
    const QList<LayerFacts::Fact> common
        = m_workbench->selection()->layers().size() > 1 ? facts.ofSelection() : QList<LayerFacts::Fact> {};
    m_facts->setFacts(common + facts.ofLayer());
}

void InspectorPanel::tryRemedy(std::size_t at)
{
    if (!m_inspection->found() || at >= m_inspection->found()->remedies.size())
        return;
    const core::Remedy remedy = m_inspection->found()->remedies[at];
    if (const auto* other = std::get_if<core::OtherFormat>(&remedy))
        return takeFormat(toQt(other->format));
    const auto& smooth = std::get<core::SmoothInputs>(remedy);
    const auto choice
        = core::transformChoice(core::smoothQuantTransform().name(), core::Json { { "alpha", smooth.alpha } });
    if (choice)
        m_workbench->document()->addTransform(*choice, remedyTitle(remedy));
}

void InspectorPanel::takeFormat(const QString& format)
{
    if (m_inspection->found())
        m_workbench->document()->setFormat({ m_inspection->foundLayer() }, format.toStdString());
}

} // namespace kerf::ui
