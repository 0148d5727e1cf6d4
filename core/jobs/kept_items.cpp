// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/kept_items.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/number_text.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 64 } << 20;

} // namespace

std::vector<ItemRow> itemsOf(const QuestionSet& set)
{
    std::vector<ItemRow> items;
    for (const Question& question : set.questions)
        items.push_back({ question.prompt,
            set.kind == QuestionKind::Choices ? question.choices[question.answer]
                                              : fmt::format("{}", fmt::join(question.choices, " / ")) });
    return items;
}

std::vector<ItemRow> itemsOf(const LabelledSet& set)
{
    std::vector<ItemRow> items;
    for (const LabelledText& each : set.texts) {
        ItemRow item { each.words.empty() ? each.text : fmt::format("{}", fmt::join(each.words, " ")), each.label };
        if (each.pair)
            item.text += "\n" + *each.pair;
        if (!each.tags.empty())
            item.expected = fmt::format("{}", fmt::join(each.tags, " "));
        else if (each.label.empty() && each.score)
            item.expected = numberText(*each.score, 6);
        items.push_back(std::move(item));
    }
    return items;
}

Status keepItems(
    Workspace& workspace, const std::string& datasetHash, const std::vector<ItemRow>& items, const JobContext& job)
{
    std::size_t bytes = 0;
    for (const ItemRow& item : items)
        bytes += item.text.size() + item.expected.size();
    if (bytes <= kMostBytes)
        return workspace.addItems(datasetHash, items);
    job.log(LogLevel::Info,
        fmt::format("The texts of the {} items are not kept beside their answers: they are more than {} MiB.",
            items.size(), kMostBytes >> 20));
    return {};
}

} // namespace kerf::core
