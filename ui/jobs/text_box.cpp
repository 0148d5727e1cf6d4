// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/text_box.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>

#include "ui/jobs/files_field.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr qsizetype kPreviewLength = 160;
constexpr int kSummaryLines = 2, kPreviewLines = 2; ///< there is room for so many before anything is read

} // namespace

TextBox::TextBox(
    const QString& title, const QString& name, const core::DataChoice& choice, std::int64_t longest, QWidget* parent)
    : QGroupBox(title, parent)
    , m_files(new FilesField(name, title, this))
    , m_window(new QSpinBox(this))
    , m_samples(new QSpinBox(this))
    , m_atRandom(new QCheckBox(tr("at random, seed"), this))
    , m_seed(new QSpinBox(this))
    , m_field(new QLineEdit(this))
    , m_summary(new QLabel(this))
    , m_preview(new QLabel(this))
    , m_look(new QPushButton(tr("Look Closer…"), this))
{
    setUpFields(name, choice, longest);
    setUpLabels(name);
    auto* form = new QFormLayout(this);
    form->addRow(tr("Texts"), m_files);
    form->addRow(tr("Window"), cutRow());
    form->addRow(tr("Field"), m_field);
    form->addRow(tr("Gives"), m_summary);
    form->addRow(QString(), m_preview);
    connect(m_files, &FilesField::changed, this, &TextBox::changed);
    connect(m_field, &QLineEdit::textChanged, this, &TextBox::changed);
    for (QSpinBox* number : { m_window, m_samples, m_seed })
        connect(number, &QSpinBox::valueChanged, this, &TextBox::changed);
    connect(m_atRandom, &QCheckBox::toggled, m_seed, &QWidget::setEnabled);
    connect(m_atRandom, &QCheckBox::toggled, this, &TextBox::changed);
    connect(m_look, &QPushButton::clicked, this, &TextBox::lookWanted);
}

void TextBox::setUpFields(const QString& name, const core::DataChoice& choice, std::int64_t longest)
{
    m_files->setFiles(choice.files);
    m_window->setObjectName(name + QStringLiteral("Window"));
    m_window->setRange(2, static_cast<int>(std::min<std::int64_t>(longest, 1 << 20)));
    m_window->setSuffix(tr(" tokens"));
    m_window->setValue(static_cast<int>(choice.window));
    m_window->setAccessibleName(tr("Tokens in a window of the %1 texts").arg(title()));
    m_samples->setObjectName(name + QStringLiteral("Samples"));
    m_samples->setRange(0, 1'000'000);
    m_samples->setSpecialValueText(tr("all"));
    m_samples->setValue(static_cast<int>(choice.samples));
    m_samples->setAccessibleName(tr("Windows used of the %1 texts").arg(title()));
    m_atRandom->setObjectName(name + QStringLiteral("AtRandom"));
    m_atRandom->setToolTip(
        tr("Draws the windows from the whole text instead of taking its first ones; the same seed draws the same"));
    m_atRandom->setAccessibleName(tr("Windows of the %1 texts drawn at random").arg(title()));
    m_atRandom->setChecked(choice.sampleSeed.has_value());
    m_seed->setObjectName(name + QStringLiteral("Seed"));
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setAccessibleName(tr("Seed for the windows of the %1 texts").arg(title()));
    m_seed->setValue(static_cast<int>(choice.sampleSeed.value_or(1)));
    m_seed->setEnabled(choice.sampleSeed.has_value());
    m_field->setObjectName(name + QStringLiteral("Field"));
    m_field->setText(toQt(choice.field));
    m_field->setPlaceholderText(tr("found"));
    m_field->setAccessibleName(tr("Field of the %1 texts' records").arg(title()));
    m_field->setToolTip(
        tr("Field or column of JSON, CSV and TSV records that holds the text, or several separated by commas that are "
           "one text together. Left empty, it is a conversation (\"messages\"), \"text\" or one like it, a prompt and "
           "its completion, or the only one"));
}

void TextBox::offerAllExperts(bool isChosen)
{
    m_allExperts = new QCheckBox(tr("Every expert sees every token"), this);
    m_allExperts->setObjectName(m_field->objectName().replace(QStringLiteral("Field"), QStringLiteral("AllExperts")));
    m_allExperts->setToolTip(
        tr("While inputs are observed the router sends every token to all experts, so that none sees too few to be "
           "fitted to. What goes on to the next block is the same. It takes longer, by as many experts as there are to "
           "one chosen"));
    m_allExperts->setChecked(isChosen);
    auto* form = qobject_cast<QFormLayout*>(layout());
    form->insertRow(3, QString(), m_allExperts);
    connect(m_allExperts, &QCheckBox::toggled, this, &TextBox::changed);
}

