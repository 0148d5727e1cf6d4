// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_pickers.h"

#include <algorithm>

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/format/summary.h"
#include "ui/plan/explanation.h"
#include "ui/plan/format_menu.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// With room for three lines, so that nothing jumps while one looks through the list.
QLabel* steadyExplanation(QWidget* parent)
{
    QLabel* label = explanation(parent);
    label->setMinimumHeight(3 * label->fontMetrics().lineSpacing());
    return label;
}

/// The text that all layers have, or an empty one.
QString common(const core::Plan& plan, const std::vector<int>& layers, std::string core::PlanLayer::*text)
{
    const auto of = [&](int layer) -> const std::string& { return plan.layers[static_cast<std::size_t>(layer)].*text; };
    const bool alike = !layers.empty()
        && std::all_of(layers.begin(), layers.end(), [&](int layer) { return of(layer) == of(layers.front()); });
    return alike ? toQt(of(layers.front())) : QString();
}

} // namespace

PlanPickers::PlanPickers(PlanDocument* document, Selection* selection, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_selection(selection)
    , m_format(new QComboBox(this))
    , m_formatText(steadyExplanation(this))
    , m_method(new QComboBox(this))
    , m_methodText(steadyExplanation(this))
{
    m_format->setObjectName(QStringLiteral("anyFormat"));
    m_format->setAccessibleName(tr("Format of the selected layers"));
    m_format->setPlaceholderText(tr("several"));
    fillFormatChoice(m_format);
    m_method->setObjectName(QStringLiteral("planMethod"));
    m_method->setAccessibleName(tr("Method of the selected layers"));
    m_method->setPlaceholderText(tr("several"));
    for (const core::Method* method : core::allMethods()) {
        m_method->addItem(toQt(method->name()));
        m_method->setItemData(m_method->count() - 1, toQt(method->summary()), Qt::ToolTipRole);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 8);
    layout->setSpacing(4);
    const auto addRow = [this, layout](const QString& title, QComboBox* choice, QLabel* text) {
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // a narrow panel cuts names
        choice->setMinimumContentsLength(8);
        auto* caption = new QLabel(title, this);
        caption->setBuddy(choice);
        caption->setForegroundRole(QPalette::PlaceholderText);
        auto* row = new QHBoxLayout;
        row->addWidget(caption);
        row->addWidget(choice, 1);
        layout->addLayout(row);
        layout->addWidget(text);
    };
    addRow(tr("Format"), m_format, m_formatText);
    addRow(tr("Method"), m_method, m_methodText);
    layout->addStretch();
    connect(m_format, &QComboBox::activated, this, &PlanPickers::setFormat);
    connect(m_method, &QComboBox::activated, this, &PlanPickers::setMethod);
    connect(selection, &Selection::layersChanged, this, &PlanPickers::refresh);
    connect(document, &PlanDocument::estimateChanged, this, &PlanPickers::refresh);
    connect(document, &PlanDocument::planReset, this, &PlanPickers::refresh);
    refresh();
}

std::vector<int> PlanPickers::target() const
{
    std::vector<int> layers = m_selection->layers();
    if (layers.empty())
        for (std::size_t i = 0; i < m_document->plan().layers.size(); ++i)
            layers.push_back(static_cast<int>(i));
    return layers;
}

void PlanPickers::setFormat()
{
    if (!m_document->isEmpty())
        m_document->setFormat(target(), m_format->currentText().toStdString());
    refresh(); // a refused format is taken back
}

void PlanPickers::setMethod()
{
    if (!m_document->isEmpty())
        m_document->setMethod(target(), m_method->currentText().toStdString());
}

void PlanPickers::refresh()
{
    const std::vector<int> layers = target();
    const core::Plan& plan = m_document->plan();
    const QString format = common(plan, layers, &core::PlanLayer::format);
    const QString method = common(plan, layers, &core::PlanLayer::method);
    const QSignalBlocker quietFormat(m_format), quietMethod(m_method);
    m_format->setCurrentIndex(format.isEmpty() ? -1 : m_format->findText(format)); // a line between groups has no text
    m_method->setCurrentIndex(m_method->findText(method));
    m_formatText->setText(
        format.isEmpty() ? tr("The layers have several formats.") : toQt(core::formatSummary(format.toStdString())));
    const auto found = core::findMethod(method.toStdString());
    m_methodText->setText(found ? toQt((*found)->summary()) : tr("The layers have several methods."));
}

} // namespace kerf::ui
