// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/gguf_pieces.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/checkpoint/ggml_types.h"
#include "core/format/ggml_type.h"

namespace kerf::core {
namespace {

/// Of the base model's names in the checkpoint.
std::string_view prefixOf(const Checkpoint& checkpoint, const Architecture& architecture)
{
    for (const std::string_view prefix : architecture.prefixes)
        if (checkpoint.find(fmt::format("{}{}.weight", prefix, architecture.embedding)))
            return prefix;
    return architecture.prefixes.front();
}

std::uint64_t elementsOf(const std::vector<std::int64_t>& shape)
{
    return static_cast<std::uint64_t>(
        std::accumulate(shape.begin(), shape.end(), std::int64_t { 1 }, std::multiplies<>()));
}

class Planner {
public:
    Planner(const ExportSource& source, const DecoderConfig& config, const GgufFamily& family)
        : m_source(source)
        , m_config(config)
    {
        GgufPlaces places
            = ggufPlaces(family, *config.architecture, config, prefixOf(source.checkpoint, *config.architecture));
        for (GgufModule& module : places.modules)
            m_modules.emplace(module.ours, std::move(module));
        for (GgufStack& stack : places.stacks)
            m_made.stacks.emplace(std::move(stack.ours), std::move(stack.form));
    }

    Result<GgufPieces> make()
    {
        KERF_TRY(m_made.rows, quantizedRows(m_source.plan, m_source.network));
        for (CarriedTensor& carried : carriedTensors(m_source)) {
            const auto stack = m_made.stacks.find(carried.spec.name);
            KERF_CHECK(stack == m_made.stacks.end() ? addTensor(std::move(carried))
                                                    : addStack(std::move(carried), stack->second));
        }
        return std::move(m_made);
    }

private:
    const GgufModule* find(const std::string& tensor) const
    {
        const auto whole = m_modules.find(tensor);
        if (whole != m_modules.end() && whole->second.isTensor)
            return &whole->second;
        const auto found = m_modules.find(tensor.substr(0, tensor.rfind('.')));
        return found == m_modules.end() || found->second.isTensor ? nullptr : &found->second;
    }

    Status addTensor(CarriedTensor carried)
    {
        const GgufModule* module = find(carried.spec.name);
        if (!module) {
            m_made.left.push_back(carried.spec.name);
            return {};
        }
        const std::string end
            = module->isTensor ? std::string() : carried.spec.name.substr(carried.spec.name.rfind('.'));
        const auto row = std::ranges::find_if(m_made.rows, [&](const QuantizedRow& quantized) {
            return m_source.network.graph().weightOf(*quantized.layer).ref.tensor == carried.source;
        });
        GgufSourcePart part { row == m_made.rows.end() ? nullptr : &*row, std::move(carried),
            end == ".bias" ? module->biasForm() : module->form };
        GgufTensor tensor = describe(part, *module);
        tensor.name = module->theirs + end;
        return addPart(std::move(tensor), std::move(part), module->slice);
    }

    /// Experts come in the order of their names, 10 before 2, and are stacked in that of their numbers.
    Status addPart(GgufTensor tensor, GgufSourcePart part, std::int64_t slice)
    {
        std::vector<GgufPiece>& pieces = m_made.pieces;
        if (slice < 0) {
            pieces.push_back({ std::move(tensor), { std::move(part) } });
            return {};
        }
        auto piece = std::ranges::find(pieces, tensor.name, [](const GgufPiece& other) { return other.tensor.name; });
        if (piece == pieces.end()) {
            const std::int64_t experts = m_config.experts;
            tensor.shape.insert(tensor.shape.begin(), experts);
            tensor.bytes *= static_cast<std::uint64_t>(experts);
            pieces.push_back({ std::move(tensor), std::vector<GgufSourcePart>(static_cast<std::size_t>(experts)) });
            piece = std::prev(pieces.end());
        } else if (tensor.type != piece->tensor.type) {
            return mixedTypes(part.carried.source);
        }
        piece->parts[static_cast<std::size_t>(slice)] = std::move(part);
        return {};
    }

