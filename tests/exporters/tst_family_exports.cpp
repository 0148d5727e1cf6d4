// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <map>

#include "core/base/random.h"
#include "core/calibrate/statistics.h"
#include "core/exporters/exporter.h"
#include "core/model/model.h"
#include "core/quantize/layer_solver.h"
#include "tests/support/rounded_run.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

/// A format that a target takes, of those whose groups fill the rows of small layers. GGUF files ask for a tokenizer:
/// tst_gguf_families.
const std::map<std::string, std::string>& formatOfTarget()
{
    static const std::map<std::string, std::string> formats { { "gptq", "int4-g32" }, { "awq", "int4-g32" },
        { "compressed-tensors", "int4-g32" }, { "bnb", "nf4-b64" }, { "fp8", "fp8-e4m3-tensor" },
        { "modelopt", "nvfp4" }, { "hf", "int4-g32" } };
    return formats;
}

/// Its format where the layer takes it, else none.
std::vector<std::string> formatsFor(const Network& network, const std::string& target)
{
    std::vector<std::string> formats;
    const std::string& format = formatOfTarget().at(target);
    const LayerFormat parsed = parseLayerFormat(format).value();
    const std::int64_t tile = target == "gptq" || target == "awq" ? 32 : 1;
    for (const LayerInfo& layer : network.layers()) {
        const bool fits = parsed.checkShape(layer.shape) && layer.shape.rows % tile == 0;
        formats.push_back(fits ? format : "bf16");
    }
    return formats;
}

Dataset randomText(const Network& network)
{
    CounterRng random(3);
    Dataset data;
    data.name = "random";
    const auto words = static_cast<std::uint64_t>(network.vocabularySize());
    for (int w = 0; w < 4; ++w) {
        auto& window = data.windows.emplace_back();
        for (int i = 0; i < 32; ++i)
            window.push_back(static_cast<TokenId>(random.below(words)));
    }
    return data;
}

} // namespace

/// Every family of decoders that there is a folder of, through methods and targets: a new folder needs no code here.
class TestFamilyExports : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { KERF_REQUIRE_SHARED_DATA(data); }

    void methods_data() { addFolders(); }
    /// Rounding to nearest and hcd over every layer: the outputs stay finite and near, and hcd is nowhere worse.
    void methods()
    {
        QFETCH(QString, folder);
        const Model model = openModel(folder.toStdString()).value();
        const Network& network = *model.network;
        const QTemporaryDir at;
        const Dataset text = randomText(network);
        const auto cache = StatisticsCache::open(at.path().toStdString(), "model", "text").value();
        const Status calibrated = calibrate(network, text, cache, {});
        QVERIFY2(calibrated, calibrated ? "" : calibrated.error().message.c_str());
        const std::vector<std::vector<TokenId>> windows { text.windows[0] };
        const Matrix exact = runNetwork(network, windows)->logits;
        for (const char* method : { "rtn", "hcd" }) {
            Replacements replacements;
            for (const LayerInfo& layer : network.layers()) {
                const Matrix weight = network.layerWeight(layer.name).value();
                SiteWork site(cache.load(layer.site).value());
                const LayerTask task { layer.name, parseLayerFormat("int4-channel").value(), findMethod(method).value(),
                    {}, 0 };
                const auto made = solveLayer(task, weight, &site, {});
                QVERIFY2(made, made ? "" : made.error().message.c_str());
                QVERIFY(made->report.relativeError <= made->report.rtnRelativeError * (1 + 1e-6));
                replacements.emplace(layer.name, makeDenseLinear(dequantize(made->tensor)));
            }
            const Matrix found = runNetwork(network, windows, &replacements)->logits;
            const double change = static_cast<double>((found - exact).norm() / exact.norm());
            QVERIFY2(change > 0 && change < 1, qPrintable(QString::number(change))); // of random weights
        }
    }

    void targets_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("target");
        for (const fs::path& folder : foldersOf(sharedData() / "conformance" / "decoders"))
            for (const auto& [target, format] : formatOfTarget())
                QTest::addRow("%s %s", folder.filename().c_str(), target.c_str())
                    << QString::fromStdString(folder.string()) << QString::fromStdString(target);
    }
    /// What a target says yes to is written and read back, and gives the same logits; a no says why.
    void targets()
    {
        QFETCH(QString, folder);
        QFETCH(QString, target);
        const Model model = openModel(folder.toStdString()).value();
        const std::string name = target.toStdString();
        const RoundedRun run(model, formatsFor(*model.network, name));
        const auto problems = findExporter(name).value()->check(run.plan(), *model.network);
        if (!problems.empty()) {
            QVERIFY(problems.front().message.size() > 20);
            qInfo("no: %s", problems.front().message.c_str());
            return;
        }
        const QTemporaryDir at;
        const fs::path out = fs::path(at.path().toStdString()) / "out";
        const auto report = run.write(name.c_str(), out);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const auto written = openModel(out);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const auto rounds = [](const auto& entry) { return entry.second > 0; }; // to the 16 bit that the folder is in
        if (std::ranges::none_of(report->roundingErrors, rounds)) {
            const std::string difference = run.difference(*written);
            QVERIFY2(difference.empty(), difference.c_str());
        }
        qInfo("yes, %zu of %zu layers", run.layers().size(), model.network->layers().size());
    }

private:
    static std::vector<fs::path> foldersOf(const fs::path& set)
    {
        std::vector<fs::path> found;
        if (sharedData().empty())
            return found;
        for (const auto& entry : fs::directory_iterator(set))
            if (openModel(entry.path()))
                found.push_back(entry.path());
        std::ranges::sort(found);
        return found;
    }
    static void addFolders()
    {
        QTest::addColumn<QString>("folder");
        for (const auto& set :
            { sharedData() / "conformance" / "decoders", fs::path(KERF_SOURCE_DIR "/tests/data/variants") })
            for (const fs::path& folder : foldersOf(set))
                QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
    }
};

QTEST_GUILESS_MAIN(TestFamilyExports)
#include "tst_family_exports.moc"
