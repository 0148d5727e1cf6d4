// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QPointer>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

#include "core/solve/preset.h"
#include "tests/support/sample_network.h"
#include "tests/ui/plan_fixture.h"
#include "ui/actions.h"
#include "ui/divergence_text.h"
#include "ui/plan/plan_dialogs.h"
#include "ui/plan/preset_dialog.h"
#include "ui/plan/problems_dialog.h"
#include "ui/plan/threshold_box.h"
#include "ui/shortcuts_dialog.h"

using namespace kerf;

/// The dialogs that change a plan: what is typed is judged at once, Enter does it, Escape leaves everything as it was.
class TestPlanDialogs : public QObject {
    Q_OBJECT
private slots:
    void init() { m_plan = std::make_unique<test::PlanFixture>(); }
    void cleanup()
    {
        delete m_dialog;
        m_plan.reset();
    }

    // ---- a format for what matches

    void nothingTypedIsNothingToDo()
    {
        auto* dialog = open<ui::PatternDialog>(&m_plan->document, formats());
        QVERIFY(!accept()->isEnabled());
        QVERIFY(says("Type a regular expression"));
        QTest::keyClick(dialog->findChild<QLineEdit*>(), Qt::Key_Return);
        QVERIFY(dialog->isVisible());
        QCOMPARE(m_plan->undo.count(), 0);
    }
    void whatMatchesIsCountedWhileOneTypes_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("said");
        QTest::addColumn<bool>("good");
        QTest::newRow("one role") << "down_proj"
                                  << "6 of 42 layers (14 %)" << true;
        QTest::newRow("two blocks") << "layers\\.[01]\\."
                                    << "14 of 42 layers (33 %)" << true;
        QTest::newRow("all") << "."
                             << "42 of 42 layers (100 %)" << true;
        QTest::newRow("none") << "lm_head"
                              << "No layer's name matches" << false;
        QTest::newRow("unfinished") << "layers\\.(0"
                                    << "is not a regular expression" << false;
    }
    void whatMatchesIsCountedWhileOneTypes()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, said);
        QFETCH(bool, good);
        auto* dialog = open<ui::PatternDialog>(&m_plan->document, formats());
        QTest::keyClicks(dialog->findChild<QLineEdit*>("pattern"), pattern);
        QVERIFY2(says(said), qPrintable(said));
        QCOMPARE(accept()->isEnabled(), good);
    }
    void returnSetsTheFormatInOneStep()
    {
        auto* dialog = open<ui::PatternDialog>(&m_plan->document, formats());
        QTest::keyClicks(dialog->findChild<QComboBox*>(), "int8"); // by its first letters
        QTest::keyClicks(dialog->findChild<QLineEdit*>(), "v_proj|o_proj");
        QVERIFY(accept()->isDefault());
        QTest::keyClick(dialog->findChild<QLineEdit*>(), Qt::Key_Return);
        QTRY_VERIFY(!m_dialog);
        QCOMPARE(m_plan->count("int8-g128"), 12);
        QCOMPARE(m_plan->undo.count(), 1);
        QCOMPARE(m_plan->undo.undoText(), "Set v_proj|o_proj to int8-g128");
        m_plan->undo.undo();
        QCOMPARE(m_plan->count("int8-g128"), 0);
    }
    void aFormatThatDoesNotFitIsRefusedInWords()
    {
        auto* dialog = open<ui::PatternDialog>(&m_plan->document, QStringList { "int4-g512" });
        QTest::keyClicks(dialog->findChild<QLineEdit*>(), "q_proj"); // 256 columns
        QVERIFY(!accept()->isEnabled());
        QVERIFY(says("512"));
    }
    void escapeLeavesThePlan()
    {
        auto* dialog = open<ui::PatternDialog>(&m_plan->document, QStringList { "int8-g128" });
        QTest::keyClicks(dialog->findChild<QLineEdit*>(), "q_proj");
        QTest::keyClick(dialog->findChild<QLineEdit*>(), Qt::Key_Escape);
        QTRY_VERIFY(!m_dialog);
        QCOMPARE(m_plan->undo.count(), 0);
    }

    // ---- sensitive layers in 16 bit

    void theThresholdBeginsWhereATenthIsAbove()
    {
        ui::ThresholdBox box("box", ui::divergenceText(nullptr), nullptr);
        const core::Profile& profile = *m_plan->document.profile();
        for (const char* format : { "int4-g128", "int3-g64" }) {
            box.beginAtTenth(profile, format);
            // Of 42 layers four are a tenth; the fourth and the fifth lose alike, and neither is above itself.
            QCOMPARE(layersAbove(format, box.value()), 3);
        }
        const double kept = box.value();
        box.beginAtTenth(profile, "no-format");
        QCOMPARE(box.value(), kept);
    }
    void layersAboveAreKept()
    {
        auto* dialog = open<ui::KeepDialog>(&m_plan->document);
        auto* threshold = dialog->findChild<QDoubleSpinBox*>("threshold");
        const auto* share = dialog->findChild<QLabel*>("keptShare");
        for (const double nats : { 0.00001, 0.0005, 0.001 }) {
            threshold->setValue(nats);
            QVERIFY2(share->text().startsWith(QStringLiteral("%1 of 42").arg(layersAbove("int4-g128", nats))),
                qPrintable(share->text()));
        }
        const auto expected = layersAbove("int4-g128", 0.001);
        QVERIFY(expected > 0 && expected < 42);
        QTest::mouseClick(accept(), Qt::LeftButton);
        QTRY_VERIFY(!m_dialog);
        QCOMPARE(m_plan->count("bf16"), expected);
        m_plan->undo.undo();
        QCOMPARE(m_plan->count("bf16"), 0);
    }
    void anotherFormatAnotherLoss()
    {
        auto* dialog = open<ui::KeepDialog>(&m_plan->document);
        auto* threshold = dialog->findChild<QDoubleSpinBox*>("threshold");
        const auto* share = dialog->findChild<QLabel*>("keptShare");
        threshold->setValue(0.001);
        const QString before = share->text();
        dialog->findChild<QComboBox*>()->setCurrentText("int2-g64");
        QVERIFY(share->text() != before);
        QVERIFY(share->text().startsWith(QStringLiteral("%1 of").arg(layersAbove("int2-g64", 0.001))));
        threshold->setValue(100);
        QVERIFY(!accept()->isEnabled()); // nothing would be kept
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_dialog);
        QCOMPARE(m_plan->undo.count(), 0);
    }

    // ---- presets

    void everyPresetSaysWhatItIsAndGives()
    {
        useSample(true);
        auto* dialog = open<ui::PresetDialog>(&m_plan->document);
        auto* list = dialog->findChild<QListWidget*>("presetList");
        const auto presets = core::availablePresets(*m_plan->document.network());
        QCOMPARE(list->count(), static_cast<int>(presets.size()));
        for (int row = 0; row < list->count(); ++row) {
            list->setCurrentRow(row);
            const core::Preset& preset = presets[static_cast<std::size_t>(row)];
            QCOMPARE(list->item(row)->text().toStdString(), preset.name);
            QVERIFY2(says(QString::fromStdString(preset.summary)), preset.name.c_str());
            const auto made = core::presetPlan(preset, *m_plan->document.network(), m_plan->document.profile());
            QCOMPARE(button("usePreset")->isEnabled(), made.has_value());
            const QString gives = dialog->findChild<QLabel*>("presetResult")->text();
            QVERIFY(!gives.isEmpty());
            if (made) {
                QVERIFY2(gives.contains("bits per weight"), qPrintable(gives));
                for (const std::string& note : made->notes) // what the preset asks for and the plan does without
                    QVERIFY2(gives.contains(QString::fromStdString(note)), note.c_str());
            }
            QCOMPARE(dialog->findChild<QWidget*>("presetThreshold")->isVisible(), preset.keep.has_value());
            QCOMPARE(
                dialog->findChild<QWidget*>("presetSmoothing")->isVisible(), core::presetSmoothing(preset).has_value());
        }
    }
    void aPresetIsAdjustedAndTaken()
    {
        useSample(true);
        auto* dialog = open<ui::PresetDialog>(&m_plan->document);
        auto* list = dialog->findChild<QListWidget*>("presetList");
        while (!dialog->findChild<QWidget*>("presetThreshold")->isVisible() && list->currentRow() + 1 < list->count())
            QTest::keyClick(list, Qt::Key_Down);
        auto* threshold = dialog->findChild<QDoubleSpinBox*>("presetThreshold");
        QVERIFY(threshold->isVisible());
        const QString format = dialog->findChild<QComboBox*>("presetThresholdFormat")->currentText();
        threshold->setValue(0.0005);
        const auto expected = layersAbove(format.toStdString(), 0.0005);
        QVERIFY2(dialog->findChild<QLabel*>("presetKept")->text().startsWith(QStringLiteral("%1 of 42").arg(expected)),
            qPrintable(dialog->findChild<QLabel*>("presetKept")->text()));
        const QString name = list->currentItem()->text();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Return); // in the list: use this one
        QTRY_VERIFY(!m_dialog);
        QCOMPARE(m_plan->count("bf16"), expected);
        QCOMPARE(QString::fromStdString(m_plan->plan().name), name);
        QCOMPARE(m_plan->undo.undoText(), "Use Preset " + name);
    }
    void aPresetThatNeedsAProfileSaysSo()
    {
        useSample(false);
        auto* dialog = open<ui::PresetDialog>(&m_plan->document);
        auto* list = dialog->findChild<QListWidget*>("presetList");
        int refused = 0;
        for (int row = 0; row < list->count(); ++row) {
            list->setCurrentRow(row);
            if (button("usePreset")->isEnabled())
                continue;
            ++refused;
            QVERIFY2(dialog->findChild<QLabel*>("presetResult")->text().contains("profile"),
                qPrintable(list->currentItem()->text()));
            QTest::keyClick(list, Qt::Key_Return);
            QVERIFY(dialog->isVisible());
        }
        QVERIFY(refused > 0);
        QCOMPARE(m_plan->undo.count(), 0);
    }

    // ---- what a loader refuses

    void problemsAreMendedOneByOne()
    {
        breakTies();
        auto* dialog = open<ui::ProblemsDialog>(&m_plan->document);
        QCOMPARE(fixes().size(), 2);
        QVERIFY(says("vLLM cannot load the plan"));
        QVERIFY(fixes().front()->toolTip().startsWith("Sets "));
        QVERIFY(fixes().front()->accessibleName().startsWith("Fix: Sets "));
        fixes().front()->setFocus();
        QTest::keyClick(fixes().front(), Qt::Key_Space);
        QTRY_COMPARE(fixes().size(), 1); // the list follows
        QTest::mouseClick(button("fixAll"), Qt::LeftButton);
        QTRY_COMPARE(fixes().size(), 0);
        QVERIFY(m_plan->document.estimate().problems.empty());
        QVERIFY(says("vLLM can load this plan."));
        QVERIFY(!button("fixAll")->isEnabled());
        QCOMPARE(button("fixAll")->toolTip(), "There is nothing to fix");
        m_plan->undo.undo();
        QTRY_COMPARE(fixes().size(), 1); // and it follows Undo
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_dialog);
    }
    void allIsMendedInOneStep()
    {
        breakTies();
        const int steps = m_plan->undo.count();
        open<ui::ProblemsDialog>(&m_plan->document);
        QTest::mouseClick(button("fixAll"), Qt::LeftButton);
        QCOMPARE(m_plan->undo.count(), steps + 1);
        QVERIFY(m_plan->document.estimate().problems.empty());
    }
    void anotherModelClosesTheList()
    {
        breakTies();
        open<ui::ProblemsDialog>(&m_plan->document);
        m_plan->document.reset(nullptr, 0, {});
        QTRY_VERIFY(!m_dialog);
    }

    // ---- keys

    void everyKeyIsListedOnceAMenu()
    {
        ui::Actions actions(&m_plan->undo, nullptr);
        auto* dialog = open<ui::ShortcutsDialog>(actions);
        const auto* tree = dialog->findChild<QTreeWidget*>();
        QSet<QString> seen;
        QStringList menus;
        for (int i = 0; i < tree->topLevelItemCount(); ++i) {
            const QTreeWidgetItem* menu = tree->topLevelItem(i);
            menus << menu->text(0);
            QVERIFY(menu->childCount() > 0 && menu->isExpanded());
            for (int j = 0; j < menu->childCount(); ++j) {
                const QString entry = menu->text(0) + "/" + menu->child(j)->text(0);
                QVERIFY2(!seen.contains(entry), qPrintable(entry));
                seen.insert(entry);
                QVERIFY2(!menu->child(j)->text(1).isEmpty(), qPrintable(entry));
                QVERIFY2(!entry.contains('&') && !entry.contains(QChar(0x2026)), qPrintable(entry));
            }
        }
        QCOMPARE(menus.mid(menus.size() - 2), QStringList({ "Map", "Chart" })); // keys that no action has
        QCOMPARE(menus.front(), "File");
        int withKeys = 0; // of the menus
        for (const auto& entry : actions.entries())
            withKeys += entry.action->shortcut().isEmpty() ? 0 : 1;
        int listed = 0;
        for (const QString& entry : seen)
            listed += entry.startsWith("Map/") || entry.startsWith("Chart/") ? 0 : 1;
        QCOMPARE(listed, withKeys);
        QVERIFY(seen.contains("Plan/Lock or Unlock") && seen.contains("Run/Run Plan"));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_dialog);
    }

