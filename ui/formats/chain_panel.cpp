// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/chain_panel.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QEvent>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/formats/number_words.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kMostSteps = 8;
constexpr int kShownDigits = 3; ///< of an error: steps stand side by side

core::NumberView viewOf(const char* name)
{
    return core::NumberView(*core::findNumberType(name));
}

QToolButton* makeButton(const QString& text, const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setAutoRaise(true);
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

} // namespace

ChainPanel::ChainPanel(QWidget* parent)
    : QScrollArea(parent)
    , m_views { viewOf("f32"), viewOf("bf16"), viewOf("fp8-e4m3") }
    , m_numbers { 1234.567, 0.1 }
{
    auto* content = new QWidget(this);
    content->setObjectName(QStringLiteral("panel"));
    content->setAttribute(Qt::WA_StyledBackground);
    m_field = new QLineEdit(content);
    m_field->setObjectName(QStringLiteral("chainNumbers"));
    m_field->setAccessibleName(tr("Numbers to convert"));
    m_field->setToolTip(tr("Numbers, parted by spaces or semicolons: 1234.567 0.1 2^-6"));
    m_problem = new QLabel(content);
    auto* add = new QPushButton(tr("+ Step"), content);
    add->setObjectName(QStringLiteral("addStep"));
    auto* head = new QHBoxLayout;
    auto* title = new QLabel(tr("<b>Conversion Chain</b>"), content);
    head->addWidget(title);
    head->addWidget(m_field, 1);
    head->addWidget(add);
    m_cells = new QWidget(content);
    m_grid = new QGridLayout(m_cells);
    m_grid->setContentsMargins(0, 0, 0, 0);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(10, 6, 10, 8);
    layout->addLayout(head);
    layout->addWidget(m_problem);
    layout->addWidget(m_cells);
    makeAdvice();
    layout->addWidget(m_advice);
    layout->addStretch();
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Conversion chain"));
    m_field->setText(QStringLiteral("%1; %2").arg(exactText(m_numbers[0]), exactText(m_numbers[1])));
    connect(m_field, &QLineEdit::textEdited, this, &ChainPanel::read);
    connect(add, &QPushButton::clicked, this, &ChainPanel::addStep);
    rebuild();
}

void ChainPanel::makeAdvice()
{
    m_advice = new QFrame(m_cells->parentWidget());
    m_advice->setObjectName(QStringLiteral("whyCard"));
    m_adviceText = new QLabel(m_advice);
    m_adviceText->setWordWrap(true);
    m_scale = new QPushButton(tr("Show with a Scale"), m_advice);
    m_scale->setObjectName(QStringLiteral("showWithScale"));
    auto* layout = new QVBoxLayout(m_advice);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->addWidget(m_adviceText);
    layout->addWidget(m_scale, 0, Qt::AlignLeft);
    connect(m_scale, &QPushButton::clicked, this, &ChainPanel::scaleStep);
}

QStringList ChainPanel::formats() const
{
    QStringList names;
    for (const core::NumberView& view : m_views)
        names << toQt(view.type().name);
    return names;
}

const core::StoredNumber& ChainPanel::stored(int number, int step) const
{
    return m_stored[static_cast<std::size_t>(number)][static_cast<std::size_t>(step)];
}

QString ChainPanel::problem() const
{
    return m_problem->text();
}

QString ChainPanel::adviceText() const
{
    return m_overflowing >= 0 ? m_adviceText->text() : QString();
}

void ChainPanel::setNumbers(const QString& text)
{
    m_field->setText(text);
    read(text);
}

