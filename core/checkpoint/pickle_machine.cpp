// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/pickle_machine.h"

#include <limits>
#include <optional>

namespace kerf::core {
namespace {

constexpr std::size_t kMostDimensions = 8;

std::optional<DType> storageType(const std::string& global)
{
    static const std::map<std::string, DType> types { { "torch DoubleStorage", DType::F64 },
        { "torch FloatStorage", DType::F32 }, { "torch HalfStorage", DType::F16 },
        { "torch BFloat16Storage", DType::BF16 }, { "torch LongStorage", DType::I64 },
        { "torch IntStorage", DType::I32 }, { "torch ShortStorage", DType::I16 }, { "torch CharStorage", DType::I8 },
        { "torch ByteStorage", DType::U8 }, { "torch BoolStorage", DType::Bool } };
    const auto found = types.find(global);
    return found == types.end() ? std::nullopt : std::optional(found->second);
}

const std::string kOrderedDict = "collections OrderedDict";
const std::string kRebuildTensor = "torch._utils _rebuild_tensor_v2";
const std::string kRebuildParameter = "torch._utils _rebuild_parameter";

bool isKnownGlobal(const std::string& global)
{
    return global == kOrderedDict || global == kRebuildTensor || global == kRebuildParameter || storageType(global);
}

} // namespace

const PickleValue& PickleMachine::itemOf(const PickleValue& sequence, std::size_t index) const
{
    if (sequence.kind != PickleValue::Kind::Sequence || index >= sequence.items.size())
        throw PickleRefusal { "calls something with too few arguments" };
    return value(sequence.items[index]);
}

std::int64_t PickleMachine::numberOf(const PickleValue& value) const
{
    if (value.kind != PickleValue::Kind::Number)
        throw PickleRefusal { "has something else where a whole number is expected" };
    return value.number;
}

std::vector<std::int64_t> PickleMachine::numbersOf(const PickleValue& sequence) const
{
    if (sequence.kind != PickleValue::Kind::Sequence || sequence.items.size() > kMostDimensions)
        throw PickleRefusal { fmt::format(
            "has a tensor whose shape is no tuple of at most {} numbers", kMostDimensions) };
    std::vector<std::int64_t> numbers;
    for (const int item : sequence.items)
        numbers.push_back(numberOf(value(item)));
    return numbers;
}

void PickleMachine::pushGlobal(const std::string& name)
{
    if (!isKnownGlobal(name))
        throw PickleRefusal { fmt::format("asks for {}, which no dictionary of tensors needs", shown(name)) };
    push(PickleValue { PickleValue::Kind::Global, 0, name });
}

void PickleMachine::stackGlobal()
{
    const std::string name = value(pop()).text;
    pushGlobal(value(pop()).text + " " + name);
}

void PickleMachine::loadStorage()
{
    const PickleValue& id = value(pop());
    const auto type = storageType(itemOf(id, 1).text);
    if (itemOf(id, 0).text != "storage" || itemOf(id, 2).kind != PickleValue::Kind::Text || !type)
        throw PickleRefusal { fmt::format(
            "refers to something that is no storage of numbers ({})", shown(itemOf(id, 1).text)) };
    push(PickleValue { PickleValue::Kind::Storage, numberOf(itemOf(id, 4)), itemOf(id, 2).text, {}, {}, *type });
}

void PickleMachine::rebuildTensor(const PickleValue& arguments)
{
    if (itemOf(arguments, 0).kind != PickleValue::Kind::Storage)
        throw PickleRefusal { "has a tensor without a storage" };
    PickleValue tensor { PickleValue::Kind::Tensor, numberOf(itemOf(arguments, 1)), {}, { arguments.items[0] } };
    tensor.shape = numbersOf(itemOf(arguments, 2));
    checkRowByRow(tensor.shape, numbersOf(itemOf(arguments, 3)));
    push(std::move(tensor));
}

void PickleMachine::checkRowByRow(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides)
{
    std::int64_t expected = 1;
    for (std::size_t i = shape.size(); i > 0; --i) {
        const std::int64_t size = shape[i - 1];
        if (strides.size() != shape.size() || size < 0 || (size > 1 && strides[i - 1] != expected))
            throw PickleRefusal { "has a tensor that does not lie row by row (it is a view of another). Save it with "
                                  "contiguous tensors" };
        if (size > 0 && expected > std::numeric_limits<std::int64_t>::max() / size)
            throw PickleRefusal { "has a tensor of an impossible size" };
        expected *= std::max<std::int64_t>(size, 1);
    }
}

void PickleMachine::call()
{
    const PickleValue& arguments = value(pop()); // no copy: a large tuple may be the argument of many calls
    const PickleValue& callee = value(pop());
    if (callee.kind != PickleValue::Kind::Global)
        throw PickleRefusal { "calls something that is no function" };
    const std::string& name = callee.text;
    if (name == kOrderedDict && arguments.items.empty())
        return push(PickleValue::Kind::Dictionary);
    if (name == kRebuildTensor)
        return rebuildTensor(arguments);
    if (name == kRebuildParameter) {
        (void)itemOf(arguments, 0);
        return m_stack.push_back(arguments.items[0]);
    }
    throw PickleRefusal { fmt::format("calls {}, which no dictionary of tensors needs", shown(name)) };
}

void PickleMachine::build()
{
    (void)pop();
    if (top().kind != PickleValue::Kind::Dictionary)
        throw PickleRefusal { "gives a state to something that is no dictionary" };
}

void PickleMachine::append(const std::vector<int>& items, PickleValue::Kind kind, const char* what)
{
    PickleValue& container = top();
    if (container.kind != kind || (kind == PickleValue::Kind::Dictionary && items.size() % 2 != 0))
        throw PickleRefusal { fmt::format("adds to {} that is none", what) };
    container.items.insert(container.items.end(), items.begin(), items.end());
}

bool PickleMachine::stepNumber(char opcode)
{
    switch (opcode) {
    case 'N': // NONE
        push(PickleValue::Kind::None);
        return true;
    case '\x88': // NEWTRUE
    case '\x89': // NEWFALSE
        pushNumber(opcode == '\x88');
        return true;
    case 'J': // BININT
        pushNumber(number<std::int32_t>());
        return true;
    case 'K': // BININT1
        pushNumber(number<std::uint8_t>());
        return true;
    case 'M': // BININT2
        pushNumber(number<std::uint16_t>());
        return true;
    case '\x8a': // LONG1
        pushNumber(longNumber(number<std::uint8_t>()));
        return true;
    case 'G': // BINFLOAT: of settings beside the tensors
        (void)take(8);
        push(PickleValue::Kind::None);
        return true;
    default:
        return false;
    }
}

bool PickleMachine::stepText(char opcode)
{
    switch (opcode) {
    case '\x8c': // SHORT_BINUNICODE
    case 'U': // SHORT_BINSTRING
        push(PickleValue { PickleValue::Kind::Text, 0, text(number<std::uint8_t>()) });
        return true;
    case 'X': // BINUNICODE
        push(PickleValue { PickleValue::Kind::Text, 0, text(number<std::uint32_t>()) });
        return true;
    case 'c': { // GLOBAL
        const std::string module = line();
        pushGlobal(module + " " + line());
        return true;
    }
    case '\x93': // STACK_GLOBAL
        stackGlobal();
        return true;
    default:
        return false;
    }
}

bool PickleMachine::stepMemo(char opcode)
{
    switch (opcode) {
    case 'q': // BINPUT
        remember(number<std::uint8_t>());
        return true;
    case 'r': // LONG_BINPUT
        remember(number<std::uint32_t>());
        return true;
    case '\x94': // MEMOIZE
        remember(static_cast<std::uint32_t>(m_memo.size()));
        return true;
    case 'h': // BINGET
        recall(number<std::uint8_t>());
        return true;
    case 'j': // LONG_BINGET
        recall(number<std::uint32_t>());
        return true;
    default:
        return false;
    }
}

void PickleMachine::step()
{
    const char opcode = static_cast<char>(number<std::uint8_t>());
    if (stepNumber(opcode) || stepText(opcode) || stepMemo(opcode))
        return;
    switch (opcode) {
    case '\x80': // PROTO
        return (void)take(1);
    case '\x95': // FRAME
        return (void)take(8);
    case '(':
        return push(PickleValue::Kind::Mark);
    case '}': // EMPTY_DICT
        return push(PickleValue::Kind::Dictionary);
    case ')': // EMPTY_TUPLE
    case ']': // EMPTY_LIST
        return pushSequence({});
    case 't': // TUPLE
    case 'l': // LIST
        return pushSequence(popToMark());
    case '\x85': // TUPLE1
        return pushTuple(1);
    case '\x86': // TUPLE2
        return pushTuple(2);
    case '\x87': // TUPLE3
        return pushTuple(3);
    case 'a': // APPEND
        return append({ pop() }, PickleValue::Kind::Sequence, "a list");
    case 'e': // APPENDS
        return append(popToMark(), PickleValue::Kind::Sequence, "a list");
    case 's': { // SETITEM
        const int item = pop(), key = pop();
        return append({ key, item }, PickleValue::Kind::Dictionary, "a dictionary");
    }
    case 'u': // SETITEMS
        return append(popToMark(), PickleValue::Kind::Dictionary, "a dictionary");
    case 'Q': // BINPERSID
        return loadStorage();
    case 'R': // REDUCE
        return call();
    case 'b': // BUILD
        return build();
    case '.': // STOP
        m_isDone = true;
        return;
    default:
        throw PickleRefusal { fmt::format("has the pickle instruction 0x{:02x}, which no dictionary of tensors needs",
            static_cast<std::uint8_t>(opcode)) };
    }
}

} // namespace kerf::core
