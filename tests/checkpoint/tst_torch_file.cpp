// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/torch_pickle.h"
#include "core/model/model.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

fs::path fixture(const QString& name)
{
    return fs::path(KERF_SOURCE_DIR) / "tests/data/torch" / name.toStdString();
}

void writeText(const fs::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
}

/// A folder whose weights are that file.
struct Folder {
    QTemporaryDir directory;

    explicit Folder(const QString& file, const char* name = "pytorch_model.bin")
    {
        writeText(path() / "config.json", "{}");
        fs::copy_file(fixture(file), path() / name);
    }
    fs::path path() const { return directory.path().toStdString(); }
    Result<Checkpoint> open() const { return Checkpoint::open(path()); }
};

} // namespace

/// What torch.save writes, made by Python's own pickle (tests/data/torch/make.py).
class TestTorchFile : public QObject {
    Q_OBJECT
private slots:
    void tensorsAreReadWhereTheyLie_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("protocol 2") << "good.bin";
        QTest::newRow("protocol 4") << "protocol4.bin";
    }
    void tensorsAreReadWhereTheyLie()
    {
        QFETCH(QString, file);
        const auto opened = Folder(file).open();
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QCOMPARE(opened->tensors().size(), std::size_t { 6 });
        const Matrix table = opened->read("embed.weight").value();
        QVERIFY(table.rows() == 4 && table.cols() == 3);
        for (Eigen::Index i = 0; i < table.size(); ++i)
            QCOMPARE(table.data()[i], static_cast<float>(i));
        QVERIFY(opened->read("head.weight").value() == table); // shares its bytes
        QVERIFY(opened->read("part.weight").value() == table.bottomRows(2)); // from the middle of a storage
        const Matrix half = opened->read("half").value(), brain = opened->read("brain").value();
        QVERIFY(half(0, 0) == 1.5F && half(1, 0) == -2.0F && brain(0, 0) == 1.0F && brain(0, 1) == -2.0F);
        QVERIFY(opened->find("count")->dtype == DType::I64 && opened->find("count")->shape.empty());
        QCOMPARE(opened->bytes("count").value(),
            (std::vector { std::byte { 7 }, std::byte {}, std::byte {}, std::byte {}, std::byte {}, std::byte {},
                std::byte {}, std::byte {} }));
        QCOMPARE(opened->notes().size(), std::size_t { 1 }); // what is no tensor is told
        QVERIFY(opened->notes().front().items == (std::vector<std::string> { "step", "rate" }));
    }

    void whatCannotBeReadIsNamed_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("runs code") << "calls.bin"
                                   << "__builtin__ print";
        QTest::newRow("view") << "view.bin"
                              << "row by row";
        QTest::newRow("beyond its storage") << "beyond.bin"
                                            << "needs 6 numbers from place 0 on, but data/0 holds 4";
        QTest::newRow("offset") << "offset.bin"
                                << "from place 1 on";
        QTest::newRow("negative offset") << "negative.bin"
                                         << "from place -1 on";
        QTest::newRow("less than said") << "short.bin"
                                        << "holds 4";
        QTest::newRow("storage missing") << "missing.bin"
                                         << "data/0) are missing";
        QTest::newRow("byte order") << "big-endian.bin"
                                    << "big-endian";
        QTest::newRow("compressed") << "compressed.bin"
                                    << "compressed";
        QTest::newRow("one level deeper") << "nothing.bin"
                                          << "one level deeper";
        QTest::newRow("list") << "list.bin"
                              << "no dictionary of tensors";
        QTest::newRow("cut") << "cut.bin"
                             << "ends in the middle";
        QTest::newRow("underflow") << "underflow.bin"
                                   << "0x30";
        QTest::newRow("before 1.6") << "old.bin"
                                    << "since version 1.6";
    }
    void whatCannotBeReadIsNamed()
    {
        QFETCH(QString, file);
        QFETCH(QString, says);
        const auto refused = Folder(file).open();
        QVERIFY(!refused && refused.error().code == ErrorCode::BadFile);
        const QString message = QString::fromStdString(refused.error().message);
        QVERIFY2(message.contains(says) && message.contains("pytorch_model.bin"), qPrintable(message));
    }

    /// Every cut and every flipped bit of the archive gives an error or tensors that lie inside the file.
    void damageIsNoCrash()
    {
        const fs::path source = fixture("good.bin");
        std::string bytes(fs::file_size(source), '\0');
        std::ifstream(source, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        const Folder folder("good.bin");
        int refused = 0;
        const auto check = [&](const std::string& damaged) {
            writeText(folder.path() / "pytorch_model.bin", damaged);
            const auto opened = folder.open();
            refused += !opened;
            for (const auto& [name, info] : opened ? opened->tensors() : std::map<std::string, TensorInfo> {})
                QVERIFY2(info.offset <= damaged.size() && info.bytes <= damaged.size() - info.offset, name.c_str());
        };
        for (std::size_t size = 0; size < bytes.size(); size += 7)
            check(bytes.substr(0, size));
        for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 5) {
            std::string damaged = bytes;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
            check(damaged);
        }
        QVERIFY(refused > 500);
    }

    void picklesOfNothingGood_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "ends";
        QTest::newRow("stop at once") << QByteArray(".") << "empty stack";
        QTest::newRow("memo") << QByteArray("h\x05.") << "did not remember";
        QTest::newRow("no mark") << QByteArray("Nt.") << "empty stack";
        QTest::newRow("odd dictionary") << QByteArray("}(Nu.") << "adds to a dictionary";
        QTest::newRow("append to none") << QByteArray("NNa.") << "adds to a list";
        QTest::newRow("call of a number") << QByteArray("K\x01)R.") << "calls";
        QTest::newRow("too few arguments") << QByteArray("ctorch._utils\n_rebuild_tensor_v2\n)R.") << "too few";
        QTest::newRow("huge text") << QByteArray("X\xff\xff\xff\xff") << "middle";
        QTest::newRow("huge number") << QByteArray("\x8a\x09") + QByteArray(9, '\1') << "64 bits";
        QTest::newRow("persistent text") << QByteArray("X\1\0\0\0aQ.", 8) << "too few";
        QTest::newRow("state of a number") << QByteArray("K\1Nb.") << "no dictionary";
        QTest::newRow("name of a number") << QByteArray("}K\1Ns.") << "no text";
        QTest::newRow("os.system") << QByteArray("cos\nsystem\n.") << "os system";
        QTest::newRow("os.system by the stack") << QByteArray("\x8c\x02os\x8c\x06system\x93.") << "os system";
    }
    void picklesOfNothingGood()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, says);
        const auto refused = parseTorchPickle(std::as_bytes(std::span(pickle.constData(), pickle.size())), "data.pkl");
        QVERIFY(!refused && refused.error().code == ErrorCode::BadFile);
        QVERIFY2(QString::fromStdString(refused.error().message).contains(says), refused.error().message.c_str());
    }

    /// A list that holds itself, and values nested a million deep, cost no more than their bytes.
    void circlesAndDepthAreHarmless()
    {
        QByteArray circle("}q\1(X\1\0\0\0wh\1u.", 14);
        const auto found = parseTorchPickle(std::as_bytes(std::span(circle.constData(), circle.size())), "data.pkl");
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(found->others, std::vector<std::string> { "w" });
        const QByteArray deep = ")" + QByteArray(1'000'000, '\x85') + ".";
        const auto refused = parseTorchPickle(std::as_bytes(std::span(deep.constData(), deep.size())), "data.pkl");
        QVERIFY(!refused);
    }

    void safetensorsGoFirstAndShardsAreChecked()
    {
        const Folder other("good.bin", "weights.pth");
        const auto renamed = other.open();
        QVERIFY(!renamed && renamed.error().message.find("Rename it to pytorch_model.bin") != std::string::npos);
        const Folder shards("good.bin", "pytorch_model-00001-of-00001.bin");
        const auto index = [](const char* tensors) { return std::string("{\"weight_map\": {") + tensors + "}}"; };
        const std::string file = ": \"pytorch_model-00001-of-00001.bin\"";
        writeText(shards.path() / "pytorch_model.bin.index.json", index(("\"half\"" + file).c_str()));
        const auto unnamed = shards.open();
        QVERIFY(!unnamed && unnamed.error().message.find("does not name") != std::string::npos);
        std::string all;
        for (const char* name : { "embed.weight", "head.weight", "part.weight", "half", "brain", "count" })
            all += (all.empty() ? "\"" : ", \"") + std::string(name) + "\"" + file;
        writeText(shards.path() / "pytorch_model.bin.index.json", index(all.c_str()));
        QVERIFY(shards.open().has_value());
        writeText(shards.path() / "pytorch_model.bin.index.json", index((all + ", \"gone\"" + file).c_str()));
        const auto incomplete = shards.open();
        QVERIFY(!incomplete && incomplete.error().message.find("gone") != std::string::npos);
        writeText(shards.path() / "pytorch_model.bin.index.json", index("\"half\": \"model.safetensors\""));
        QVERIFY(!shards.open());
    }
};

QTEST_GUILESS_MAIN(TestTorchFile)
#include "tst_torch_file.moc"
