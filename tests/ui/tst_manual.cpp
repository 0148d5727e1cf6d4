// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QApplication>
#include <QDirIterator>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QTest>
#include <QTextBlock>
#include <QTextBrowser>
#include <QToolButton>

#include "tests/support/own_settings.h"
#include "ui/help/manual_window.h"
#include "ui/main_window.h"

using namespace kerf;

class TestManual : public QObject {
    Q_OBJECT
private slots:
    void everyLinkLeadsSomewhere()
    {
        const ui::ManualWindow manual;
        int links = 0;
        QDirIterator pages(":/docs", { "*.md" }, QDir::Files, QDirIterator::Subdirectories);
        static const QRegularExpression link("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
        while (pages.hasNext()) {
            QFile file(pages.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            auto matches = link.globalMatch(QString::fromUtf8(file.readAll()));
            while (matches.hasNext()) {
                const QString target = matches.next().captured(1);
                if (target.contains("://"))
                    continue;
                const QUrl there = QUrl("qrc" + file.fileName()).resolved(QUrl(target));
                const QString path = there.path();
                const bool isSource = !path.startsWith("/docs"); // pages point at the tree's own files too
                QVERIFY2(isSource || QFile::exists(":" + path) || path.contains("/adr/"),
                    qPrintable(file.fileName() + " -> " + target));
                ++links;
            }
        }
        QVERIFY(links > 20);
    }
    void everyPageIsListedAndOpens()
    {
        ui::ManualWindow manual;
        manual.show();
        auto* list = manual.findChild<QListWidget*>();
        QStringList listed;
        for (int row = 0; row < list->count(); ++row) {
            list->setCurrentRow(row);
            QVERIFY2(manual.text().size() > 500, qPrintable(list->item(row)->text()));
            QCOMPARE(list->currentRow(), row);
            listed << manual.page();
        }
        QDirIterator pages(":/docs/manual", { "*.md" }, QDir::Files);
        while (pages.hasNext()) {
            pages.next();
            QVERIFY2(pages.fileName() == "README.md" || listed.contains(pages.fileName()),
                qPrintable(pages.fileName() + " is not in the manual's list"));
        }
    }
    void picturesAreThere()
    {
        ui::ManualWindow manual;
        manual.showPage("window.md");
        const auto* text = manual.findChild<QTextBrowser*>();
        const QVariant picture
            = text->document()->resource(QTextDocument::ImageResource, QUrl("qrc:/docs/screenshots/welcome-light.png"));
        QVERIFY(picture.isValid() || !QImage(":/docs/screenshots/welcome-light.png").isNull());
    }
    void linksGoOnAndBack()
    {
        ui::ManualWindow manual;
        manual.show();
        manual.showPage("inspector.md");
        QCOMPARE(manual.page(), "inspector.md");
        auto* text = manual.findChild<QTextBrowser*>();
        emit text->anchorClicked(QUrl("command-line.md"));
        QCOMPARE(manual.page(), "command-line.md");
        QVERIFY(manual.windowTitle().contains("command line", Qt::CaseInsensitive));
        for (QToolButton* button : manual.findChildren<QToolButton*>())
            if (button->accessibleName() == "Back")
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(manual.page(), "inspector.md");
    }
    void headingsAreGoneTo()
    {
        ui::ManualWindow manual;
        manual.show();
        manual.showPage("inspector.md#Charts");
        const auto* text = manual.findChild<QTextBrowser*>();
        QCOMPARE(text->textCursor().block().text(), "Charts");
    }
    void wordsAreFound()
    {
        ui::ManualWindow manual;
        manual.show();
        manual.showPage("inspector.md");
        auto* field = manual.findChild<QLineEdit*>();
        const auto* text = manual.findChild<QTextBrowser*>();
        QTest::keyClicks(field, "kurtosis");
        QCOMPARE(text->textCursor().selectedText().toLower(), "kurtosis");
        const int first = text->textCursor().position();
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(text->textCursor().position() > first);
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(text->textCursor().position(), first);
        QTest::keyClicks(field, "xyzzy");
        bool said = false;
        for (const QLabel* label : manual.findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text() == "Not on this page");
        QVERIFY(said);
    }
    void theNearestWidgetDecides()
    {
        QWidget outer, none;
        auto* inner = new QWidget(&outer);
        ui::setManualPage(&outer, "inspector.md");
        QCOMPARE(ui::ManualWindow::pageOf(inner), "inspector.md");
        QCOMPARE(ui::ManualWindow::pageOf(&none), "README.md");
        QCOMPARE(ui::ManualWindow::pageOf(nullptr), "README.md");
    }
    void f1OpensIt()
    {
        ui::MainWindow window;
        window.resize(1440, 900);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_F1);
        QTRY_VERIFY(window.findChild<ui::ManualWindow*>());
        QVERIFY(window.findChild<ui::ManualWindow*>()->isVisible());
        QTest::keyClick(&window, Qt::Key_F1); // the same window again
        QCOMPARE(window.findChildren<ui::ManualWindow*>().size(), 1);
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    test::useOwnSettings("tst-manual");
    TestManual tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_manual.moc"
