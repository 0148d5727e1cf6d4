// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/transform_picker.h"

#include <algorithm>

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

#include "core/plan/transform_reach.h"
#include "ui/plan/explanation.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr const char* kStrength = "alpha";
constexpr const char* kSearch = "search";
constexpr double kDefaultStrength = 0.5;
constexpr int kStrengthMerge = 501; ///< steps of the strength that follow each other are one undo step

/// Under an entry's title, where its text begins.
int indent(const QCheckBox* box)
{
    return box->style()->pixelMetric(QStyle::PM_IndicatorWidth)
        + box->style()->pixelMetric(QStyle::PM_CheckBoxLabelSpacing);
}

} // namespace

TransformPicker::TransformPicker(PlanDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (const core::Transform* transform : core::allTransforms())
        addEntry(layout, *transform);
    connect(document, &PlanDocument::estimateChanged, this, &TransformPicker::refresh);
    connect(document, &PlanDocument::planReset, this, &TransformPicker::checkAll);
    checkAll();
}

void TransformPicker::checkAll()
{
    for (const Entry& entry : m_entries)
        check(entry);
    refresh();
}

void TransformPicker::addEntry(QVBoxLayout* layout, const core::Transform& transform)
{
    const QString summary = toQt(transform.summary()); // "SmoothQuant: moves outliers …"
    Entry entry { &transform, summary.section(u':', 0, 0), new QCheckBox(this), explanation(this), explanation(this) };
    QString sentence = summary.section(u':', 1).trimmed();
    sentence[0] = sentence[0].toUpper();
    entry.box->setText(entry.title);
    entry.box->setObjectName(QStringLiteral("transform-") + toQt(transform.name()));
    entry.text->setText(sentence);
    layout->addWidget(entry.box);
    auto* inset = new QVBoxLayout;
    inset->setContentsMargins(indent(entry.box), 0, 0, 6);
    inset->addWidget(entry.text);
    entry.reach->setObjectName(QStringLiteral("reach-") + toQt(transform.name()));
    entry.reach->setForegroundRole(QPalette::WindowText); // not as dim as the explanation: it is about this model
    entry.reach->hide();
    inset->addWidget(entry.reach);
    if (&transform == &core::rotationTransform())
        addOnline(inset);
    if (&transform == &core::smoothQuantTransform())
        addStrength(inset);
    layout->addLayout(inset);
    m_entries.push_back(entry);
    connect(entry.box, &QCheckBox::clicked, this, [this, entry](bool on) { setChosen(entry, on); });
}

void TransformPicker::addOnline(QVBoxLayout* layout)
{
    m_online = new QCheckBox(tr("Also while the model runs"), this);
    m_online->setObjectName(QStringLiteral("rotationOnline"));
    m_online->setToolTip(tr("Turns queries, keys and inputs of down as they pass (R3, R4): for 4-bit inputs and "
                            "caches. Such runs cannot be exported"));
    layout->addWidget(m_online);
    connect(m_online, &QCheckBox::clicked, this, [this](bool on) {
        setSetting(core::rotationTransform(), core::kOnlineRotation, on,
            on ? tr("Rotate While the Model Runs") : tr("Rotate Weights Alone"));
    });
}

void TransformPicker::addStrength(QVBoxLayout* layout)
{
    m_strengthRow = new QWidget(this);
    auto* caption = new QLabel(tr("Strength"), m_strengthRow);
    caption->setForegroundRole(QPalette::PlaceholderText);
    m_strength = new QDoubleSpinBox(m_strengthRow);
    m_strength->setObjectName(QStringLiteral("smoothStrength"));
    m_strength->setAccessibleName(tr("Strength of SmoothQuant"));
    m_strength->setRange(0, 1);
    m_strength->setSingleStep(0.05);
    m_strength->setToolTip(tr("How far outliers move: 0 leaves them in the activations, 1 moves them all"));
    caption->setBuddy(m_strength);
    m_search = new QCheckBox(tr("search"), m_strengthRow);
    m_search->setObjectName(QStringLiteral("smoothSearch"));
    m_search->setToolTip(tr("At each place the strength with the least error of the layers' outputs"));
    auto* row = new QHBoxLayout(m_strengthRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(caption);
    row->addWidget(m_strength);
    row->addWidget(m_search);
    row->addStretch();
    layout->addWidget(m_strengthRow);
    connect(m_strength, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        setSetting(core::smoothQuantTransform(), kStrength, value,
            tr("SmoothQuant of Strength %1").arg(QLocale().toString(value, 'f', 2)), kStrengthMerge);
    });
    connect(m_search, &QCheckBox::clicked, this, [this](bool on) {
        setSetting(core::smoothQuantTransform(), kStrength, on ? core::Json(kSearch) : core::Json(m_strength->value()),
            on ? tr("Search SmoothQuant's Strength")
               : tr("SmoothQuant of Strength %1").arg(QLocale().toString(m_strength->value(), 'f', 2)));
    });
}

