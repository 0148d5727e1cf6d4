// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QComboBox>
#include <QLabel>
#include <QTest>

#include "core/jobs/project.h"
#include "core/task/task.h"
#include "tests/support/sample_network.h"
#include "tests/support/sentence_folder.h"
#include "tests/support/text_folder.h"
#include "ui/charts/pareto_chart.h"
#include "ui/divergence_text.h"
#include "ui/heatmap/heatmap_model.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/transform_picker.h"
#include "ui/runs/run_table_model.h"
#include "ui/selection.h"

using namespace kerf;

namespace {

/// What the window says of a divergence, in places of every kind.
QStringList words(const std::shared_ptr<const core::Network>& network)
{
    QUndoStack undo;
    ui::PlanDocument document(&undo);
    document.reset(network, 0, core::uniformPlan(*network, "p", "int8-channel", "rtn").value());
    ui::HeatmapModel map(&document);
    map.setMeasure(ui::HeatmapMeasure::PredictedKld, "int8-channel");
    const ui::LayerTreeModel tree(&document);
    ui::RunTableModel runs;
    ui::RunFront front;
    front.y = front.distance = core::distanceOf(*network);
    front.divergence = document.divergence();
    runs.setFront(front);
    ui::Selection selection;
    ui::ParetoChart chart(&selection);
    chart.setRuns({}, front);
    QStringList found { map.measureText(),
        tree.headerData(ui::LayerTreeModel::KldColumn, Qt::Horizontal, Qt::DisplayRole).toString(),
        tree.headerData(ui::LayerTreeModel::KldColumn, Qt::Horizontal, Qt::ToolTipRole).toString(),
        runs.headerData(ui::RunTableModel::KldColumn, Qt::Horizontal, Qt::DisplayRole).toString(),
        runs.headerData(ui::RunTableModel::KldColumn, Qt::Horizontal, Qt::ToolTipRole).toString() };
    const auto* axes = chart.findChild<QComboBox*>("paretoY");
    for (int i = 0; i < axes->count(); ++i)
        found << axes->itemText(i);
    return found;
}

} // namespace

/// The window names a divergence as the network's task does.
class TestDivergenceText : public QObject {
    Q_OBJECT

    test::TextFolder m_files;
    int m_made = 0;

    std::shared_ptr<const core::Network> encoder(const char* source, bool isSentence)
    {
        test::SentenceFolder folder(m_files.path(QString::number(++m_made)).toStdString(), source);
        folder.writeTokenizer();
        if (isSentence)
            folder.add("1_Pooling", "models.Pooling", { { "pooling_mode_mean_tokens", true } });
        return core::openProject(folder.path(), {}).value()->model.network;
    }

private slots:
    void languageModels()
    {
        const auto network = test::sampleNetwork();
        const ui::DivergenceText text = ui::divergenceText(network.get());
        QCOMPARE(text.title(), "KLD, nats");
        QCOMPARE(text.amount("0.1"), "0.1 nats");
        QCOMPARE(ui::divergenceText(nullptr).full, "KL divergence, nats per token");
        QCOMPARE(core::divergenceTitle(*core::nearestTask(*network)), std::string("KL divergence, nats/token"));
        const QStringList found = words(network);
        QVERIFY2(found.contains("cost in this plan: predicted KLD, nats"), qPrintable(found.join('\n')));
        QVERIFY2(found.contains("KLD ↓") && found.contains("KLD"), qPrintable(found.join('\n')));
        QVERIFY2(found.contains("Perplexity"), qPrintable(found.join('\n')));
    }
    void embeddingsHaveNoNats()
    {
        const auto network = encoder("bert-base", true);
        const ui::DivergenceText text = ui::divergenceText(network.get());
        QCOMPARE(text.title(), "Cosine distance");
        QCOMPARE(text.within(), "cosine distance");
        QCOMPARE(text.amount("0.1"), "0.1");
        QCOMPARE(text.suffix(), QString());
        QCOMPARE(core::divergenceTitle(*core::nearestTask(*network)), std::string("cosine distance"));
        QCOMPARE(core::divergenceAmount(*core::nearestTask(*network), "0.1"), std::string("0.1"));
        const QStringList found = words(network);
        for (const QString& word : found)
            QVERIFY2(!word.contains("KL") && !word.contains("nats") && word != "Perplexity", qPrintable(word));
        QVERIFY2(found.contains("cost in this plan: predicted cosine distance"), qPrintable(found.join('\n')));
        QVERIFY2(found.contains("Cosine distance ↓"), qPrintable(found.join('\n')));
    }
    void classesAreOfTexts()
    {
        const ui::DivergenceText text = ui::divergenceText(encoder("xlm-roberta", false).get());
        QCOMPARE(text.full, "KL divergence, nats per text");
        QCOMPARE(ui::divergenceText(encoder("bert-tokens", false).get()).full, "KL divergence, nats per token");
    }
    /// A transform that is chosen and reaches few layers of this network says so beside its entry.
    void transformsSayWhatTheyReach()
    {
        QUndoStack undo;
        ui::PlanDocument document(&undo);
        ui::TransformPicker picker(&document);
        const auto reach = [&] { return picker.findChild<QLabel*>("reach-smoothquant"); };
        const auto choose = [&](const std::shared_ptr<const core::Network>& network) {
            document.reset(network, 0, core::uniformPlan(*network, "p", "int8-channel", "rtn").value());
            document.addTransform(core::transformChoice("smoothquant").value(), "Use");
        };
        choose(encoder("bert-base", true));
        QVERIFY(!reach()->isHidden());
        QVERIFY2(reach()->text().contains("0 of"), qPrintable(reach()->text()));
        choose(test::sampleNetwork());
        QVERIFY(reach()->isHidden());
    }
};

QTEST_MAIN(TestDivergenceText)
#include "tst_divergence_text.moc"
