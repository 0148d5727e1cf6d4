// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/assumption_field.h"

#include <cmath>
#include <vector>

#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

std::optional<double> numberOf(const QString& text)
{
    bool isNumber = false;
    double value = QLocale().toDouble(text, &isNumber);
    if (!isNumber)
        value = QLocale::c().toDouble(text, &isNumber); // as it stands in commands and files
    return isNumber && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

QString plain(double value)
{
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    return locale.toString(value, 'g', 10);
}

} // namespace

AssumptionField::AssumptionField(const QString& name, const QString& what, QWidget* parent)
    : QWidget(parent)
    , m_line(new QLineEdit(this))
    , m_problem(new QLabel(this))
{
    m_line->setObjectName(name);
    m_line->setAccessibleName(what);
    m_line->setAlignment(Qt::AlignRight);
    m_line->setToolTip(tr("One number, or three where it is not certain: lowest; likely; highest."));
    m_problem->setObjectName(name + QStringLiteral("Problem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    QPalette shown = m_problem->palette();
    shown.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_problem->setPalette(shown);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_line);
    layout->addWidget(m_problem);
    connect(m_line, &QLineEdit::editingFinished, this, &AssumptionField::read);
}

void AssumptionField::allowEmpty(const QString& placeholder)
{
    m_mayBeEmpty = true;
    m_line->setPlaceholderText(placeholder);
}

void AssumptionField::setValue(const std::optional<core::Assumption>& value)
{
    setProblem({});
    m_shown = value ? textOf(*value) : QString();
    m_line->setText(m_shown);
}

void AssumptionField::setProblem(const QString& text)
{
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

void AssumptionField::read()
{
    const QString text = m_line->text().trimmed();
    if (text == m_shown) {
        setProblem({});
        return;
    }
    const std::optional<core::Assumption> value = parse(text);
    if (!value && !(text.isEmpty() && m_mayBeEmpty))
        setProblem(tr("Give one number, or three that rise: lowest; likely; highest."));
    else
        emit edited(value);
}

std::optional<core::Assumption> AssumptionField::parse(const QString& text)
{
    std::vector<double> values;
    for (const QString& part : text.split(u';')) {
        const auto value = numberOf(part.trimmed());
        if (!value)
            return std::nullopt;
        values.push_back(*value);
    }
    if (values.size() == 1)
        return core::Assumption::certain(values[0]);
    if (values.size() != 3 || values[0] > values[1] || values[1] > values[2])
        return std::nullopt;
    return core::Assumption { values[1], values[0], values[2] };
}

QString AssumptionField::textOf(const core::Assumption& value)
{
    if (value.isCertain())
        return plain(value.value);
    return QStringList { plain(value.low), plain(value.value), plain(value.high) }.join(QStringLiteral("; "));
}

} // namespace kerf::ui
