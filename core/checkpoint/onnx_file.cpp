// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/onnx_file.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/checkpoint/onnx_skeleton.h"
#include "core/checkpoint/source_folder.h"

namespace kerf::core {
namespace {

/// Elements of one tensor: more than any memory holds, less than what overflows.
constexpr std::uint64_t kMaxElements = std::uint64_t { 1 } << 48;

struct TypeRow {
    int onnx;
    DType type;
    const char* blocks = "";
};
constexpr TypeRow kTypes[] = {
    { onnx::TensorProto::FLOAT, DType::F32 },
    { onnx::TensorProto::UINT8, DType::U8 },
    { onnx::TensorProto::INT8, DType::I8 },
    { onnx::TensorProto::UINT16, DType::U16 },
    { onnx::TensorProto::INT16, DType::I16 },
    { onnx::TensorProto::INT32, DType::I32 },
    { onnx::TensorProto::INT64, DType::I64 },
    { onnx::TensorProto::BOOL, DType::Bool },
    { onnx::TensorProto::FLOAT16, DType::F16 },
    { onnx::TensorProto::DOUBLE, DType::F64 },
    { onnx::TensorProto::UINT32, DType::U32 },
    { onnx::TensorProto::UINT64, DType::U64 },
    { onnx::TensorProto::BFLOAT16, DType::BF16 },
    { kOnnxFloat8E4M3, DType::F8E4M3 },
    { kOnnxFloat8E5M2, DType::F8E5M2 },
    { kOnnxUInt4, DType::U8, "UINT4" },
    { kOnnxInt4, DType::U8, "INT4" },
};

const TypeRow* typeRow(int type)
{
    const auto* found = std::ranges::find(kTypes, type, &TypeRow::onnx);
    return found == std::end(kTypes) ? nullptr : found;
}

/// Errors: BadFile.
Result<std::uint64_t> elementsOf(const onnx::TensorProto& tensor)
{
    std::uint64_t elements = 1;
    for (const std::int64_t size : tensor.dims()) {
        if (size < 0)
            return fail(ErrorCode::BadFile, fmt::format("has the negative dimension {}.", size));
        if (size > 0 && elements > kMaxElements / static_cast<std::uint64_t>(size))
            return fail(ErrorCode::BadFile, "has dimensions whose product is beyond all memory.");
        elements *= static_cast<std::uint64_t>(size);
    }
    return elements;
}

/// Elements that stand one by one in the message, or in text form.
std::uint64_t scatteredCount(const onnx::TensorProto& tensor)
{
    return static_cast<std::uint64_t>(std::max({ tensor.float_data_size(), tensor.int32_data_size(),
        tensor.int64_data_size(), tensor.double_data_size(), tensor.uint64_data_size(), tensor.string_data_size() }));
}

class Walk {
public:
    Walk(onnx::ModelProto& model, OnnxFile& file)
        : m_model(model)
        , m_file(file)
    {
    }

    Status run()
    {
        KERF_CHECK(graph(*m_model.mutable_graph()));
        for (onnx::FunctionProto& function : *m_model.mutable_functions())
            for (onnx::NodeProto& node : *function.mutable_node())
                KERF_CHECK(this->node(node));
        return {};
    }

private:
    static Status checkName(const std::string& name)
    {
        if (findInvalidUtf8(name))
            return fail(ErrorCode::BadFile, "a name in it is not UTF-8.");
        return {};
    }

    Status graph(onnx::GraphProto& graph)
    {
        for (onnx::TensorProto& tensor : *graph.mutable_initializer()) {
            KERF_CHECK(checkName(tensor.name()));
            KERF_CHECK(this->tensor(tensor, tensor.name()));
        }
        if (graph.sparse_initializer_size() > 0)
            return fail(ErrorCode::BadFile, "holds sparse initializers, which are not read. Make them dense.");
        for (onnx::NodeProto& node : *graph.mutable_node())
            KERF_CHECK(this->node(node));
        return {};
    }

