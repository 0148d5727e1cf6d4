// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/safetensors_header.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/base/json.h"

namespace kerf::core {
namespace {

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kMaxTensors = 1'000'000;
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxTextBytes = 1 << 20;
constexpr std::size_t kMaxDimensions = 8;

/// Follows the parser's events through the few shapes a header may take; nothing is built that is not kept, and
/// nesting cannot go deeper than the grammar does.
class HeaderHandler {
public:
    bool null() { return unexpected("null"); }
    bool boolean(bool) { return unexpected("true or false"); }
    bool number_integer(std::int64_t) { return unexpected("a negative number"); }
    bool number_float(double, const std::string& text)
    {
        return unexpected(fmt::format("the number {}, which is no whole number below 2^63", text.substr(0, 40)));
    }
    bool number_unsigned(std::uint64_t number);
    bool string(std::string& text);
    bool binary(Json::binary_t&) { return unexpected("binary data"); }
    bool start_object(std::size_t);
    bool key(std::string& name);
    bool end_object();
    bool start_array(std::size_t);
    bool end_array();
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&)
    {
        return problem(fmt::format("the header is not valid JSON at its byte {}", position));
    }

    bool isComplete() const { return m_place == Place::Done; }
    const std::string& message() const { return m_problem; }
    SafetensorsHeader& header() { return m_header; }

private:
    enum class Place { Start, Root, Metadata, Entry, Shape, Offsets, Done };

    bool problem(std::string message)
    {
        if (m_problem.empty())
            m_problem = std::move(message);
        return false;
    }
    bool unexpected(std::string_view found)
    {
        if (m_place == Place::Start)
            return problem("the header is not a JSON object");
        if (m_place == Place::Metadata || m_isMetadata)
            return problem(fmt::format("__metadata__ must hold texts only, but holds {}", found));
        return problem(
            fmt::format("tensor {}: {} cannot be {}", m_name, m_field.empty() ? "its entry" : m_field, found));
    }
    bool rootKey(std::string& name);
    bool entryKey(std::string& field);
    bool endEntry();

    SafetensorsHeader m_header;
    std::string m_problem;
    Place m_place = Place::Start;
    bool m_isMetadata = false; ///< the key just read in the root was __metadata__
    bool m_hasMetadata = false;
    std::string m_name; ///< tensor, or key inside __metadata__
    std::string m_field; ///< of the entry: dtype, shape, data_offsets
    TensorInfo m_info;
    std::vector<std::uint64_t> m_offsets;
    bool m_hasType = false;
    bool m_hasShape = false;
    bool m_hasOffsets = false;
};

bool HeaderHandler::number_unsigned(std::uint64_t number)
{
    if (number > static_cast<std::uint64_t>(INT64_MAX))
        return unexpected(fmt::format("the number {}, which is above 2^63-1", number));
    if (m_place == Place::Shape) {
        m_info.shape.push_back(static_cast<std::int64_t>(number));
        return m_info.shape.size() <= kMaxDimensions
            || problem(fmt::format("tensor {}: has more than {} dimensions", m_name, kMaxDimensions));
    }
    if (m_place == Place::Offsets) {
        m_offsets.push_back(number);
        return m_offsets.size() <= 2 || problem(fmt::format("tensor {}: has more than two data_offsets", m_name));
    }
    return unexpected("a number");
}

bool HeaderHandler::string(std::string& text)
{
    if (text.size() > kMaxTextBytes)
        return problem("the header holds a text of more than 1 MiB");
    if (m_place == Place::Metadata)
        return m_header.metadata.emplace(m_name, std::move(text)).second
            || problem(fmt::format("__metadata__ has the key \"{}\" twice", m_name));
    if (m_place != Place::Entry || m_field != "dtype")
        return unexpected("a text");
    const auto type = parseDType(text);
    if (!type)
        return problem(fmt::format("tensor {}: has the unknown dtype \"{}\"", m_name, text.substr(0, 40)));
    m_info.dtype = *type;
    return true;
}

bool HeaderHandler::start_object(std::size_t)
{
    if (m_place == Place::Start) {
        m_place = Place::Root;
        return true;
    }
    if (m_place != Place::Root)
        return unexpected("an object");
    m_place = m_isMetadata ? Place::Metadata : Place::Entry;
    m_field.clear();
    m_info = {};
    m_offsets.clear();
    m_hasType = m_hasShape = m_hasOffsets = false;
    return true;
}

bool HeaderHandler::key(std::string& name)
{
    if (m_place == Place::Root)
        return rootKey(name);
    if (m_place == Place::Entry)
        return entryKey(name);
    m_name = std::move(name);
    return true;
}

bool HeaderHandler::rootKey(std::string& name)
{
    m_field.clear();
    m_isMetadata = name == "__metadata__";
    if (m_isMetadata)
        return !std::exchange(m_hasMetadata, true) || problem("the header has __metadata__ twice");
    if (name.empty() || name.size() > kMaxNameBytes)
        return problem(
            fmt::format("the tensor name \"{}\" does not have 1 to {} bytes", name.substr(0, 60), kMaxNameBytes));
    m_name = std::move(name);
    if (m_header.tensors.count(m_name) != 0)
        return problem(fmt::format("tensor {}: is there twice", m_name));
    return m_header.tensors.size() < kMaxTensors || problem(fmt::format("there are more than {} tensors", kMaxTensors));
}

bool HeaderHandler::entryKey(std::string& field)
{
    m_field = std::move(field);
    bool* const seen = m_field == "dtype" ? &m_hasType
        : m_field == "shape"              ? &m_hasShape
        : m_field == "data_offsets"       ? &m_hasOffsets
                                          : nullptr;
    if (!seen)
        return problem(fmt::format("tensor {}: has the unknown field \"{}\"", m_name, m_field.substr(0, 60)));
    return !std::exchange(*seen, true) || problem(fmt::format("tensor {}: has {} twice", m_name, m_field));
}

bool HeaderHandler::end_object()
{
    if (m_place == Place::Entry)
        return endEntry();
    m_place = m_place == Place::Root ? Place::Done : Place::Root;
    m_isMetadata = false;
    return true;
}

bool HeaderHandler::endEntry()
{
    m_place = Place::Root;
    for (const auto& [seen, field] : { std::pair { m_hasType, "dtype" }, std::pair { m_hasShape, "shape" },
             std::pair { m_hasOffsets, "data_offsets" } })
        if (!seen)
            return problem(fmt::format("tensor {}: has no {}", m_name, field));
    if (m_offsets.size() != 2 || m_offsets[0] > m_offsets[1])
        return problem(fmt::format("tensor {}: data_offsets are not [begin, end] with begin <= end", m_name));
    m_info.name = m_name;
    m_info.offset = m_offsets[0];
    m_info.bytes = m_offsets[1] - m_offsets[0];
    m_header.tensors.emplace(m_name, std::move(m_info));
    return true;
}

bool HeaderHandler::start_array(std::size_t)
{
    if (m_place != Place::Entry || (m_field != "shape" && m_field != "data_offsets"))
        return unexpected("an array");
    m_place = m_field == "shape" ? Place::Shape : Place::Offsets;
    return true;
}

bool HeaderHandler::end_array()
{
    m_place = Place::Entry;
    return true;
}

/// Bytes that dtype and shape ask for; nullopt when that does not fit 64 bits.
std::optional<std::uint64_t> expectedBytes(const TensorInfo& info)
{
    std::uint64_t bytes = elementSize(info.dtype);
    for (const std::int64_t dimension : info.shape)
        if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(dimension), &bytes))
            return std::nullopt;
    return bytes;
}

