// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>

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
    /// As on NFS, whose answer to the flag is EINVAL: a thread of its own whose system calls are filtered.
    void renamingWorksWhereTheFileSystemKnowsNoFlags()
    {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        for (const char* name : { "a", "b", "full" })
            fs::create_directories(root / name);
        bool isFiltered = false;
        Status fresh = fail(ErrorCode::Internal, ""), taken = fresh, missing = fresh;
        std::thread([&] {
            isFiltered = refuseRenameFlags();
            fresh = renameFolderDurably(root / "a", root / "c");
            taken = renameFolderDurably(root / "b", root / "full");
            missing = renameFolderDurably(root / "nothing", root / "d");
        }).join();
        if (!isFiltered)
            QSKIP("This system lets no filter be set on system calls. This test checked NOTHING.");
        QVERIFY2(fresh, fresh ? "" : fresh.error().message.c_str());
        QVERIFY(fs::exists(root / "c") && !fs::exists(root / "a"));
        QVERIFY(!taken && taken.error().code == ErrorCode::InvalidArgument);
        QVERIFY(!missing && missing.error().code == ErrorCode::Io);
    }

private:
    /// From now on renameat2() fails in this thread as on a file system without flags. False: not possible here.
    static bool refuseRenameFlags()
    {
        std::array filter { sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
            sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_renameat2, 0, 1),
            sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
            sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
        const sock_fprog program { static_cast<unsigned short>(filter.size()), filter.data() };
        return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0
            && renameat2(AT_FDCWD, "/", AT_FDCWD, "/", RENAME_NOREPLACE) != 0 && errno == EINVAL;
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
