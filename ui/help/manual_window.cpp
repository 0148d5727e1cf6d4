// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/help/manual_window.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QResizeEvent>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/dialog_size.h"

/// Resources of a static library are linked only when they are asked for; the macro wants no namespace.
static void initManual()
{
    Q_INIT_RESOURCE(manual);
}

namespace kerf::ui {
namespace {

constexpr const char* kPageProperty = "kerfManualPage";
constexpr int kPageMargin = 14;
constexpr int kScrollBar = 20; ///< pixels; less than that may come and go with a scroll bar
const QString kRoot = QStringLiteral("qrc:/docs/manual/");
const QString kFirst = QStringLiteral("README.md");

/// The links of the first page, in its order: title and address.
QList<std::pair<QString, QUrl>> contents(const QTextDocument& index)
{
    QList<std::pair<QString, QUrl>> found;
    for (QTextBlock block = index.begin(); block.isValid(); block = block.next())
        for (auto part = block.begin(); !part.atEnd(); ++part)
            if (const QTextCharFormat format = part.fragment().charFormat(); format.isAnchor())
                found.emplace_back(part.fragment().text(), QUrl(format.anchorHref()));
    return found;
}

/// Pictures are never wider than the page.
class Page : public QTextBrowser {
public:
    explicit Page(QWidget* parent)
        : QTextBrowser(parent)
    {
        m_refit.setSingleShot(true);
        m_refit.setInterval(100);
        connect(&m_refit, &QTimer::timeout, this, [this] {
            const int top = verticalScrollBar()->value();
            reload();
            verticalScrollBar()->setValue(top);
        });
    }

    QVariant loadResource(int type, const QUrl& name) override
    {
        if (type != QTextDocument::ImageResource)
            return QTextBrowser::loadResource(type, name);
        QImage picture(u':' + source().resolved(name).path());
        const int room = viewport()->width() - 2 * kPageMargin;
        return picture.width() > room ? picture.scaledToWidth(std::max(room, 100), Qt::SmoothTransformation) : picture;
    }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        QTextBrowser::resizeEvent(event);
        // Not at once: this may come while a page is being read, when its scroll bar appears.
        if (std::abs(event->oldSize().width() - event->size().width()) > kScrollBar && !source().isEmpty())
            m_refit.start();
    }

private:
    QTimer m_refit;
};

} // namespace

ManualWindow::ManualWindow(QWidget* parent)
    : QDialog(parent, Qt::Window)
    , m_pages(new QListWidget(this))
    , m_text(new Page(this))
    , m_search(new QLineEdit(this))
    , m_missed(new QLabel(tr("Not on this page"), this))
    , m_back(new QToolButton(this))
    , m_forward(new QToolButton(this))
{
    initManual();
    setObjectName(QStringLiteral("manualWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_pages->setAccessibleName(tr("Pages of the manual"));
    m_text->setAccessibleName(tr("Page"));
    m_text->setOpenLinks(false);
    m_text->document()->setDocumentMargin(kPageMargin);
    m_pages->setSpacing(2);
    m_search->setPlaceholderText(tr("Find in this page"));
    m_search->setAccessibleName(tr("Find in this page"));
    m_search->installEventFilter(this);
    m_missed->hide();
    m_back->setText(QStringLiteral("←"));
    m_back->setToolTip(tr("Back (Alt+Left)"));
    m_back->setAccessibleName(tr("Back"));
    m_back->setShortcut(QKeySequence::Back);
    m_forward->setText(QStringLiteral("→"));
    m_forward->setToolTip(tr("Forward (Alt+Right)"));
    m_forward->setAccessibleName(tr("Forward"));
    m_forward->setShortcut(QKeySequence::Forward);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_back);
    bar->addWidget(m_forward);
    bar->addStretch();
    bar->addWidget(m_missed);
    bar->addWidget(m_search);
    auto* parts = new QSplitter(this);
    parts->addWidget(m_pages);
    parts->addWidget(m_text);
    parts->setStretchFactor(1, 1);
    parts->setSizes({ 180, 700 });
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(parts, 1);
    makePages();
    resize(charactersWide(this, 120), 44 * fontMetrics().height());
}

void ManualWindow::makePages()
{
    m_text->setSource(QUrl(kRoot + kFirst), QTextDocument::MarkdownResource);
    for (const auto& [title, address] : contents(*m_text->document())) {
        auto* item = new QListWidgetItem(title, m_pages);
        item->setData(Qt::UserRole, QUrl(kRoot).resolved(address));
    }
    connect(m_pages, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item && m_text->source() != item->data(Qt::UserRole).toUrl())
            m_text->setSource(item->data(Qt::UserRole).toUrl(), QTextDocument::MarkdownResource);
    });
    connect(m_text, &QTextBrowser::anchorClicked, this, &ManualWindow::follow);
    connect(m_text, &QTextBrowser::sourceChanged, this, &ManualWindow::tellPage);
    connect(m_text, &QTextBrowser::backwardAvailable, m_back, &QWidget::setEnabled);
    connect(m_text, &QTextBrowser::forwardAvailable, m_forward, &QWidget::setEnabled);
    connect(m_back, &QToolButton::clicked, m_text, &QTextBrowser::backward);
    connect(m_forward, &QToolButton::clicked, m_text, &QTextBrowser::forward);
    m_back->setEnabled(false);
    m_forward->setEnabled(false);
    auto* finder = new QShortcut(QKeySequence::Find, this);
    connect(finder, &QShortcut::activated, m_search, [this] {
        m_search->setFocus();
        m_search->selectAll();
    });
    connect(m_search, &QLineEdit::textEdited, this, [this] { find(false); });
}