    Status node(onnx::NodeProto& node)
    {
        for (const std::string& name : node.input())
            KERF_CHECK(checkName(name));
        for (const std::string& name : node.output())
            KERF_CHECK(checkName(name));
        KERF_CHECK(checkName(node.name()));
        KERF_CHECK(checkName(node.op_type()));
        const std::string first = node.output_size() > 0 ? node.output(0) : node.name();
        for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
            const bool isConstant = node.op_type() == "Constant" && attribute.name() == "value";
            const std::string name = isConstant ? first : fmt::format("{}.{}", first, attribute.name());
            if (attribute.has_t())
                KERF_CHECK(tensor(*attribute.mutable_t(), name));
            for (onnx::TensorProto& inner : *attribute.mutable_tensors())
                KERF_CHECK(tensor(inner, name));
            if (attribute.has_g())
                KERF_CHECK(graph(*attribute.mutable_g()));
            for (onnx::GraphProto& inner : *attribute.mutable_graphs())
                KERF_CHECK(graph(inner));
        }
        return {};
    }

    Status tensor(onnx::TensorProto& tensor, const std::string& name)
    {
        const Status status = read(tensor, name);
        if (!status)
            return fail(status.error().code, fmt::format("tensor {} {}", name, status.error().message));
        return {};
    }

    Status read(onnx::TensorProto& tensor, const std::string& name)
    {
        KERF_TRY(const std::uint64_t elements, elementsOf(tensor));
        const std::optional<std::uint64_t> bytes = onnxBytes(tensor.data_type(), elements);
        if (tensor.data_type() == onnx::TensorProto::STRING)
            return checkScattered(tensor, elements);
        if (!bytes)
            return fail(ErrorCode::BadFile, fmt::format("is of the unknown data type {}.", tensor.data_type()));
        if (tensor.has_segment())
            return fail(ErrorCode::BadFile, "is stored in segments, which are not read.");
        if (tensor.data_location() != onnx::TensorProto::EXTERNAL && !tensor.has_raw_data())
            return checkScattered(tensor, elements);
        KERF_TRY(TensorInfo info,
            tensor.data_location() == onnx::TensorProto::EXTERNAL ? external(tensor, *bytes) : inside(tensor, *bytes));
        const TypeRow& row = *typeRow(tensor.data_type());
        info.name = freeName(name);
        info.dtype = row.type;
        info.blocks = row.blocks;
        info.shape.assign(tensor.dims().begin(), tensor.dims().end());
        info.bytes = *bytes;
        tensor.set_raw_data(info.name);
        tensor.clear_data_location();
        m_file.tensors.emplace(info.name, info);
        return {};
    }

    Status checkScattered(const onnx::TensorProto& tensor, std::uint64_t elements)
    {
        const bool isHalfByte = tensor.data_type() == kOnnxInt4 || tensor.data_type() == kOnnxUInt4;
        const std::uint64_t count = scatteredCount(tensor);
        if (count != (isHalfByte ? (elements + 1) / 2 : elements)) // two in one number
            return fail(
                ErrorCode::BadFile, fmt::format("holds {} elements, but its dimensions ask for {}.", count, elements));
        m_file.scattered += tensor.ByteSizeLong();
        return {};
    }

    Result<TensorInfo> inside(const onnx::TensorProto& tensor, std::uint64_t bytes) const
    {
        const std::optional<OnnxLocator> place = OnnxLocator::unpacked(tensor.raw_data());
        if (!place || scatteredCount(tensor) > 0)
            return fail(ErrorCode::BadFile, "has its elements twice.");
        if (place->bytes != bytes)
            return fail(ErrorCode::BadFile,
                fmt::format("holds {} bytes, but its type and dimensions ask for {}.", place->bytes, bytes));
        TensorInfo info;
        info.offset = place->offset;
        return info;
    }

