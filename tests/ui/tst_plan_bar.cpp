// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>

#include "core/plan/loaders.h"
#include "tests/support/sample_network.h"
#include "tests/ui/plan_fixture.h"
#include "ui/english_plurals.h"
#include "ui/plan/allowed_formats.h"
#include "ui/plan/budget_slider.h"
#include "ui/plan/cache_picker.h"
#include "ui/plan/plan_bar.h"
#include "ui/plan/plan_pickers.h"
#include "ui/plan/plan_tile.h"
#include "ui/plan/transform_picker.h"
#include "ui/theme.h"
#include "ui/value_text.h"

using namespace kerf;

/// The bar above the panels and the pickers beside the map: they show the plan in hand and change it.
class TestPlanBar : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QCoreApplication::installTranslator(&m_plurals);
        ui::applyTheme(ui::ThemeMode::Light);
    }
    void init()
    {
        m_plan = std::make_unique<test::PlanFixture>();
        m_open.setText("&Open…");
        m_export.setTitle("Export");
        m_bar = std::make_unique<ui::PlanBar>(
            &m_plan->document, ui::PlanBar::Buttons { &m_open, &m_profile, &m_run, &m_export });
        m_bar->resize(1600, 60);
        m_bar->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
    }
    void cleanup() { m_bar.reset(); }

    // ---- the bar

    void tilesSayWhatThePlanIs()
    {
        const auto& estimate = m_plan->document.estimate();
        QVERIFY(tile("Size").startsWith(ui::bytesText(estimate.size.sizeBytes)));
        const int share = qRound(100.0 * static_cast<double>(estimate.size.sizeBytes) / 12e6);
        QVERIFY2(tile("Size").endsWith(QStringLiteral(" %1 %").arg(share)), qPrintable(tile("Size")));
        QVERIFY2(tile("Bits per Weight").startsWith("4.13"), qPrintable(tile("Bits per Weight"))); // 4 + 16 / 128
        QVERIFY(tile("Predicted KLD").contains(QChar(0xB1)));
        m_plan->document.setFormat(m_plan->all(), "int8-g128");
        QVERIFY(tile("Bits per Weight").startsWith("8.13"));
        m_plan->document.setProfile(nullptr);
        QCOMPARE(tile("Predicted KLD"), "– needs a profile");
        m_plan->document.reset(nullptr, 0, {});
        QVERIFY(tile("Size").startsWith("–") && tile("Bits per Weight").startsWith("–"));
        QVERIFY(!m_bar->isEnabled());
    }
    void anUnpredictedPlanSaysWhy()
    {
        m_plan->document.setMethod({ 0 }, "rtn"); // the profile is of gptq
        QVERIFY2(tile("Predicted KLD").startsWith("– "), qPrintable(tile("Predicted KLD")));
        const QString tip = tileOf("Predicted KLD")->toolTip();
        QVERIFY2(tip.contains("No prediction") && tip.contains("rtn"), qPrintable(tip));
    }
    void theNextThingToDoStandsOut()
    {
        QCOMPARE(mainAction(), &m_run);
        m_plan->document.setProfile(nullptr);
        QCOMPARE(mainAction(), &m_profile);
        QVERIFY(m_bar->budget()->toolTip() != QString());
        QVERIFY(!m_bar->budget()->slider()->isEnabled());
    }
    void theLoaderIsChosenAndChecked()
    {
        auto* loader = m_bar->findChild<QComboBox*>("loaderChoice");
        auto* check = m_bar->findChild<QToolButton*>("loaderCheck");
        QCOMPARE(loader->count(), static_cast<int>(core::loaders().size()));
        m_plan->document.setFormat({ 2 }, "int8-g128");
        QCOMPARE(check->text(), "✓");
        QVERIFY(!check->isEnabled());
        loader->setFocus();
        QTest::keyClicks(loader, "vLLM");
        QCOMPARE(QString::fromStdString(m_plan->document.loader()), "vllm");
        QCOMPARE(check->text(), "✗ 1");
        QVERIFY2(check->toolTip().startsWith("1 problem with vLLM"), qPrintable(check->toolTip()));
        QCOMPARE(check->accessibleName(), check->toolTip());
        QSignalSpy asked(m_bar.get(), &ui::PlanBar::problemsRequested);
        check->setFocus();
        QTest::keyClick(check, Qt::Key_Space);
        QCOMPARE(asked.count(), 1);
    }
    void aNameIsTyped()
    {
        auto* name = m_bar->findChild<QLineEdit*>("planName");
        QCOMPARE(name->text(), "int4-g128");
        name->setFocus();
        name->selectAll();
        QTest::keyClicks(name, "for phones");
        m_plan->document.setFormat({ 0 }, "int8-g128"); // a job's news while one types
        QCOMPARE(name->text(), "for phones");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(m_plan->plan().name, "for phones");
        QVERIFY(says("1 edit"));
    }
    void littleRoomMakesRows()
    {
        const int one = m_bar->height();
        QVERIFY(tileOf("Bits per Weight")->isVisible());
        bool wasLeftOut = false;
        for (int width = 1500; width >= 560; width -= 20) {
            m_bar->resize(width, m_bar->height());
            wasLeftOut = wasLeftOut || !tileOf("Bits per Weight")->isVisible();
            const QRect inside = m_bar->rect();
            for (const char* part : { "budgetSlider", "loaderChoice", "loaderCheck", "planName" }) {
                const auto* widget = m_bar->findChild<QWidget*>(part);
                QVERIFY2(inside.contains(QRect(widget->mapTo(m_bar.get(), QPoint()), widget->size())), part);
            }
        }
        QVERIFY(m_bar->height() > one);
        QVERIFY(wasLeftOut); // before a row more begins: size and budget say it too
        m_bar->resize(1600, m_bar->height());
        QCOMPARE(m_bar->height(), one);
    }

    // ---- the budget

    void keysMoveTheBudget()
    {
        QSlider* slider = m_bar->budget()->slider();
        QSignalSpy chosen(m_bar->budget(), &ui::BudgetSlider::budgetChosen);
        const double before = m_bar->budget()->bits();
        QVERIFY(std::abs(before - 4.125) < 0.02);
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_PageUp);
        QTRY_COMPARE(chosen.count(), 1);
        QVERIFY(std::abs(chosen[0][0].toDouble() / before - std::pow(8.0, 0.05)) < 0.005); // a twentieth of 2 … 16
        QTest::keyClick(slider, Qt::Key_Home);
        QTRY_COMPARE(chosen.count(), 2);
        QCOMPARE(chosen[1][0].toDouble(), 2.0);
        QVERIFY(chosen[1][1].toInt() > chosen[0][1].toInt()); // each key a step of its own
        QTest::keyClick(slider, Qt::Key_End);
        QTRY_COMPARE(chosen.count(), 3);
        QVERIFY(std::abs(chosen[2][0].toDouble() - 16) < 1e-9);
    }
    void aDragIsOneWish()
    {
        QSlider* slider = m_bar->budget()->slider();
        QSignalSpy chosen(m_bar->budget(), &ui::BudgetSlider::budgetChosen);
        slider->setSliderDown(true);
        slider->setValue(700);
        QTRY_COMPARE(chosen.count(), 1);
        m_bar->budget()->setBits(3); // the plan that came of it: the handle stays under the finger
        QCOMPARE(slider->value(), 700);
        slider->setValue(750);
        QTRY_COMPARE(chosen.count(), 2);
        slider->setSliderDown(false);
        QCOMPARE(chosen[0][1], chosen[1][1]); // one step of the history
        m_bar->budget()->setBits(3);
        QVERIFY(slider->value() < 700);
        QCOMPARE(chosen.count(), 2); // nobody chose that
    }

    // ---- pickers

    void pickersMeanTheSelectionOrAll()
    {
        ui::PlanPickers pickers(&m_plan->document, &m_plan->selection);
        m_plan->selection.setLayers({ 3, 5 }, 5);
        choose(pickers.format(), "int8-g128");
        QCOMPARE(m_plan->count("int8-g128"), 2);
        choose(pickers.method(), "rtn");
        QCOMPARE(std::ranges::count(m_plan->plan().layers, std::string("rtn"), &core::PlanLayer::method), 2);
        m_plan->selection.setLayers({ 3, 4 }, 4);
        QCOMPARE(pickers.format()->currentIndex(), -1); // they differ
        QCOMPARE(pickers.method()->currentIndex(), -1);
        QVERIFY(saysIn(pickers, "The layers have several formats."));
        m_plan->selection.clear();
        choose(pickers.format(), "int4-g64");
        QCOMPARE(m_plan->count("int4-g64"), 42);
        QCOMPARE(pickers.format()->currentText(), "int4-g64");
    }
    void aRefusedFormatIsTakenBack()
    {
        ui::PlanPickers pickers(&m_plan->document, &m_plan->selection);
        QSignalSpy rejected(&m_plan->document, &ui::PlanDocument::rejected);
        m_plan->selection.setLayers({ 1 }, 1);
        pickers.format()->addItem("int4-g512"); // 256 columns
        choose(pickers.format(), "int4-g512");
        QCOMPARE(rejected.count(), 1);
        QCOMPARE(pickers.format()->currentText(), "int4-g128");
    }
    void theCachesFormatIsChosen()
    {
        const auto network = test::sampleNetwork();
        m_plan->document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        ui::CachePicker picker(&m_plan->document);
        auto* format = picker.findChild<QComboBox*>("cacheFormat");
        auto* tokens = picker.findChild<QSpinBox*>("cacheContext");
        auto* batch = picker.findChild<QSpinBox*>("cacheBatch");
        const auto* memory = picker.findChild<QLabel*>("cacheMemory");
        QCOMPARE(tokens->value(), static_cast<int>(network->maxPositions()));
        // Keys and values of each head, in each block, two bytes a number.
        const core::CacheShape shape = network->cacheShape();
        const qint64 perToken = 2 * 2 * shape.heads * shape.headDim * network->blockCount();
        const auto text = [&](qint64 sequences) {
            return QStringLiteral("%1 bytes a token, %2")
                .arg(QLocale().toString(perToken), ui::bytesText(perToken * tokens->value() * sequences));
        };
        QCOMPARE(memory->text(), text(1));
        batch->setValue(16);
        QCOMPARE(memory->text(), text(16));
        choose(format, "kv-int8");
        QVERIFY2(memory->text().contains("in 16 bit"), qPrintable(memory->text()));
        QVERIFY(saysIn(picker, "Not profiled"));
        core::Plan mixed = m_plan->plan();
        mixed.kv.front() = "kv-int4";
        m_plan->document.replacePlan(mixed, "mix");
        QCOMPARE(format->currentIndex(), -1);
        QVERIFY(saysIn(picker, "1 × kv-int4, 5 × kv-int8"));
        m_plan->document.reset(m_plan->network, 0, test::syntheticPlan(*m_plan->network, "int4-g128"));
        QVERIFY(!picker.isEnabled()); // a network without a cache
        QVERIFY(memory->text().isEmpty());
    }
    void transformsCanBeTakenOutAlways()
    {
        const auto network = test::sampleNetwork();
        m_plan->document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        ui::TransformPicker picker(&m_plan->document);
        auto* smooth = picker.findChild<QCheckBox*>("transform-smoothquant");
        auto* strength = picker.findChild<QDoubleSpinBox*>("smoothStrength");
        QVERIFY(!strength->isEnabled());
        smooth->click();
        QCOMPARE(m_plan->undo.undoText(), "Use SmoothQuant");
        strength->setValue(0.7);
        strength->setValue(0.8);
        QCOMPARE(m_plan->undo.count(), 2); // both steps of the strength are one
        QCOMPARE(m_plan->plan().transforms[0].settings["alpha"].get<double>(), 0.8);
        picker.findChild<QCheckBox*>("smoothSearch")->click();
        QVERIFY(!strength->isEnabled());
        // What a model cannot take says why, and what the plan has all the same can be left out.
        const core::Plan plan = m_plan->plan();
        m_plan->document.reset(m_plan->network, 0, test::syntheticPlan(*m_plan->network, "int4-g128"));
        const bool offered = smooth->isEnabled();
        QVERIFY(offered || !smooth->toolTip().isEmpty());
        core::Plan other = m_plan->plan();
        other.transforms = plan.transforms;
        m_plan->document.replacePlan(other, "with");
        QVERIFY(smooth->isEnabled() && smooth->isChecked());
        smooth->click();
        QVERIFY(m_plan->plan().transforms.empty());
        // What only networks of ONNX files have is not offered to others, unless the plan has it.
        auto* fold = picker.findChild<QCheckBox*>("transform-bn-fold");
        QVERIFY(fold->isHidden());
        other.transforms = { core::transformChoice("bn-fold").value() };
        m_plan->document.replacePlan(other, "with");
        QVERIFY(!fold->isHidden() && fold->isChecked());
        fold->click();
        QVERIFY(m_plan->plan().transforms.empty() && fold->isHidden());
    }

    // ---- formats that a search may use

    void neededFormatsCannotBeTakenAway()
    {
        ui::AllowedFormats allowed("try", nullptr);
        const core::Profile& profile = *m_plan->document.profile();
        allowed.setFormats(profile, { "int4-g128", "int8-g128" }, { "int3-g64" });
        QCOMPARE(allowed.formats(), (std::vector<std::string> { "int3-g64", "int4-g128", "int8-g128" }));
        auto* list = allowed.findChild<QListWidget*>("tryFormats");
        const auto item = [&](const char* name) { return list->findItems(name, Qt::MatchExactly).front(); };
        QVERIFY(!(item("int3-g64")->flags() & Qt::ItemIsEnabled));
        QCOMPARE(item("int3-g64")->toolTip(), "The plan has layers in it");
        QVERIFY(!item("int2-g64")->toolTip().isEmpty());
        QSignalSpy changed(&allowed, &ui::AllowedFormats::changed);
        item("int8-g128")->setCheckState(Qt::Unchecked);
        QCOMPARE(changed.count(), 1);
        allowed.setFormats(profile, {}, {}); // another loader: all again, but for what a person took away
        QCOMPARE(changed.count(), 1);
        const auto now = allowed.formats();
        QVERIFY(std::ranges::find(now, std::string("int8-g128")) == now.end());
        QVERIFY(allowed.tieFused());
        allowed.findChild<QCheckBox*>("tryTies")->click();
        QVERIFY(!allowed.tieFused());
        QCOMPARE(changed.count(), 2);
    }

private:
    const ui::PlanTile* tileOf(const char* name) const
    {
        for (const auto* tile : m_bar->findChildren<ui::PlanTile*>())
            if (tile->accessibleName() == name)
                return tile;
        return nullptr;
    }
    QString tile(const char* name) const
    {
        const ui::PlanTile* found = tileOf(name);
        return found ? found->accessibleDescription() : QString();
    }
    QAction* mainAction() const
    {
        for (auto* button : m_bar->findChildren<QToolButton*>("barButton"))
            if (button->property("primary").toBool())
                return button->defaultAction();
        return nullptr;
    }
    bool says(const QString& words) const { return saysIn(*m_bar, words); }
    static bool saysIn(const QWidget& widget, const QString& words)
    {
        const auto labels = widget.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text().contains(words); });
    }
    static void choose(QComboBox* box, const QString& text)
    {
        box->setCurrentText(text);
        emit box->activated(box->currentIndex());
    }

    ui::EnglishPlurals m_plurals;
    std::unique_ptr<test::PlanFixture> m_plan;
    QAction m_open, m_profile, m_run;
    QMenu m_export;
    std::unique_ptr<ui::PlanBar> m_bar;
};

QTEST_MAIN(TestPlanBar)
#include "tst_plan_bar.moc"