void ManualWindow::showPage(const QString& address)
{
    m_text->setSource(QUrl(kRoot).resolved(QUrl(address.section(u'#', 0, 0))), QTextDocument::MarkdownResource);
    goToHeading(address.section(u'#', 1));
}

QString ManualWindow::page() const
{
    return m_text->source().fileName();
}

QString ManualWindow::text() const
{
    return m_text->toPlainText();
}

void ManualWindow::follow(const QUrl& link)
{
    const QUrl target = m_text->source().resolved(link);
    if (target.scheme() == u"qrc")
        m_text->setSource(target, QTextDocument::MarkdownResource);
    else
        QDesktopServices::openUrl(target);
}

void ManualWindow::tellPage(const QUrl& source)
{
    const QSignalBlocker block(m_pages);
    int shown = m_pages->count() - 1;
    while (shown >= 0 && m_pages->item(shown)->data(Qt::UserRole).toUrl() != source)
        --shown;
    if (m_pages->currentRow() != shown)
        m_pages->setCurrentRow(shown);
    setWindowTitle(tr("%1 — Manual").arg(m_text->document()->begin().text()));
    m_missed->hide();
}

void ManualWindow::goToHeading(const QString& heading)
{
    if (heading.isEmpty())
        return;
    for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() == 0 || block.text() != heading)
            continue;
        m_text->moveCursor(QTextCursor::End); // so that the heading comes to stand at the top
        m_text->setTextCursor(QTextCursor(block));
        m_text->ensureCursorVisible();
    }
}

void ManualWindow::find(bool backward)
{
    const auto flags = backward ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    bool isFound = m_search->text().isEmpty() || m_text->find(m_search->text(), flags);
    if (!isFound) { // once more from the other end
        m_text->moveCursor(backward ? QTextCursor::End : QTextCursor::Start);
        isFound = m_text->find(m_search->text(), flags);
    }
    m_missed->setVisible(!isFound);
}

bool ManualWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            find(key->modifiers() & Qt::ShiftModifier);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

QString ManualWindow::pageOf(const QWidget* widget)
{
    for (; widget; widget = widget->parentWidget())
        if (const QString page = widget->property(kPageProperty).toString(); !page.isEmpty())
            return page;
    return kFirst;
}

void setManualPage(QWidget* widget, const QString& address)
{
    widget->setProperty(kPageProperty, address);
}

} // namespace kerf::ui
