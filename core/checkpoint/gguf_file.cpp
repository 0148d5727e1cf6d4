// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/gguf_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/checkpoint/ggml_types.h"

namespace kerf::core {
namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr std::size_t kMostKeyBytes = 65535; // docs/gguf.md
constexpr std::size_t kMostNameBytes = 256; // the specification says 64
constexpr std::uint32_t kMostDimensions = 4;
constexpr std::int64_t kDefaultAlignment = 32;
constexpr std::int64_t kMostElements = std::int64_t { 1 } << 48;

/// Types of values of a key (gguf_metadata_value_type).
enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };
constexpr std::array<std::size_t, 13> kLeastBytes { 1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8 };

/// The number that a person wrote: 1e-06 rather than 9.999999974752427e-07.
double shortest(float value)
{
    std::array<char, 32> text {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double read = 0;
    std::from_chars(text.data(), end, read);
    return read;
}

/// What lies before the data, read in order; every read is checked against the end of the file.
class HeaderReader {
public:
    HeaderReader(std::span<const std::byte> bytes, std::string file)
        : m_bytes(bytes)
        , m_file(std::move(file))
    {
    }

    std::size_t position() const { return m_at; }
    std::size_t left() const { return m_bytes.size() - m_at; }
    template <class... Args> tl::unexpected<Error> error(fmt::format_string<Args...> text, Args&&... args) const
    {
        return fail(ErrorCode::BadFile, m_file + ": " + fmt::format(text, std::forward<Args>(args)...));
    }

    template <class T> Result<T> number(std::string_view what)
    {
        if (left() < sizeof(T))
            return error("ends inside {} (byte {})", what, m_at);
        T value;
        std::memcpy(&value, m_bytes.data() + m_at, sizeof(T));
        m_at += sizeof(T);
        return value;
    }

    Result<std::string> text(std::string_view what, std::size_t most)
    {
        KERF_TRY(const auto size, number<std::uint64_t>(what));
        if (size > left() || size > most)
            return error("{} at byte {} has {} bytes, but {}", what, m_at, size,
                size > left() ? fmt::format("{} are left of the file", left()) : fmt::format("{} are allowed", most));
        std::string value(reinterpret_cast<const char*>(m_bytes.data() + m_at), static_cast<std::size_t>(size));
        m_at += static_cast<std::size_t>(size);
        return value;
    }

    /// A count of things of which each has at least that many bytes.
    Result<std::size_t> count(std::string_view what, std::size_t leastBytes)
    {
        KERF_TRY(const auto value, number<std::uint64_t>(what));
        if (value > left() / leastBytes)
            return error("says that it has {} {}, for which its {} bytes are too few", value, what, m_bytes.size());
        return static_cast<std::size_t>(value);
    }

private:
    std::span<const std::byte> m_bytes;
    std::string m_file;
    std::size_t m_at = 0;
};

/// Whole numbers from 0 on are unsigned, whatever type the file gives them: what asCount takes.
template <class T> Result<Json> numberValue(HeaderReader& reader)
{
    KERF_TRY(const T value, reader.number<T>("a value"));
    if constexpr (std::is_integral_v<T>)
        if (value >= 0)
            return Json(static_cast<std::uint64_t>(value));
    return Json(value);
}

Result<Json> readScalar(HeaderReader& reader, ValueType type)
{
    switch (type) {
    case ValueType::U8:
        return numberValue<std::uint8_t>(reader);
    case ValueType::I8:
        return numberValue<std::int8_t>(reader);
    case ValueType::U16:
        return numberValue<std::uint16_t>(reader);
    case ValueType::I16:
        return numberValue<std::int16_t>(reader);
    case ValueType::U32:
        return numberValue<std::uint32_t>(reader);
    case ValueType::I32:
        return numberValue<std::int32_t>(reader);
    case ValueType::U64:
        return numberValue<std::uint64_t>(reader);
    case ValueType::I64:
        return numberValue<std::int64_t>(reader);
    case ValueType::F64:
        return numberValue<double>(reader);
    case ValueType::F32: {
        KERF_TRY(const float value, reader.number<float>("a value"));
        return Json(shortest(value));
    }
    case ValueType::Bool: {
        KERF_TRY(const auto value, reader.number<std::uint8_t>("a value"));
        return Json(value != 0);
    }
    case ValueType::String: {
        KERF_TRY(std::string value, reader.text("a text", reader.left()));
        if (findInvalidUtf8(value))
            return reader.error("has a text that is not UTF-8, before byte {}", reader.position());
        return Json(std::move(value));
    }
    case ValueType::Array:
        break;
    }
    return reader.error("has an array of arrays at byte {}, which GGUF readers do not take", reader.position());
}

Result<ValueType> readType(HeaderReader& reader, const std::string& key)
{
    KERF_TRY(const auto type, reader.number<std::uint32_t>("a value's type"));
    if (type >= kLeastBytes.size())
        return reader.error("key {} has a value of the unknown type {}", key, type);
    return static_cast<ValueType>(type);
}

Result<Json> readValue(HeaderReader& reader, const std::string& key)
{
    KERF_TRY(const ValueType type, readType(reader, key));
    if (type != ValueType::Array)
        return readScalar(reader, type);
    KERF_TRY(const ValueType element, readType(reader, key));
    KERF_TRY(const std::size_t count,
        reader.count(fmt::format("elements of {}", key), kLeastBytes[static_cast<std::size_t>(element)]));
    Json::array_t values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        KERF_TRY(Json value, readScalar(reader, element));
        values.push_back(std::move(value));
    }
    return Json(std::move(values));
}

