// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/dtype.h"

namespace kerf::core {

/// A value on the stack, in an arena: what refers to another does so by its number, so that neither depth nor circles
/// cost anything.
struct PickleValue {
    enum class Kind { None, Number, Text, Sequence, Dictionary, Mark, Global, Storage, Tensor } kind = Kind::None;
    std::int64_t number = 0; ///< of a storage: its elements; of a tensor: the first one's place
    std::string text {}; ///< of a global: "module name"; of a storage: its name in the archive
    std::vector<int> items {}; ///< dictionary: key, value, key, value …; tensor: storage
    std::vector<std::int64_t> shape {}; ///< of a tensor
    DType dtype = DType::F32; ///< of a storage
};

/// What is wrong with a pickle; thrown by the machine, caught by who runs it.
struct PickleRefusal {
    std::string reason;
};

/// Runs the instructions of a pickle that a dictionary of tensors needs (Python's pickletools.py; torch
/// serialization.py and _utils.py for what is called), and refuses all others. Nothing is imported or called. Inside
/// this room only: parseTorchPickle() is what others use.
class PickleMachine {
public:
    explicit PickleMachine(std::span<const std::byte> pickle)
        : m_pickle(pickle)
    {
    }

    /// Runs to STOP. Returns the value that is left.
    const PickleValue& run()
    {
        while (!m_isDone)
            step();
        return value(pop());
    }
    const PickleValue& value(int index) const { return m_values[static_cast<std::size_t>(index)]; }

private:
    // ---- bytes
    std::span<const std::byte> take(std::uint64_t count)
    {
        if (count > m_pickle.size() - m_at)
            throw PickleRefusal { "ends in the middle of a value" };
        const auto bytes = m_pickle.subspan(m_at, static_cast<std::size_t>(count));
        m_at += static_cast<std::size_t>(count);
        return bytes;
    }
    template <class T> T number()
    {
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string text(std::uint64_t count)
    {
        const auto bytes = take(count);
        return { reinterpret_cast<const char*>(bytes.data()), bytes.size() };
    }
    std::string line()
    {
        const auto rest = m_pickle.subspan(m_at);
        const auto end = std::ranges::find(rest, std::byte { '\n' });
        if (end == rest.end())
            throw PickleRefusal { "ends in the middle of a name" };
        std::string found = text(static_cast<std::uint64_t>(end - rest.begin()));
        ++m_at;
        return found;
    }
    /// Little-endian two's complement.
    std::int64_t longNumber(std::size_t count)
    {
        const auto bytes = take(count);
        if (count > 8)
            throw PickleRefusal { "holds a whole number of more than 64 bits" };
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
        if (count > 0 && count < 8 && (std::to_integer<unsigned>(bytes[count - 1]) & 0x80U) != 0)
            value |= ~std::uint64_t { 0 } << (8 * count);
        return static_cast<std::int64_t>(value);
    }

    // ---- stack
    void push(PickleValue value)
    {
        if (m_values.size() >= kMostValues)
            throw PickleRefusal { fmt::format("holds more than {} values", kMostValues) };
        m_values.push_back(std::move(value));
        m_stack.push_back(static_cast<int>(m_values.size()) - 1);
    }
    void push(PickleValue::Kind kind) { push(PickleValue { kind }); }
    void pushNumber(std::int64_t number) { push(PickleValue { PickleValue::Kind::Number, number }); }
    int pop()
    {
        if (m_stack.empty())
            throw PickleRefusal { "takes a value from an empty stack" };
        const int index = m_stack.back();
        m_stack.pop_back();
        return index;
    }
    PickleValue& top()
    {
        if (m_stack.empty())
            throw PickleRefusal { "looks at an empty stack" };
        return m_values[static_cast<std::size_t>(m_stack.back())];
    }
    std::vector<int> popToMark()
    {
        std::vector<int> items;
        for (;;) {
            const int index = pop();
            if (value(index).kind == PickleValue::Kind::Mark)
                break;
            items.push_back(index);
        }
        std::ranges::reverse(items);
        return items;
    }
    void pushSequence(std::vector<int> items)
    {
        push(PickleValue { PickleValue::Kind::Sequence, 0, {}, std::move(items) });
    }
    void pushTuple(std::size_t count)
    {
        std::vector<int> items(count);
        for (std::size_t i = count; i > 0; --i)
            items[i - 1] = pop();
        pushSequence(std::move(items));
    }
    void remember(std::uint32_t place)
    {
        if (m_stack.empty())
            throw PickleRefusal { "remembers a value of an empty stack" };
        m_memo[place] = m_stack.back();
    }
    void recall(std::uint32_t place)
    {
        const auto found = m_memo.find(place);
        if (found == m_memo.end())
            throw PickleRefusal { "asks for a value that it did not remember" };
        m_stack.push_back(found->second);
    }

    // ---- what is called
    const PickleValue& itemOf(const PickleValue& sequence, std::size_t index) const;
    std::int64_t numberOf(const PickleValue& value) const;
    std::vector<std::int64_t> numbersOf(const PickleValue& sequence) const;
    void pushGlobal(const std::string& name);
    void stackGlobal();
    /// ("storage", type, name, device, elements): torch/serialization.py, persistent_load.
    void loadStorage();
    /// torch/_utils.py: _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks, metadata).
    void rebuildTensor(const PickleValue& arguments);
    static void checkRowByRow(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides);
    void call();
    /// State of an OrderedDict: what modules note beside it (_metadata), which has no tensors.
    void build();
    void append(const std::vector<int>& items, PickleValue::Kind kind, const char* what);
    static std::string shown(const std::string& name) { return "\"" + name.substr(0, 100) + "\""; }

    void step();
    bool stepNumber(char opcode);
    bool stepText(char opcode);
    bool stepMemo(char opcode);

    static constexpr std::size_t kMostValues = 8'000'000;

    std::span<const std::byte> m_pickle;
    std::size_t m_at = 0;
    std::vector<PickleValue> m_values;
    std::vector<int> m_stack;
    std::map<std::uint32_t, int> m_memo;
    bool m_isDone = false;
};

} // namespace kerf::core