void ChainPanel::read(const QString& text)
{
    static const QRegularExpression kBetween(QStringLiteral("[;\\s]+"));
    std::vector<double> numbers;
    QString problem;
    for (const QString& part : text.split(kBetween, Qt::SkipEmptyParts)) {
        const auto number = readTyped(part);
        if (number && !(number->code && *number->code > m_views.front().lastCode()))
            numbers.push_back(number->code ? m_views.front().decode(*number->code) : number->value);
        else if (problem.isEmpty())
            problem = tr("Not a number: %1").arg(part.left(100));
    }
    if (numbers.empty() && problem.isEmpty())
        problem = tr("Type a number");
    const ThemeColors& colors = themeColors(palette());
    m_field->setStyleSheet(problem.isEmpty() ? QString()
                                             : QStringLiteral("QLineEdit { background: %1; border-color: %2; }")
                                                   .arg(colors.errorSoft.name(), colors.error.name()));
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    if (!problem.isEmpty())
        return;
    m_numbers = std::move(numbers);
    rebuild();
}

void ChainPanel::addStep()
{
    if (m_views.size() >= kMostSteps)
        return;
    m_views.push_back(viewOf("int8"));
    rebuild();
}

void ChainPanel::removeStep(int step)
{
    m_views.erase(m_views.begin() + step);
    rebuild();
}

void ChainPanel::moveStep(int step, int by)
{
    std::swap(m_views[static_cast<std::size_t>(step)], m_views[static_cast<std::size_t>(step + by)]);
    rebuild();
}

void ChainPanel::setFormat(int step, const QString& name)
{
    const auto type = core::findNumberType(name.toStdString());
    if (!type)
        return;
    m_views[static_cast<std::size_t>(step)] = core::NumberView(*type);
    rebuild();
}

void ChainPanel::rebuild()
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater(); // one of them may be what was clicked
        }
        delete item;
    }
    m_problem->setVisible(!m_problem->text().isEmpty());
    m_stored.clear();
    for (int step = 0; step < static_cast<int>(m_views.size()); ++step)
        addHead(step);
    for (std::size_t number = 0; number < m_numbers.size(); ++number) {
        m_stored.push_back(core::convertThrough(m_numbers[number], m_views));
        addCells(static_cast<int>(number));
    }
    m_grid->setColumnStretch(2 * static_cast<int>(m_views.size()), 1);
    advise();
}

void ChainPanel::addHead(int step)
{
    auto* head = new QWidget(m_cells);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    const int last = static_cast<int>(m_views.size()) - 1;
    if (step == 0) {
        auto* name = new QLabel(toQt(m_views.front().type().title), head);
        name->setToolTip(tr("What the engine computes in: every number becomes this first"));
        row->addWidget(name);
    } else {
        auto* choice = new QComboBox(head);
        choice->setObjectName(QStringLiteral("step%1").arg(step));
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(7);
        choice->setAccessibleName(tr("Format of step %1").arg(step + 1));
        for (const core::NumberType& type : core::numberTypes())
            choice->addItem(toQt(type.title), toQt(type.name));
        choice->setCurrentIndex(choice->findData(formats()[step]));
        connect(choice, &QComboBox::activated, this,
            [this, step, choice](int at) { setFormat(step, choice->itemData(at).toString()); });
        row->addWidget(choice, 1);
        const auto add = [&](const QString& text, const QString& name, bool enabled, auto&& action) {
            QToolButton* button = makeButton(text, name, head);
            button->setEnabled(enabled);
            connect(button, &QToolButton::clicked, this, action);
            row->addWidget(button);
        };
        add(QStringLiteral("◂"), tr("Earlier"), step > 1, [this, step] { moveStep(step, -1); });
        add(QStringLiteral("▸"), tr("Later"), step < last, [this, step] { moveStep(step, 1); });
        add(QStringLiteral("✕"), tr("Remove step"), last > 1, [this, step] { removeStep(step); });
    }
    m_grid->addWidget(head, 0, 2 * step);
}

void ChainPanel::addCells(int number)
{
    for (int step = 0; step < static_cast<int>(m_views.size()); ++step) {
        if (step > 0) {
            auto* arrow = new QLabel(QStringLiteral("→"), m_cells);
            arrow->setForegroundRole(QPalette::PlaceholderText);
            m_grid->addWidget(arrow, number + 1, 2 * step - 1);
        }
        m_grid->addWidget(makeCell(number, step), number + 1, 2 * step);
    }
}