    /// docs/ExternalData.md: relative to the file, `offset` and `length` in bytes, both may be left out.
    Result<TensorInfo> external(const onnx::TensorProto& tensor, std::uint64_t bytes)
    {
        if (tensor.has_raw_data() || scatteredCount(tensor) > 0)
            return fail(ErrorCode::BadFile, "has its elements twice.");
        std::string location;
        TensorInfo info;
        std::uint64_t length = bytes;
        for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
            if (entry.key() == "location") {
                location = entry.value();
            } else if (entry.key() == "offset") {
                KERF_TRY(info.offset, number(entry));
            } else if (entry.key() == "length") {
                KERF_TRY(length, number(entry));
            }
        }
        if (!isPlainFileName(location))
            return fail(ErrorCode::BadFile,
                fmt::format("lies in \"{}\": only files in the folder of the model are read.", location));
        if (length != bytes)
            return fail(ErrorCode::BadFile,
                fmt::format("has {} bytes in {}, but its type and dimensions ask for {}.", length, location, bytes));
        auto found = std::ranges::find(m_file.externals, location);
        if (found == m_file.externals.end())
            found = m_file.externals.insert(m_file.externals.end(), location);
        info.file = static_cast<std::size_t>(found - m_file.externals.begin()) + 1;
        return info;
    }

    static Result<std::uint64_t> number(const onnx::StringStringEntryProto& entry)
    {
        std::uint64_t value = 0;
        const std::string& text = entry.value();
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            return fail(ErrorCode::BadFile, fmt::format("has \"{}\" as {} of its external data.", text, entry.key()));
        return value;
    }

    std::string freeName(const std::string& name) const
    {
        std::string free = name;
        for (int i = 2; m_file.tensors.contains(free); ++i)
            free = fmt::format("{} ({})", name, i);
        return free;
    }

    onnx::ModelProto& m_model;
    OnnxFile& m_file;
};

Status checkHeader(const onnx::ModelProto& model)
{
    if (!model.has_graph())
        return fail(ErrorCode::BadFile, "holds no graph: it is no ONNX file, or it is damaged.");
    if (model.opset_import_size() == 0)
        return fail(ErrorCode::BadFile, "does not say which operator set it is written in (opset_import).");
    std::set<std::string_view> names;
    for (const onnx::TensorProto& tensor : model.graph().initializer())
        if (!names.insert(tensor.name()).second)
            return fail(ErrorCode::BadFile, fmt::format("has two initializers of the name {}.", tensor.name()));
    return {};
}

Result<OnnxFile> parse(std::span<const std::byte> bytes)
{
    KERF_TRY(const std::string skeleton, onnxSkeleton(bytes));
    auto model = std::make_shared<onnx::ModelProto>();
    if (!model->ParseFromString(skeleton))
        return fail(ErrorCode::BadFile, "is no ONNX file, or it is damaged.");
    KERF_CHECK(checkHeader(*model));
    OnnxFile file;
    KERF_CHECK(Walk(*model, file).run());
    file.model = std::move(model);
    return file;
}

} // namespace

std::optional<DType> onnxElementType(int type)
{
    const TypeRow* row = typeRow(type);
    return row && !*row->blocks ? std::optional(row->type) : std::nullopt;
}

std::optional<DType> onnxNumberType(int type)
{
    return type == kOnnxInt4 ? DType::I8 : type == kOnnxUInt4 ? DType::U8 : onnxElementType(type);
}

std::optional<std::uint64_t> onnxBytes(int type, std::uint64_t elements)
{
    const TypeRow* row = typeRow(type);
    if (!row)
        return {};
    return *row->blocks ? (elements + 1) / 2 : elements * elementSize(row->type);
}

Result<OnnxFile> readOnnxFile(const MappedFile& file)
{
    OnnxFile found;
    const Status status = file.lend(0, file.size(), [&](std::span<const std::byte> bytes) -> Status {
        KERF_TRY(found, parse(bytes));
        return {};
    });
    if (!status)
        return fail(status.error().code, fmt::format("{}: {}", file.path().string(), status.error().message));
    return found;
}

} // namespace kerf::core
