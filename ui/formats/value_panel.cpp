// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/value_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QFormLayout>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QStyle>

#include "ui/dialog_size.h"
#include "ui/formats/bit_boxes.h"
#include "ui/formats/number_bench.h"
#include "ui/formats/number_words.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QLabel* dimLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLineEdit* makeField(const QString& name, int characters, QWidget* parent)
{
    auto* field = new QLineEdit(parent);
    field->setAccessibleName(name);
    field->setFixedWidth(charactersWide(field, characters));
    return field;
}

/// Red while what it says is no number.
void mark(QLineEdit* field, bool isWrong)
{
    const ThemeColors& colors = themeColors(field->palette());
    field->setStyleSheet(isWrong ? QStringLiteral("QLineEdit { background: %1; border-color: %2; }")
                                       .arg(colors.errorSoft.name(), colors.error.name())
                                 : QString());
}

} // namespace

ValuePanel::ValuePanel(NumberBench* bench, QWidget* parent)
    : QWidget(parent)
    , m_bench(bench)
    , m_grid(new QGridLayout(this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Number and its bits"));
    m_left = new QWidget(this);
    auto* left = new QVBoxLayout(m_left);
    left->setContentsMargins(0, 0, 0, 0);
    left->addWidget(makeEntry());
    left->addWidget(m_bits);
    left->addWidget(makeScale());
    left->addStretch();
    m_middle = makeStored();
    m_right = makeFacts();
    m_grid->setContentsMargins(10, 6, 10, 6);
    m_grid->setHorizontalSpacing(24);
    m_grid->addWidget(makeHead(), 0, 0, 1, 3);
    setNarrow(false);
    connect(bench, &NumberBench::changed, this, &ValuePanel::update);
    update();
}

void ValuePanel::setNarrow(bool narrow)
{
    for (QWidget* part : { m_left, m_middle, m_right })
        m_grid->removeWidget(part);
    if (narrow) {
        m_grid->addWidget(m_left, 1, 0, 1, 2);
        m_grid->addWidget(m_middle, 2, 0, Qt::AlignTop);
        m_grid->addWidget(m_right, 2, 1, Qt::AlignTop);
    } else {
        m_grid->addWidget(m_left, 1, 0, Qt::AlignTop);
        m_grid->addWidget(m_middle, 1, 1, Qt::AlignTop);
        m_grid->addWidget(m_right, 1, 2, Qt::AlignTop);
    }
    m_grid->setRowStretch(3, 1);
    m_grid->setColumnStretch(0, narrow ? 1 : 5);
    m_grid->setColumnStretch(1, narrow ? 1 : 4);
    m_grid->setColumnStretch(2, narrow ? 0 : 4);
}

QWidget* ValuePanel::makeHead()
{
    auto* head = new QWidget(this);
    m_title = new QLabel(head);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_layout = dimLabel({}, head);
    m_rounding = dimLabel({}, head);
    m_rounding->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (QLabel* label : { m_layout, m_rounding }) {
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        label->setWordWrap(true);
    }
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_title);
    layout->addWidget(m_layout, 1);
    layout->addWidget(m_rounding, 1);
    return head;
}

QWidget* ValuePanel::makeEntry()
{
    auto* entry = new QWidget(m_left);
    m_value = makeField(tr("Value"), 14, entry);
    m_value->setObjectName(QStringLiteral("numberValue"));
    m_value->setToolTip(tr("A number: 0.1, 2^-6, inf; or a code: 0x1D, 0b11101. Up and Down go to the next value."));
    m_value->installEventFilter(this);
    m_code = makeField(tr("Code"), 13, entry);
    m_code->setObjectName(QStringLiteral("numberCode"));
    m_problem = new QLabel(entry);
    m_problem->setObjectName(QStringLiteral("numberProblem"));
    m_problem->setWordWrap(true);
    m_bits = new BitBoxes(m_left);
    m_bits->setAccessibleName(tr("Bits of the code"));
    auto* layout = new QHBoxLayout(entry);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->addWidget(dimLabel(tr("Value"), entry));
    layout->addWidget(m_value);
    layout->addWidget(dimLabel(tr("code"), entry));
    layout->addWidget(m_code);
    layout->addWidget(m_problem, 1);
    connect(
        m_value, &QLineEdit::textEdited, this, [this](const QString& text) { take(m_value, m_bench->setText(text)); });
    connect(m_code, &QLineEdit::textEdited, this, [this](const QString& text) {
        const QString code = text.startsWith(u'0') && text.size() > 1 ? text : QStringLiteral("0x%1").arg(text);
        take(m_code, m_bench->setText(code));
    });
    connect(m_bits, &BitBoxes::flipped, m_bench, &NumberBench::flip);
    connect(m_bits, &BitBoxes::stepWanted, m_bench, &NumberBench::step);
    return entry;
}

