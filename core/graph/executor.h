// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "core/graph/graph.h"
#include "core/graph/hidden.h"
#include "core/graph/observation.h"
#include "core/graph/op.h"
#include "core/graph/scratch.h"

namespace kerf::core {

/// Parameters of a section, loaded.
struct SectionWeights {
    ParameterId first = 0; ///< parameter of the graph that parameters[0] is
    std::vector<LoadedParameter> parameters; ///< empty where the section does not use it
    /// Linear maps are read each time they are applied: rows had better come in large numbers.
    bool readsOnUse = false;

    const LoadedParameter& at(ParameterId parameter) const
    {
        return parameters[static_cast<std::size_t>(parameter - first)];
    }
};

/// What of a section is run.
struct SectionExtent {
    int section = 0; ///< block; -1 the entry, blockCount() the exit
    int part = -1; ///< of the section; -1: all
    /// Stop once the sites of this step were seen; the hidden state is then left as it was. -1: run to the end.
    int lastStep = -1;

    auto operator<=>(const SectionExtent&) const = default;
};

/// What a run is given besides values and weights.
struct SectionRun {
    SectionExtent extent;
    const Replacements* replacements = nullptr; ///< by layer; null: none
    const Tap* tap = nullptr; ///< null: nobody looks
    CacheRun cache {};
    /// Routers send every row to every expert, with the weight 0 where they would not: taps see all rows, and what
    /// comes out is the same but for the order of sums inside a product.
    bool allExperts = false;
};

/// The order in which the nodes of an extent run, and where every value lies meanwhile: views share the memory of what
/// they show, operators that work in place that of their input, and what nobody reads any more makes room for the next.
struct Program {
    struct Place {
        enum class Kind {
            Input, ///< number `index` of the extent's inputs
            Output, ///< memory of its own, for number `index` of the outputs
            Slot,
            Alias, ///< of place `index`, from its column `column` on
            Routing, ///< a table, not rows
        } kind
            = Kind::Slot;
        int index = 0;
        std::int64_t column = 0;
    };
    struct Step {
        const Node* node = nullptr;
        std::vector<int> inputs, outputs; ///< places
        std::vector<int> sites; ///< of the graph, to be seen behind it
    };
    std::vector<int> firstSites; ///< to be seen before anything runs
    std::vector<Step> steps;
    std::vector<ValueId> values; ///< of each place; the inputs come first
    std::vector<const ValueType*> types; ///< of each place
    std::vector<Place> places;
    int slotCount = 0;
    /// Numbers of the largest value that has its own number of rows for each sample; 1: none has.
    std::int64_t largestOfSample = 1;
    std::vector<ValueId> inputs, outputs;
    std::vector<int> outputPlaces;
    std::vector<int> landed; ///< of each output: the input whose memory it has come to lie in; -1: none

    int placeOf(ValueId value) const; ///< @pre it has one
};

Program compile(const Graph& graph, const SectionExtent& extent);

/// Runs sections of a graph. Thread-safe.
class Executor {
public:
    explicit Executor(const Graph& graph)
        : m_graph(graph)
    {
    }

    /// Values at the front of an extent become those at its end (unless it stops at a step).
    /// Errors: those of operators; Numerical, when a value at the end is NaN or Inf.
    Status run(const SectionRun& run, const SectionWeights& weights, Hidden& hidden) const;
    /// The entry, from the inputs of the graph.
    Result<Hidden> enter(const SectionWeights& weights, const CacheRun& cache, const Batch& batch) const;
    /// The exit: the outputs of the graph, in their order. Nothing is checked for NaN.
    Result<std::vector<Matrix>> leave(const SectionWeights& weights, const Hidden& hidden) const;
    /// The same for rows [first, first + count) of the residual stream. @pre every operator of the exit looks at one
    /// row
    Result<std::vector<Matrix>> leaveRows(
        const SectionWeights& weights, const Hidden& hidden, std::int64_t first, std::int64_t count) const;

private:
    std::shared_ptr<const Program> program(const SectionExtent& extent) const;
    Result<std::vector<Matrix>> leaveSamples(const SectionWeights& weights, const Hidden& hidden,
        std::span<const std::int64_t> lengths, std::int64_t firstRow) const;
    Status runChunks(const Program& program, const SectionRun& run, const SectionWeights& weights, Hidden& hidden,
        std::vector<Matrix>& fresh) const;

    const Graph& m_graph;
    mutable std::mutex m_mutex;
    mutable std::map<SectionExtent, std::shared_ptr<const Program>> m_programs;
    mutable ScratchPool m_scratch;
};

} // namespace kerf::core
