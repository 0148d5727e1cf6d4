// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kerf::core {

/// One field of a protobuf message in its wire format (protobuf.dev, "Encoding").
struct ProtobufField {
    std::uint32_t number = 0;
    std::uint64_t value = 0; ///< of numbers: varint, 32 and 64 bits
    std::string_view bytes {}; ///< of texts and messages
};

/// The fields of a message, one after the other. Groups, which no file of ours has, end it.
class ProtobufMessage {
public:
    explicit ProtobufMessage(std::string_view bytes)
        : m_rest(bytes)
    {
    }

    /// The next field; nullopt at the end, or where the bytes are no message.
    std::optional<ProtobufField> next();
    bool isBroken() const { return m_broken; }

private:
    std::optional<std::uint64_t> varint();
    std::optional<std::uint64_t> fixed(std::size_t bytes);
    std::optional<ProtobufField> body(std::uint32_t number, std::uint32_t wireType);

    std::string_view m_rest;
    bool m_broken = false;
};

} // namespace kerf::core
