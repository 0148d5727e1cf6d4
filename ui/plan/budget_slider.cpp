// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/budget_slider.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QSlider>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr double kLowest = 2, kHighest = 16;
constexpr int kSteps = 1000;

double bitsAt(int position)
{
    return kLowest * std::pow(kHighest / kLowest, static_cast<double>(position) / kSteps);
}

int positionOf(double bits)
{
    return static_cast<int>(std::lround(std::log(bits / kLowest) / std::log(kHighest / kLowest) * kSteps));
}

} // namespace

BudgetSlider::BudgetSlider(QWidget* parent)
    : QWidget(parent)
    , m_caption(new QLabel(tr("Budget"), this))
    , m_value(new QLabel(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
{
    m_slider->setObjectName(QStringLiteral("budgetSlider"));
    m_slider->setAccessibleName(tr("Budget in bits per weight"));
    m_slider->setRange(0, kSteps);
    m_slider->setSingleStep(5);
    m_slider->setPageStep(50);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    m_caption->setFont(small);
    m_value->setFont(small);
    const QFontMetrics metrics(small);
    m_value->setFixedSize(
        metrics.horizontalAdvance(tr("%1 bits per weight").arg(QStringLiteral("88.88"))), metrics.height());
    m_value->setAlignment(Qt::AlignRight); // of one size whatever it says: a move of the slider lays nothing out
    auto* top = new QHBoxLayout;
    top->addWidget(m_caption);
    top->addStretch();
    top->addWidget(m_value);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, QFontMetrics(small).height());
    layout->setSpacing(1);
    layout->addLayout(top);
    layout->addWidget(m_slider);
    setMinimumWidth(24 * fontMetrics().averageCharWidth());
    connect(m_slider, &QSlider::sliderPressed, this, [this] { ++m_drag; });
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        updateText();
        if (!m_slider->isSliderDown())
            ++m_drag; // keys and clicks on the groove are steps of their own
        m_chosen = bitsAt(position);
        m_soon.start();
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, [this] { emit budgetChosen(m_chosen, m_drag); });
    setBits(kHighest);
}

void BudgetSlider::setBits(double bits)
{
    if (m_slider->isSliderDown())
        return;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(positionOf(std::clamp(bits, kLowest, kHighest)));
    updateText();
}

double BudgetSlider::bits() const
{
    return bitsAt(m_slider->value());
}

void BudgetSlider::setProblem(const QString& reason)
{
    m_problem = reason;
    m_slider->setEnabled(reason.isEmpty());
    setToolTip(reason.isEmpty()
            ? tr("The solver finds the plan of least predicted divergence for this many bits per weight")
            : reason);
    updateText();
}

void BudgetSlider::updateText()
{
    m_value->setText(
        m_problem.isEmpty() ? tr("%1 bits per weight").arg(QLocale().toString(bits(), 'f', 2)) : tr("needs a profile"));
    update();
}

void BudgetSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    painter.setPen(colors.dim);
    painter.setFont(m_caption->font());
    const int handle = style()->pixelMetric(QStyle::PM_SliderLength, nullptr, m_slider);
    const QRect groove = m_slider->geometry();
    for (const int mark : { 2, 3, 4, 6, 8, 16 }) {
        const int at = QStyle::sliderPositionFromValue(0, kSteps, positionOf(mark), groove.width() - handle);
        const QString text = QLocale().toString(mark);
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        const int left = std::min(groove.left() + handle / 2 + at - wide / 2, width() - wide); // "16" stands at the end
        painter.drawText(left, groove.bottom() + 1 + painter.fontMetrics().ascent(), text);
    }
}

} // namespace kerf::ui
