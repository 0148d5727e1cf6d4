// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_header.h"
#include "core/checkpoint/safetensors_writer.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

fs::path fileIn(const QTemporaryDir& directory)
{
    return fs::path(directory.path().toStdString()) / "x.safetensors";
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private slots:
    void writesTheBytesOfTheFormat()
    {
        // By hand from the format's description: u64 length, JSON padded with spaces to 64 bytes, I64 before U8.
        const QTemporaryDir directory;
        const std::vector<std::uint8_t> bytes { 9, 8 };
        const std::vector<std::int64_t> longs { -2 };
        const auto hash = writeSafetensors(fileIn(directory),
            { TensorView::of("a", DType::U8, { 2 }, bytes), TensorView::of("b", DType::I64, {}, longs) });
        QVERIFY2(hash.has_value(), hash ? "" : hash.error().message.c_str());
        std::string json = "{\"__metadata__\":{\"format\":\"pt\"},"
                           "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                           "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[8,10]}}";
        json.resize((8 + json.size() + 63) / 64 * 64 - 8, ' ');
        std::string expected { static_cast<char>(json.size()), 0, 0, 0, 0, 0, 0, 0 };
        expected += json + "\xfe\xff\xff\xff\xff\xff\xff\xff\x09\x08";
        const std::string written = readTextFile(fileIn(directory), 10000).value();
        QCOMPARE(QByteArray::fromStdString(written), QByteArray::fromStdString(expected));
        QCOMPARE(*hash, sha256(std::as_bytes(std::span(expected.data(), expected.size()))));
    }

    void readsBackWhatWasWritten()
    {
        const QTemporaryDir directory;
        const std::vector<float> f { 1.25F, -3 };
        const std::vector<std::int32_t> i { -1, 2147483647 };
        const std::vector<std::int64_t> l { std::int64_t { 1 } << 40 };
        const std::vector<std::uint16_t> h { 0x3c00 };
        const std::vector<std::uint8_t> u { 255 };
        const std::string odd = "näme \" \\ \n";
        QVERIFY(writeSafetensors(fileIn(directory),
            { TensorView::of("f", DType::F32, { 2 }, f), TensorView::of("i", DType::I32, { 1, 2 }, i),
                TensorView::of("l", DType::I64, { 1 }, l), TensorView::of("h", DType::F16, { 1 }, h),
                TensorView::of(odd, DType::U8, { 1 }, u),
                TensorView::of("none", DType::F32, { 0, 5 }, std::vector<float> {}) },
            { { "key", "value" } }));
        const SafetensorsFile file = SafetensorsFile::open(fileIn(directory)).value();
        QVERIFY(file.values<float>("f").value() == f);
        QVERIFY(file.values<std::int32_t>("i").value() == i);
        QVERIFY(file.values<std::int64_t>("l").value() == l);
        QVERIFY(file.values<std::uint16_t>("h").value() == h);
        QVERIFY(file.values<std::uint8_t>(odd).value() == u);
        QCOMPARE(file.read("none").value().size(), 0);
        QCOMPARE(file.read("h").value()(0, 0), 1.0F);
        QVERIFY(!file.values<float>("i").has_value());
        QCOMPARE(file.metadata().at("key"), std::string("value"));
        QCOMPARE(file.find("i")->shape.size(), std::size_t { 2 });
    }

    void orderOfWritingDoesNotMatter()
    {
        const QTemporaryDir directory;
        const std::vector<float> f { 1, 2 };
        const std::vector<std::uint8_t> u { 3 };
        const std::vector<TensorSpec> specs { { "f", DType::F32, { 2 } }, { "u", DType::U8, { 1 } } };
        SafetensorsWriter writer = SafetensorsWriter::create(fileIn(directory), specs).value();
        QVERIFY(writer.write("u", std::as_bytes(std::span(u))));
        QVERIFY(!writer.write("u", std::as_bytes(std::span(u)))); // twice
        QVERIFY(!writer.write("f", std::as_bytes(std::span(u)))); // wrong size
        QVERIFY(!writer.finish().has_value()); // f is missing
        QVERIFY(writer.write("f", std::as_bytes(std::span(f))));
        QVERIFY(!fs::exists(fileIn(directory)));
        const std::string hash = writer.finish().value();
        QCOMPARE(hash,
            writeSafetensors(fileIn(directory),
                { TensorView::of("f", DType::F32, { 2 }, f), TensorView::of("u", DType::U8, { 1 }, u) })
                .value());
    }

    void aStoppedWriterLeavesNothing()
    {
        const QTemporaryDir directory;
        std::stop_source stop;
        const std::vector<std::byte> bytes(100);
        {
            auto writer = SafetensorsWriter::create(fileIn(directory),
                { { "a", DType::U8, { 100 } }, { "b", DType::U8, { 100 } } }, SafetensorsWriter::defaultMetadata(),
                JobContext(stop.get_token()));
            QVERIFY(writer && writer->write("a", bytes));
            stop.request_stop();
            const auto stopped = writer->write("b", bytes);
            QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        }
        QVERIFY(fs::is_empty(directory.path().toStdString()));
    }

    void aDroppedWriterLeavesNothing()
    {
        const QTemporaryDir directory;
        {
            const auto writer = SafetensorsWriter::create(fileIn(directory), { { "f", DType::F32, { 1000 } } });
            QVERIFY(writer.has_value());
        }
        QVERIFY(fs::is_empty(directory.path().toStdString()));
        QVERIFY(
            !SafetensorsWriter::create(fileIn(directory), { { "a", DType::U8, { 1 } }, { "a", DType::U8, { 1 } } }));
        QVERIFY(!SafetensorsWriter::create(fileIn(directory), { { "a", DType::F64, { std::int64_t { 1 } << 61 } } }));
        QVERIFY(!SafetensorsWriter::create(fileIn(directory), { { "\xff", DType::U8, { 1 } } }));
        QVERIFY(fs::is_empty(directory.path().toStdString()));
    }

    void everyTruncationIsRefused()
    {
        const QTemporaryDir directory;
        const std::vector<float> f { 1, 2 };
        const std::vector<std::uint8_t> u { 3 };
        QVERIFY(writeSafetensors(fileIn(directory),
            { TensorView::of("f", DType::F32, { 2 }, f), TensorView::of("u", DType::U8, { 1 }, u) }));
        const std::string whole = readTextFile(fileIn(directory), 10000).value();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            std::ofstream(fileIn(directory), std::ios::binary | std::ios::trunc) << whole.substr(0, length);
            const auto file = SafetensorsFile::open(fileIn(directory));
            QVERIFY2(!file.has_value(), qPrintable(QString::number(length)));
            QCOMPARE(static_cast<int>(file.error().code), static_cast<int>(ErrorCode::BadFile));
        }
    }

    void headerLimits_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("reason");
        const QString entry = "{\"dtype\":\"U8\",\"shape\":%1,\"data_offsets\":[0,1]}";
        QTest::addRow("eight dimensions") << "{\"a\":" + entry.arg("[1,1,1,1,1,1,1,1]") + "}"
                                          << "";
        QTest::addRow("nine dimensions") << "{\"a\":" + entry.arg("[1,1,1,1,1,1,1,1,1]") + "}"
                                         << "dimensions";
        QTest::addRow("long name") << "{\"" + QString(257, 'n') + "\":" + entry.arg("[1]") + "}"
                                   << "256";
        QTest::addRow("empty name") << "{\"\":" + entry.arg("[1]") + "}"
                                    << "256";
        QTest::addRow("exponent") << "{\"a\":" + entry.arg("[1e0]") + "}"
                                  << "whole number";
        QTest::addRow("2^63") << "{\"a\":" + entry.arg("[9223372036854775808]") + "}"
                              << "above 2^63-1";
        QTest::addRow("minus zero") << "{\"a\":" + entry.arg("[-0]") + "}"
                                    << "negative";
        QTest::addRow("unknown field") << "{\"a\":" + entry.arg("[1],\"x\":1") + "}"
                                       << "unknown field";
        QTest::addRow("field twice") << "{\"a\":" + entry.arg("[1],\"shape\":[1]") + "}"
                                     << "twice";
        QTest::addRow("metadata twice") << "{\"__metadata__\":{},\"__metadata__\":{},\"a\":" + entry.arg("[1]") + "}"
                                        << "twice";
        QTest::addRow("metadata key twice")
            << "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"},\"a\":" + entry.arg("[1]") + "}"
            << "twice";
        QTest::addRow("leading space") << " {\"a\":" + entry.arg("[1]") + "}"
                                       << "not a JSON object";
    }
    void headerLimits()
    {
        QFETCH(QString, json);
        QFETCH(QString, reason);
        const auto header = parseSafetensorsHeader(json.toStdString(), 1000, 1001, "x");
        if (reason.isEmpty()) {
            QVERIFY2(header.has_value(), header ? "" : header.error().message.c_str());
            QCOMPARE(header->tensors.at("a").offset, std::uint64_t { 1000 });
            return;
        }
        QVERIFY(!header.has_value());
        QVERIFY2(QString::fromStdString(header.error().message).contains(reason), header.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
