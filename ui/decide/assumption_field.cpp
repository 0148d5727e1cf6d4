// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/assumption_field.h"

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
    if (const double value = QLocale().toDouble(text, &isNumber); isNumber)
        return value;
    const double value = QLocale::c().toDouble(text, &isNumber); // as it stands in commands and files
    return isNumber ? std::optional(value) : std::nullopt;
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
    m_problem->hide();
    m_line->setText(value ? textOf(*value) : QString());
}

void AssumptionField::read()
{
    const QString text = m_line->text().trimmed();
    const std::optional<core::Assumption> value = parse(text);
    const bool isEmpty = text.isEmpty() && m_mayBeEmpty;
    m_problem->setVisible(!value && !isEmpty);
    if (!value && !isEmpty)
        m_problem->setText(tr("Give one number, or three that rise: lowest; likely; highest."));
    else
        emit edited(isEmpty ? std::nullopt : value);
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
