// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/onnx_skeleton.h"

#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "core/checkpoint/onnx_messages.h"

namespace kerf::core {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::ArrayInputStream;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

/// Deeper than any exporter nests: eight subgraphs, each a graph, a node and an attribute.
constexpr int kMaxDepth = 28;

class Stripper {
public:
    explicit Stripper(CodedInputStream& in)
        : m_in(in)
    {
    }

    /// Reads to the limit of the stream. Errors: BadFile.
    Status strip(OnnxMessage kind, int depth, std::string& to)
    {
        if (depth > kMaxDepth)
            return fail(ErrorCode::BadFile, "its subgraphs are nested more than eight deep.");
        StringOutputStream stream(&to);
        CodedOutputStream out(&stream);
        std::optional<OnnxLocator> elements;
        while (const std::uint32_t tag = m_in.ReadTag())
            KERF_CHECK(field(kind, depth, tag, elements, out));
        if (!m_in.ConsumedEntireMessage())
            return broken();
        if (elements) {
            WireFormatLite::WriteBytes(kRawDataField, elements->packed(), &out);
        }
        return {};
    }

private:
    static Status broken() { return fail(ErrorCode::BadFile, "is no ONNX file, or it is cut off or damaged."); }

    Status field(
        OnnxMessage kind, int depth, std::uint32_t tag, std::optional<OnnxLocator>& elements, CodedOutputStream& out)
    {
        const int number = WireFormatLite::GetTagFieldNumber(tag);
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED)
            return copyNumber(tag, out);
        std::uint32_t size = 0;
        if (!m_in.ReadVarint32(&size) || size > static_cast<std::uint32_t>(m_in.BytesUntilLimit()))
            return broken();
        if (kind == OnnxMessage::Tensor
            && (number == kRawDataField || number == kFloatDataField || number == kDoubleDataField))
            return locate(size, elements);
        const auto inner = messageIn(kind, number);
        std::string text;
        if (inner) {
            const auto limit = m_in.PushLimit(static_cast<int>(size));
            KERF_CHECK(strip(*inner, depth + 1, text));
            m_in.PopLimit(limit);
        } else if (!m_in.ReadString(&text, static_cast<int>(size))) {
            return broken();
        }
        WireFormatLite::WriteBytes(number, text, &out);
        return {};
    }

    Status copyNumber(std::uint32_t tag, CodedOutputStream& out)
    {
        if (!WireFormatLite::SkipField(&m_in, tag, &out))
            return broken();
        return {};
    }

    Status locate(std::uint32_t size, std::optional<OnnxLocator>& elements)
    {
        if (elements)
            return fail(ErrorCode::BadFile, "the elements of one tensor stand in it twice, or in pieces.");
        elements = OnnxLocator { static_cast<std::uint64_t>(m_in.CurrentPosition()), size };
        return m_in.Skip(static_cast<int>(size)) ? Status {} : broken();
    }

    CodedInputStream& m_in;
};

} // namespace

std::string OnnxLocator::packed() const
{
    std::string text(2 * sizeof(std::uint64_t), '\0');
    std::memcpy(text.data(), &offset, sizeof offset);
    std::memcpy(text.data() + sizeof offset, &bytes, sizeof bytes);
    return text;
}

std::optional<OnnxLocator> OnnxLocator::unpacked(const std::string& text)
{
    OnnxLocator locator;
    if (text.size() != 2 * sizeof(std::uint64_t))
        return {};
    std::memcpy(&locator.offset, text.data(), sizeof locator.offset);
    std::memcpy(&locator.bytes, text.data() + sizeof locator.offset, sizeof locator.bytes);
    return locator;
}

Result<std::string> onnxSkeleton(std::span<const std::byte> file)
{
    if (file.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return fail(ErrorCode::BadFile,
            "is larger than 2 GiB, more than one protobuf message can be. Save the model with its weights in a file "
            "beside it (external data).");
    const auto size = static_cast<int>(file.size());
    CodedInputStream in(reinterpret_cast<const std::uint8_t*>(file.data()), size);
    in.SetTotalBytesLimit(std::numeric_limits<int>::max());
    const auto limit = in.PushLimit(size);
    std::string skeleton;
    KERF_CHECK(Stripper(in).strip(OnnxMessage::Model, 0, skeleton));
    in.PopLimit(limit);
    return skeleton;
}

} // namespace kerf::core
