// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/transform.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kerf::core {

std::span<const Transform* const> allTransforms()
{
    static const std::array<const Transform*, 5> transforms { &batchNormFoldTransform(), &equalizationTransform(),
        &rotationTransform(), &smoothQuantTransform(), &awqTransform() };
    return transforms;
}

bool useFormats(const std::vector<TransformChoice>& transforms)
{
    return std::ranges::any_of(transforms, [](const TransformChoice& choice) {
        const auto transform = findTransform(choice.name);
        return transform && (*transform)->usesFormats(choice.settings);
    });
}

Result<const Transform*> findTransform(std::string_view name)
{
    std::string known;
    for (const Transform* transform : allTransforms()) {
        if (transform->name() == name)
            return transform;
        known += (known.empty() ? "" : ", ") + transform->name();
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no transform \"{}\". Transforms are: {}.", name.substr(0, 100), known));
}

Result<TransformChoice> transformChoice(const std::string& name, const Json& settings)
{
    KERF_TRY(const Transform* transform, findTransform(name));
    if (!settings.is_object())
        return fail(ErrorCode::InvalidArgument, fmt::format("The settings of {} must be a JSON object.", name));
    TransformChoice choice { name, {} };
    KERF_TRY(choice.settings, transform->complete(settings));
    return choice;
}

bool rotatesOnline(const std::vector<TransformChoice>& transforms)
{
    return std::any_of(transforms.begin(), transforms.end(), [](const TransformChoice& choice) {
        return choice.name == rotationTransform().name() && choice.settings.value(kOnlineRotation, false);
    });
}

Json toJson(const std::vector<TransformChoice>& transforms)
{
    Json list = Json::array();
    for (const TransformChoice& choice : transforms)
        list.push_back({ { "name", choice.name }, { "settings", choice.settings } });
    return list;
}

Result<std::vector<TransformChoice>> transformsFromJson(const Json& json)
{
    if (!json.is_array())
        return fail(ErrorCode::InvalidArgument, "\"transforms\" must be a list.");
    std::vector<TransformChoice> transforms;
    for (const Json& item : json) {
        const auto name = item.is_object() ? item.find("name") : item.end();
        if (name == item.end() || !name->is_string())
            return fail(ErrorCode::InvalidArgument, "An entry of \"transforms\" has no \"name\".");
        for (const auto& [key, value] : item.items())
            if (key != "name" && key != "settings")
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("An entry of \"transforms\" has the unknown key \"{}\".", key.substr(0, 100)));
        const auto settings = item.find("settings");
        KERF_TRY(TransformChoice choice,
            transformChoice(name->get<std::string>(), settings == item.end() ? Json::object() : *settings));
        transforms.push_back(std::move(choice));
    }
    return transforms;
}

} // namespace kerf::core
