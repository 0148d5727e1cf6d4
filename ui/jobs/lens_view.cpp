// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/lens_view.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/jobs/engine_text.h"
#include "ui/jobs/settling_chart.h"
#include "ui/row_table.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

enum Column {
    SiteColumn,
    ChannelsColumn,
    LowColumn,
    MedianColumn,
    HighColumn,
    MovedColumn,
    FarthestColumn,
    ColumnCount
};

QLabel* sentence(const QString& text, const QString& name, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString timesText(double ratio)
{
    return LensView::tr("%1×", "a ratio").arg(numberText(ratio));
}

void fillRow(QTableWidget* table, int row, const core::SiteDrift& site)
{
    const core::ChannelRange* farthest = site.worst.empty() ? nullptr : &site.worst.front();
    const QString cells[] = { toQt(site.site), countText(site.channels), timesText(site.low), timesText(site.median),
        timesText(site.high), LensView::tr("%1 %", "per cent").arg(numberText(100 * site.movedShare())),
        farthest ? LensView::tr("%1: %2 to %3", "channel, its largest magnitude here and there")
                       .arg(countText(farthest->channel), numberText(farthest->before), numberText(farthest->after))
                 : QString() };
    for (int column = 0; column < ColumnCount; ++column) {
        auto* item = new QTableWidgetItem(cells[column]);
        item->setToolTip(cells[SiteColumn]);
        if (column != SiteColumn)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table->setItem(row, column, item);
    }
}

} // namespace

LensView::LensView(const core::DataLens& lens, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("lensView"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Seen Through the Lens"));
    auto* pages = new QTabWidget(this);
    pages->setObjectName(QStringLiteral("lensPages"));
    pages->addTab(orderPage(lens), tr("Order of Layers"));
    pages->addTab(rangesPage(lens), tr("Channel Ranges"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(pages, 1);
    layout->addWidget(buttons);
    resize(charactersWide(this, 140), 28 * fontMetrics().lineSpacing());
}

QWidget* LensView::orderPage(const core::DataLens& lens)
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->addWidget(sentence(engineText(core::rankingText(lens.ranking)), QStringLiteral("lensOrder"), page));
    layout->addWidget(new SettlingChart(lens.ranking, page), 1);
    return page;
}

QWidget* LensView::rangesPage(const core::DataLens& lens)
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    const QString name = QStringLiteral("lensRanges");
    if (lens.drift.empty()) {
        layout->addWidget(sentence(
            tr("No other text was given, so there is nothing to compare the channels' ranges with."), name, page));
        layout->addStretch(1);
        return page;
    }
    layout->addWidget(sentence(engineText(core::driftText(lens)), name, page));
    const std::vector<core::SiteDrift> sites = core::byMovedShare(lens.drift);
    auto* table = new QTableWidget(static_cast<int>(sites.size()), ColumnCount, page);
    table->setObjectName(QStringLiteral("lensSites"));
    table->setAccessibleName(tr("Channel ranges of every site on the other text over those on the calibration text"));
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setHorizontalHeaderLabels(
        { tr("Site"), tr("Channels"), tr("5 %"), tr("Median"), tr("95 %"), tr("Moved"), tr("Farthest Channel") });
    table->horizontalHeaderItem(SiteColumn)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeaderItem(MovedColumn)
        ->setToolTip(tr("Channels whose largest magnitude differs by more than a factor of 2"));
    showAsRows(table, SiteColumn);
    table->setTextElideMode(Qt::ElideLeft); // the end of a name says which layer it is
    for (int row = 0; row < table->rowCount(); ++row)
        fillRow(table, row, sites[static_cast<std::size_t>(row)]);
    layout->addWidget(table, 1);
    return page;
}

} // namespace kerf::ui