private:
    static QStringList formats() { return { "int4-g128", "int8-g128" }; }
    template <typename Dialog, typename... Args> Dialog* open(Args&&... args)
    {
        auto* dialog = new Dialog(std::forward<Args>(args)...);
        m_dialog = dialog;
        dialog->show();
        dialog->activateWindow();
        (void)QTest::qWaitForWindowActive(dialog);
        return dialog;
    }
    QPushButton* button(const char* name) const { return m_dialog->findChild<QPushButton*>(name); }
    QPushButton* accept() const { return button("acceptPlan"); }
    QList<QPushButton*> fixes() const { return m_dialog->findChildren<QPushButton*>("fixProblem"); }
    /// Whether a text of the dialog has these words.
    bool says(const QString& words) const
    {
        const auto labels = m_dialog->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text().contains(words); });
    }
    /// By the profile's own numbers: slope times relative error.
    qsizetype layersAbove(const std::string& format, double nats) const
    {
        return std::ranges::count_if(m_plan->document.profile()->layers,
            [&](const core::LayerProfile& layer) { return layer.slope * layer.relativeError.at(format) > nats; });
    }
    /// A model with a key/value cache, as some presets need.
    void useSample(bool profiled)
    {
        const auto network = test::sampleNetwork();
        m_plan->document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        m_plan->document.setProfile(profiled ? test::syntheticProfile(*network) : nullptr);
    }
    /// In blocks 0 and 3 the value's format is not the query's, which vLLM fuses.
    void breakTies()
    {
        m_plan->document.setLoader("vllm");
        m_plan->document.setFormat({ 2, 3 * 7 + 2 }, "int8-g128");
    }

    std::unique_ptr<test::PlanFixture> m_plan;
    QPointer<QDialog> m_dialog;
};

QTEST_MAIN(TestPlanDialogs)
#include "tst_plan_dialogs.moc"
