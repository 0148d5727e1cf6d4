// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTest>

#include <fstream>
#include <set>
#include <sstream>

#include "core/checkpoint/checkpoint.h"
#include "core/jobs/inspect_file.h"
#include "core/model/model.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Row {
    std::string file;
    std::string kind;
    std::string wrong;
    std::string verdict; ///< accept, reject, either
};

std::vector<Row> readManifest(const fs::path& path)
{
    std::vector<Row> rows;
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        Row row;
        std::getline(fields, row.file, '\t');
        std::getline(fields, row.kind, '\t');
        std::getline(fields, row.wrong, '\t');
        std::getline(fields, row.verdict, '\t');
        rows.push_back(row);
    }
    return rows;
}

/// Faults of config.json that no architecture is needed to see: it is no JSON object.
bool isJsonFault(const Row& row)
{
    static const std::set<std::string> names { "eps-nan", "theta-1e400", "leading-zero", "lone-minus", "digits-100k",
        "empty", "blank", "array", "cut", "trailing", "trailing-comma", "not-utf8", "utf16", "depth", "escape", "bom",
        "duplicate" };
    return names.count(fs::path(row.file).parent_path().filename().string()) != 0;
}

} // namespace

class TestMalformed : public QObject {
    Q_OBJECT
private slots:
    void behavesAsTheManifestSays_data()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("verdict");
        for (const Row& row : readManifest(data / "malformed" / "manifest.tsv")) {
            // A tensor that only the architecture asks for is missing: seen where the model is opened.
            const bool isModelFault = row.file.starts_with("index/not-in-map/");
            if (row.kind == "safetensors" || row.kind == "gguf" || row.kind == "onnx"
                || (row.kind == "index" && !isModelFault)
                || (row.kind == "config" && (isJsonFault(row) || row.verdict == "accept")))
                QTest::addRow("%s: %s", row.file.c_str(), row.wrong.c_str()) << QString::fromStdString(
                    row.file) << QString::fromStdString(row.kind) << QString::fromStdString(row.verdict);
        }
    }
    void behavesAsTheManifestSays()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QFETCH(QString, file);
        QFETCH(QString, kind);
        QFETCH(QString, verdict);
        const fs::path path = data / "malformed" / file.toStdString();
        Status status;
        if (kind == "safetensors" || kind == "gguf") {
            status = inspectFile(path).map([](const FileFinding&) {});
        } else if (kind == "onnx") {
            status = openModel(path).map([](const Model&) {});
        } else {
            status = Checkpoint::open(path.parent_path()).map([](const Checkpoint&) {});
        }
        ++m_total;
        m_accepted += status.has_value() ? 1 : 0;
        if (!status) {
            QCOMPARE(static_cast<int>(status.error().code), static_cast<int>(ErrorCode::BadFile));
            QVERIFY2(status.error().message.find(path.parent_path().string()) == 0, status.error().message.c_str());
            QVERIFY2(status.error().message.size() < 1000, "the message repeats too much of the file");
        }
        if (verdict == "accept")
            QVERIFY2(status.has_value(), status.error().message.c_str());
        if (verdict == "reject")
            QVERIFY2(!status.has_value(), "was accepted");
    }
    void cleanupTestCase() { qInfo("%d files: %d accepted, %d refused", m_total, m_accepted, m_total - m_accepted); }

private:
    int m_total = 0;
    int m_accepted = 0;
};

QTEST_GUILESS_MAIN(TestMalformed)
#include "tst_malformed.moc"