QFrame* ChainPanel::makeCell(int number, int step)
{
    const core::StoredNumber& stored = this->stored(number, step);
    const core::NumberView& view = m_views[static_cast<std::size_t>(step)];
    const ThemeColors& colors = themeColors(palette());
    const bool isLost = isLoss(stored.fate);
    auto* cell = new QFrame(m_cells);
    cell->setObjectName(QStringLiteral("chainCell"));
    cell->setStyleSheet(QStringLiteral("QFrame#chainCell { border: 1px solid %1; border-radius: 4px; background: %2; }")
                            .arg(isLost ? colors.error.name() : colors.line.name(),
                                isLost ? colors.errorSoft.name() : colors.panel.name()));
    auto* value = new QLabel(QStringLiteral("<b>%1</b>").arg(exactText(stored.value)), cell);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    const QString what = isLost            ? fateText(stored.fate)
        : stored.fate == core::Fate::Exact ? tr("exact")
                                           : errorText(stored, kShownDigits);
    auto* note = new QLabel(what, cell);
    QPalette dim = palette();
    dim.setColor(QPalette::WindowText, isLost ? colors.error : colors.dim);
    note->setPalette(dim);
    auto* layout = new QVBoxLayout(cell);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(1);
    layout->addWidget(value);
    layout->addWidget(note);
    QString tip
        = tr("%1 %2, %3")
              .arg(toQt(view.type().title), stored.code ? codeText(view.type(), *stored.code) : QStringLiteral("–"),
                  fateText(stored.fate));
    if (view.scale() != 1.0f) {
        const QString scale = tr("scale %1").arg(exactText(static_cast<double>(view.scale())));
        tip += u'\n' + scale;
        layout->addWidget(new QLabel(scale, cell));
    }
    const double total = stored.value - m_numbers[static_cast<std::size_t>(number)];
    cell->setToolTip(tr("%1\nfrom the number typed: %2").arg(tip, signedText(total)));
    cell->setAccessibleName(cell->toolTip());
    return cell;
}

/// The first step that saturates and has a scale: with one that fits, what becomes of all numbers.
void ChainPanel::advise()
{
    m_overflowing = -1;
    for (int step = 1; step < static_cast<int>(m_views.size()) && m_overflowing < 0; ++step)
        for (int number = 0; number < static_cast<int>(m_numbers.size()); ++number)
            if (stored(number, step).fate == core::Fate::Saturated
                && m_views[static_cast<std::size_t>(step)].type().scaleStorage() != core::ScaleStorage::None)
                m_overflowing = step;
    m_advice->setVisible(m_overflowing >= 0);
    if (m_overflowing < 0)
        return;
    std::vector<double> wanted;
    for (int number = 0; number < static_cast<int>(m_numbers.size()); ++number)
        wanted.push_back(stored(number, m_overflowing).wanted);
    core::NumberView scaled = m_views[static_cast<std::size_t>(m_overflowing)];
    const double beyond = core::scaleFor(wanted, scaled) / static_cast<double>(scaled.scale());
    m_wantedScale = core::scaleFor(wanted, scaled);
    static_cast<void>(scaled.setScale(m_wantedScale));
    QStringList become;
    for (const double number : wanted)
        become << tr("%1 becomes %2").arg(exactText(number), exactText(scaled.encode(number).value));
    const auto largest = *std::ranges::max_element(wanted, {}, [](double x) { return std::abs(x); });
    m_adviceText->setText(tr("%1 is %2 times the largest value of %3. With a scale of %4: %5.")
                              .arg(exactText(largest), numberText(beyond), toQt(scaled.type().title),
                                  exactText(static_cast<double>(scaled.scale())), become.join(QStringLiteral(", "))));
}

void ChainPanel::scaleStep()
{
    if (m_overflowing < 0)
        return;
    static_cast<void>(m_views[static_cast<std::size_t>(m_overflowing)].setScale(m_wantedScale));
    rebuild();
}

void ChainPanel::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        rebuild();
}

} // namespace kerf::ui