/// Every byte of the data belongs to exactly one tensor, and to as many as its shape says.
Status checkLayout(const SafetensorsHeader& header, std::uint64_t dataBytes, std::string_view what)
{
    std::vector<const TensorInfo*> order;
    order.reserve(header.tensors.size());
    for (const auto& [name, info] : header.tensors) {
        if (expectedBytes(info) != info.bytes)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: tensor {}: its data_offsets span {} bytes, which is not what dtype {} and shape [{}] need",
                    what, name, info.bytes, dtypeName(info.dtype), fmt::join(info.shape, ", ")));
        order.push_back(&info);
    }
    std::sort(order.begin(), order.end(), [](const TensorInfo* a, const TensorInfo* b) {
        return std::pair(a->offset, a->bytes) < std::pair(b->offset, b->bytes);
    });
    std::uint64_t end = 0;
    for (const TensorInfo* info : order) {
        if (info->offset != end)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: tensor {}: starts at byte {} of the data, but the tensor before it ends at {}: tensors must "
                    "follow each other without hole or overlap",
                    what, info->name, info->offset, end));
        end = info->offset
            + info->bytes; // both below 2^63 by number_unsigned: the sum of offset and bytes is an offset
    }
    if (end != dataBytes)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: the tensors need {} bytes of data, but the file holds {}. It was probably cut: download it again.",
                what, end, dataBytes));
    return {};
}

} // namespace

Result<SafetensorsHeader> parseSafetensorsHeader(
    std::string_view json, std::uint64_t dataStart, std::uint64_t fileSize, std::string_view what)
{
    if (!json.starts_with('{'))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: the header is not a JSON object: this is no safetensors file", what));
    // The library's lexer takes NUL for the end of the text.
    if (json.find('\0') != std::string_view::npos)
        return fail(ErrorCode::BadFile, fmt::format("{}: the header holds a NUL byte", what));
    HeaderHandler handler;
    if (!Json::sax_parse(json, &handler) || !handler.isComplete())
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, handler.message()));
    SafetensorsHeader header = std::move(handler.header());
    KERF_CHECK(checkLayout(header, fileSize - dataStart, what));
    for (auto& [name, info] : header.tensors)
        info.offset += dataStart;
    return header;
}

Result<SafetensorsHeader> readSafetensorsHeader(const MappedFile& file)
{
    const std::string what = file.path().string();
    std::array<std::uint8_t, 8> prefix {};
    if (file.size() < prefix.size() + 2)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: has only {} bytes: this is no safetensors file, or its download was cut", what, file.size()));
    KERF_CHECK(file.readAt(0, std::as_writable_bytes(std::span(prefix))));
    std::uint64_t length = 0;
    for (std::size_t i = prefix.size(); i-- > 0;)
        length = length << 8 | prefix[i];
    if (length > kMaxHeaderBytes || length > file.size() - prefix.size())
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: announces a header of {} bytes, but the file has {} and at most {} are allowed: this is no "
                "safetensors file, or its download was cut",
                what, length, file.size(), kMaxHeaderBytes));
    std::string json(length, '\0');
    KERF_CHECK(file.readAt(prefix.size(), std::as_writable_bytes(std::span(json.data(), json.size()))));
    return parseSafetensorsHeader(json, prefix.size() + length, file.size(), what);
}

} // namespace kerf::core
