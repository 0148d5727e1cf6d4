// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/picture_file.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QMenu>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace kerf::ui {
namespace {

constexpr int kPngScale = 2;
constexpr double kPointsPerPixel = 72.0 / 96; ///< logical pixels are 1/96 inch

QString refused(const QString& file)
{
    return QCoreApplication::translate("PictureFile", "%1 could not be written. Choose another folder.").arg(file);
}

bool savePng(const QString& file, const QSize& size, const std::function<void(QPainter&)>& paint)
{
    QImage image(size * kPngScale, QImage::Format_RGB32);
    image.setDevicePixelRatio(kPngScale);
    QPainter painter(&image);
    paint(painter);
    painter.end();
    return image.save(file, "PNG");
}

bool saveSvg(const QString& file, const QSize& size, const QString& title, const std::function<void(QPainter&)>& paint)
{
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(title.toHtmlEscaped()); // it is written as it is
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    paint(painter);
    return painter.end();
}

bool savePdf(const QString& file, const QSize& size, const QString& title, const std::function<void(QPainter&)>& paint)
{
    QPdfWriter writer(file);
    writer.setTitle(title);
    writer.setPageSize(QPageSize(QSizeF(size) * kPointsPerPixel, QPageSize::Point));
    writer.setPageMargins(QMarginsF());
    writer.setResolution(96);
    QPainter painter;
    if (!painter.begin(&writer))
        return false;
    paint(painter);
    return painter.end();
}

} // namespace

QString savePicture(
    const QString& file, const QSize& size, const QString& title, const std::function<void(QPainter&)>& paint)
{
    const QString ending = file.section(u'.', -1).toLower();
    if (ending == u"png")
        return savePng(file, size, paint) ? QString() : refused(file);
    if (ending == u"svg")
        return saveSvg(file, size, title, paint) ? QString() : refused(file);
    if (ending == u"pdf")
        return savePdf(file, size, title, paint) ? QString() : refused(file);
    return QCoreApplication::translate("PictureFile", "%1: pictures are written as .png, .svg or .pdf.").arg(file);
}

QString saveTable(const QString& file, const QList<QStringList>& rows)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly))
        return refused(file);
    for (QStringList row : rows) {
        for (QString& cell : row) {
            cell.replace(u'\n', u' ');
            if (cell.contains(u',') || cell.contains(u'"'))
                cell = u'"' + cell.replace(u'"', QStringLiteral("\"\"")) + u'"';
        }
        out.write(row.join(u',').toUtf8() + '\n');
    }
    return out.commit() ? QString() : refused(file);
}

ExportButton::ExportButton(
    const QString& title, const QString& suggestedName, Save save, QWidget* parent, const QStringList& endings)
    : QToolButton(parent)
    , m_title(title)
    , m_name(suggestedName)
    , m_save(std::move(save))
{
    auto* menu = new QMenu(title, this);
    for (const QString& ending : endings)
        menu->addAction(tr("%1…").arg(ending.toUpper()), this, [this, ending] { ask(ending); });
    setText(tr("Export ▾"));
    setAccessibleName(title);
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(QToolButton::InstantPopup);
    setMenu(menu);
    setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
}

void ExportButton::ask(const QString& ending)
{
    const QString file = QFileDialog::getSaveFileName(
        this, m_title, m_name + u'.' + ending, tr("%1 files (*.%2)").arg(ending.toUpper(), ending));
    if (file.isEmpty())
        return;
    const QString named = file.endsWith(u'.' + ending, Qt::CaseInsensitive) ? file : file + u'.' + ending;
    if (const QString problem = m_save(named); !problem.isEmpty())
        emit failed(problem);
}

} // namespace kerf::ui
