// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <stdexcept>

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include "ui/application.h"

using namespace kerf;

class TestApplication : public QObject {
    Q_OBJECT
private slots:
    void anExceptionInASlotIsToldAndTheProgramGoesOn()
    {
        auto* application = qobject_cast<ui::Application*>(QCoreApplication::instance());
        QSignalSpy told(application, &ui::Application::exceptionCaught);
        bool after = false;
        QTimer::singleShot(0, this, [] { throw std::out_of_range("no such row"); });
        QTimer::singleShot(1, this, [&] { after = true; });
        QTRY_VERIFY(after);
        QCOMPARE(told.count(), 1);
        QVERIFY2(told.at(0).at(0).toString().contains("no such row"), qPrintable(told.at(0).at(0).toString()));
    }
};

int main(int argc, char** argv)
{
    ui::Application application(argc, argv);
    TestApplication test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_application.moc"
