// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/base/regex.h"
#include "core/base/result.h"

namespace kerf::core {

/// Which modules a rule of another tool's settings is about. `what` names the place in messages. Errors: BadFile (an
/// expression that is none).
class NamePattern {
public:
    /// A module's name or class, or "re:" and an expression that matches from the start of a name: compressed-tensors'
    /// targets.
    static Result<NamePattern> ofTarget(const std::string& text, const std::string& what);
    /// An expression that matches from the start of a name.
    static Result<NamePattern> ofExpression(const std::string& pattern, const std::string& what);
    /// A name in which * stands for anything.
    static Result<NamePattern> ofWildcard(const std::string& text, const std::string& what);

    bool isLinearClass() const { return m_name == "Linear"; }
    /// By name, not by class. Errors: as Regex::contains.
    Result<bool> matches(const std::string& name) const;

private:
    std::string m_name;
    std::optional<Regex> m_pattern;
};

} // namespace kerf::core
