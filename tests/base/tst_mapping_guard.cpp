// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <thread>
#include <unistd.h>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "core/checkpoint/mapped_file.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// Files that another program cuts off or rewrites while they are mapped.
class TestMappingGuard : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_number = 0;

    static constexpr std::size_t kBytes = std::size_t { 1 } << 20;

    fs::path freshFile()
    {
        const fs::path file = fs::path(m_folder.path().toStdString()) / ("f" + std::to_string(++m_number));
        std::ofstream(file, std::ios::binary) << std::string(kBytes, 'x');
        return file;
    }
    static Result<MappedFile> map(const fs::path& file)
    {
        return MappedFile::map(Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC)), file);
    }
    static long sum(std::span<const std::byte> bytes)
    {
        return std::accumulate(bytes.begin(), bytes.end(), 0L, [](long a, std::byte b) { return a + long(b); });
    }

private slots:
    void cutOffWhileItIsRead_data()
    {
        QTest::addColumn<int>("left");
        QTest::newRow("to nothing") << 0;
        QTest::newRow("at a page") << 8192;
        QTest::newRow("inside a page, whose rest reads as zeros without a fault") << int(kBytes - 100);
    }
    void cutOffWhileItIsRead()
    {
        QFETCH(int, left);
        const fs::path path = freshFile();
        const MappedFile file = map(path).value();
        long total = -1;
        const Status status = file.lend(0, kBytes, [&](std::span<const std::byte> bytes) -> Status {
            fs::resize_file(path, static_cast<std::uintmax_t>(left));
            total = sum(bytes);
            return {};
        });
        QVERIFY(total >= 0 && total < long('x') * long(kBytes)); // the reader went on, with zeros
        QVERIFY(!status && status.error().code == ErrorCode::BadFile);
        QVERIFY2(status.error().message.find(path.string()) != std::string::npos, status.error().message.c_str());
        // And from then on, also when the file is long again.
        fs::resize_file(path, kBytes);
        QVERIFY(!file.lend(0, 1, [](std::span<const std::byte>) { return Status(); }));
    }

    /// The page was lost, whatever the file looks like afterwards: a bad disk leaves its size and times as they were.
    void aLostPageIsRememberedWhenTheFileLooksWhole()
    {
        const fs::path path = freshFile();
        const fs::file_time_type before = fs::last_write_time(path);
        const MappedFile file = map(path).value();
        const Status status = file.lend(0, kBytes, [&](std::span<const std::byte> bytes) -> Status {
            fs::resize_file(path, 0);
            const long total = sum(bytes);
            fs::resize_file(path, kBytes);
            fs::last_write_time(path, before);
            return total == 0 ? Status() : fail(ErrorCode::Internal, std::to_string(total));
        });
        QVERIFY(!status && status.error().code == ErrorCode::BadFile);
        QVERIFY2(status.error().message.find("could not be read") != std::string::npos, status.error().message.c_str());
        QVERIFY(!file.lend(0, 1, [](std::span<const std::byte>) { return Status(); }));
    }

    void cutOffUnderManyThreads()
    {
        const fs::path path = freshFile();
        const MappedFile file = map(path).value();
        const Status status = file.lend(0, kBytes, [&](std::span<const std::byte> bytes) -> Status {
            fs::resize_file(path, 0);
            std::vector<std::jthread> readers;
            for (std::size_t i = 0; i < 8; ++i)
                readers.emplace_back([bytes, i] { (void)sum(bytes.subspan(i * kBytes / 8, kBytes / 8)); });
            return {};
        });
        QVERIFY(!status && status.error().code == ErrorCode::BadFile);
    }

    void onlyTheFileThatWasCutIsDamaged()
    {
        const fs::path bad = freshFile(), good = freshFile();
        const MappedFile cut = map(bad).value(), whole = map(good).value();
        QVERIFY(!cut.lend(0, kBytes, [&](std::span<const std::byte> bytes) -> Status {
            fs::resize_file(bad, 0);
            return sum(bytes) >= 0 ? Status() : fail(ErrorCode::Internal, "");
        }));
        long total = 0;
        QVERIFY(whole.lend(0, kBytes, [&](std::span<const std::byte> bytes) -> Status {
            total = sum(bytes);
            return {};
        }));
        QCOMPARE(total, long('x') * long(kBytes));
        // A guard's place in the table is used again, unharmed.
        for (int i = 0; i < 100; ++i)
            QVERIFY(map(good).value().lend(0, kBytes, [](std::span<const std::byte>) { return Status(); }));
    }

    void rewrittenWhileItIsRead()
    {
        const fs::path path = freshFile();
        const MappedFile file = map(path).value();
        std::this_thread::sleep_for(std::chrono::milliseconds(20)); // a tick of the file system's clock
        const Status status = file.lend(0, kBytes, [&](std::span<const std::byte>) -> Status {
            std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "y";
            return {};
        });
        QVERIFY(!status && status.error().code == ErrorCode::BadFile);
    }
};

QTEST_GUILESS_MAIN(TestMappingGuard)
#include "tst_mapping_guard.moc"
