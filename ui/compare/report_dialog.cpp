// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/report_dialog.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLabel>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QPushButton>
#include <QSettings>
#include <QSvgRenderer>
#include <QTextBrowser>
#include <QTextDocument>
#include <QUrl>
#include <QVBoxLayout>

#include "core/base/atomic_file.h"
#include "ui/dialog_size.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kSharpness = 3; ///< pixels of a chart's picture for one of the page

QUrl chartName(std::size_t index)
{
    return QUrl(QStringLiteral("kerf-chart:%1").arg(index));
}

QImage pictureOf(const std::string& svg)
{
    QSvgRenderer renderer(QByteArray::fromStdString(svg));
    QImage image(renderer.defaultSize() * kSharpness, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
}

} // namespace

ReportDialog::ReportDialog(Workbench* workbench, std::vector<core::RowId> runs, core::RowId reference, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_status(new QLabel(this))
    , m_view(new QTextBrowser(this))
{
    setObjectName(QStringLiteral("reportDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Report"));
    m_status->setWordWrap(true);
    m_status->setText(tr("Making the page…"));
    m_view->setObjectName(QStringLiteral("reportView"));
    m_view->setAccessibleName(tr("The page as it is written"));
    m_view->setOpenLinks(false);
    QPalette paper = m_view->palette(); // as on paper, whatever the theme
    paper.setColor(QPalette::Base, Qt::white);
    paper.setColor(QPalette::Text, QColor(0x1c, 0x1f, 0x24));
    m_view->setPalette(paper);
    m_view->setStyleSheet(QStringLiteral("QTextBrowser { background: white; color: #1c1f24; }"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_html = buttons->addButton(tr("Save as &HTML…"), QDialogButtonBox::ActionRole);
    m_pdf = buttons->addButton(tr("Save as &PDF…"), QDialogButtonBox::ActionRole);
    for (QPushButton* button : { m_html, m_pdf })
        button->setEnabled(false);
    connect(m_html, &QPushButton::clicked, this, [this] { askAndSave(QStringLiteral("html")); });
    connect(m_pdf, &QPushButton::clicked, this, [this] { askAndSave(QStringLiteral("pdf")); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_status);
    layout->addWidget(m_view, 1);
    layout->addWidget(buttons);
    m_view->setMinimumHeight(24 * fontMetrics().lineSpacing());
    fitToScreen(this, 150);
    connect(&m_runner, &JobRunner::finished, this, &ReportDialog::finish);
    m_next = std::make_shared<core::RunReport>();
    m_runner.start([project = workbench->session()->project(), file = workbench->session()->workspaceFile(),
                       runs = std::move(runs), reference, made = m_next](const core::JobContext& job) -> core::Status {
        KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
        KERF_TRY(*made, core::makeReport(*project, workspace, runs, reference, job));
        return {};
    });
}

void ReportDialog::finish(const JobOutcome& outcome)
{
    if (!outcome.done) {
        QPalette shown = palette();
        shown.setColor(QPalette::WindowText, themeColors(palette()).error);
        m_status->setPalette(shown);
        m_status->setText(outcome.message);
        return;
    }
    m_report = std::move(m_next);
    m_status->setText(toQt(m_report->title));
    fillDocument(m_view->document(), 860);
    for (QPushButton* button : { m_html, m_pdf })
        button->setEnabled(true);
}

/// Rich text draws no SVG: the charts are pictures, `width` of them as wide as the page has room.
void ReportDialog::fillDocument(QTextDocument* document, double width) const
{
    const std::string page = core::reportHtml(*m_report, [&](std::size_t index) {
        document->addResource(QTextDocument::ImageResource, chartName(index), pictureOf(m_report->charts[index]));
        return QStringLiteral("<p><img src=\"%1\" width=\"%2\"></p>")
            .arg(chartName(index).toString())
            .arg(width, 0, 'f', 0)
            .toStdString();
    });
    document->setHtml(toQt(page));
}

QString ReportDialog::save(const QString& file) const
{
    if (file.endsWith(QStringLiteral(".html"), Qt::CaseInsensitive)) {
        const auto written = core::writeFileAtomically(file.toStdString(), core::reportHtml(*m_report));
        return written ? QString() : toQt(written.error().message);
    }
    QFile out(file); // a printer says nothing of what it cannot write
    if (!out.open(QIODevice::WriteOnly))
        return tr("%1 could not be written. Choose another folder.").arg(file);
    QPdfWriter writer(&out);
    writer.setTitle(toQt(m_report->title));
    writer.setCreator(QStringLiteral("Kerf"));
    writer.setResolution(96); // the page's pixels; text and lines stay vectors
    writer.setPageLayout(QPageLayout(
        QPageSize(QPageSize::A4), QPageLayout::Portrait, QMarginsF(14, 14, 14, 14), QPageLayout::Millimeter));
    const QSizeF room = writer.pageLayout().paintRectPixels(writer.resolution()).size();
    QTextDocument document;
    document.setDefaultFont(QFont(font().family(), 8));
    fillDocument(&document, room.width());
    document.setPageSize(room);
    document.print(&writer);
    return out.error() == QFileDevice::NoError ? QString()
                                               : tr("%1 could not be written: %2").arg(file, out.errorString());
}

void ReportDialog::askAndSave(const QString& ending)
{
    const QString base = QSettings().value(QStringLiteral("exportFolder"), QDir::homePath()).toString();
    const QString name
        = toQt(m_workbench->session()->workspaceFile().stem().string()) + QStringLiteral("-report.") + ending;
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save Report"), QDir(base).filePath(name), tr("%1 files (*.%2)").arg(ending.toUpper(), ending));
    if (file.isEmpty())
        return;
    const QString named = file.endsWith(u'.' + ending, Qt::CaseInsensitive) ? file : file + u'.' + ending;
    const QString problem = save(named);
    m_status->setText(problem.isEmpty() ? tr("Written: %1").arg(named) : problem);
}

} // namespace kerf::ui
