// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/decide/advice.h"
#include "core/decide/calibration.h"
#include "tests/support/published_shape.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

const MachineIdentity kHere { "A processor", "avx2 fma", 4, "avx2, avx2", "1.0" };

FormatCalibration calibrated(const char* format, double byte, bool isInCache = false)
{
    FormatCalibration found;
    found.format = format;
    found.isInCache = isInCache;
    found.models = { "a model" };
    found.kernels = "4-bit avx2";
    found.time = 1796000000; // 2026-11-30
    found.bandwidth = 40e9;
    found.peak = found.peakSixteen = 200e9;
    found.fit = { { byte, byte / 20, true }, { 1 / 150e9, 1e-13, true }, { 1 / 30e9, 1e-12, true },
        { 50e-6, 5e-6, true }, 0.05, 12 };
    found.steps = { { "a model", { 512, 8 }, 0.1, 0.0932, true }, { "a model", { 128, 1 }, 0.02, 0.021, false } };
    return found;
}

Calibration calibration()
{
    Calibration found;
    found.machine = kHere;
    found.time = 1796000000;
    found.memory = 64.0 * (1 << 30);
    found.lastCache = 32 << 20;
    found.bandwidth = { 40e9, 1e9 };
    found.float32 = { 200e9, 1e9 };
    found.int8 = { 800e9, 1e9 };
    found.formats
        = { calibrated("bf16", 1 / 25e9), calibrated("int4-g128", 1 / 16e9), calibrated("int4-g128", 1 / 80e9, true) };
    return found;
}

Device device()
{
    return deviceOf(std::make_shared<const Calibration>(calibration()));
}

bool isNear(double value, double wanted)
{
    return std::abs(value - wanted) <= 1e-9 * wanted;
}

void write(const fs::path& file, const std::string& text)
{
    std::ofstream(file) << text;
}

} // namespace

/// What is kept of a machine and what it is used for. No time is taken.
class TestCalibration : public QObject {
    Q_OBJECT

    PublishedShape m_shape = publishedShape("llama-3.1-8b");
    CacheFormatPtr m_cache = parseCacheFormat("kv-f16").value();

