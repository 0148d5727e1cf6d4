// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/protobuf_message.h"

namespace kerf::core {

std::optional<std::uint64_t> ProtobufMessage::varint()
{
    constexpr int bits = 64;
    std::uint64_t value = 0;
    for (int shift = 0; shift < bits && !m_rest.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(m_rest.front());
        m_rest.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> ProtobufMessage::fixed(std::size_t bytes)
{
    if (m_rest.size() < bytes)
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(m_rest[i])) << (8 * i);
    m_rest.remove_prefix(bytes);
    return value;
}

std::optional<ProtobufField> ProtobufMessage::body(std::uint32_t number, std::uint32_t wireType)
{
    enum : std::uint32_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };
    const auto value = wireType == Varint || wireType == Bytes ? varint()
        : wireType == Fixed64                                  ? fixed(8)
        : wireType == Fixed32                                  ? fixed(4)
                                                               : std::nullopt;
    if (!value || (wireType == Bytes && *value > m_rest.size()))
        return std::nullopt;
    ProtobufField field { number, *value };
    if (wireType == Bytes) {
        field.bytes = m_rest.substr(0, *value);
        m_rest.remove_prefix(*value);
    }
    return field;
}

std::optional<ProtobufField> ProtobufMessage::next()
{
    if (m_rest.empty() || m_broken)
        return std::nullopt;
    const std::optional<std::uint64_t> key = varint();
    std::optional<ProtobufField> field;
    if (key && *key >> 3 > 0 && *key >> 32 == 0)
        field = body(static_cast<std::uint32_t>(*key >> 3), static_cast<std::uint32_t>(*key & 7));
    m_broken = !field;
    return field;
}

} // namespace kerf::core
