// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <expat.h>
#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/parse_number.h"
#include "core/data/annotation.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 16 << 20;
constexpr std::size_t kMostDepth = 32;

/// What an <object> says, by the path of each element in it: "name", "bndbox/xmin".
struct Leaves {
    std::map<std::string, std::string> texts;
    std::int64_t line = 0; ///< where it begins
};

/// One file: of <annotation>, the leaves that lie outside of objects, and those of each object.
struct VocDocument {
    Leaves head;
    std::vector<Leaves> objects;
};

/// Reads a document by Expat. A document type is refused: with it come entities that grow without end and files of
/// others.
class VocParser {
public:
    VocParser()
        : m_parser(XML_ParserCreate(nullptr))
    {
        XML_SetUserData(m_parser.get(), this);
        XML_SetElementHandler(m_parser.get(), &onStart, &onEnd);
        XML_SetCharacterDataHandler(m_parser.get(), &onText);
        XML_SetStartDoctypeDeclHandler(m_parser.get(), [](void* self, auto...) {
            static_cast<VocParser*>(self)->stop(
                "has a document type, which is not read: entities may stand for anything");
        });
    }

    Result<VocDocument> parse(std::string_view text, const std::string& what)
    {
        const XML_Status status = XML_Parse(m_parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
        if (status == XML_STATUS_OK && m_problem.empty())
            return std::move(m_document);
        return fail(ErrorCode::BadFile,
            fmt::format("{}: line {}: {}.", what, XML_GetCurrentLineNumber(m_parser.get()),
                m_problem.empty() ? XML_ErrorString(XML_GetErrorCode(m_parser.get())) : m_problem));
    }

private:
    struct Free {
        void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
    };

    void stop(std::string problem)
    {
        m_problem = std::move(problem);
        XML_StopParser(m_parser.get(), XML_FALSE);
    }
    static void onStart(void* data, const XML_Char* name, const XML_Char** /*attributes*/)
    {
        auto& self = *static_cast<VocParser*>(data);
        if (self.m_path.empty() && std::string_view(name) != "annotation")
            return self.stop(fmt::format("begins with <{}>, not with <annotation>: it is no VOC file", name));
        if (self.m_path.size() >= kMostDepth)
            return self.stop("is nested too deep");
        self.m_path.emplace_back(name);
        self.m_text.clear();
        if (self.m_path.size() == 2 && self.m_path.back() == "object")
            self.m_document.objects.push_back(
                { {}, static_cast<std::int64_t>(XML_GetCurrentLineNumber(self.m_parser.get())) });
    }
    static void onText(void* data, const XML_Char* text, int length)
    {
        static_cast<VocParser*>(data)->m_text.append(text, static_cast<std::size_t>(length));
    }
    static void onEnd(void* data, const XML_Char* /*name*/)
    {
        auto& self = *static_cast<VocParser*>(data);
        if (!self.m_problem.empty())
            return; // of an empty element Expat calls this after it was stopped at its start
        const bool isInObject = self.m_path.size() > 2 && self.m_path[1] == "object";
        std::string path;
        for (std::size_t i = isInObject ? 2 : 1; i < self.m_path.size(); ++i)
            path += (path.empty() ? "" : "/") + self.m_path[i];
        Leaves& leaves = isInObject ? self.m_document.objects.back() : self.m_document.head;
        leaves.texts.emplace(path, trimmed(self.m_text)); // the first, where one is there twice: <part> has boxes too
        self.m_path.pop_back();
        self.m_text.clear();
    }
    static std::string trimmed(const std::string& text)
    {
        constexpr const char* kSpaces = " \t\r\n";
        const auto first = text.find_first_not_of(kSpaces);
        return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
    }

    std::unique_ptr<XML_ParserStruct, Free> m_parser;
    VocDocument m_document;
    std::vector<std::string> m_path;
    std::string m_text, m_problem;
};

/// The elements of a document, with what to say where one is not as it should be.
struct VocReader {
    const std::string& what;

