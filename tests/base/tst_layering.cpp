// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

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

/// The headers that one file includes.
std::vector<std::string> includes(const fs::path& file)
{
    // Not a raw string literal: moc loses its place in one that holds quotes.
    static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
    std::vector<std::string> found;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        std::smatch match;
        if (std::regex_search(line, match, include))
            found.push_back(match[1]);
    }
    return found;
}

bool isSource(const fs::path& file)
{
    static const std::set<std::string> extensions { ".h", ".cpp", ".cu", ".cuh" };
    return extensions.contains(file.extension().string());
}

/// The include lines of one file that its layer forbids.
std::vector<std::string> violations(const fs::path& file, const std::string& layer)
{
    std::vector<std::string> found;
    for (const std::string& header : includes(file)) {
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

/// Rooms of core, and what the files of each may include: "kernels" and other rooms.
using RoomTable = std::map<std::string, std::set<std::string>>;

/// The cells of a row of a Markdown table; empty when the line is none.
std::vector<std::string> cells(const std::string& line)
{
    std::vector<std::string> found;
    if (!line.starts_with("|"))
        return found;
    for (std::size_t from = 1, to = 0; (to = line.find('|', from)) != std::string::npos; from = to + 1)
        found.push_back(line.substr(from, to - from));
    return found;
}

/// The table under "Rooms of core" in docs/architecture.md: the first column names the room, the last what it may
/// include; "all" stands for every room and the kernels.
RoomTable readRooms()
{
    static const std::regex quoted("`([a-z_]+)/?`");
    RoomTable rooms;
    std::set<std::string> mayAll;
    std::ifstream page(fs::path(KERF_SOURCE_DIR) / "docs/architecture.md");
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## "))
            inside = line == "## Rooms of core";
        const std::vector<std::string> row = inside ? cells(line) : std::vector<std::string>();
        std::smatch name;
        if (row.size() < 2 || !std::regex_search(row.front(), name, quoted))
            continue;
        std::set<std::string>& may = rooms[name[1]];
        for (std::sregex_iterator word(row.back().begin(), row.back().end(), quoted), end; word != end; ++word)
            may.insert((*word)[1]);
        if (row.back() == " all ")
            mayAll.insert(name[1]);
    }
    for (const std::string& room : mayAll) {
        rooms[room].insert("kernels");
        for (const auto& [other, may] : rooms) {
            if (other != room)
                rooms[room].insert(other);
        }
    }
    return rooms;
}

/// The way of a circle that leads through `path.back()`, "plan -> profile -> plan"; empty when there is none.
std::string circleFrom(const RoomTable& rooms, std::vector<std::string>& path)
{
    for (const std::string& next : rooms.at(path.back())) {
        const auto seen = std::find(path.begin(), path.end(), next);
        if (seen != path.end()) {
            std::string way;
            for (auto room = seen; room != path.end(); ++room)
                way += *room + " -> ";
            return way + next;
        }
        if (!rooms.contains(next))
            continue; // the kernels
        path.push_back(next);
        if (std::string way = circleFrom(rooms, path); !way.empty())
            return way;
        path.pop_back();
    }
    return {};
}

/// What is wrong with one file of a room of core; empty when the table allows all that it includes.
std::string forbiddenRoomOf(const fs::path& file, const std::string& room, const RoomTable& rooms)
{
    for (const std::string& header : includes(file)) {
        const bool ofCore = header.starts_with("core/");
        if (!ofCore && !header.starts_with("kernels/"))
            continue;
        const std::string other = ofCore ? header.substr(5, header.find('/', 5) - 5) : "kernels";
        if (other != room && !rooms.at(room).contains(other))
            return fmt::format(
                "{} includes {}: docs/architecture.md does not let {} include {}", file.string(), header, room, other);
    }
    return {};
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
            if (!isSource(entry.path()))
                continue;
            ++files;
            for (const std::string& text : violations(entry.path(), layer.toStdString()))
                QFAIL(text.c_str());
        }
        QVERIFY2(files > 0, "no source file found: the test looks in the wrong place");
    }

    void theTableOfRoomsHasNoCircle()
    {
        const RoomTable rooms = readRooms();
        QVERIFY2(rooms.size() > 10, "no table of rooms found in docs/architecture.md");
        for (const auto& [room, may] : rooms) {
            for (const std::string& other : may)
                QVERIFY2(
                    other == "kernels" || rooms.contains(other), fmt::format("{} may include {}", room, other).c_str());
            std::vector<std::string> path { room };
            const std::string circle = circleFrom(rooms, path);
            QVERIFY2(circle.empty(), circle.c_str());
        }
    }

    void roomsIncludeWhatTheTableAllows()
    {
        const RoomTable rooms = readRooms();
        for (const auto& folder : fs::directory_iterator(fs::path(KERF_SOURCE_DIR) / "core")) {
            if (!folder.is_directory())
                continue;
            const std::string room = folder.path().filename().string();
            QVERIFY2(rooms.contains(room), (room + " is not in the table of docs/architecture.md").c_str());
            for (const auto& entry : fs::recursive_directory_iterator(folder)) {
                const std::string problem
                    = isSource(entry.path()) ? forbiddenRoomOf(entry.path(), room, rooms) : std::string();
                QVERIFY2(problem.empty(), problem.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
