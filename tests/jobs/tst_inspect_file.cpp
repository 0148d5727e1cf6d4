// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fstream>
#include <sstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/inspect_file.h"
#include "tests/support/edit_model.h"
#include "tests/support/small_decoder.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())

/// A single file gets the verdict that it gets in its folder.
class TestInspectFile : public QObject {
    Q_OBJECT
private slots:
    void malformedFilesGetTheirVerdicts_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("accepted");
        std::ifstream manifest(data / "malformed" / "manifest.tsv");
        for (std::string line; std::getline(manifest, line);) {
            std::istringstream fields(line);
            std::string file, kind, wrong, verdict;
            std::getline(
                std::getline(std::getline(std::getline(fields, file, '\t'), kind, '\t'), wrong, '\t'), verdict);
            if ((kind == "config" || kind == "index" || kind == "tokenizer" || kind == "safetensors")
                && verdict != "either" && !file.starts_with("index/not-in-map/"))
                QTest::addRow("%s: %s", file.c_str(), wrong.c_str())
                    << QString::fromStdString(file) << (verdict == "accept");
        }
    }
    void malformedFilesGetTheirVerdicts()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        QFETCH(bool, accepted);
        const auto found = inspectFile(data / "malformed" / file.toStdString());
        QVERIFY2(found.has_value() == accepted, found ? found->text.c_str() : found.error().message.c_str());
        if (!found)
            QCOMPARE(static_cast<int>(found.error().code), static_cast<int>(ErrorCode::BadFile));
    }

    void aConfigurationIsReadAsOne()
    {
        const QTemporaryDir directory;
        const fs::path folder = directory.path().toStdString();
        QVERIFY(smallDecoder(folder / "model", {}));
        QVERIFY(editConfig(folder / "model", { { "logit_scale", 2.0 } }));
        const auto whole = inspectFile(folder / "model" / "config.json");
        VERIFY_OK(whole);
        QVERIFY2(whole->text.find("a llama model with 2 blocks") != std::string::npos, whole->text.c_str());
        QVERIFY2(whole->text.find("21 tensors beside it fit") != std::string::npos, whole->text.c_str());
        QCOMPARE(whole->notes.size(), std::size_t { 1 });
        fs::create_directories(folder / "alone");
        fs::copy_file(folder / "model" / "config.json", folder / "alone" / "config.json");
        const auto alone = inspectFile(folder / "alone" / "config.json");
        VERIFY_OK(alone);
        QVERIFY2(alone->text.find("weights do not lie beside it") != std::string::npos, alone->text.c_str());
        QCOMPARE(alone->notes.size(), std::size_t { 1 });
        QVERIFY(editConfig(folder / "alone", { { "hidden_size", -1 } }));
        QVERIFY(!inspectFile(folder / "alone" / "config.json"));
        // With the weights beside it the shapes are compared too.
        QVERIFY(editConfig(folder / "model", { { "intermediate_size", 48 } }));
        const auto wrong = inspectFile(folder / "model" / "config.json");
        QVERIFY(!wrong && wrong.error().message.find("but config.json asks for") != std::string::npos);
    }

    void anIndexIsComparedWithItsShards()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        const fs::path source = data / "conformance" / "decoders" / "llama-sharded";
        const auto whole = inspectFile(source / "model.safetensors.index.json");
        VERIFY_OK(whole);
        QVERIFY2(whole->text.find("which hold what it says") != std::string::npos, whole->text.c_str());
        const QTemporaryDir directory;
        const fs::path folder = directory.path().toStdString();
        fs::copy_file(source / "model.safetensors.index.json", folder / "model.safetensors.index.json");
        const auto alone = inspectFile(folder / "model.safetensors.index.json");
        VERIFY_OK(alone);
        QVERIFY2(alone->text.find("none of which lies beside it") != std::string::npos, alone->text.c_str());
        std::ofstream(folder / "config.json") << "{}";
        const std::string first = "model-00001-of-00003.safetensors";
        fs::copy_file(source / first, folder / first);
        QVERIFY(!inspectFile(folder / "model.safetensors.index.json"));
    }
};

QTEST_GUILESS_MAIN(TestInspectFile)
#include "tst_inspect_file.moc"
