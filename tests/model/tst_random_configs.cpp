// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/model/model.h"
#include "tests/support/run_network.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

/// How many configurations of each family are drawn, those that were drawn before only once; a long run sets more.
int wanted()
{
    const int set = qEnvironmentVariableIntValue("KERF_RANDOM_CONFIGS");
    return set > 0 ? set : 60;
}

/// What stands where something else is expected.
Json oddValue(CounterRng& random)
{
    static const std::array<Json, 33> values { nullptr, true, false, 0, -1, 1, 2, 3, 5, 7, 64, 1000, 65536,
        1'000'000'000, std::int64_t { 1 } << 31, std::int64_t { 1 } << 53, -0.5, 0.25, 1.5, 1e-30, 1e308, "", "x",
        "silu", "yarn", "full_attention", Json::array(), Json::object(), Json { 1 }, Json { "full_attention" },
        Json { 1.5, -2.0 }, Json { { "rope_type", "linear" }, { "factor", 2.0 } },
        Json { { "a", Json::array({ Json::object() }) } } };
    return values[random.below(values.size())];
}

/// A number that is a little off, or off by much.
Json nearValue(const Json& value, CounterRng& random)
{
    static constexpr std::array kFactors { 0.5, 2.0, 3.0, -1.0, 1e3 };
    const auto pick = random.below(kFactors.size() + 3);
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        if (std::abs(number) > 1'000'000'000) // no sum or product overflows here
            return number;
        return pick < kFactors.size() ? Json(static_cast<std::int64_t>(static_cast<double>(number) * kFactors[pick]))
            : pick == kFactors.size() ? Json(number + 1)
            : pick == kFactors.size() + 1
            ? Json(number - 1)
            : Json(static_cast<std::int64_t>(random.below(std::uint64_t { 1 } << random.below(20))));
    }
    const auto number = value.get<double>();
    return pick < kFactors.size() ? number * kFactors[pick] : number + (random.uniform() - 0.5);
}

/// Every object of a configuration, itself first.
void collect(Json& json, std::vector<Json*>& objects)
{
    if (!json.is_object())
        return;
    objects.push_back(&json);
    for (auto& [key, value] : json.items())
        collect(value, objects);
}

/// One key gone, or with another value, or a list with another member.
std::string changeOne(Json& config, CounterRng& random)
{
    std::vector<Json*> objects;
    collect(config, objects);
    Json& object = *objects[random.below(objects.size())];
    if (object.empty())
        return "nothing";
    auto entry = object.begin();
    std::advance(entry, static_cast<std::ptrdiff_t>(random.below(object.size())));
    const std::string key = entry.key();
    if (random.below(6) == 0) {
        object.erase(key);
        return key + " gone";
    }
    const Json value = entry->is_number() && random.below(2) == 0 ? nearValue(*entry, random) : oddValue(random);
    if (entry->is_array() && !entry->empty() && random.below(2) == 0)
        (*entry)[random.below(entry->size())] = value;
    else
        *entry = value;
    return key + " = " + value.dump();
}

} // namespace

/// A configuration in which one thing is changed opens as something that runs, or gives an error that names the file:
/// never a crash, never a hang.
class TestRandomConfigs : public QObject {
    Q_OBJECT
private slots:
    void families_data()
    {
        QTest::addColumn<QString>("folder");
        const fs::path shared = sharedData();
        if (shared.empty())
            return;
        for (const char* kind : { "decoders", "encoders" })
            for (const auto& entry : fs::directory_iterator(shared / "conformance" / kind))
                QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    void families()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, folder);
        const fs::path source = folder.toStdString();
        const QTemporaryDir at;
        const fs::path copy = at.path().toStdString();
        for (const auto& entry : fs::directory_iterator(source))
            if (entry.path().filename().string().find("model") == 0)
                fs::copy(entry.path(), copy / entry.path().filename());
        const Json config = Json::parse(readTextFile(source / "config.json", 1 << 20).value());
        CounterRng random(11, source.filename().string().size());
        int opened = 0, refused = 0;
        std::set<std::string> seen;
        for (int i = 0; i < wanted(); ++i) {
            Json changed = config;
            const std::string change = changeOne(changed, random);
            if (!seen.insert(changed.dump()).second)
                continue;
            std::ofstream(copy / "config.json", std::ios::trunc) << changed.dump();
            const auto model = openModel(copy);
            if (!model) {
                ++refused;
                QVERIFY2(model.error().message.size() > 20, change.c_str());
                QVERIFY2(model.error().code != ErrorCode::Internal, model.error().message.c_str());
                continue;
            }
            ++opened;
            if (model->network->vocabularySize() > 0 && model->network->maxPositions() >= 3)
                (void)runNetwork(*model->network, { { 0, 0, 0 } }); // numbers that overflow are an error, too
        }
        qInfo("%d opened, %d refused", opened, refused);
        QVERIFY(opened > 0 && refused > 0);
    }
};

QTEST_GUILESS_MAIN(TestRandomConfigs)
#include "tst_random_configs.moc"