Status readPair(HeaderReader& reader, Json& metadata)
{
    KERF_TRY(const std::string key, reader.text("a key", kMostKeyBytes));
    if (findInvalidUtf8(key))
        return reader.error("has a key that is not UTF-8, before byte {}", reader.position());
    KERF_TRY(Json value, readValue(reader, key));
    if (!metadata.emplace(key, std::move(value)).second)
        return reader.error("has the key {} twice", key.substr(0, 100));
    return {};
}

Result<std::vector<std::int64_t>> readShape(HeaderReader& reader, const std::string& name)
{
    KERF_TRY(const auto dimensions, reader.number<std::uint32_t>("a tensor"));
    if (dimensions > kMostDimensions)
        return reader.error("tensor {} has {} dimensions; {} are possible", name, dimensions, kMostDimensions);
    std::vector<std::int64_t> shape(dimensions);
    std::int64_t elements = 1;
    for (std::size_t i = dimensions; i-- > 0;) {
        KERF_TRY(const auto size, reader.number<std::uint64_t>("a tensor"));
        if (size == 0 || size > static_cast<std::uint64_t>(kMostElements / elements))
            return reader.error("tensor {} has a dimension of {}, which is not possible", name, size);
        shape[i] = static_cast<std::int64_t>(size);
        elements *= shape[i];
    }
    return shape;
}

/// A tensor with its offset from the start of the data.
Result<TensorInfo> readTensor(HeaderReader& reader)
{
    TensorInfo info;
    KERF_TRY(info.name, reader.text("a tensor's name", kMostNameBytes));
    if (info.name.empty() || findInvalidUtf8(info.name))
        return reader.error("has a tensor whose name is {}, before byte {}", info.name.empty() ? "empty" : "not UTF-8",
            reader.position());
    KERF_TRY(info.shape, readShape(reader, info.name));
    KERF_TRY(const auto id, reader.number<std::uint32_t>("a tensor"));
    KERF_TRY(info.offset, reader.number<std::uint64_t>("a tensor"));
    const GgmlType* type = findGgmlType(id);
    if (!type)
        return reader.error("tensor {} has the type {}, which ggml does not have or has no longer", info.name, id);
    std::int64_t elements = 1;
    for (const std::int64_t size : info.shape)
        elements *= size;
    const std::int64_t columns = info.shape.empty() ? 1 : info.shape.back();
    if (columns % type->elements != 0)
        return reader.error("tensor {} has {} columns, which blocks of {} ({}) do not fill", info.name, columns,
            type->elements, type->name);
    info.dtype = type->dtype.value_or(DType::U8);
    if (!type->dtype)
        info.blocks = type->name;
    info.bytes = static_cast<std::uint64_t>(elements / type->elements * type->bytes);
    return info;
}