    double stepOf(const ServedWeights& weights, const Use& use, Arithmetic arithmetic = Arithmetic::Sixteen) const
    {
        const Device here = device();
        return stepSeconds(here, m_shape.model, weights, arithmetic, *m_cache, use,
            speedOf(here, m_shape.model, weights, arithmetic).shares)
            .value();
    }

private slots:
    /// A step is predicted by the costs themselves, with caches as Kerf's kernels keep them: in 4 bytes a number.
    void aCalibratedFormatIsPredictedByItsCosts()
    {
        const ServedWeights weights = m_shape.weights("int4-g128");
        const SpeedSource source = speedOf(device(), m_shape.model, weights, Arithmetic::Sixteen);
        QVERIFY(source.isCalibrated);
        QCOMPARE(source.text, std::string("calibrated on 2026-11-30, ±7 %"));
        const Use use { 512, 8 };
        const StepFit fit = calibrated("int4-g128", 1 / 16e9).fit;
        QVERIFY(isNear(stepOf(weights, use), fit.seconds(stepWork(m_shape.model, weights, *m_cache, use, 4))));
    }
    void severalFormatsAreMixedByTheirBytes()
    {
        ServedWeights mixed = m_shape.weights("int4-g128");
        const ServedWeights sixteen = m_shape.weights("bf16");
        ServedPart half = mixed.parts.front(), rest = sixteen.parts.front();
        for (double* value : { &half.bytes, &half.parameters, &rest.bytes, &rest.parameters })
            *value /= 2;
        mixed.parts = { half, rest };
        mixed.dense = half.bytes + rest.bytes;
        const StepWork work = stepWork(m_shape.model, mixed, *m_cache, { 128, 1 }, 4);
        const double byte = (half.bytes / 16e9 + rest.bytes / 25e9) / (half.bytes + rest.bytes);
        StepFit fit = calibrated("bf16", byte).fit;
        QVERIFY(isNear(stepOf(mixed, { 128, 1 }), fit.seconds(work)));
    }
    void whatWasNotTimedIsSaid()
    {
        const auto source = [&](const char* format, Arithmetic arithmetic = Arithmetic::Sixteen) {
            return speedOf(device(), m_shape.model, m_shape.weights(format), arithmetic);
        };
        QCOMPARE(source("q4_k").text, std::string("calibrated on 2026-11-30, ±7 %, by int4-g128"));
        QVERIFY(!source("int8-channel").isCalibrated);
        QCOMPARE(source("int8-channel").text, std::string("usual shares: int8-channel was not timed on this machine"));
        QVERIFY(!source("int4-g128", Arithmetic::Int8).isCalibrated); // other products
        QVERIFY(!source("int8-channel").shares.isSummed);
        QVERIFY(speedOf(shippedDevice("H100 SXM"), m_shape.model, m_shape.weights("bf16"), Arithmetic::Sixteen)
                    .text.empty());
    }
    /// The weights of a model of a few megabytes never leave the caches: its costs are others.
    void weightsInCachesAreAnotherMatter()
    {
        ServedWeights small = m_shape.weights("int4-g128");
        const double scale = 1e6 / small.read(m_shape.model, 1);
        for (double* value : { &small.dense, &small.routed, &small.kept, &small.keptRead })
            *value *= scale;
        const StepWork work = stepWork(m_shape.model, small, *m_cache, { 128, 1 }, 4);
        QVERIFY(isNear(stepOf(small, { 128, 1 }), calibrated("int4-g128", 1 / 80e9).fit.seconds(work)));
        small.parts.front().format = "bf16";
        small.parts.front().bits = 16;
        const SpeedSource source = speedOf(device(), m_shape.model, small, Arithmetic::Sixteen);
        QCOMPARE(source.text, std::string("usual shares: bf16 was timed with weights from memory alone"));
    }
    void costsThatAreNotToldApartAreNotUsed()
    {
        Calibration vague = calibration();
        vague.formats[1].fit.byte.isIdentified = false;
        QVERIFY(!vague.formats[1].memoryShare());
        const Device here = deviceOf(std::make_shared<const Calibration>(vague));
        const SpeedSource source = speedOf(here, m_shape.model, m_shape.weights("int4-g128"), Arithmetic::Sixteen);
        QVERIFY(!source.isCalibrated);
        QVERIFY2(source.text.find("not told apart") != std::string::npos, source.text.c_str());
    }
    void sharesAreOfWhatWasMeasuredBeside()
    {
        const FormatCalibration format = calibrated("int4-g128", 1 / 16e9);
        QVERIFY(isNear(*format.memoryShare(), 0.4) && isNear(*format.computeShare(), 0.75)
            && isNear(*format.attentionShare(), 0.15));
        QVERIFY(std::abs(format.largestError() - 0.068) < 1e-12);
        const Device here = device();
        QCOMPARE(here.name, std::string("this machine"));
        QVERIFY(isNear(here.bandwidth.value, 40) && here.bandwidth.isMeasured);
        QVERIFY(isNear(here.fp16->value, 0.2) && isNear(here.int8->value, 0.8) && isNear(here.memory.value, 64));
        QCOMPARE(here.checked, std::string("2026-11-30"));
    }
    void adviceRanksByWhatWasMeasured()
    {
        AdviceQuestion question { device(), defaultServing(device()), m_shape.opened.network, m_shape.model,
            { 128, 1 } };
        const Advice advice = advise(question).value();
        const auto find = [&](std::string_view name) {
            return std::ranges::find_if(
                advice.ranked, [&](const AdvisedFormat& each) { return each.format->format == name; });
        };
        const auto sixteen = find("bf16");
        QVERIFY(sixteen != advice.ranked.end());
        QCOMPARE(sixteen->speedSource, std::string("calibrated on 2026-11-30, ±7 %"));
        QVERIFY(isNear(*sixteen->fit.tokensPerSecond, 1 / stepOf(m_shape.weights("bf16"), { 128, 1 })));
        QVERIFY(find("q8_0")->speedSource.starts_with("usual shares"));
    }

