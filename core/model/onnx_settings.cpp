// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/onnx_settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/json.h"

namespace kerf::core {
namespace {

using Kind = OutputMeaning::Kind;

constexpr std::uint64_t kMaxSize = 1 << 20;
constexpr std::array kForms { "corners", "centered", "corner-and-size", "offsets" };
constexpr std::array kKinds { Kind::Logits, Kind::Probabilities, Kind::Chances, Kind::Values, Kind::Vectors,
    Kind::Boxes, Kind::State, Kind::Ignored };

/// The object under one of the file's two keys; null: it says nothing of it. Errors: BadFile.
Result<Json> partOf(const Checkpoint& checkpoint, const char* key)
{
    if (checkpoint.configText().empty())
        return Json();
    const std::string what = checkpoint.configPlace();
    KERF_TRY(const Json json, parseJson(checkpoint.configText(), what));
    bool isWhole = json.is_object();
    if (isWhole)
        for (const auto& [name, part] : json.items())
            isWhole = isWhole && (name == "sizes" || name == "outputs") && part.is_object();
    if (!isWhole)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: an object with the keys \"sizes\" and \"outputs\" is expected, as {{\"sizes\": "
                        "{{\"sequence\": 128}}, \"outputs\": {{\"scores\": \"probabilities\"}}}}.",
                what));
    return json.contains(key) ? json.at(key) : Json();
}

/// Reads what is said of one output.
class OutputReader {
public:
    OutputReader(const Graph& graph, const Value& output, std::string place)
        : m_graph(graph)
        , m_output(output)
        , m_place(std::move(place))
    {
    }

    /// `guess` stands for what is not said of the same kind.
    Result<OutputMeaning> read(const Json& said, const OutputMeaning& guess) const
    {
        const bool isObject = said.is_object() && said.contains("is");
        const Json& word = isObject ? said.at("is") : said;
        const auto kind = std::ranges::find_if(kKinds, [&](Kind each) { return word == meaningName(each); });
        if (kind == kKinds.end())
            return wrong(fmt::format("what it is has to be one of {}", names()));
        OutputMeaning meaning = *kind == guess.kind ? guess : OutputMeaning { *kind };
        if (*kind == Kind::Boxes)
            KERF_CHECK(checkBoxes());
        if (isObject)
            for (const auto& [key, value] : said.items())
                if (key != "is")
                    KERF_CHECK(take(key, value, meaning));
        if (*kind == Kind::State)
            KERF_CHECK(checkState(meaning));
        return meaning;
    }

private:
    static std::string names()
    {
        std::vector<std::string> words;
        words.reserve(kKinds.size());
        for (const Kind kind : kKinds)
            words.push_back(fmt::format("\"{}\"", meaningName(kind)));
        return fmt::format("{}", fmt::join(words, ", "));
    }

    Status take(const std::string& key, const Json& value, OutputMeaning& meaning) const
    {
        const Kind kind = meaning.kind;
        if (key == "axis" && (kind == Kind::Logits || kind == Kind::Probabilities || kind == Kind::Vectors))
            return takeAxis(value, meaning);
        if (key == "input" && kind == Kind::State && value.is_string()) {
            meaning.input = value.get<std::string>();
            return {};
        }
        if (kind == Kind::Boxes)
            return takeBoxes(key, value, meaning.boxes);
        return wrong(fmt::format("\"{}\" says nothing of {}", key, meaningName(kind)));
    }

    Status takeAxis(const Json& value, OutputMeaning& meaning) const
    {
        const auto rank = static_cast<std::int64_t>(m_output.type.shape.size());
        const std::int64_t axis = value.is_number_integer() ? value.get<std::int64_t>() : rank;
        if (axis < -rank || axis >= rank)
            return wrong(fmt::format("axis {} is none of its {}", value.dump(), rank));
        meaning.axis = axis < 0 ? axis : axis - rank;
        return {};
    }

