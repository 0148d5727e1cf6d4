// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <cmath>
#include <filesystem>
#include <limits>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/dtype.h"
#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/base/random.h"

using namespace kerf::core;
namespace fs = std::filesystem;

class TestBase : public QObject {
    Q_OBJECT
private slots:
    void halfAndBfloat16RoundTripEveryValue()
    {
        for (std::uint32_t bits = 0; bits < 65536; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            const float asHalf = halfToFloat(half);
            const float asBfloat = bfloat16ToFloat(half);
            if (!std::isnan(asHalf))
                QCOMPARE(floatToHalf(asHalf), half);
            if (!std::isnan(asBfloat))
                QCOMPARE(floatToBfloat16(asBfloat), half);
        }
    }
    void halfTiesGoToEven()
    {
        QCOMPARE(roundToHalf(2049.0f), 2048.0f); // half way between 2048 and 2050
        QCOMPARE(roundToHalf(2051.0f), 2052.0f);
        QVERIFY(std::isinf(roundToHalf(65520.0f)));
    }
    void dtypeNamesRoundTrip()
    {
        for (const char* name : { "F64", "F32", "F16", "BF16", "F8_E4M3", "I64", "I32", "I8", "U8", "BOOL" })
            QCOMPARE(dtypeName(parseDType(name).value()), std::string_view(name));
        QVERIFY(!parseDType("F4"));
    }
    void sha256MatchesThePublishedVector()
    {
        const std::string_view abc = "abc"; // FIPS 180-4, appendix B.1
        QCOMPARE(sha256(std::as_bytes(std::span(abc.data(), abc.size()))),
            std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
    void hasherSeparatesFields()
    {
        QVERIFY(Hasher().add("ab").add("c").hex() != Hasher().add("a").add("bc").hex());
        QCOMPARE(Hasher().add("ab").hex(), Hasher().add("ab").hex());
    }
    void parallelForVisitsEachIndexOnceForAnyThreadCount()
    {
        for (const int threads : { 1, 2, 3, 8 }) {
            setThreadCount(threads);
            QCOMPARE(threadCount(), threads);
            std::vector<std::atomic<int>> visits(1000);
            parallelFor(1000, [&](std::int64_t i) { ++visits[static_cast<std::size_t>(i)]; });
            for (const auto& count : visits)
                QCOMPARE(count.load(), 1);
        }
        setThreadCount(0);
    }
    void randomStreamsAreReproducibleAndUniform()
    {
        CounterRng first(7, 1), again(7, 1), other(7, 2);
        double sum = 0, squares = 0;
        bool differs = false;
        constexpr int kCount = 20000;
        for (int i = 0; i < kCount; ++i) {
            const double value = first.normal();
            QCOMPARE(value, again.normal());
            differs |= value != other.normal();
            sum += value;
            squares += value * value;
        }
        QVERIFY(differs);
        // Mean and variance of a standard normal: within five standard errors.
        QVERIFY(std::abs(sum / kCount) < 5 / std::sqrt(kCount));
        QVERIFY(std::abs(squares / kCount - 1) < 5 * std::sqrt(2.0 / kCount));
    }
    void atomicWriteLeavesOnlyTheTarget()
    {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "file.txt";
        QVERIFY(writeFileAtomically(path, std::string_view("one")).has_value());
        QVERIFY(writeFileAtomically(path, std::string_view("two")).has_value());
        QCOMPARE(readTextFile(path, 100).value(), std::string("two"));
        QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), {}), 1);
        QVERIFY(!readTextFile(path, 2).has_value());
    }
    void atomicWriteIntoAMissingFolderNamesThePath()
    {
        const Status status = writeFileAtomically("/nonexistent-kerf/file", std::string_view("x"));
        QVERIFY(!status.has_value());
        QVERIFY(status.error().message.find("/nonexistent-kerf") != std::string::npos);
    }
    void fullDiskIsReportedAsSuch()
    {
        if (!fs::exists("/dev/full"))
            QSKIP("no /dev/full on this machine");
        // /dev/full cannot hold a temporary file beside it; a read that is not a regular file is refused instead.
        QVERIFY(!readTextFile("/dev/full", 10).has_value());
    }
    void renamingOverAnExistingFolderIsRefused()
    {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::create_directories(root / "a");
        fs::create_directories(root / "b");
        const Status status = renameFolderDurably(root / "a", root / "b");
        QVERIFY(!status.has_value());
        QCOMPARE(status.error().code, ErrorCode::InvalidArgument);
        QVERIFY(renameFolderDurably(root / "a", root / "c").has_value());
        QVERIFY(fs::exists(root / "c"));
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
