// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/safetensors_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/partial_file.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAlignment = 64;

struct Slot {
    TensorSpec spec;
    std::uint64_t begin = 0; ///< from the start of the data
    std::uint64_t bytes = 0;
    bool written = false;
};

Result<std::uint64_t> byteCount(const TensorSpec& spec)
{
    std::uint64_t bytes = elementSize(spec.dtype);
    for (const std::int64_t dimension : spec.shape)
        if (dimension < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(dimension), &bytes))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Tensor {} cannot have shape [{}]", spec.name, fmt::join(spec.shape, ", ")));
    return bytes;
}

Result<std::map<std::string, Slot>> layOut(std::vector<TensorSpec> tensors)
{
    std::sort(tensors.begin(), tensors.end(), [](const TensorSpec& a, const TensorSpec& b) {
        const std::size_t sizeA = elementSize(a.dtype);
        const std::size_t sizeB = elementSize(b.dtype);
        return sizeA != sizeB ? sizeA > sizeB : a.name < b.name;
    });
    std::map<std::string, Slot> slots;
    std::uint64_t end = 0;
    for (TensorSpec& spec : tensors) {
        KERF_TRY(const std::uint64_t bytes, byteCount(spec));
        Slot slot { spec, end, bytes };
        if (__builtin_add_overflow(end, bytes, &end))
            return fail(
                ErrorCode::InvalidArgument, fmt::format("Tensor {} makes the file larger than 2^64 bytes", spec.name));
        if (!slots.emplace(spec.name, std::move(slot)).second)
            return fail(ErrorCode::InvalidArgument, fmt::format("Tensor {} would be written twice", spec.name));
    }
    return slots;
}

/// Length prefix and padded JSON. Entries in the order of their data, as the format's own writer has them.
Result<std::string> headerBytes(const std::map<std::string, Slot>& slots, const SafetensorsMetadata& metadata)
try {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (!metadata.empty())
        json["__metadata__"] = metadata;
    std::vector<const Slot*> order;
    order.reserve(slots.size());
    for (const auto& [name, slot] : slots)
        order.push_back(&slot);
    std::stable_sort(order.begin(), order.end(), [](const Slot* a, const Slot* b) { return a->begin < b->begin; });
    // ordered_json looks a key up linearly; names are known to differ, so entries are appended to its vector.
    auto& object = json.get_ref<nlohmann::ordered_json::object_t&>();
    for (const Slot* slot : order)
        object.emplace_back(slot->spec.name,
            nlohmann::ordered_json { { "dtype", std::string(dtypeName(slot->spec.dtype)) },
                { "shape", slot->spec.shape }, { "data_offsets", { slot->begin, slot->begin + slot->bytes } } });
    std::string text = json.dump();
    text.append((kAlignment - (text.size() + 8) % kAlignment) % kAlignment, ' ');
    std::string prefix;
    for (std::size_t i = 0; i < 8; ++i)
        prefix += static_cast<char>(text.size() >> (8 * i) & 0xff);
    return prefix + text;
} catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::InvalidArgument, "A tensor name or a metadata text is not valid UTF-8");
}

} // namespace

struct SafetensorsWriter::Impl {
    PartialFile file;
    std::uint64_t dataStart;
    std::map<std::string, Slot> slots;
};

SafetensorsWriter::SafetensorsWriter(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
SafetensorsWriter::~SafetensorsWriter() = default;
SafetensorsWriter::SafetensorsWriter(SafetensorsWriter&& other) noexcept = default;
SafetensorsWriter& SafetensorsWriter::operator=(SafetensorsWriter&& other) noexcept = default;

Result<SafetensorsWriter> SafetensorsWriter::create(
    const fs::path& path, std::vector<TensorSpec> tensors, const SafetensorsMetadata& metadata, const JobContext& job)
{
    KERF_TRY(auto slots, layOut(std::move(tensors)));
    KERF_TRY(const std::string header, headerBytes(slots, metadata));
    KERF_TRY(PartialFile file, PartialFile::create(path, job));
    KERF_CHECK(file.writeAt(0, std::as_bytes(std::span(header.data(), header.size()))));
    return SafetensorsWriter(std::make_unique<Impl>(Impl { std::move(file), header.size(), std::move(slots) }));
}

Result<std::uint64_t> SafetensorsWriter::fileBytes(std::vector<TensorSpec> tensors, const SafetensorsMetadata& metadata)
{
    KERF_TRY(const auto slots, layOut(std::move(tensors)));
    KERF_TRY(const std::string header, headerBytes(slots, metadata));
    std::uint64_t bytes = header.size();
    for (const auto& [name, slot] : slots)
        bytes += slot.bytes;
    return bytes;
}

Status SafetensorsWriter::write(const std::string& name, std::span<const std::byte> bytes)
{
    const auto found = m_impl->slots.find(name);
    if (found == m_impl->slots.end() || found->second.written || found->second.bytes != bytes.size())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: tensor {} was not announced, is already written or does not have {} bytes",
                m_impl->file.path().string(), name, bytes.size()));
    KERF_CHECK(m_impl->file.writeAt(m_impl->dataStart + found->second.begin, bytes));
    found->second.written = true;
    return {};
}

Result<std::string> SafetensorsWriter::finish()
{
    for (const auto& [name, slot] : m_impl->slots)
        if (!slot.written)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: tensor {} was announced but never written", m_impl->file.path().string(), name));
    return m_impl->file.finish();
}

Result<std::string> writeSafetensors(
    const fs::path& path, const std::vector<TensorView>& tensors, const SafetensorsMetadata& metadata)
{
    std::vector<TensorSpec> specs;
    specs.reserve(tensors.size());
    for (const TensorView& tensor : tensors)
        specs.push_back(tensor.spec);
    KERF_TRY(SafetensorsWriter writer, SafetensorsWriter::create(path, std::move(specs), metadata));
    for (const TensorView& tensor : tensors)
        KERF_CHECK(writer.write(tensor.spec.name, tensor.bytes));
    return writer.finish();
}

} // namespace kerf::core
