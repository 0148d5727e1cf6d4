// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/base/dtype.h"

namespace kerf::core {

/// Appends parameters to GroupParams::stored, little-endian.
class ParamWriter {
public:
    explicit ParamWriter(std::vector<std::uint8_t>& bytes)
        : m_bytes(bytes)
    {
        m_bytes.clear();
    }
    void byte(int value) { m_bytes.push_back(static_cast<std::uint8_t>(value)); }
    void half(float value) { append(floatToHalf(value)); }
    void single(float value) { append(value); }
    template <class Bytes> void all(const Bytes& bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }

private:
    template <class T> void append(T value)
    {
        const std::size_t at = m_bytes.size();
        m_bytes.resize(at + sizeof(T));
        std::memcpy(m_bytes.data() + at, &value, sizeof(T));
    }
    std::vector<std::uint8_t>& m_bytes;
};

/// Reads them back. The caller has checked the size.
class ParamReader {
public:
    explicit ParamReader(std::span<const std::uint8_t> bytes)
        : m_at(bytes.data())
    {
    }
    std::uint8_t byte() { return *m_at++; }
    float half() { return halfToFloat(take<std::uint16_t>()); }
    float single() { return take<float>(); }
    const std::uint8_t* skip(std::size_t count)
    {
        const std::uint8_t* at = m_at;
        m_at += count;
        return at;
    }

private:
    template <class T> T take()
    {
        T value;
        std::memcpy(&value, skip(sizeof(T)), sizeof(T));
        return value;
    }
    const std::uint8_t* m_at;
};

} // namespace kerf::core
