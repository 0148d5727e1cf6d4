// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <QTest>

namespace fs = std::filesystem;

namespace {

/// What the files of a layer may include of the others: ui -> core -> kernels, one way; app wires.
const std::map<std::string, std::set<std::string>> kMayInclude {
    { "kernels", { "kernels" } },
    { "core", { "core", "kernels" } },
    { "ui", { "ui", "core" } },
    { "app/cli", { "app", "core" } },
    { "app/gui", { "app", "ui", "core" } },
};

bool isQtHeader(const std::string& header)
{
    return header.starts_with("Q") || header.starts_with("qcustomplot");
}

/// The include lines of one file that its layer forbids.
std::vector<std::string> violations(const fs::path& file, const std::string& layer)
{
    // Not a raw string literal: moc loses its place in one that holds quotes.
    static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
    std::vector<std::string> found;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, include))
            continue;
        const std::string header = match[1];
        const std::string room = header.substr(0, header.find('/'));
        const bool ours = room == "app" || room == "ui" || room == "core" || room == "kernels" || room == "tests";
        const bool forbiddenRoom = ours && !kMayInclude.at(layer).contains(room);
        const bool forbiddenQt = isQtHeader(header) && layer != "ui" && layer != "app/gui";
        // oneTBB has a function named emit: it does not compile after Qt's headers.
        const bool forbiddenTbb = layer == "ui" && (room == "tbb" || room == "oneapi");
        if (forbiddenRoom || forbiddenQt || forbiddenTbb)
            found.push_back(file.string() + " includes " + header);
    }
    return found;
}

} // namespace

class TestLayering : public QObject {
    Q_OBJECT
private slots:
    void noFileIncludesUpwards_data()
    {
        QTest::addColumn<QString>("layer");
        for (const auto& [layer, allowed] : kMayInclude)
            QTest::addRow("%s", layer.c_str()) << QString::fromStdString(layer);
    }
    void noFileIncludesUpwards()
    {
        QFETCH(QString, layer);
        const fs::path root = fs::path(KERF_SOURCE_DIR) / layer.toStdString();
        int files = 0;
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".h" && extension != ".cpp" && extension != ".cu" && extension != ".cuh")
                continue;
            ++files;
            for (const std::string& text : violations(entry.path(), layer.toStdString()))
                QFAIL(text.c_str());
        }
        QVERIFY2(files > 0, "no source file found: the test looks in the wrong place");
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
