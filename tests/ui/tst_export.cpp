// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fstream>

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

#include "core/base/atomic_file.h"
#include "tests/support/rounded_run.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"
#include "ui/export/convert_dialog.h"
#include "ui/export/export_dialog.h"
#include "ui/export/export_page.h"
#include "ui/plan/plan_document.h"

using namespace kerf;
namespace fs = std::filesystem;

/// The dialog that asks where an export goes, and the page that tells what was written.
class TestExport : public QObject {
    Q_OBJECT

    QUndoStack m_undo;
    ui::PlanDocument m_document { &m_undo };
    std::shared_ptr<const core::Network> m_network;

    core::RunRow runOf(const std::string& format) const
    {
        core::RunRow run;
        run.name = "mine";
        run.plan = test::syntheticPlan(*m_network, format);
        run.plan.name = "mine";
        return run;
    }

private slots:
    void initTestCase()
    {
        m_network = test::syntheticNetwork(2);
        m_document.reset(m_network, 1000, test::syntheticPlan(*m_network, "int4-g128"));
        m_document.setProfile(test::syntheticProfile(*m_network));
    }
    void saysTheSizeToTheByte()
    {
        ui::ExportDialog dialog(
            **core::findExporter("gptq"), runOf("int4-g128"), m_document, std::int64_t { 1234567 }, "/nowhere/out");
        const auto* size = dialog.findChild<QLabel*>("exportSize");
        QVERIFY(size && size->text().contains(QLocale().toString(1234567)));
        QVERIFY(dialog.findChild<QPushButton*>("acceptExport")->isEnabled());
        QVERIFY(!dialog.findChild<QPushButton*>("makeAdaptedPlan"));
    }
    void offersTheNearestPlanThatFits()
    {
        ui::ExportDialog dialog(**core::findExporter("awq"), runOf("int8-g128"), m_document,
            core::fail(core::ErrorCode::InvalidArgument, "no size"), "/nowhere/out");
        QSignalSpy adapted(&dialog, &ui::ExportDialog::adapted);
        QVERIFY(!dialog.findChild<QPushButton*>("acceptExport")->isEnabled());
        const QString text = dialog.findChild<QLabel*>("adaptedPlan")->text();
        QVERIFY2(text.contains("int4-g") && text.contains("predicted KLD"), qPrintable(text));
        auto* make = dialog.findChild<QPushButton*>("makeAdaptedPlan");
        QVERIFY(make);
        make->click();
        QCOMPARE(adapted.count(), 1);
        const auto plan = adapted[0][0].value<core::Plan>();
        QCOMPARE(plan.name, std::string("mine for awq"));
        QVERIFY((*core::findExporter("awq"))->check(plan, *m_network).empty());
    }
    void aConversionSaysWhatItKeeps()
    {
        QTemporaryDir folder;
        ui::ConvertDialog dialog(**core::findExporter("awq"), "theirs", "gptq, 14 layers in int4-g64", folder.path());
        auto* accept = dialog.findChild<QPushButton*>("acceptConvert");
        QVERIFY(!accept->isEnabled() && accept->toolTip().contains("exists already"));
        dialog.findChild<QLineEdit*>("exportFolder")->setText(folder.filePath("new"));
        QVERIFY(accept->isEnabled());
        QVERIFY(!dialog.roundScales());
        dialog.findChild<QCheckBox*>("roundScales")->click();
        QVERIFY(dialog.roundScales());
    }
    void verifiesAgain()
    {
        const auto model = core::openModel(test::sharedData() / "models" / "story-llama-0.7m");
        if (!model)
            QSKIP("KERF_SHARED_DATA has no models");
        QTemporaryDir folder;
        const fs::path out = fs::path(folder.path().toStdString()) / "out";
        const auto report = test::RoundedRun(*model, { "int4-g64" }).write("compressed-tensors", out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        ui::ExportPage page(*report, "compressed-tensors", "mine");
        auto* verify = page.findChild<QPushButton*>("verifyAgain");
        const auto* verdict = page.findChild<QLabel*>("verifyVerdict");
        verify->click();
        QTRY_VERIFY_WITH_TIMEOUT(verdict->text().contains("14 layer"), 60000);
        std::string bytes = core::readTextFile(out / "model.safetensors", 1 << 26).value();
        bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 4);
        std::ofstream(out / "model.safetensors", std::ios::binary | std::ios::trunc) << bytes;
        verify->click();
        QTRY_VERIFY_WITH_TIMEOUT(verdict->text().contains("model.safetensors"), 60000);
    }
};

QTEST_MAIN(TestExport)
#include "tst_export.moc"
