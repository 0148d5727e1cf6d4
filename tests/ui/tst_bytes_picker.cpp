// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QTest>
#include <QUndoStack>

#include "core/model/model.h"
#include "tests/support/test_data.h"
#include "ui/plan/bytes_picker.h"
#include "ui/plan/plan_document.h"

using namespace kerf;
using namespace kerf::test;

/// How values become bytes, chosen in the window.
class TestBytesPicker : public QObject {
    Q_OBJECT
private slots:
    /// Choices are steps that can be undone, and the sentence below says what they reach in this model.
    void choosesAndSays()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const auto network = core::openModel(data / "models/digits-cnn/model.onnx")->network;
        QUndoStack undo;
        ui::PlanDocument document(&undo);
        ui::BytesPicker picker(&document);
        auto* observer = picker.findChild<QComboBox*>(QStringLiteral("observer"));
        auto* between = picker.findChild<QCheckBox*>(QStringLiteral("roundsBetween"));
        auto* reach = picker.findChild<QLabel*>(QStringLiteral("bytesReach"));
        QVERIFY(!picker.isEnabled()); // no model

        core::Plan plan = core::uniformPlan(*network, "bytes", "int8-channel", "rtn").value();
        plan.transforms = { { "bn-fold", core::Json::object() } };
        document.reset(network, 0, plan);
        QVERIFY(picker.isEnabled());
        QCOMPARE(observer->currentText(), QStringLiteral("mse"));
        QVERIFY(reach->text().contains(QStringLiteral("u8-tensor"))); // none of its layers reads bytes

        for (core::PlanLayer& layer : plan.layers)
            layer.format = "int8-channel+u8-tensor";
        document.replacePlan(plan, QStringLiteral("Bytes"));
        QVERIFY2(
            reach->text().startsWith(QStringLiteral("2 ")), qPrintable(reach->text())); // the last picture, its mean

        observer->setCurrentIndex(1);
        emit observer->activated(1);
        QCOMPARE(document.plan().observer, core::Observer::MinMax);
        QCOMPARE(document.edits(), 1);
        between->click();
        QVERIFY(!document.plan().roundsBetween);
        QVERIFY(!reach->text().contains(u'2'));
        undo.undo();
        undo.undo();
        QCOMPARE(document.plan().observer, core::kUsualObserver);
        QVERIFY(document.plan().roundsBetween && between->isChecked());
        QCOMPARE(observer->currentText(), QStringLiteral("mse"));
    }
};

QTEST_MAIN(TestBytesPicker)
#include "tst_bytes_picker.moc"
