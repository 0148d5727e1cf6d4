// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/parallel.h"
#include "tests/ui/sample_workbench.h"
#include "ui/main_window.h"
#include "ui/settings/preferences_dialog.h"
#include "ui/value_text.h"
#include "ui/window/drop_target.h"

using namespace kerf;
namespace fs = std::filesystem;

class TestPreferences : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;

    ui::Workbench& workbench() { return *m_window->workbench(); }
    void show()
    {
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
    }
    ui::PreferencesDialog* dialog() { return m_window->findChild<ui::PreferencesDialog*>(); }
    void openDialog()
    {
        for (QAction* action : m_window->findChildren<QAction*>())
            if (action->shortcut() == QKeySequence("Ctrl+,"))
                action->trigger();
    }
    ui::DropTarget* dropTarget() { return m_window->findChild<ui::DropTarget*>(); }
    bool drag(const QString& path, const QPoint& at, bool drop)
    {
        QMimeData data;
        data.setUrls({ QUrl::fromLocalFile(path) });
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QDragMoveEvent moved(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &moved);
        if (drop) {
            QDropEvent dropped(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(m_window.get(), &dropped);
        }
        return enter.isAccepted();
    }

private slots:
    void init()
    {
        QSettings().clear();
        show();
    }
    void cleanup()
    {
        m_window.reset();
        ui::applyPreferences({}, false);
        QLocale::setDefault(QLocale::c());
    }

    void whatIsChosenIsKept()
    {
        openDialog();
        QVERIFY(dialog() && dialog()->isVisible());
        dialog()->findChild<QSpinBox*>("threads")->setValue(1);
        dialog()->findChild<QCheckBox*>("reopenLast")->setChecked(true);
        dialog()->findChild<QComboBox*>("numberStyle")->setCurrentIndex(2);
        dialog()->findChild<QLineEdit*>("workspaceFolder")->setText(m_folder.filePath("new"));
        QTest::keyClick(dialog(), Qt::Key_Return);
        QTRY_VERIFY(!dialog());
        QCOMPARE(core::threadCount(), 1);
        QCOMPARE(ui::numberText(1234.5, 5), "1.234,5");
        const ui::Preferences kept = ui::Preferences::load();
        QCOMPARE(kept.threads, 1);
        QVERIFY(kept.reopenLast);
        QCOMPARE(kept.numbers, ui::NumberStyle::Comma);
        QCOMPARE(ui::ModelSession::defaultWorkspace("/somewhere/alpaca"),
            fs::path(m_folder.filePath("new").toStdString()) / "alpaca.kerf");
    }
    void cancelChangesNothing()
    {
        openDialog();
        dialog()->findChild<QCheckBox*>("reopenLast")->setChecked(true);
        QTest::keyClick(dialog(), Qt::Key_Escape);
        QTRY_VERIFY(!dialog());
        QCOMPARE(ui::Preferences::load(), ui::Preferences {});
    }
    void foldersAreMeasured()
    {
        QDir().mkpath(m_folder.filePath("used/deep"));
        QFile file(m_folder.filePath("used/deep/x"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(123'000, 'x')) == 123'000);
        file.close();
        QFile second(m_folder.filePath("used/y"));
        QVERIFY(second.open(QIODevice::WriteOnly) && second.write(QByteArray(7'000, 'y')) == 7'000);
        second.close();
        openDialog();
        dialog()->findChild<QLineEdit*>("workspaceFolder")->setText(m_folder.filePath("used"));
        const auto says = [&] {
            return std::ranges::any_of(dialog()->findChildren<QLabel*>(),
                [](const QLabel* label) { return label->text().startsWith(ui::bytesText(130'000) + " used"); });
        };
        QTRY_VERIFY(says());
        dialog()->reject();
    }
    void aRelativeFolderIsRefused()
    {
        openDialog();
        dialog()->findChild<QLineEdit*>("workspaceFolder")->setText("here");
        QTest::keyClick(dialog(), Qt::Key_Return);
        QVERIFY(dialog() && dialog()->isVisible());
        QVERIFY(ui::Preferences::load().workspaceFolder.isEmpty());
        dialog()->reject();
    }
    void threadsStayWhileAJobRuns()
    {
        QVERIFY(test::openSample(workbench(), m_folder.filePath("busy.kerf")));
        QVERIFY(test::startIdleJob(workbench()));
        openDialog();
        QVERIFY(!dialog()->findChild<QSpinBox*>("threads")->isEnabled());
        dialog()->reject();
        QVERIFY(test::stopJob(workbench()));
    }

    void theLastModelIsOpenedAgainAsItWas()
    {
        QVERIFY(test::openSample(workbench(), m_folder.filePath("last.kerf")));
        const core::RowId run = test::addRun(workbench(), "int8-channel", core::RunState::Done);
        workbench().selection()->setLayers({ 4, 9 }, 9);
        workbench().selection()->setRun(run);
        m_window.reset();
        show();
        m_window->openLast();
        QVERIFY(test::isOpen(workbench()));
        QCOMPARE(workbench().session()->workspaceFile(), fs::path(m_folder.filePath("last.kerf").toStdString()));
        QCOMPARE(workbench().selection()->layers(), (std::vector<int> { 4, 9 }));
        QCOMPARE(workbench().selection()->currentLayer(), 9);
        QCOMPARE(workbench().selection()->run(), run);
        workbench().closeModel();
        QVERIFY(test::openSample(workbench(), m_folder.filePath("other.kerf")));
        QVERIFY(workbench().selection()->layers().empty()); // each workspace has its own
    }
    void nothingToOpenAgainIsNoError()
    {
        m_window->openLast();
        QTest::qWait(50);
        QVERIFY(!workbench().hasModel());
    }

    void draggingShowsWhatWillHappen()
    {
        const QString model = QString::fromStdString((test::sample() / "model").string());
        QVERIFY(drag(model, { 300, 300 }, false));
        QVERIFY(dropTarget()->isVisible());
        QCOMPARE(dropTarget()->fieldTexts(), QStringList { "Open model" });
        QDragLeaveEvent left;
        QApplication::sendEvent(m_window.get(), &left);
        QVERIFY(!dropTarget()->isVisible());
    }
    void aCheckpointIsSetBesideTheRuns()
    {
        QVERIFY(test::openSample(workbench(), m_folder.filePath("drop.kerf")));
        const QString model = QString::fromStdString((test::sample() / "model").string());
        QVERIFY(drag(model, { 1300, 400 }, false));
        QCOMPARE(dropTarget()->fieldTexts().size(), 2);
        QVERIFY(drag(model, { 1300, 400 }, true)); // right: as a run; refused, since it is not quantized
        QVERIFY(QTest::qWaitFor([&] { return !m_window->messageText().isEmpty(); }, test::kOpenTimeout));
        QVERIFY(workbench().hasModel());
    }
    /// While runs are compared the larger field is that of one more of them.
    void aCheckpointIsComparedWhereRunsAre()
    {
        QVERIFY(test::openSample(workbench(), m_folder.filePath("compare.kerf")));
        for (auto* tabs : m_window->findChildren<QTabWidget*>())
            for (int at = 0; at < tabs->count(); ++at)
                if (tabs->tabText(at) == "Compare")
                    tabs->setCurrentIndex(at);
        const QString model = QString::fromStdString((test::sample() / "model").string());
        QVERIFY(drag(model, { 900, 400 }, false));
        QCOMPARE(dropTarget()->fieldTexts(), QStringList({ "Compare model with the runs", "Open model" }));
        QVERIFY(drag(model, { 900, 400 }, true)); // not quantized: refused, so it was not opened
        QVERIFY(QTest::qWaitFor([&] { return !m_window->messageText().isEmpty(); }, test::kOpenTimeout));
    }
    void aWorkspaceOpensItsModel()
    {
        QVERIFY(test::openSample(workbench(), m_folder.filePath("kept.kerf")));
        workbench().closeModel();
        QVERIFY(drag(m_folder.filePath("kept.kerf"), { 300, 300 }, true));
        QVERIFY(test::isOpen(workbench()));
        QCOMPARE(workbench().session()->workspaceFile(), fs::path(m_folder.filePath("kept.kerf").toStdString()));
    }
    void aFileThatIsNoWorkspaceIsNamed()
    {
        QFile file(m_folder.filePath("wrong.kerf"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no database at all, only words") > 0);
        file.close();
        QVERIFY(drag(file.fileName(), { 300, 300 }, true));
        const auto* error = m_window->findChild<QLabel*>("welcomeError");
        QTRY_VERIFY(error->isVisible());
        QVERIFY(error->text().contains("wrong.kerf"));
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    test::useOwnSettings("tst-preferences");
    TestPreferences tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_preferences.moc"