    Status takeBoxes(const std::string& key, const Json& value, BoxDecoding& boxes) const
    {
        const auto within = [&](double least, double most) {
            return value.is_number() && value.get<double>() >= least && value.get<double>() <= most;
        };
        if (const auto form = std::ranges::find_if(kForms, [&](const char* name) { return value == name; });
            key == "form" && form != kForms.end())
            boxes.form = static_cast<BoxDecoding::Form>(form - kForms.begin());
        else if (key == "normalized" && value.is_boolean())
            boxes.isNormalized = value.get<bool>();
        else if (key == "least_score" && within(0, 1))
            boxes.leastScore = value.get<double>();
        else if (key == "most_overlap" && within(0, 1))
            boxes.mostOverlap = value.get<double>();
        else if (key == "most" && value.is_number_integer() && within(1, 1e6))
            boxes.most = value.get<std::int64_t>();
        else if (key == "background" && value.is_null())
            boxes.background.reset();
        else if (key == "background" && value.is_number_integer() && within(0, 1e6))
            boxes.background = value.get<std::int64_t>();
        else
            return wrong(fmt::format("\"{}\" cannot be {}", key, value.dump()));
        return {};
    }

    Status checkBoxes() const
    {
        const Shape& shape = m_output.type.shape;
        return !shape.empty() && shape.back() == 4
            ? Status()
            : Status(wrong(fmt::format(
                "it has the shape [{}]; boxes are four numbers a candidate, [candidates, 4]", fmt::join(shape, ", "))));
    }

    Status checkState(const OutputMeaning& meaning) const
    {
        for (const ValueId id : m_graph.inputs()) {
            const ValueType& type = m_graph.value(id).type;
            if (m_graph.value(id).name == meaning.input && type.shape == m_output.type.shape
                && type.element == m_output.type.element)
                return {};
        }
        return wrong(fmt::format("it cannot go on as the input \"{}\": no input of that name has its shape [{}]",
            meaning.input, fmt::join(m_output.type.shape, ", ")));
    }

    tl::unexpected<Error> wrong(const std::string& why) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: output {}: {}.", m_place, m_output.name, why));
    }

    const Graph& m_graph;
    const Value& m_output;
    std::string m_place;
};

} // namespace

Result<OnnxSizes> sizesOf(const Checkpoint& checkpoint)
{
    KERF_TRY(const Json given, partOf(checkpoint, "sizes"));
    OnnxSizes sizes;
    for (const auto& [name, size] : given.items()) {
        if (!size.is_number_unsigned() || size.get<std::uint64_t>() < 1 || size.get<std::uint64_t>() > kMaxSize)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the size of {} is {}; a whole number from 1 to {} is needed.",
                    checkpoint.configPlace(), name, size.dump(), kMaxSize));
        sizes.emplace(name, size.get<std::int64_t>());
    }
    return sizes;
}

Result<MeantOutputs> outputsOf(const Checkpoint& checkpoint, const Graph& graph)
{
    KERF_TRY(const Json given, partOf(checkpoint, "outputs"));
    MeantOutputs outputs { guessOutputs(graph), {} };
    std::size_t told = 0;
    for (std::size_t i = 0; i < graph.outputs().size(); ++i) {
        const Value& output = graph.value(graph.outputs()[i]);
        if (!given.contains(output.name)) {
            outputs.guessed.push_back(output.name);
            continue;
        }
        const OutputReader reader(graph, output, checkpoint.configPlace());
        KERF_TRY(outputs.meanings[i], reader.read(given.at(output.name), outputs.meanings[i]));
        ++told;
    }
    if (told < given.size())
        for (const auto& [name, said] : given.items())
            if (std::ranges::none_of(
                    graph.outputs(), [&, &name = name](ValueId id) { return graph.value(id).name == name; }))
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: the network has no output {}.", checkpoint.configPlace(), name));
    return outputs;
}

} // namespace kerf::core
