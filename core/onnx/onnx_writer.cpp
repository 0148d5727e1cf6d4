// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_writer.h"

#include <limits>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "core/base/partial_file.h"
#include "core/checkpoint/onnx_messages.h"
#include "core/checkpoint/onnx_proto.h"

namespace kerf::core {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::ArrayInputStream;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;
using Piece = OnnxWriter::Piece;
using Place = OnnxWriter::Place;

constexpr std::uint64_t kLeastOutside = 1024, kAlignment = 4096;

/// A message with elements in place of their keys.
struct Filled {
    std::vector<Piece> pieces;
    std::uint64_t size = 0;

    void add(std::string bytes)
    {
        size += bytes.size();
        if (!pieces.empty() && pieces.back().key.empty())
            pieces.back().bytes += bytes;
        else
            pieces.push_back({ std::move(bytes) });
    }
    void add(Filled inner)
    {
        for (Piece& piece : inner.pieces) {
            if (piece.key.empty()) {
                add(std::move(piece.bytes));
                continue;
            }
            size += piece.size;
            pieces.push_back(std::move(piece));
        }
    }
};

/// What `write` puts to a stream.
template <class Write> std::string encoded(const Write& write)
{
    std::string bytes;
    {
        StringOutputStream stream(&bytes);
        CodedOutputStream out(&stream);
        write(out);
    }
    return bytes;
}

std::string lengthHeader(int field, std::uint64_t size)
{
    return encoded([&](CodedOutputStream& out) {
        WireFormatLite::WriteTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, &out);
        out.WriteVarint64(size);
    });
}

using SizeOf = std::function<Result<std::uint64_t>(const std::string& key)>;

/// The other way round than core/checkpoint/onnx_skeleton.cpp: puts elements where their keys stand.
class Filler {
public:
    /// `dataFile`: name of the file for the tensors of the main graph; empty: all stay inside.
    Filler(SizeOf sizeOf, std::string dataFile)
        : m_sizeOf(std::move(sizeOf))
        , m_dataFile(std::move(dataFile))
    {
    }

    Result<Filled> fill(OnnxMessage kind, int depth, const std::string& message)
    {
        CodedInputStream in(reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size()));
        Filled made;
        while (const std::uint32_t tag = in.ReadTag()) {
            const int number = WireFormatLite::GetTagFieldNumber(tag);
            if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
                made.add(encoded([&](CodedOutputStream& out) { WireFormatLite::SkipField(&in, tag, &out); }));
                continue;
            }
            std::uint32_t size = 0;
            std::string text;
            in.ReadVarint32(&size);
            in.ReadString(&text, static_cast<int>(size));
            KERF_CHECK(addField(kind, depth, number, std::move(text), made));
        }
        return made;
    }

    std::vector<Place> takePlaces() { return std::move(m_places); }
    std::uint64_t dataBytes() const { return m_dataBytes; }
    std::int64_t tensors() const { return m_tensors; }

private:
    Status addField(OnnxMessage kind, int depth, int number, std::string text, Filled& made)
    {
        if (kind == OnnxMessage::Tensor && number == kRawDataField) {
            KERF_TRY(const std::uint64_t size, m_sizeOf(text));
            ++m_tensors;
            if (!m_dataFile.empty() && depth == 2 && size >= kLeastOutside) {
                made.add(outside(text, size));
                return {};
            }
            made.add(lengthHeader(kRawDataField, size));
            made.pieces.push_back({ {}, std::move(text), size });
            made.size += size;
            return {};
        }
        if (const auto inner = messageIn(kind, number)) {
            KERF_TRY(Filled filled, fill(*inner, depth + 1, text));
            made.add(lengthHeader(number, filled.size));
            made.add(std::move(filled));
            return {};
        }
        made.add(encoded([&](CodedOutputStream& out) { WireFormatLite::WriteBytes(number, text, &out); }));
        return {};
    }

    /// The fields of a tensor whose elements lie in the other file.
    std::string outside(const std::string& key, std::uint64_t size)
    {
        m_dataBytes = (m_dataBytes + kAlignment - 1) / kAlignment * kAlignment;
        m_places.push_back({ key, m_dataBytes, size });
        onnx::TensorProto place;
        const auto say = [&](const char* name, std::string value) {
            onnx::StringStringEntryProto& entry = *place.add_external_data();
            entry.set_key(name);
            entry.set_value(std::move(value));
        };
        say("location", m_dataFile);
        say("offset", std::to_string(m_dataBytes));
        say("length", std::to_string(size));
        place.set_data_location(onnx::TensorProto::EXTERNAL);
        m_dataBytes += size;
        return place.SerializeAsString();
    }

    SizeOf m_sizeOf;
    std::string m_dataFile;
    std::vector<Place> m_places;
    std::uint64_t m_dataBytes = 0;
    std::int64_t m_tensors = 0;
};

