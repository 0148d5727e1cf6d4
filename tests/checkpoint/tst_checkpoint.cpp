// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <cmath>
#include <fstream>
#include <limits>
#include <sys/stat.h>
#include <thread>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

const std::string kConfigText = "{\"model_type\": \"llama\"}";

fs::path folderOf(const QTemporaryDir& directory)
{
    return directory.path().toStdString();
}

void writeText(const fs::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
}

TensorView floats(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values)
{
    return TensorView::of(name, DType::F32, std::move(shape), values);
}

/// A folder with config.json and one file of tensor "a" = 1 2 3 4 5 6 as [2, 3].
void makeFolder(const fs::path& folder)
{
    static const std::vector<float> values { 1, 2, 3, 4, 5, 6 };
    fs::create_directories(folder);
    writeText(folder / "config.json", kConfigText);
    const auto hash = writeSafetensors(folder / "model.safetensors", { floats("a", { 2, 3 }, values) });
    QVERIFY2(hash.has_value(), hash ? "" : hash.error().message.c_str());
}

std::string messageOf(const Result<Checkpoint>& result)
{
    return result ? "was accepted" : result.error().message;
}

} // namespace

#define VERIFY_REFUSED(result, text)                                                                                   \
    do {                                                                                                               \
        const auto& kerfResult = result;                                                                               \
        QVERIFY2(!kerfResult.has_value(), "was accepted");                                                             \
        QCOMPARE(static_cast<int>(kerfResult.error().code), static_cast<int>(ErrorCode::BadFile));                     \
        QVERIFY2(kerfResult.error().message.find(text) != std::string::npos, kerfResult.error().message.c_str());      \
    } while (false)

class TestCheckpoint : public QObject {
    Q_OBJECT
private slots:
    void readsTheSample()
    {
        const auto checkpoint = Checkpoint::open(kerf::test::sample() / "model");
        QVERIFY2(checkpoint.has_value(), messageOf(checkpoint).c_str());
        QVERIFY(checkpoint->tensors().size() > 10);
        for (const auto& [name, info] : checkpoint->tensors()) {
            QVERIFY2(checkpoint->checkFinite(name).has_value(), name.c_str());
            QCOMPARE(checkpoint->bytes(name).value().size(), info.bytes);
            checkpoint->release(name);
        }
        QCOMPARE(checkpoint->contentHash({}).value(), checkpoint->contentHash({}).value());
    }

    void decodesEveryFloatType()
    {
        const QTemporaryDir directory;
        makeFolder(folderOf(directory));
        // 1.5, -2, 65504 (the largest float16) in four types; the bit patterns are those of IEEE 754.
        const std::vector<double> f64 { 1.5, -2.0, 65504.0 };
        const std::vector<std::uint16_t> f16 { 0x3e00, 0xc000, 0x7bff };
        const std::vector<std::uint16_t> bf16 { 0x3fc0, 0xc000, 0x477f };
        const std::vector<std::int32_t> i32 { 7 };
        QVERIFY(writeSafetensors(folderOf(directory) / "model.safetensors",
            { TensorView::of("d", DType::F64, { 3 }, f64), TensorView::of("h", DType::F16, { 3, 1 }, f16),
                TensorView::of("b", DType::BF16, { 1, 3, 1 }, bf16), TensorView::of("i", DType::I32, { 1 }, i32) }));
        const Checkpoint checkpoint = Checkpoint::open(folderOf(directory)).value();
        const Matrix expected { { 1.5F, -2.0F, 65504.0F } };
        QVERIFY(checkpoint.read("d").value() == expected);
        QVERIFY(checkpoint.read("h").value() == expected.transpose());
        QVERIFY(checkpoint.read("b").value() == (Matrix { { 1.5F, -2.0F, 65280.0F } }));
        VERIFY_REFUSED(checkpoint.read("i"), "I32");
        VERIFY_REFUSED(checkpoint.read("nothing"), "nothing");
    }

    void findsTheFirstValueThatIsNotFinite()
    {
        const QTemporaryDir directory;
        makeFolder(folderOf(directory));
        std::vector<float> values(600000, 1.0F); // more than one chunk of the decoder
        values[555555] = std::numeric_limits<float>::infinity();
        values[599999] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(writeSafetensors(folderOf(directory) / "model.safetensors", { floats("w", { 600, 1000 }, values) }));
        VERIFY_REFUSED(Checkpoint::open(folderOf(directory)).value().checkFinite("w"), "value 555555");
    }

