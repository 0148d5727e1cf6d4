// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/data/annotation.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 1 } << 30;

/// One entry of one of the file's lists.
struct Entry {
    const Json& value;
    const std::string& what;
    const char* list;
    std::size_t index;

    tl::unexpected<Error> wrong(const std::string& why) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}[{}]: {}", what, list, index, why));
    }
    Result<std::int64_t> id(const char* key) const
    {
        const auto found = value.find(key);
        const auto number = found == value.end() ? std::nullopt : asCount(*found);
        if (!number)
            return wrong(fmt::format("{} is missing or no number", key));
        return *number;
    }
    Result<std::string> text(const char* key) const
    {
        const auto found = value.find(key);
        if (found == value.end() || !found->is_string())
            return wrong(fmt::format("{} is missing or no text", key));
        return found->get<std::string>();
    }
};

/// Calls `take` with each entry of a list. Errors: those of `take`; BadFile where it is no list of objects.
template <class Take> Status eachOf(const Json& json, const char* list, const std::string& what, const Take& take)
{
    const auto found = json.find(list);
    if (found == json.end() || !found->is_array())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no list \"{}\": it is no COCO file.", what, list));
    for (std::size_t i = 0; i < found->size(); ++i) {
        const Entry entry { (*found)[i], what, list, i };
        if (!entry.value.is_object())
            return entry.wrong("is no object");
        KERF_CHECK(take(entry));
    }
    return {};
}

Result<TruthBox> truthBox(const Entry& entry)
{
    const auto box = entry.value.find("bbox");
    if (box == entry.value.end() || !box->is_array() || box->size() != 4
        || !std::ranges::all_of(*box, [](const Json& each) { return each.is_number(); }))
        return entry.wrong("bbox is not [x, y, width, height]");
    TruthBox truth;
    truth.box = { (*box)[0], (*box)[1], (*box)[2], (*box)[3] };
    if (truth.box.width < 0 || truth.box.height < 0)
        return entry.wrong("bbox has a side below 0");
    const auto area = entry.value.find("area");
    if (area != entry.value.end() && !area->is_number())
        return entry.wrong("area is no number");
    truth.area = area == entry.value.end() ? truth.box.area() : area->get<double>();
    const auto crowd = entry.value.find("iscrowd");
    truth.isCrowd = crowd != entry.value.end() && (*crowd == 1 || *crowd == true);
    return truth;
}

/// Numbers of a file, and where what they name ends up.
using Places = std::map<std::int64_t, std::size_t>;

/// By rising id.
template <class T> std::vector<T> inOrderOf(const std::map<std::int64_t, T>& byId, Places& places)
{
    std::vector<T> all;
    for (const auto& [id, each] : byId) {
        places[id] = all.size();
        all.push_back(each);
    }
    return all;
}

} // namespace

Result<AnnotationSet> readCocoAnnotations(const std::filesystem::path& file)
{
    const std::string what = file.string();
    KERF_TRY(const std::string text, readTextFile(file, kMostBytes));
    KERF_TRY(const Json json, parseJson(text, what));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is no JSON object: it is no COCO file.", what));
    std::map<std::int64_t, std::string> names;
    KERF_CHECK(eachOf(json, "categories", what, [&](const Entry& entry) -> Status {
        KERF_TRY(const std::int64_t id, entry.id("id"));
        KERF_TRY(const std::string name, entry.text("name"));
        if (!names.emplace(id, name).second)
            return entry.wrong(fmt::format("id {} is there twice", id));
        return {};
    }));
    std::map<std::int64_t, AnnotatedPicture> pictures;
    KERF_CHECK(eachOf(json, "images", what, [&](const Entry& entry) -> Status {
        KERF_TRY(const std::int64_t id, entry.id("id"));
        AnnotatedPicture picture;
        KERF_TRY(picture.file, entry.text("file_name"));
        KERF_TRY(picture.size.width, entry.id("width"));
        KERF_TRY(picture.size.height, entry.id("height"));
        if (!pictures.emplace(id, std::move(picture)).second)
            return entry.wrong(fmt::format("id {} is there twice", id));
        return {};
    }));
    AnnotationSet set;
    Places pictureOf, categoryOf;
    set.pictures = inOrderOf(pictures, pictureOf);
    set.categories = inOrderOf(names, categoryOf);
    for (const auto& [id, name] : names)
        set.categoryIds.push_back(id);
    KERF_CHECK(eachOf(json, "annotations", what, [&](const Entry& entry) -> Status {
        KERF_TRY(const std::int64_t picture, entry.id("image_id"));
        KERF_TRY(const std::int64_t category, entry.id("category_id"));
        if (!pictureOf.contains(picture))
            return entry.wrong(fmt::format("image_id {} is none of images", picture));
        if (!categoryOf.contains(category))
            return entry.wrong(fmt::format("category_id {} is none of categories", category));
        KERF_TRY(TruthBox truth, truthBox(entry));
        truth.category = static_cast<std::int64_t>(categoryOf[category]);
        set.pictures[pictureOf[picture]].boxes.push_back(truth);
        return {};
    }));
    const auto empty = std::ranges::count_if(set.pictures, [](const auto& each) { return each.boxes.empty(); });
    if (empty > 0)
        set.notes.push_back({ fmt::format(
            "{} of {} pictures have no box; what is found in them counts as wrong.", empty, set.pictures.size()) });
    return set;
}

} // namespace kerf::core
