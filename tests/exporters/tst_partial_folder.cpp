// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/exporters/partial_folder.h"

using namespace kerf::core;
namespace fs = std::filesystem;

class TestPartialFolder : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path at(const char* name) { return fs::path(m_folder.path().toStdString()) / name; }
    /// What a killed export leaves: the mark and a file.
    fs::path leave(const char* name)
    {
        fs::create_directory(at(name));
        std::ofstream(at(name) / ".kerf-partial") << "x";
        std::ofstream(at(name) / "model.safetensors") << "12345";
        return at(name);
    }

private slots:
    void cleanup()
    {
        for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
            fs::remove_all(entry.path());
    }
    void aWriterThatEndsLeavesNothing()
    {
        {
            const auto partial = PartialFolder::create(at("out"));
            QVERIFY(partial.has_value());
            QVERIFY(fs::exists(partial->path()));
            QVERIFY(findLeftovers(at("")).empty()); // locked: it is being written
            QVERIFY(!removeLeftover(partial->path()));
        }
        QVERIFY(fs::is_empty(at("")));
    }
    void theRenamedFolderBearsNoMark()
    {
        auto partial = PartialFolder::create(at("out"));
        QVERIFY(partial && partial->removeMark() && partial->rename(at("out")));
        QVERIFY(fs::is_empty(at("out")));
    }
    void whatAKilledWriterLeftIsFoundAndRemoved()
    {
        const fs::path left = leave("out.partial-0123abcd");
        const auto found = findLeftovers(at(""));
        QCOMPARE(found.size(), std::size_t { 1 });
        QCOMPARE(found[0].bytes, std::int64_t { 6 });
        QVERIFY(removeLeftover(left).has_value());
        QVERIFY(!fs::exists(left));
    }
    void nothingElseIsTouched()
    {
        fs::create_directory(at("mine.partial-0123abcd")); // no mark: somebody else's
        leave("mine");
        leave("out.partial-0123abc"); // one digit short
        leave("out.partial-0123ABCD");
        leave("real");
        fs::create_directory_symlink(at("real"), at("out.partial-00000000"));
        QVERIFY(findLeftovers(at("")).empty());
        for (const auto& entry : fs::directory_iterator(at("")))
            QVERIFY(!removeLeftover(entry.path()));
        QVERIFY(fs::exists(at("real") / "model.safetensors"));
    }
};

QTEST_GUILESS_MAIN(TestPartialFolder)
#include "tst_partial_folder.moc"