void TextBox::setUpLabels(const QString& name)
{
    m_summary->setObjectName(name + QStringLiteral("Summary"));
    m_summary->setWordWrap(true);
    m_preview->setWordWrap(true);
    m_preview->setForegroundRole(QPalette::PlaceholderText);
    for (const auto& [label, lines] : { std::pair(m_summary, kSummaryLines), std::pair(m_preview, kPreviewLines) }) {
        label->setMinimumHeight(lines * fontMetrics().lineSpacing()); // so that nothing moves when it is known
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    }
    m_look->setObjectName(name + QStringLiteral("Look"));
    m_look->setAccessibleName(tr("Look closer at the %1 texts").arg(title()));
    m_look->setToolTip(tr("The windows' texts, and how long the documents are"));
}

/// How long windows are, how many are used and which.
QHBoxLayout* TextBox::cutRow()
{
    auto* row = new QHBoxLayout;
    row->addWidget(m_window);
    row->addWidget(new QLabel(tr("windows used"), this));
    row->addWidget(m_samples);
    row->addWidget(m_atRandom);
    row->addWidget(m_seed);
    row->addStretch(1);
    row->addWidget(m_look);
    return row;
}

core::DataChoice TextBox::choice() const
{
    core::DataChoice choice;
    choice.files = m_files->files();
    choice.window = m_window->value();
    choice.samples = m_samples->value();
    choice.field = m_field->text().trimmed().toStdString();
    if (m_atRandom->isChecked())
        choice.sampleSeed = static_cast<std::uint64_t>(m_seed->value());
    choice.allExperts = m_allExperts && m_allExperts->isChecked();
    return choice;
}

std::int64_t TextBox::samples() const
{
    return m_samples->value();
}

void TextBox::setSamples(std::int64_t windows)
{
    const QSignalBlocker quiet(m_samples);
    m_samples->setValue(static_cast<int>(windows));
}

QString TextBox::windowText() const
{
    return m_window->text();
}

void TextBox::showReading()
{
    m_summary->setText(tr("Reading…"));
}

void TextBox::showProblem(const QString& problem)
{
    m_summary->setText(problem);
}

QString TextBox::usageText(const Loaded& found)
{
    const QLocale locale;
    const core::Dataset& data = *found.data;
    QString text
        = tr("%1 tokens in %2 windows of %3")
              .arg(locale.toString(qlonglong(data.usedTokens())), locale.toString(qlonglong(data.windows.size())),
                  locale.toString(qlonglong(data.windowLength())));
    if (data.sampleSeed)
        text = tr("%1, drawn from %2").arg(text, locale.toString(qlonglong(data.windowsRead)));
    else if (data.wholeText)
        text = tr("%1; %2 tokens at the end are too few for another")
                   .arg(text, locale.toString(qlonglong(data.leftOverTokens())));
    else
        text = tr("%1; more text follows").arg(text);
    for (const std::vector<std::string>& sentences : { data.warnings(), data.notes })
        for (const std::string& sentence : sentences)
            text += u'\n' + toQt(sentence);
    if (!found.overlap)
        return text;
    if (found.overlap->isNotable())
        return text + u'\n' + toQt(core::overlapWarning(*found.overlap, data));
    return tr("%1\n%2% of its runs of 13 tokens stand in the calibration text too")
        .arg(text, locale.toString(100 * found.overlap->share(), 'g', 3));
}

void TextBox::show(const Loaded& found)
{
    QPalette shown = palette();
    if (!found.data) {
        shown.setColor(QPalette::WindowText, themeColors(palette()).error);
        m_summary->setText(
            m_files->files().empty() ? tr("Choose at least one text.") : toQt(found.data.error().message));
        m_preview->clear();
    } else {
        if (!found.data->warnings().empty() || (found.overlap && found.overlap->isNotable()))
            shown.setColor(QPalette::WindowText, themeColors(palette()).warning);
        m_summary->setText(usageText(found));
        m_preview->setText(tr("“%1…”").arg(toQt(found.data->preview).simplified().left(kPreviewLength)));
    }
    m_look->setEnabled(found.data.has_value());
    m_summary->setPalette(shown);
}

} // namespace kerf::ui
