// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_search.h"

#include <set>

#include "core/base/ascii.h"

namespace kerf::core {
std::string planSearchText(const RunRow& run)
{
    std::set<std::string> words(run.plan.kv.begin(), run.plan.kv.end());
    for (const PlanLayer& layer : run.plan.layers) {
        words.insert(layer.format);
        if (!run.origin)
            words.insert(layer.method);
    }
    for (const TransformChoice& transform : run.plan.transforms)
        words.insert(transform.name);
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : "\n") + word;
    return text;
}

std::string searchText(const RunRow& run)
{
    std::string text = run.name + "\n" + run.note;
    for (const std::string& tag : run.tags)
        text += "\n" + tag;
    if (run.origin)
        text += "\n" + run.origin->summary + "\n" + run.origin->path.string();
    return text + "\n" + planSearchText(run);
}

bool matchesSearch(const RunRow& run, const std::string& part)
{
    return lowerAscii(searchText(run)).find(lowerAscii(part)) != std::string::npos;
}

} // namespace kerf::core