    void opensAThousandTensorsInTime()
    {
        const QTemporaryDir directory;
        const fs::path folder = folderOf(directory);
        writeText(folder / "config.json", kConfigText);
        const std::vector<float> values(64, 1.0F);
        std::string index = "{\"weight_map\": {";
        for (int shard = 0; shard < 4; ++shard) {
            std::vector<TensorView> tensors;
            const std::string file = fmt::format("model-{:05}-of-00004.safetensors", shard + 1);
            for (int i = 0; i < 250; ++i) {
                tensors.push_back(
                    floats(fmt::format("model.layers.{}.self_attn.q_proj.weight", shard * 250 + i), { 8, 8 }, values));
                index += fmt::format("{}\"{}\": \"{}\"", shard + i == 0 ? "" : ", ", tensors.back().spec.name, file);
            }
            QVERIFY(writeSafetensors(folder / file, tensors));
        }
        writeText(folder / "model.safetensors.index.json", index + "}}");
        QElapsedTimer timer;
        timer.start();
        const auto checkpoint = Checkpoint::open(folder);
        const qint64 elapsed = timer.elapsed();
        QVERIFY2(checkpoint.has_value(), messageOf(checkpoint).c_str());
        QCOMPARE(checkpoint->tensors().size(), std::size_t { 1000 });
        QCOMPARE(checkpoint->files().size(), std::size_t { 4 });
        qInfo("opened 1000 tensors in %lld ms", elapsed);
#ifndef KERF_SANITIZED
        QVERIFY2(elapsed < 200, qPrintable(QString::number(elapsed)));
#endif
    }

    void noticesAFileThatChanged()
    {
        const QTemporaryDir directory;
        makeFolder(folderOf(directory));
        const Checkpoint checkpoint = Checkpoint::open(folderOf(directory)).value();
        QVERIFY(checkpoint.read("a"));
        fs::resize_file(folderOf(directory) / "model.safetensors", 100);
        VERIFY_REFUSED(checkpoint.read("a"), "changed or truncated");
        VERIFY_REFUSED(checkpoint.bytes("a"), "changed or truncated");
    }

    void hashDependsOnEveryByte()
    {
        const QTemporaryDir directory;
        const fs::path folder = folderOf(directory);
        makeFolder(folder);
        const std::string first = Checkpoint::open(folder).value().contentHash({}).value();
        const std::vector<float> values { 1, 2, 3, 4, 5, std::nextafter(6.0F, 7.0F) };
        QVERIFY(writeSafetensors(folder / "model.safetensors", { floats("a", { 2, 3 }, values) }));
        const std::string second = Checkpoint::open(folder).value().contentHash({}).value();
        writeText(folder / "config.json", kConfigText + "\n");
        const std::string third = Checkpoint::open(folder).value().contentHash({}).value();
        QVERIFY(first != second);
        QVERIFY(second != third);
    }

    void hashingIsDoneOnceForAFolderThatDoesNotChange()
    {
        const QTemporaryDir directory, cache;
        qputenv("XDG_CACHE_HOME", cache.path().toUtf8());
        const fs::path folder = folderOf(directory);
        makeFolder(folder);
        const auto hash = [&](int& read) { // and how many times data was read
            const JobContext counting(std::stop_token(), [&](const Progress&) { ++read; });
            return Checkpoint::open(folder).value().contentHash(counting).value();
        };
        int fresh = 0, settled = 0, known = 0, changed = 0;
        const std::string first = hash(fresh);
        // What changed a moment ago may change again within one tick of the clock: not kept yet.
        QCOMPARE(hash(settled), first);
        QVERIFY(fresh > 0 && settled > 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(2100));
        settled = 0;
        QCOMPARE(hash(settled), first);
        QVERIFY(settled > 0);
        QCOMPARE(hash(known), first);
        QCOMPARE(known, 0);
        // One byte, the size as before.
        std::fstream file(folder / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-1, std::ios::end) << 'x';
        file.close();
        QVERIFY(hash(changed) != first);
        QVERIFY(changed > 0);
        qunsetenv("XDG_CACHE_HOME");
    }

    void hashingStops()
    {
        const QTemporaryDir directory;
        makeFolder(folderOf(directory));
        std::stop_source stop;
        stop.request_stop();
        const JobContext stopped(stop.get_token());
        const auto hash = Checkpoint::open(folderOf(directory)).value().contentHash(stopped);
        QVERIFY(!hash && hash.error().code == ErrorCode::Cancelled);
        const auto sum = sha256OfFile(folderOf(directory) / "model.safetensors", stopped);
        QVERIFY(!sum && sum.error().code == ErrorCode::Cancelled);
    }