    void aNewerMeasurementTakesThePlaceOfTheSameFormats()
    {
        Calibration newer = calibration();
        newer.bandwidth.value = 50e9;
        newer.formats = { calibrated("int4-g128", 1 / 20e9) };
        Calibration all = calibration();
        all.update(newer);
        QCOMPARE(all.formats.size(), 3U);
        QVERIFY(isNear(all.bandwidth.value, 50e9));
        QVERIFY(isNear(all.find("int4-g128", false)->fit.byte.value, 1 / 20e9));
        QVERIFY(isNear(all.find("int4-g128", true)->fit.byte.value, 1 / 80e9));
        // The row's bandwidth is another than the one beside bf16: its costs stay.
        const Device here = deviceOf(std::make_shared<const Calibration>(all));
        const ServedWeights weights = m_shape.weights("bf16");
        const auto seconds = stepSeconds(here, m_shape.model, weights, Arithmetic::Sixteen, *m_cache, { 512, 8 },
            speedOf(here, m_shape.model, weights, Arithmetic::Sixteen).shares);
        QVERIFY(isNear(*seconds, stepOf(weights, { 512, 8 })));
    }
    void whatIsKeptIsReadBack()
    {
        QTemporaryDir folder;
        const fs::path at = fs::path(folder.path().toStdString()) / "deep" / "calibrations";
        QVERIFY(storedCalibrations(at, kHere).notes.empty()); // there is no such folder yet
        QVERIFY(saveCalibration(at, calibration()));
        const StoredCalibrations stored = storedCalibrations(at, kHere);
        QVERIFY(stored.mine && stored.notes.empty());
        QCOMPARE(toJson(*stored.mine).dump(), toJson(calibration()).dump());
    }
    /// Another processor, other kernels, another version, another number of threads: named, and not used.
    void calibrationsOfOtherMachinesAreNamedAndNotUsed_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("named");
        QTest::newRow("processor") << 0 << "A processor in place of Another";
        QTest::newRow("kernels") << 1 << "kernels avx2, avx2 in place of avx512, avx512";
        QTest::newRow("version") << 2 << "version 1.0 in place of 2.0";
        QTest::newRow("threads") << 3 << "threads 4 in place of 2";
    }
    void calibrationsOfOtherMachinesAreNamedAndNotUsed()
    {
        QFETCH(int, which);
        QFETCH(QString, named);
        QTemporaryDir folder;
        const fs::path at = folder.path().toStdString();
        QVERIFY(saveCalibration(at, calibration()));
        MachineIdentity here = kHere;
        if (which == 0)
            here.processor = "Another";
        else if (which == 1)
            here.kernels = "avx512, avx512";
        else if (which == 2)
            here.version = "2.0";
        else
            here.threads = 2;
        const StoredCalibrations stored = storedCalibrations(at, here);
        QVERIFY(!stored.mine);
        QCOMPARE(stored.notes.size(), 1U);
        QVERIFY2(stored.notes[0].find(named.toStdString()) != std::string::npos, stored.notes[0].c_str());
    }
    void damagedFilesAreNamed()
    {
        QTemporaryDir folder;
        const fs::path at = folder.path().toStdString();
        QVERIFY(saveCalibration(at, calibration()));
        write(at / "a.json", "{");
        write(at / "b.json", "{\"kerf_calibration\": 1}");
        write(at / "c.json", "{\"kerf_calibration\": 99}");
        Json below = toJson(calibration());
        below["formats"][0]["fit"]["seconds_per_byte"]["value"] = -1;
        write(at / "d.json", below.dump());
        const StoredCalibrations stored = storedCalibrations(at, kHere);
        QVERIFY(stored.mine);
        QCOMPARE(stored.notes.size(), 4U);
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY2(stored.notes[i].find(std::string(1, static_cast<char>('a' + i)) + ".json") != std::string::npos,
                stored.notes[i].c_str());
    }
};

QTEST_GUILESS_MAIN(TestCalibration)
#include "tst_calibration.moc"
