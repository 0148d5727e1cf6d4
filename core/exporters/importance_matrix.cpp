// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/importance_matrix.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/exporters/gguf_writer.h"
#include "core/model/gguf_family.h"

namespace kerf::core {
namespace {

constexpr std::uint32_t kF32 = 0;

/// One tensor of the model with the statistics of its inputs: of a stack of experts, of each expert's.
struct Entry {
    std::string name; ///< in llama.cpp, with ".weight"
    std::vector<std::string> sites;
};

struct Entries {
    std::vector<Entry> named;
    std::vector<std::string> left;
};

Result<Entries> entriesOf(const Network& network)
{
    const auto names = ggufLayerNames(network);
    if (names.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The names that llama.cpp gives to the layers of a {} model are not known to Kerf, so that its "
                        "importance matrix cannot be written.",
                network.architecture()));
    Entries entries;
    for (const LayerInfo& layer : network.layers()) {
        const auto name = names.find(layer.name);
        if (name == names.end()) {
            entries.left.push_back(layer.name);
            continue;
        }
        for (const GgufLayerName& part : name->second) {
            if (!part.readsInputs)
                continue; // of another product, whose inputs nobody has measured
            const auto entry = std::ranges::find(entries.named, part.name, &Entry::name);
            if (entry == entries.named.end())
                entries.named.push_back({ part.name, { layer.site } });
            else
                entry->sites.push_back(layer.site);
        }
    }
    return entries;
}

GgufPairs pairsOf(const CalibrationText& text)
{
    GgufPairs pairs;
    pairs.add("general.type", std::string_view("imatrix"));
    pairs.add("imatrix.datasets", std::vector<std::string> { text.name });
    pairs.add("imatrix.chunk_count", static_cast<std::uint32_t>(text.windows));
    pairs.add("imatrix.chunk_size", static_cast<std::uint32_t>(text.window));
    return pairs;
}

std::vector<GgufTensor> tensorsOf(const std::vector<Entry>& entries, const Network& network)
{
    std::vector<GgufTensor> tensors;
    for (const Entry& entry : entries) {
        const std::int64_t width = network.graph().findSite(entry.sites.front())->width;
        const auto count = static_cast<std::int64_t>(entry.sites.size());
        tensors.push_back({ entry.name + ".in_sum2", { count, width }, kF32,
            static_cast<std::uint64_t>(count * width) * sizeof(float) });
        tensors.push_back(
            { entry.name + ".counts", { count, 1 }, kF32, static_cast<std::uint64_t>(count) * sizeof(float) });
    }
    return tensors;
}

/// Sum of the squares of each input.
std::vector<float> squaresOf(const SiteStatistics& site)
{
    const auto tokens = static_cast<double>(site.tokens);
    std::vector<float> sums;
    for (Eigen::Index i = 0; i < site.hessian.cols(); ++i)
        sums.push_back(static_cast<float>(static_cast<double>(site.hessian(i, i)) * tokens / 2));
    return sums;
}

} // namespace

Status checkImportance(const Network& network, const std::filesystem::path& file)
{
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} exists already. Nothing is overwritten: choose another name.", file.string()));
    return entriesOf(network).map([](const Entries&) {});
}

Result<ImportanceReport> writeImportanceMatrix(const Network& network, const StatisticsCache& statistics,
    const CalibrationText& text, const std::filesystem::path& file, const JobContext& job)
{
    KERF_CHECK(checkImportance(network, file));
    KERF_TRY(Entries entries, entriesOf(network));
    KERF_TRY(GgufWriter writer, GgufWriter::create(file, pairsOf(text), tensorsOf(entries.named, network), job));
    std::string loaded; // of layers that read one value, one after the other
    SiteStatistics site;
    for (const Entry& entry : entries.named) {
        KERF_CHECK(job.checkStop());
        std::vector<float> counts;
        for (const std::string& name : entry.sites) {
            if (name != loaded) {
                KERF_TRY(site, statistics.load(name));
                loaded = name;
            }
            const std::vector<float> sums = squaresOf(site);
            counts.push_back(static_cast<float>(site.tokens));
            KERF_CHECK(writer.write(std::as_bytes(std::span(sums))));
        }
        KERF_CHECK(writer.write(std::as_bytes(std::span(counts))));
    }
    KERF_CHECK(writer.finish());
    return ImportanceReport { file, static_cast<int>(entries.named.size()), std::move(entries.left) };
}

} // namespace kerf::core