QWidget* ValuePanel::makeScale()
{
    m_scalePart = new QWidget(m_left);
    m_scale = makeField(tr("Scale"), 12, m_scalePart);
    m_scale->setObjectName(QStringLiteral("numberScale"));
    m_zero = makeField(tr("Zero point"), 6, m_scalePart);
    m_zero->setObjectName(QStringLiteral("numberZero"));
    m_zeroName = dimLabel({}, m_scalePart);
    m_scaleNote = dimLabel({}, m_scalePart);
    m_scaleNote->setWordWrap(true);
    m_scaleBits = new BitBoxes(m_scalePart);
    m_scaleBits->setObjectName(QStringLiteral("scaleBits"));
    m_scaleBits->setAccessibleName(tr("Bits of the group's scale"));
    auto* row = new QHBoxLayout;
    row->addWidget(dimLabel(tr("Scale"), m_scalePart));
    row->addWidget(m_scale);
    row->addWidget(m_zeroName);
    row->addWidget(m_zero);
    row->addWidget(m_scaleNote, 1);
    auto* layout = new QVBoxLayout(m_scalePart);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_scaleBits);
    connect(
        m_scale, &QLineEdit::textEdited, this, [this](const QString& text) { take(m_scale, m_bench->setScale(text)); });
    connect(
        m_zero, &QLineEdit::textEdited, this, [this](const QString& text) { take(m_zero, m_bench->setZero(text)); });
    connect(m_scaleBits, &BitBoxes::flipped, m_bench, &NumberBench::flipScale);
    return m_scalePart;
}

QWidget* ValuePanel::makeStored()
{
    auto* part = new QWidget(this);
    m_stored = new QLabel(part);
    m_stored->setObjectName(QStringLiteral("storedAs"));
    m_neighbours = dimLabel({}, part);
    m_error = new QLabel(part);
    m_error->setObjectName(QStringLiteral("roundingError"));
    m_fate = new QLabel(part);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(dimLabel(tr("Stored as"), part));
    for (QLabel* label : { m_stored, m_neighbours, m_error, m_fate }) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(label);
    }
    return part;
}

QWidget* ValuePanel::makeFacts()
{
    auto* part = new QWidget(this);
    m_facts = new QFormLayout(part);
    m_facts->setContentsMargins(0, 4, 0, 0);
    m_facts->setVerticalSpacing(3);
    return part;
}

void ValuePanel::take(QLineEdit* field, const QString& problem)
{
    mark(field, !problem.isEmpty());
    m_problem->setText(problem);
    QPalette red = palette();
    red.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_problem->setPalette(red);
}

QString ValuePanel::problem() const
{
    return m_problem->text();
}

QString ValuePanel::storedText() const
{
    return m_stored->text();
}

void ValuePanel::update()
{
    const core::NumberType& type = m_bench->view().type();
    m_title->setText(toQt(type.title));
    m_layout->setText(layoutText(type));
    m_rounding->setText(roundingText(type));
    // What is being typed stays as it is.
    const auto show = [](QLineEdit* field, const QString& text) {
        if (!field->hasFocus() || !field->isModified()) {
            field->setText(text);
            mark(field, false);
        }
        field->setModified(false);
    };
    show(m_value, m_bench->typed());
    const auto code = m_bench->stored().code;
    show(m_code, code ? codeText(type, *code) : QStringLiteral("–"));
    m_problem->clear();
    m_bits->setBits(type.fields(), code.value_or(0));
    showScale();
    showStored();
    showFacts();
}