    void followsOnlyLinksOfTheHuggingFaceCache()
    {
        const QTemporaryDir directory;
        const fs::path repository = folderOf(directory) / "models--x";
        const fs::path snapshot = repository / "snapshots" / "0123abcd";
        fs::create_directories(snapshot);
        makeFolder(repository / "blobs");
        fs::create_symlink("../../blobs/config.json", snapshot / "config.json");
        fs::create_symlink("../../blobs/model.safetensors", snapshot / "model.safetensors");
        const auto cached = Checkpoint::open(snapshot);
        QVERIFY2(cached.has_value(), messageOf(cached).c_str());
        QVERIFY(cached->read("a"));
        for (const char* target : { "../../blobs/../blobs/model.safetensors",
                 "../../../models--x/blobs/model.safetensors", "/etc/passwd", "model.safetensors" }) {
            fs::remove(snapshot / "model.safetensors");
            fs::create_symlink(target, snapshot / "model.safetensors");
            VERIFY_REFUSED(Checkpoint::open(snapshot), "symbolic link");
        }
        // The same shape outside a cache, and a blob that is a link itself.
        const fs::path plain = repository / "other" / "0123abcd";
        fs::create_directories(plain);
        fs::create_symlink("../../blobs/config.json", plain / "config.json");
        VERIFY_REFUSED(Checkpoint::open(plain), "symbolic link");
        fs::rename(repository / "blobs" / "model.safetensors", repository / "real");
        fs::create_symlink("../real", repository / "blobs" / "model.safetensors");
        fs::remove(snapshot / "model.safetensors");
        fs::create_symlink("../../blobs/model.safetensors", snapshot / "model.safetensors");
        VERIFY_REFUSED(Checkpoint::open(snapshot), "cannot be opened");
    }

    void followsLinksInsideTheFolder()
    {
        const QTemporaryDir directory;
        const fs::path folder = folderOf(directory) / "x";
        makeFolder(folder);
        fs::create_directories(folder / "weights" / "deep");
        fs::rename(folder / "model.safetensors", folder / "weights" / "deep" / "real");
        fs::create_symlink("weights/deep/real", folder / "model.safetensors");
        const auto linked = Checkpoint::open(folder);
        QVERIFY2(linked.has_value(), messageOf(linked).c_str());
        QVERIFY(linked->read("a"));
        // Neither out of it, nor by a folder that is a link, nor by a second link.
        fs::create_directories(folderOf(directory) / "outside");
        fs::rename(folder / "weights" / "deep" / "real", folderOf(directory) / "outside" / "real");
        fs::create_symlink("../outside", folder / "way");
        fs::create_symlink("../outside/real", folder / "second");
        for (const char* target : { "../outside/real", "weights/../../outside/real", "way/real", "second" }) {
            fs::remove(folder / "model.safetensors");
            fs::create_symlink(target, folder / "model.safetensors");
            QVERIFY2(!Checkpoint::open(folder), target);
        }
    }

    void saysWhatAFolderHoldsInstead_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("torch") << "pytorch_model-00001-of-00002.bin"
                               << "but not pytorch_model.bin.index.json";
        QTest::newRow("pth") << "consolidated.00.pth"
                             << "Rename it to pytorch_model.bin";
        QTest::newRow("adapter") << "adapter_model.safetensors"
                                 << "merge_and_unload";
        QTest::newRow("gguf") << "model-q4_0.gguf"
                              << "model-q4_0.gguf. Open that file itself";
        QTest::newRow("other name") << "weights.safetensors"
                                    << "only weights.safetensors";
        QTest::newRow("a shard") << "model-00002-of-00003.safetensors"
                                 << "model-00001-of-00003.safetensors: is missing";
    }
    void saysWhatAFolderHoldsInstead()
    {
        QFETCH(QString, file);
        QFETCH(QString, says);
        const QTemporaryDir directory;
        const fs::path folder = folderOf(directory);
        writeText(folder / "config.json", kConfigText);
        writeText(folder / file.toStdString(), "x");
        VERIFY_REFUSED(Checkpoint::open(folder), says.toStdString());
    }

    void refusesFoldersThatAreNoCheckpoint()
    {
        const QTemporaryDir directory;
        const fs::path folder = folderOf(directory) / "x";
        VERIFY_REFUSED(Checkpoint::open(folder), "cannot be opened");
        fs::create_directories(folder);
        VERIFY_REFUSED(Checkpoint::open(folder), "config.json: is missing");
        writeText(folder / "config.json", "[]");
        VERIFY_REFUSED(Checkpoint::open(folder), "not a JSON object");
        writeText(folder / "config.json", kConfigText);
        VERIFY_REFUSED(Checkpoint::open(folder), "neither model.safetensors");
        VERIFY_REFUSED(Checkpoint::open(folder / "config.json"), "not a folder");
        fs::create_directories(folder / "model.safetensors");
        VERIFY_REFUSED(Checkpoint::open(folder), "not a regular file");
        fs::remove(folder / "model.safetensors");
        QCOMPARE(::mkfifo((folder / "model.safetensors").c_str(), 0600), 0);
        VERIFY_REFUSED(Checkpoint::open(folder), "not a regular file");
        fs::remove(folder / "model.safetensors");
        makeFolder(folder);
        writeText(folder / "model.safetensors.index.json", "{\"weight_map\": {\"a\": \"other.safetensors\"}}");
        VERIFY_REFUSED(Checkpoint::open(folder), "names other files");
    }
};

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
