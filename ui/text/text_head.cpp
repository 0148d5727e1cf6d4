// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/text_head.h"

#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/text/token_color.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kLegendSteps = 24;

/// "0 ▒▒▓▓ 0.3 nats and more, top-1 changed": what the colours of the tokens mean.
class Legend : public QWidget {
public:
    explicit Legend(QWidget* parent)
        : QWidget(parent)
    {
        setAccessibleName(TextHead::tr("Colours by KLD"));
        setToolTip(TextHead::tr("Background: KL divergence of the run from the original at this token, in nats, by its "
                                "square root. Underlined: the most probable token is another one."));
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void setEnd(double end)
    {
        m_end = end;
        updateGeometry();
        update();
    }
    QSize sizeHint() const override
    {
        const QFontMetrics metrics = fontMetrics();
        return { metrics.horizontalAdvance(zeroText() + endText() + changedText()) + barWidth() + 4 * gap(),
            metrics.height() + 6 };
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const ThemeColors& colors = themeColors(palette());
        QPainter painter(this);
        double x = 0;
        const auto write = [&](const QString& text, const QColor& color) {
            painter.setPen(color);
            const double width = fontMetrics().horizontalAdvance(text);
            painter.drawText(QRectF(x, 0, width + 1, height()), Qt::AlignVCenter, text);
            x += width + gap();
        };
        write(zeroText(), colors.dim);
        const double step = static_cast<double>(barWidth()) / kLegendSteps;
        for (int i = 0; i < kLegendSteps; ++i, x += step)
            painter.fillRect(QRectF(x, 4, step + 1, height() - 8),
                tokenColor(m_end * std::pow((i + 0.5) / kLegendSteps, 2), m_end, colors));
        x += gap();
        write(endText(), colors.dim);
        x += gap();
        const double from = x;
        write(changedText(), colors.dim);
        painter.fillRect(QRectF(from, height() - 3, x - gap() - from, 2), colors.error);
    }

private:
    int gap() const { return fontMetrics().averageCharWidth(); }
    int barWidth() const { return 12 * fontMetrics().averageCharWidth(); }
    static QString zeroText() { return QLocale().toString(0); }
    QString endText() const { return TextHead::tr("%1 nats and more").arg(numberText(m_end, 1)); }
    static QString changedText() { return TextHead::tr("top-1 changed"); }

    double m_end = 1;
};

QComboBox* makeChoice(const QString& name, const QString& tip, QWidget* parent)
{
    auto* choice = new QComboBox(parent);
    choice->setAccessibleName(name);
    choice->setToolTip(tip);
    choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return choice;
}

} // namespace

TextHead::TextHead(const ExportButton::Save& save, QWidget* parent)
    : QWidget(parent)
    , m_windowChoice(makeChoice(tr("Window"), {}, this))
    , m_window(new QLabel(this))
    , m_details(new QLabel(this))
    , m_legend(new Legend(this))
    , m_textChoice(makeChoice(tr("Text"), tr("The texts that this run was evaluated on"), this))
    , m_classChoice(makeChoice(tr("Class of tokens"), tr("Only tokens of this class are coloured"), this))
    , m_export(new ExportButton(tr("Export Tokens"), QStringLiteral("tokens"), save, this, { "csv" }))
{
    QFont bold = m_window->font();
    bold.setBold(true);
    m_window->setFont(bold);
    m_details->setForegroundRole(QPalette::PlaceholderText);
    m_details->setMinimumWidth(1); // gives way first
    m_details->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_windowChoice->hide();
    m_export->menu()->actions().front()->setText(tr("All Tokens as CSV…"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 6, 6, 4);
    layout->setSpacing(2);
    layout->addLayout(makeRow());
    layout->addWidget(m_details); // a line of its own: beside the choices it would be cut
    layout->addWidget(m_legend);
    connect(m_windowChoice, &QComboBox::activated, this,
        [this](int at) { emit windowChosen(m_windowChoice->itemData(at).toInt()); });
    connect(m_textChoice, &QComboBox::activated, this, &TextHead::textChosen);
    connect(m_classChoice, &QComboBox::activated, this, [this](int at) {
        const int kind = m_classChoice->itemData(at).toInt();
        emit classChosen(kind < 0 ? std::nullopt : std::optional(static_cast<core::TokenClass>(kind)));
    });
}

QLayout* TextHead::makeRow()
{
    auto* row = new QHBoxLayout;
    row->addWidget(m_window);
    row->addWidget(m_windowChoice);
    row->addStretch(1);
    row->addWidget(m_textChoice);
    row->addWidget(m_classChoice);
    row->addWidget(m_export);
    return row;
}

void TextHead::setResults(const TokenResults& results)
{
    m_textChoice->clear();
    for (const core::KeptTokens& kept : results.kept)
        m_textChoice->addItem(toQt(kept.dataset));
    m_textChoice->setCurrentIndex(results.chosen);
    m_textChoice->setVisible(results.kept.size() > 1);
    static_cast<Legend*>(m_legend)->setEnd(results.text->legendEnd);
    fillClasses(results.text);
}

void TextHead::fillClasses(const ShownTextPtr& text)
{
    m_classChoice->clear();
    m_classChoice->addItem(tr("all tokens"), -1);
    for (const core::ClassSummary& kind : text->classes) {
        if (kind.tokens > 0)
            m_classChoice->addItem(className(kind.kind), static_cast<int>(kind.kind));
    }
}

void TextHead::setWindow(const ShownTextPtr& text, int window)
{
    const core::WindowSummary& found = text->windows[static_cast<std::size_t>(window)];
    const QLocale locale;
    m_window->setText(tr("Window %1 of %2").arg(locale.toString(window + 1), locale.toString(text->windowCount())));
    const int first = window * text->windowLength() + 1;
    const QString details = tr("tokens %1–%2 · mean KLD %3 nats · same top-1 %4 %")
                                .arg(locale.toString(first), locale.toString(first + text->windowLength() - 1),
                                    measuredText(found.kldMean, found.kldStderr), numberText(100 * found.sameTop1));
    m_details->setToolTip(details);
    m_details->setText(details);
    m_windowChoice->setToolTip(details);
    m_windowChoice->setCurrentIndex(m_windowChoice->findData(window));
}

void TextHead::setFilter(std::optional<core::TokenClass> kind)
{
    m_classChoice->setCurrentIndex(m_classChoice->findData(kind ? static_cast<int>(*kind) : -1));
}

void TextHead::setOrder(const std::vector<int>& windows)
{
    const QVariant current = m_windowChoice->currentData();
    m_windowChoice->clear();
    for (const int window : windows)
        m_windowChoice->addItem(tr("Window %1").arg(QLocale().toString(window + 1)), window);
    m_windowChoice->setCurrentIndex(m_windowChoice->findData(current));
}

void TextHead::setNarrow(bool narrow)
{
    m_windowChoice->setVisible(narrow);
    m_window->setVisible(!narrow);
    m_details->setVisible(!narrow);
}

QString TextHead::windowText() const
{
    return tr("%1 · %2").arg(m_window->text(), m_details->toolTip());
}

} // namespace kerf::ui