Result<std::uint64_t> sizeIn(const OnnxDraft& draft, const std::string& key)
{
    if (const OnnxElements* made = draft.made(key))
        return made->bytes;
    if (const TensorInfo* info = draft.source().find(key))
        return info->bytes;
    return fail(ErrorCode::BadFile, fmt::format("{}: holds no tensor {}", draft.source().folder().string(), key));
}

} // namespace

Result<OnnxWriter> OnnxWriter::plan(const OnnxDraft& draft, const std::string& name, std::uint64_t mostInside)
{
    const std::string skeleton = draft.model().SerializeAsString();
    const SizeOf sizeOf = [&](const std::string& key) { return sizeIn(draft, key); };
    OnnxWriter writer(draft);
    writer.m_name = name;
    for (const char* ending : { "", ".data" }) {
        Filler filler(sizeOf, *ending ? name + ending : std::string());
        KERF_TRY(Filled filled, filler.fill(OnnxMessage::Model, 0, skeleton));
        writer.m_pieces = std::move(filled.pieces);
        writer.m_bytes = filled.size;
        writer.m_dataBytes = filler.dataBytes();
        writer.m_places = filler.takePlaces();
        writer.m_tensors = filler.tensors();
        if (filled.size <= mostInside)
            return writer;
    }
    if (writer.m_bytes > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: needs a file of {} bytes beside its tensors, more than one protobuf message can be.",
                draft.source().folder().string(), writer.m_bytes));
    return writer;
}

Status OnnxWriter::lend(const std::string& key, const std::function<Status(std::span<const std::byte>)>& read) const
{
    const OnnxElements* made = m_draft.made(key);
    if (!made) {
        KERF_CHECK(m_draft.source().lend(key, read));
        m_draft.source().release(key);
        return {};
    }
    KERF_TRY(const std::vector<std::byte> bytes, made->make());
    if (bytes.size() != made->bytes)
        return fail(ErrorCode::Internal,
            fmt::format("{}: has {} bytes, and {} were announced", key, bytes.size(), made->bytes));
    return read(bytes);
}

Result<std::map<std::string, std::string>> OnnxWriter::write(
    const std::filesystem::path& folder, const JobContext& job) const
{
    std::map<std::string, std::string> hashes;
    Progress progress { "Writing tensors", 0, m_tensors, "tensors" };
    job.progress(progress);
    const auto put = [&](PartialFile& file, const std::string& key, std::uint64_t at) -> Status {
        KERF_CHECK(job.checkStop());
        KERF_CHECK(lend(key, [&](std::span<const std::byte> bytes) { return file.writeAt(at, bytes); }));
        ++progress.done;
        job.progress(progress);
        return {};
    };
    if (!m_places.empty()) {
        const std::string name = m_name + ".data";
        KERF_TRY(PartialFile file, PartialFile::create(folder / name, job));
        for (const Place& place : m_places) {
            KERF_CHECK(put(file, place.key, place.offset));
        }
        KERF_TRY(hashes[name], file.finish());
    }
    KERF_TRY(PartialFile file, PartialFile::create(folder / m_name, job));
    std::uint64_t at = 0;
    for (const Piece& piece : m_pieces) {
        if (piece.key.empty())
            KERF_CHECK(file.writeAt(at, std::as_bytes(std::span(piece.bytes.data(), piece.bytes.size()))));
        else
            KERF_CHECK(put(file, piece.key, at));
        at += piece.key.empty() ? piece.bytes.size() : piece.size;
    }
    KERF_TRY(hashes[m_name], file.finish());
    return hashes;
}

} // namespace kerf::core