const core::TransformChoice* TransformPicker::chosen(const core::Transform& transform) const
{
    const auto& all = m_document->plan().transforms;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const core::TransformChoice& each) { return each.name == transform.name(); });
    return found == all.end() ? nullptr : &*found;
}

void TransformPicker::setChosen(const Entry& entry, bool on)
{
    if (!on) {
        std::vector<core::TransformChoice> all = m_document->plan().transforms;
        std::erase_if(all, [&](const core::TransformChoice& each) { return each.name == entry.transform->name(); });
        m_document->setTransforms(std::move(all), tr("Leave Out %1").arg(entry.title));
    } else if (const auto choice = core::transformChoice(entry.transform->name()))
        m_document->addTransform(*choice, tr("Use %1").arg(entry.title));
    refresh();
}

void TransformPicker::setSetting(
    const core::Transform& transform, const char* key, const core::Json& value, const QString& text, int mergeKey)
{
    std::vector<core::TransformChoice> all = m_document->plan().transforms;
    for (core::TransformChoice& each : all) {
        if (each.name != transform.name())
            continue;
        core::Json settings = each.settings;
        settings[key] = value;
        if (auto choice = core::transformChoice(each.name, settings))
            each = std::move(*choice);
    }
    m_document->setTransforms(std::move(all), text, mergeKey);
    refresh();
}

/// What the model cannot take is not offered; a plan that has it all the same can leave it out.
void TransformPicker::check(const Entry& entry)
{
    const core::Network* network = m_document->network();
    const auto problemWith = [&](const core::Json& wanted) {
        const auto choice = core::transformChoice(entry.transform->name(), wanted);
        const core::Status fits
            = network && choice ? entry.transform->check(*network, choice->settings) : core::Status {};
        return fits ? QString() : toQt(fits.error().message);
    };
    const QString problem = problemWith(core::Json::object());
    entry.box->setProperty("problem", problem);
    entry.box->setToolTip(problem);
    if (entry.transform == &core::rotationTransform()) {
        const QString online = problemWith({ { core::kOnlineRotation, true } });
        m_online->setProperty("problem", online);
        if (!online.isEmpty())
            m_online->setToolTip(online);
    }
}

/// A transform that is chosen and finds little to act on in this network says so.
void TransformPicker::tellReach()
{
    std::vector<core::TransformReach> reaches;
    if (m_document->network())
        reaches = core::transformReaches(m_document->plan(), *m_document->network());
    for (const Entry& entry : m_entries) {
        const auto found = std::ranges::find(reaches, entry.transform->name(), &core::TransformReach::transform);
        const bool isFew = found != reaches.end() && found->isFew();
        entry.reach->setText(isFew ? toQt(found->text()) : QString());
        entry.reach->setVisible(isFew);
    }
}

void TransformPicker::refresh()
{
    for (const Entry& entry : m_entries) {
        const bool on = chosen(*entry.transform) != nullptr;
        entry.box->setChecked(on);
        // Rotation says why it does not fit; what only networks of ONNX files have is not offered to others.
        const bool isOffered = on || entry.transform == &core::rotationTransform()
            || entry.box->property("problem").toString().isEmpty();
        entry.box->setVisible(isOffered);
        entry.text->setVisible(isOffered);
        entry.box->setEnabled(!m_document->isEmpty() && (on || entry.box->property("problem").toString().isEmpty()));
    }
    const core::TransformChoice* rotation = chosen(core::rotationTransform());
    const bool online = rotation && core::rotatesOnline({ *rotation });
    m_online->setChecked(online);
    tellReach();
    m_online->setEnabled(rotation && (online || m_online->property("problem").toString().isEmpty()));
    const core::TransformChoice* smooth = chosen(core::smoothQuantTransform());
    m_strengthRow->setEnabled(smooth);
    const core::Json strength = smooth ? smooth->settings.value(kStrength, core::Json(kDefaultStrength)) : core::Json();
    const QSignalBlocker quiet(m_strength);
    m_search->setChecked(strength.is_string());
    m_strength->setEnabled(smooth && !strength.is_string());
    if (strength.is_number())
        m_strength->setValue(strength.get<double>());
    else if (!smooth)
        m_strength->setValue(kDefaultStrength);
}

} // namespace kerf::ui
