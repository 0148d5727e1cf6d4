// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/method_settings.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/quantize/method.h"

namespace kerf::core {
namespace {

struct OrderName {
    ActivationOrder order;
    const char* name;
};
constexpr std::array<OrderName, 3> kOrders { { { ActivationOrder::None, "none" }, { ActivationOrder::Static, "static" },
    { ActivationOrder::GroupAware, "group-aware" } } };

constexpr const char* kActivationOrder = "activation_order";

/// The setting of that name of whichever method has it, or a common one; null: none.
const MethodSetting* findSetting(std::string_view name)
{
    for (const Method* method : allMethods())
        for (const MethodSetting* setting : method->settings())
            if (setting->name == name)
                return setting;
    for (const MethodSetting* setting : commonSettings())
        if (setting->name == name)
            return setting;
    return nullptr;
}

MethodSetting flagSetting(const char* name, bool usual)
{
    return { name, usual, "true or false", [](const Json& value) { return value.is_boolean() ? value : Json(); } };
}

std::vector<std::string> settingNames()
{
    std::vector<std::string> names;
    for (const Method* method : allMethods())
        for (const MethodSetting* setting : method->settings())
            if (std::ranges::find(names, setting->name) == names.end())
                names.push_back(setting->name);
    for (const MethodSetting* setting : commonSettings())
        names.push_back(setting->name);
    return names;
}

} // namespace

MethodSetting fractionSetting(std::string name, double usual)
{
    return { std::move(name), usual, "a number from 0 to 1", [](const Json& value) {
                const bool fits = value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1;
                return fits ? Json(value.get<double>()) : Json();
            } };
}

MethodSetting countSetting(std::string name, std::int64_t usual, std::int64_t least, std::int64_t most)
{
    return { std::move(name), static_cast<std::uint64_t>(usual),
        fmt::format("a whole number from {} to {}", least, most), [least, most](const Json& value) {
            if (!value.is_number_integer())
                return Json();
            const bool isHuge = value.is_number_unsigned() && !asCount(value);
            const std::int64_t count = isHuge ? most + 1 : value.get<std::int64_t>();
            return count >= least && count <= most ? Json(static_cast<std::uint64_t>(count)) : Json();
        } };
}

const MethodSetting& dampingSetting()
{
    static const MethodSetting setting = fractionSetting("damping", 0.01);
    return setting;
}

const MethodSetting& activationOrderSetting()
{
    static const MethodSetting setting { kActivationOrder, "static", "\"none\", \"static\" or \"group-aware\"",
        [](const Json& value) {
            const bool known
                = value.is_string() && std::ranges::find(kOrders, value.get<std::string>(), [](const OrderName& order) {
                      return std::string(order.name);
                  }) != kOrders.end();
            return known ? value : Json();
        } };
    return setting;
}

const MethodSetting& scaleSearchSetting()
{
    static const MethodSetting setting = flagSetting(kScaleSearch, true);
    return setting;
}

std::span<const MethodSetting* const> commonSettings()
{
    static const MethodSetting correction = flagSetting(kBiasCorrection, false);
    static const std::array<const MethodSetting*, 1> settings { &correction };
    return settings;
}

const MethodSetting& blockSizeSetting()
{
    static const MethodSetting setting = [] {
        MethodSetting size = countSetting("block_size", 128, 1, 65536);
        size.decidesCodes = false;
        return size;
    }();
    return setting;
}

MethodSettings::MethodSettings()
    : m_values(Json::object())
{
    for (const Method* method : allMethods())
        for (const MethodSetting* setting : method->settings())
            m_values[setting->name] = setting->usual;
    for (const MethodSetting* setting : commonSettings())
        m_values[setting->name] = setting->usual;
}

const Json& MethodSettings::value(std::string_view name) const
{
    const auto found = m_values.find(std::string(name));
    assert(found != m_values.end());
    return *found;
}

double MethodSettings::number(std::string_view name) const
{
    return value(name).get<double>();
}

int MethodSettings::count(std::string_view name) const
{
    return value(name).get<int>();
}

bool MethodSettings::flag(std::string_view name) const
{
    return value(name).get<bool>();
}

ActivationOrder MethodSettings::activationOrder() const
{
    const std::string name = value(kActivationOrder).get<std::string>();
    return std::ranges::find(kOrders, name, [](const OrderName& order) { return std::string(order.name); })->order;
}

void MethodSettings::set(std::string_view name, const Json& value)
{
    const MethodSetting* setting = findSetting(name);
    assert(setting && !setting->read(value).is_null());
    m_values[setting->name] = setting->read(value);
}

Json toJson(const MethodSettings& settings)
{
    return settings.json();
}

Result<MethodSettings> methodSettingsFromJson(const Json& json)
{
    if (!json.is_object())
        return fail(ErrorCode::InvalidArgument, "Method settings must be a JSON object.");
    MethodSettings settings;
    for (const auto& [key, value] : json.items()) {
        const MethodSetting* setting = findSetting(key);
        if (!setting)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("There is no method setting \"{}\". Settings are {}.", key.substr(0, 100),
                    fmt::join(settingNames(), ", ")));
        if (setting->read(value).is_null())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Method setting \"{}\" is {}; it must be {}.", key,
                    value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 100), setting->allowed));
        settings.set(key, value);
    }
    return settings;
}

} // namespace kerf::core
