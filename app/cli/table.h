// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace kerf::cli {

/// A text table: columns as wide as their widest cell; cells that look like numbers stand to the right.
class Table {
public:
    explicit Table(std::vector<std::string> heads);
    void add(std::vector<std::string> cells);
    std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows; ///< the first is the head
};

/// "2.89 MB": decimal units, as disks are sold.
std::string sizeText(std::int64_t bytes);
/// Inverse for people: "3GB", "1.5 GiB", "800000". Errors: InvalidArgument.
core::Result<std::int64_t> parseSize(const std::string& text);

} // namespace kerf::cli
