// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <filesystem>
#include <numeric>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/project.h"
#include "core/plan/byte_parts.h"
#include "core/plan/locks.h"
#include "core/solve/byte_lever.h"
#include "tests/support/random_model.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"

using namespace kerf;
using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

std::int64_t sum(const std::vector<BytePart>& parts, std::int64_t BytePart::*side)
{
    return std::accumulate(parts.begin(), parts.end(), std::int64_t { 0 },
        [&](std::int64_t total, const BytePart& part) { return total + part.*side; });
}

std::int64_t sumOf(const std::vector<BytePart>& parts, BytesFor kind)
{
    std::int64_t total = 0;
    for (const BytePart& part : parts)
        total += part.kind == kind ? part.before : 0;
    return total;
}

} // namespace

class TestByteParts : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        // 2 heads share 1 key and value head: q [64, 64], k and v [32, 64], gate and up [128, 64], down [64, 128].
        m_folder = fs::path(m_place.path().toStdString()) / "model";
        QVERIFY(test::writeRandomModel(m_folder, { 64, 128, 3, 2, 1, 100, 64, 1 }).has_value());
        auto model = openModel(m_folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        m_model.emplace(std::move(*model));
        m_plan = uniformPlan(*m_model->network, "plan", "int4-g32", "rtn").value();
    }
    void sumsAreTheFilesAndThePlans()
    {
        const auto parts = byteParts(*m_model, m_plan);
        QCOMPARE(
            sum(parts, &BytePart::before), static_cast<std::int64_t>(fs::file_size(m_folder / "model.safetensors")));
        const std::int64_t beside = bytesBesideLayers(*m_model);
        QCOMPARE(sum(parts, &BytePart::after), planSize(m_plan, *m_model->network, beside).sizeBytes);
        QCOMPARE(static_cast<int>(parts.size()) > 21, true);
        for (int i = 0; i < 21; ++i)
            QCOMPARE(parts[static_cast<std::size_t>(i)].layer, i);
    }
    void everyTensorHasItsKind()
    {
        const auto parts = byteParts(*m_model, m_plan);
        QCOMPARE(sumOf(parts, BytesFor::Layer), std::int64_t { 3 * 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 64 * 128) });
        const std::int64_t table = 100 * 64 * 2;
        QCOMPARE(sumOf(parts, BytesFor::Embedding) + sumOf(parts, BytesFor::Head),
            m_model->checkpoint.find("lm_head.weight") ? 2 * table : table);
        QCOMPARE(sumOf(parts, BytesFor::Norm), std::int64_t { (3 * 2 + 1) * 64 * 2 });
        QCOMPARE(sumOf(parts, BytesFor::Other), std::int64_t { 0 });
        QCOMPARE(sumOf(parts, BytesFor::Unused), std::int64_t { 0 });
        QVERIFY(sumOf(parts, BytesFor::Header) > 8);
    }
    void codesCountWhatThePlanSays()
    {
        auto parts = byteParts(*m_model, m_plan);
        // 64 x 64 weights of 4 bits, and a scale of 16 bits for every 32 of them
        QCOMPARE(parts[0].after, std::int64_t { 64 * 64 / 2 + 64 * 2 * 2 });
        Plan wide = m_plan;
        wide.layers[0].format = "bf16";
        setPlanBytes(parts, *m_model->network, wide);
        QCOMPARE(parts[0].after, parts[0].before);
    }
    void groupsAddUp_data()
    {
        QTest::addColumn<int>("by");
        QTest::addColumn<QStringList>("layers");
        QTest::addRow("role") << static_cast<int>(ByteGrouping::Role)
                              << QStringList { "down", "gate", "k", "o", "q", "up", "v" };
        QTest::addRow("block") << static_cast<int>(ByteGrouping::Block) << QStringList { "0", "1", "2" };
        QTest::addRow("format") << static_cast<int>(ByteGrouping::Format) << QStringList { "int4-g32" };
    }
    void groupsAddUp()
    {
        QFETCH(int, by);
        QFETCH(QStringList, layers);
        const auto parts = byteParts(*m_model, m_plan);
        const auto groups = groupBytes(parts, *m_model->network, m_plan, static_cast<ByteGrouping>(by));
        std::int64_t before = 0, after = 0;
        std::size_t members = 0;
        QStringList names;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            before += groups[i].before;
            after += groups[i].after;
            members += groups[i].parts.size();
            QVERIFY(i == 0 || groups[i].after <= groups[i - 1].after);
            if (groups[i].kind == BytesFor::Layer)
                names << QString::fromStdString(groups[i].name);
        }
        names.sort();
        QCOMPARE(names, layers);
        QCOMPARE(members, parts.size());
        QCOMPARE(before, sum(parts, &BytePart::before));
        QCOMPARE(after, sum(parts, &BytePart::after));
    }
    void theSampleAddsUpToo()
    {
        const auto model = openModel(test::sample() / "model");
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        const auto parts = byteParts(*model, uniformPlan(*model->network, "plan", "int4-g128", "rtn").value());
        std::int64_t files = 0;
        for (const fs::path& file : model->checkpoint.files())
            files += static_cast<std::int64_t>(fs::file_size(file));
        QCOMPARE(sum(parts, &BytePart::before), files);
        QCOMPARE(sumOf(parts, BytesFor::Head), std::int64_t { 0 }); // tied to the embedding
        QVERIFY(sumOf(parts, BytesFor::Embedding) > 2'000'000);
    }

    // ---- the largest lever

    void theLeverSavesMost()
    {
        const Network& network = *m_model->network;
        const std::vector<std::string> formats { "int2-g32", "int3-g32", "int4-g32", "int8-g32" };
        const auto lever = largestLever(m_plan, network, nullptr, formats, {});
        QVERIFY(lever.has_value());
        QCOMPARE(lever->format, std::string("int3-g32")); // the next step, not the last
        QCOMPARE(lever->layers.size(), 3u);
        QVERIFY(!lever->kld.has_value());
        const Plan changed = withLever(m_plan, network, *lever).value();
        QCOMPARE(planSize(m_plan, network, 0).sizeBytes - planSize(changed, network, 0).sizeBytes, lever->saved);
        // gate, up and down are of one size: no role saves more
        QCOMPARE(lever->saved, std::int64_t { 3 * 64 * 128 / 8 });
        Plan locked = m_plan;
        QCOMPARE(setLocked(locked, "mlp", true).value(), 9);
        const auto other = largestLever(locked, network, nullptr, formats, {});
        QVERIFY(other->role == "q" || other->role == "o");
        QCOMPARE(setLocked(locked, ".", true).value(), 21);
        QVERIFY(!largestLever(locked, network, nullptr, formats, {}).has_value());
    }
    void aLargeCacheIsTheLever()
    {
        const Network& network = *m_model->network;
        const auto lever = largestLever(m_plan, network, nullptr, { "int3-g32" }, { 64, 1000 });
        QVERIFY(lever && lever->layers.empty());
        const Plan changed = withLever(m_plan, network, *lever).value();
        QCOMPARE(*cacheBytes(m_plan, network, 64, 1000) - *cacheBytes(changed, network, 64, 1000), lever->saved);
    }
    void theLeverSaysWhatItAdds()
    {
        const auto network = test::syntheticNetwork(2);
        const auto profile = test::syntheticProfile(*network);
        const Plan plan = test::syntheticPlan(*network, "int6-g128");
        const auto lever = largestLever(plan, *network, profile.get(), profile->formats, {});
        QVERIFY(lever && lever->kld);
        double added = 0;
        for (const int layer : lever->layers) {
            const LayerProfile& known = profile->layers[static_cast<std::size_t>(layer)];
            added += known.slope * (known.relativeError.at(lever->format) - known.relativeError.at("int6-g128"));
        }
        QVERIFY(std::abs(*lever->kld - added) < 1e-12);
    }

    // ---- locks

    void patternsLockAndUnlock()
    {
        Plan plan = m_plan;
        QCOMPARE(setLocked(plan, "layers\\.1\\.mlp", true).value(), 3);
        QCOMPARE(setLocked(plan, "gate_proj", false).value(), 3);
        QCOMPARE(
            plan.locked, (std::vector<std::string> { "model.layers.1.mlp.up_proj", "model.layers.1.mlp.down_proj" }));
        QVERIFY(!setLocked(plan, "nowhere", true).has_value());
        QVERIFY(!setLocked(plan, "(", true).has_value());
        Plan other = uniformPlan(*m_model->network, "other", "int8-g32", "gptq").value();
        keepLocked(plan, other);
        QCOMPARE(other.find("model.layers.1.mlp.up_proj")->format, std::string("int4-g32"));
        QCOMPARE(other.find("model.layers.1.mlp.up_proj")->method, std::string("rtn"));
        QCOMPARE(other.find("model.layers.1.mlp.gate_proj")->format, std::string("int8-g32"));
        QCOMPARE(other.locked, plan.locked);
    }
    void locksGoThroughJsonAndNotIntoTheHash()
    {
        Plan plan = m_plan;
        plan.locked = { plan.layers[4].layer };
        const auto read = planFromJson(toJson(plan), *m_model->network, "x");
        QVERIFY(read.has_value());
        QCOMPARE(read->locked, plan.locked);
        QVERIFY(read->isLocked(plan.layers[4].layer) && !read->isLocked(plan.layers[3].layer));
        QCOMPARE(planHash(*read), planHash(m_plan));
        QVERIFY(!toJson(m_plan).contains("locked")); // plans without locks are as they were
        Json broken = toJson(plan);
        broken["locked"] = { "nowhere" };
        QVERIFY(!planFromJson(broken, *m_model->network, "x").has_value());
        broken["locked"] = 5;
        QVERIFY(!planFromJson(broken, *m_model->network, "x").has_value());
    }

private:
    QTemporaryDir m_place;
    fs::path m_folder;
    std::optional<Model> m_model;
    Plan m_plan;
};

QTEST_GUILESS_MAIN(TestByteParts)
#include "tst_byte_parts.moc"
