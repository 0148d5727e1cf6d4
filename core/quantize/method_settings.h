// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// One setting of a method. Methods may share one: then it means the same to each.
struct MethodSetting {
    std::string name; ///< in plans, presets and on the command line
    Json usual;
    std::string allowed; ///< "a number from 0 to 1"
    /// The value as it is kept, so that equal values are equal JSON; null: not allowed.
    std::function<Json(const Json&)> read;
    /// Whether it decides codes in independent mode too, and not only in sequential mode or only how fast they come.
    bool decidesCodes = true;
};

MethodSetting fractionSetting(std::string name, double usual); ///< a number from 0 to 1
MethodSetting countSetting(std::string name, std::int64_t usual, std::int64_t least, std::int64_t most);

/// Order in which GPTQ takes the columns. All keep groups in the original order, so no g_idx is needed.
enum class ActivationOrder {
    None,
    Static, ///< falling diag(H); parameters of the original groups ("static groups")
    GroupAware, ///< GAR, arXiv 2505.14638: sorted inside groups, groups sorted by their largest diag(H)
};

/// Settings that several methods have.
const MethodSetting& dampingSetting(); ///< fraction of mean(diag H) added to the diagonal, doubled up to 1 if need be
const MethodSetting& activationOrderSetting();
const MethodSetting& scaleSearchSetting(); ///< Hessian-weighted search of scales and zero points (docs/methods.md 2)
const MethodSetting& blockSizeSetting(); ///< GPTQ's lazy block
inline constexpr const char* kScaleSearch = "scale_search";

/// Settings that are of no method: what is done with codes, whoever chose them. They decide no code.
std::span<const MethodSetting* const> commonSettings();
/// Whether layers run with biasCorrection().
inline constexpr const char* kBiasCorrection = "bias_correction";

/// A value for every setting of every method, and for the common ones. Stored with every plan and profile.
class MethodSettings {
public:
    /// All as usual.
    MethodSettings();

    /// Preconditions of these: there is such a setting, of such a kind.
    double number(std::string_view name) const;
    int count(std::string_view name) const;
    bool flag(std::string_view name) const;
    const Json& value(std::string_view name) const;
    ActivationOrder activationOrder() const;
    /// Precondition: there is the setting and it takes the value.
    void set(std::string_view name, const Json& value);

    const Json& json() const { return m_values; }
    bool operator==(const MethodSettings&) const = default;

private:
    Json m_values; ///< by name
};

/// Every value, by name.
Json toJson(const MethodSettings& settings);
/// What the object does not name is as usual. Errors: InvalidArgument, naming key and value.
Result<MethodSettings> methodSettingsFromJson(const Json& json);

} // namespace kerf::core