    tl::unexpected<Error> wrong(const Leaves& leaves, const std::string& why) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: line {}: {}.", what, leaves.line, why));
    }
    Result<double> number(const Leaves& leaves, const char* path) const
    {
        const auto found = leaves.texts.find(path);
        const auto value = found == leaves.texts.end() ? std::nullopt : parseNumber(found->second);
        if (!value)
            return wrong(leaves, fmt::format("<{}> is missing or no number", path));
        return *value;
    }
    Result<TruthBox> box(const Leaves& object) const
    {
        KERF_TRY(const double left, number(object, "bndbox/xmin"));
        KERF_TRY(const double top, number(object, "bndbox/ymin"));
        KERF_TRY(const double right, number(object, "bndbox/xmax"));
        KERF_TRY(const double bottom, number(object, "bndbox/ymax"));
        if (right < left || bottom < top)
            return wrong(object, "the box ends before it begins");
        TruthBox truth;
        truth.box = { left - 1, top - 1, right - left, bottom - top };
        truth.area = (right - left + 1) * (bottom - top + 1);
        const auto difficult = object.texts.find("difficult");
        truth.isDifficult = difficult != object.texts.end() && difficult->second == "1";
        return truth;
    }
};

/// A picture whose categories are still names.
struct NamedPicture {
    AnnotatedPicture picture;
    std::vector<std::string> names; ///< of each box
};

Result<NamedPicture> readPicture(const fs::path& file)
{
    const std::string what = file.string();
    KERF_TRY(const std::string text, readTextFile(file, kMostBytes));
    KERF_TRY(const VocDocument document, VocParser().parse(text, what));
    const VocReader reader { what };
    NamedPicture named;
    const auto name = document.head.texts.find("filename");
    if (name == document.head.texts.end() || name->second.empty())
        return reader.wrong(document.head, "<filename> is missing");
    named.picture.file = name->second;
    if (document.head.texts.contains("size/width")) {
        KERF_TRY(const double width, reader.number(document.head, "size/width"));
        KERF_TRY(const double height, reader.number(document.head, "size/height"));
        if (!(width >= 0 && height >= 0 && width <= 1e9 && height <= 1e9))
            return reader.wrong(document.head, "<size> is no size of a picture");
        named.picture.size = { static_cast<std::int64_t>(width), static_cast<std::int64_t>(height) };
    }
    for (const Leaves& object : document.objects) {
        KERF_TRY(const TruthBox truth, reader.box(object));
        const auto category = object.texts.find("name");
        if (category == object.texts.end() || category->second.empty())
            return reader.wrong(object, "<name> is missing");
        named.picture.boxes.push_back(truth);
        named.names.push_back(category->second);
    }
    return named;
}

Result<std::vector<fs::path>> xmlFiles(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".xml")
            files.push_back(entry->path());
    if (error)
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
    if (files.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no .xml files", folder.string()));
    std::ranges::sort(files);
    return files;
}

} // namespace

Result<AnnotationSet> readVocAnnotations(const fs::path& folder, const std::vector<std::string>& classes)
{
    KERF_TRY(const std::vector<fs::path> files, xmlFiles(folder));
    std::vector<NamedPicture> pictures;
    std::set<std::string> names;
    for (const fs::path& file : files) {
        KERF_TRY(NamedPicture picture, readPicture(file));
        names.insert(picture.names.begin(), picture.names.end());
        pictures.push_back(std::move(picture));
    }
    AnnotationSet set;
    set.categories = classes.empty() ? std::vector<std::string>(names.begin(), names.end()) : classes;
    for (std::size_t i = 0; i < set.categories.size(); ++i)
        set.categoryIds.push_back(static_cast<std::int64_t>(i));
    for (std::size_t p = 0; p < pictures.size(); ++p) {
        for (std::size_t i = 0; i < pictures[p].names.size(); ++i) {
            const auto found = std::ranges::find(set.categories, pictures[p].names[i]);
            if (found == set.categories.end())
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: \"{}\" is none of the model's classes", files[p].string(), pictures[p].names[i]));
            pictures[p].picture.boxes[i].category = found - set.categories.begin();
        }
        set.pictures.push_back(std::move(pictures[p].picture));
    }
    return set;
}

} // namespace kerf::core