Result<std::uint64_t> readAlignment(const HeaderReader& reader, const Json& metadata)
{
    const auto found = metadata.find("general.alignment");
    if (found == metadata.end())
        return std::uint64_t { kDefaultAlignment };
    const auto value = asCount(*found);
    if (!value || *value == 0 || *value % 8 != 0 || *value > (1 << 24))
        return reader.error("general.alignment must be a multiple of 8");
    return static_cast<std::uint64_t>(*value);
}

/// Turns offsets into places in the file and looks whether the tensors lie inside it, each apart.
Status place(const HeaderReader& reader, std::vector<TensorInfo>& tensors, std::uint64_t alignment)
{
    const std::uint64_t begin = (reader.position() + alignment - 1) / alignment * alignment;
    const std::uint64_t size = reader.position() + reader.left();
    for (TensorInfo& info : tensors) {
        if (info.offset % alignment != 0)
            return reader.error("tensor {} lies at {}, which is no multiple of {}", info.name, info.offset, alignment);
        if (begin > size || info.offset > size - begin || info.bytes > size - begin - info.offset)
            return reader.error("tensor {} reaches beyond the end of the file; it is cut off or damaged", info.name);
        info.offset += begin;
    }
    std::vector<const TensorInfo*> order;
    order.reserve(tensors.size());
    for (const TensorInfo& info : tensors)
        order.push_back(&info);
    std::ranges::sort(order, {}, &TensorInfo::offset);
    for (std::size_t i = 1; i < order.size(); ++i)
        if (order[i - 1]->offset + order[i - 1]->bytes > order[i]->offset)
            return reader.error("the tensors {} and {} overlap", order[i - 1]->name, order[i]->name);
    return {};
}

Status checkStart(HeaderReader& reader, std::span<const std::byte> bytes)
{
    if (bytes.size() < kMagic.size() || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
        return reader.error("is no GGUF file: it does not start with \"GGUF\"");
    (void)reader.number<std::uint32_t>("its start");
    KERF_TRY(const auto version, reader.number<std::uint32_t>("its version"));
    if (version == 2 || version == 3)
        return {};
    if ((version & 0xffff) == 0 && version != 0)
        return reader.error("is big-endian; little-endian files can be read");
    return reader.error(
        "is GGUF of version {}; 2 and 3 can be read. Convert it again with a llama.cpp of today.", version);
}

Result<GgufFile> readHeader(std::span<const std::byte> bytes, const std::string& name)
{
    constexpr std::size_t kLeastPair = 8 + 4 + 1, kLeastTensor = 8 + 4 + 4 + 8;
    HeaderReader reader(bytes, name);
    KERF_CHECK(checkStart(reader, bytes));
    KERF_TRY(const std::size_t tensors, reader.count("tensors", kLeastTensor));
    KERF_TRY(const std::size_t pairs, reader.count("pairs of key and value", kLeastPair));
    GgufFile file { Json::object(), {} };
    for (std::size_t i = 0; i < pairs; ++i)
        KERF_CHECK(readPair(reader, file.metadata));
    std::vector<TensorInfo> infos;
    infos.reserve(tensors);
    for (std::size_t i = 0; i < tensors; ++i) {
        KERF_TRY(TensorInfo info, readTensor(reader));
        infos.push_back(std::move(info));
    }
    if (const auto type = file.metadata.find("general.type"); type != file.metadata.end() && *type == "imatrix")
        return reader.error("is no model but an importance matrix, for llama-quantize --imatrix");
    const auto architecture = file.metadata.find("general.architecture");
    if (architecture == file.metadata.end() || !architecture->is_string())
        return reader.error("does not say in general.architecture, as a text, what model it holds");
    KERF_TRY(const std::uint64_t alignment, readAlignment(reader, file.metadata));
    KERF_CHECK(place(reader, infos, alignment));
    for (TensorInfo& info : infos)
        if (const std::string tensor = info.name; !file.tensors.emplace(tensor, std::move(info)).second)
            return reader.error("has the tensor {} twice", tensor);
    return file;
}

} // namespace

Result<GgufFile> readGgufFile(const MappedFile& file)
{
    GgufFile found;
    KERF_CHECK(file.lend(0, file.size(), [&](std::span<const std::byte> bytes) -> Status {
        KERF_TRY(found, readHeader(bytes, file.path().string()));
        return {};
    }));
    return found;
}

} // namespace kerf::core