void ValuePanel::showScale()
{
    const core::NumberView& view = m_bench->view();
    const core::ScaleStorage storage = view.type().scaleStorage();
    m_scalePart->setVisible(storage != core::ScaleStorage::None);
    m_scaleNote->setText(tr("stored as %1").arg(scaleStorageText(storage)));
    if (!m_scale->isModified() || !m_scale->hasFocus())
        m_scale->setText(exactText(static_cast<double>(view.scale())));
    m_scale->setModified(false);
    const bool isCode = view.type().format->zeroKind() == core::ZeroKind::Code;
    m_zeroName->setText(isCode ? tr("zero point") : tr("minimum −"));
    m_zeroName->setVisible(view.hasZero());
    m_zero->setVisible(view.hasZero());
    if (!m_zero->isModified() || !m_zero->hasFocus())
        m_zero->setText(exactText(static_cast<double>(view.zero())));
    m_zero->setModified(false);
    const auto bits = view.scaleBits();
    m_scaleBits->setVisible(bits.has_value());
    if (bits)
        m_scaleBits->setBits(bits->fields, bits->code);
}

void ValuePanel::showStored()
{
    const core::StoredNumber& stored = m_bench->stored();
    const QString formula = stored.code ? formulaText(m_bench->view(), *stored.code) : QString();
    const QString value = exactText(stored.value);
    m_stored->setText(formula.isEmpty() ? QStringLiteral("<big><b>%1</b></big>").arg(value)
                                        : QStringLiteral("<big><b>%1</b></big>&nbsp; = %2").arg(value, formula));
    if (stored.below && stored.above)
        m_neighbours->setText(tr("Neighbours %1 and %2, step %3")
                                  .arg(exactText(*stored.below), exactText(*stored.above), exactText(stored.step)));
    else if (stored.below || stored.above)
        m_neighbours->setText(stored.below ? tr("The largest; before it %1").arg(exactText(*stored.below))
                                           : tr("The lowest; after it %1").arg(exactText(*stored.above)));
    else
        m_neighbours->clear();
    m_error->setText(tr("Rounding error <b>%1</b>").arg(errorText(stored)));
    const bool isLost = isLoss(stored.fate);
    m_fate->setText(isLost ? tr("! %1").arg(fateText(stored.fate)) : fateText(stored.fate));
    QPalette colors = palette();
    const ThemeColors& theme = themeColors(palette());
    colors.setColor(QPalette::WindowText, isLost ? theme.error : theme.dim);
    m_fate->setPalette(colors);
}

void ValuePanel::showFacts()
{
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    const auto add = [this](const QString& name, const QString& value) {
        auto* label = new QLabel(value);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_facts->addRow(dimLabel(name, m_right), label);
    };
    const core::NumberFacts facts = m_bench->view().facts();
    add(tr("Range"),
        facts.lowest == -facts.largest ? QStringLiteral("±%1").arg(exactText(facts.largest))
                                       : tr("%1 … %2").arg(exactText(facts.lowest), exactText(facts.largest)));
    if (facts.smallestNormal)
        add(tr("Smallest normal"), exactText(*facts.smallestNormal));
    add(tr("Smallest step"), exactText(facts.smallestStep));
    if (facts.significantBits)
        add(tr("Precision"),
            tr("%n significant bit(s), %1 digits", nullptr, *facts.significantBits).arg(numberText(*facts.digits, 2)));
    if (facts.relativeStep)
        add(tr("Rounding error at most"), tr("±%1 %").arg(QLocale().toString(*facts.relativeStep * 100, 'g', 3)));
    add(tr("Values, NaN codes"), tr("%1, %2").arg(countText(facts.finiteValues), countText(facts.nanCodes)));
    add(tr("Bits per weight"), numberText(m_bench->view().type().bitsPerWeight(), 3));
}

void ValuePanel::copy()
{
    QApplication::clipboard()->setText(m_bench->copyText());
}

void ValuePanel::paste()
{
    take(m_value, m_bench->setText(QApplication::clipboard()->text().trimmed()));
}

void ValuePanel::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else if (event->matches(QKeySequence::Paste))
        paste();
    else
        QWidget::keyPressEvent(event);
}

bool ValuePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_value || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down) {
        m_value->setModified(false);
        m_bench->step(key->key() == Qt::Key_Up);
        return true;
    }
    if (key->matches(QKeySequence::Copy) && !m_value->hasSelectedText()) {
        copy();
        return true;
    }
    return false;
}

} // namespace kerf::ui