    static tl::unexpected<Error> mixedTypes(const std::string& tensor)
    {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has another type than the other experts of its block. GGUF stacks them in one tensor "
                        "of one type.",
                tensor));
    }

    /// The rows of the layers that lie in a tensor, in its order.
    std::vector<const QuantizedRow*> rowsIn(const std::string& tensor) const
    {
        const Graph& graph = m_source.network.graph();
        std::vector<const QuantizedRow*> rows;
        for (const QuantizedRow& row : m_made.rows)
            if (graph.weightOf(*row.layer).ref.tensor == tensor)
                rows.push_back(&row);
        std::ranges::sort(rows, {}, [&](const QuantizedRow* row) { return graph.weightOf(*row->layer).ref.slice; });
        return rows;
    }

    /// A tensor of the source that the file holds in shares: each of floats at once, or of the codes of every slice.
    Status addStack(CarriedTensor carried, const StackForm& stack)
    {
        const std::vector<const QuantizedRow*> rows = rowsIn(carried.source);
        const bool areOfOneType = std::ranges::all_of(
            rows, [&](const QuantizedRow* row) { return typeOf(*row).id == typeOf(*rows.front()).id; });
        if (!rows.empty() && (!areOfOneType || static_cast<std::int64_t>(rows.size()) != stack.slices))
            return mixedTypes(carried.source);
        if (carried.spec.shape != stack.shape)
            return fail(
                ErrorCode::InvalidArgument, fmt::format("{} has another shape than config.json says", carried.source));
        for (const StackShare& share : stack.shares) {
            GgufPiece piece { { share.name, shareShape(stack, share), 0, 0 } };
            const GgmlType& type = rows.empty() ? floatType(carried.spec.dtype, stack.cols > 0) : typeOf(*rows.front());
            piece.tensor.type = type.id;
            piece.tensor.bytes = elementsOf(piece.tensor.shape) / static_cast<std::uint64_t>(type.elements)
                * static_cast<std::uint64_t>(type.bytes);
            if (rows.empty())
                piece.parts.push_back({ nullptr, carried, {}, &stack, &share });
            for (const QuantizedRow* row : rows)
                piece.parts.push_back({ row, carried, {}, &stack, &share });
            m_made.pieces.push_back(std::move(piece));
        }
        return {};
    }

    static const GgmlType& typeOf(const QuantizedRow& row)
    {
        return *findGgmlFormat(ggmlFormatOf(*row.format, row.layer->shape.cols));
    }

    /// Matrices in their own type; vectors in float32, as llama.cpp's kernels want norms and biases.
    static const GgmlType& floatType(DType stored, bool isMatrix)
    {
        const bool isKept = isMatrix && (stored == DType::F16 || stored == DType::BF16);
        return *findGgmlType(isKept ? dtypeName(stored) : std::string_view("F32"));
    }

    /// Its shape, type and size in the file.
    static GgufTensor describe(const GgufSourcePart& part, const GgufModule& module)
    {
        GgufTensor tensor { {}, part.carried.spec.shape, 0, 0 };
        if (part.form.transposed)
            std::swap(tensor.shape[0], tensor.shape[1]);
        if (part.row) {
            const LayerShape& shape = part.row->layer->shape;
            const GgmlType& type = typeOf(*part.row);
            tensor.type = type.id;
            tensor.bytes = static_cast<std::uint64_t>(shape.rows * (shape.cols / type.elements) * type.bytes);
            return tensor;
        }
        const GgmlType& type = floatType(part.carried.spec.dtype, tensor.shape.size() > 1 && !module.isFloat32);
        tensor.type = type.id;
        tensor.bytes = elementsOf(tensor.shape) * static_cast<std::uint64_t>(type.bytes);
        return tensor;
    }

    const ExportSource& m_source;
    const DecoderConfig& m_config;
    std::map<std::string, GgufModule> m_modules;
    GgufPieces m_made;
};

} // namespace

Result<GgufPieces> planGgufPieces(const ExportSource& source, const DecoderConfig& config, const GgufFamily& family)
{
    return Planner(source, config, family).make();
}

} // namespace kerf::core
