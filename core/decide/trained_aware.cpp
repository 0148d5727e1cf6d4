// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/trained_aware.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/base/ascii.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

/// "qat" as a word of its own among others: "x-qat-q4_0", "QAT", not "qatar".
bool saysTrainedAware(std::string name)
{
    name = lowerAscii(std::move(name));
    const auto isLetter
        = [&](std::size_t at) { return at < name.size() && std::isalnum(static_cast<unsigned char>(name[at])); };
    for (std::size_t at = name.find("qat"); at != std::string::npos; at = name.find("qat", at + 1))
        if ((at == 0 || !isLetter(at - 1)) && !isLetter(at + 3))
            return true;
    return false;
}

void collect(const fs::path& folder, std::vector<std::string>& names)
{
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (saysTrainedAware(entry->path().filename().string()))
            names.push_back(entry->path().filename().string());
}

} // namespace

std::vector<std::string> trainedAwareBeside(const fs::path& model)
{
    std::error_code ignored;
    const fs::path path = fs::absolute(model, ignored).lexically_normal();
    std::vector<std::string> names;
    if (fs::is_directory(path, ignored))
        collect(path, names);
    if (path.has_parent_path())
        collect(path.parent_path(), names);
    std::ranges::sort(names);
    std::erase(names, path.filename().string());
    return names;
}

} // namespace kerf::core
