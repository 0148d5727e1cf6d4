// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/dtype.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/exporters/exporter.h"
#include "core/format/layer_format.h"
#include "core/model/graph_network.h"
#include "tests/support/memory_weights.h"

namespace kerf::test {

using namespace kerf::core;
namespace fs = std::filesystem;

/// One block of Llama's layers, and no weights.
class SmallNetwork final : public GraphOfTest {
public:
    /// `table`: embedding and head at once.
    SmallNetwork(std::int64_t hidden, std::int64_t inner, const std::string& table = "model.embed_tokens.weight")
        : GraphOfTest(
            graphOfLayers(layersOf(hidden, inner), 16, table), infoOf(hidden), std::make_shared<MemoryWeights>())
    {
    }
    const Generator* generator() const override { return m_decoder.generator(); }

private:
    static NetworkInfo infoOf(std::int64_t hidden)
    {
        NetworkInfo info { "llama", hidden };
        info.declaresTiedHead = true;
        return info;
    }

    static std::vector<LayerInfo> layersOf(std::int64_t hidden, std::int64_t inner)
    {
        std::vector<LayerInfo> layers;
        const std::string prefix = "model.layers.0.";
        const auto add
            = [&](const char* name, const char* role, std::int64_t rows, std::int64_t cols, const std::string& fused) {
                  LayerInfo layer { prefix + name, 0, role, { rows, cols }, prefix + name, 0, {} };
                  if (!fused.empty())
                      layer.tie = prefix + fused;
                  layer.fused = fused;
                  layers.push_back(std::move(layer));
              };
        add("self_attn.q_proj", "q", hidden, hidden, "qkv_proj");
        add("self_attn.k_proj", "k", hidden / 2, hidden, "qkv_proj");
        add("self_attn.v_proj", "v", hidden / 2, hidden, "qkv_proj");
        add("self_attn.o_proj", "o", hidden, hidden, "");
        add("mlp.gate_proj", "gate", inner, hidden, "gate_up_proj");
        add("mlp.up_proj", "up", inner, hidden, "gate_up_proj");
        add("mlp.down_proj", "down", hidden, inner, "");
        return layers;
    }

    /// The same graph: what generates text is named to loaders as decoders are.
    GraphNetwork m_decoder { graph(), info(), std::make_shared<MemoryWeights>() };
};

/// Scales at random, from the smallest subnormal of float16 to its largest number.
inline float randomScale(CounterRng& random)
{
    const std::uint64_t kind = random.below(8);
    return kind == 0 ? 0x1.0p-24F : kind == 1 ? 65504.0F : roundToHalf(static_cast<float>(0.001 + random.uniform()));
}

/// Codes, scales and zero points at random, with the extremes often: what a packer gets wrong first.
inline QuantizedTensor randomTensor(const FormatPtr& format, const LayerShape& shape, std::uint64_t seed)
{
    QuantizedTensor tensor { format, shape, {}, {}, {}, {} };
    CounterRng random(seed);
    const auto top = static_cast<std::uint64_t>((1 << format->codeBits()) - 1);
    const auto code = [&] {
        const std::uint64_t kind = random.below(4);
        const auto any = static_cast<std::uint8_t>(kind == 0 ? 0 : kind == 1 ? top : random.below(top + 1));
        return std::isnan(format->levels()[any]) ? std::uint8_t { 1 } : any;
    };
    for (std::int64_t i = 0; i < shape.rows * shape.cols; ++i)
        tensor.codes.push_back(code());
    if (format->family() == FormatFamily::Integer) {
        for (std::int64_t i = 0; i < shape.rows * tensor.groups(); ++i) {
            tensor.scales.push_back(randomScale(random));
            if (!format->isSymmetric())
                tensor.zeros.push_back(code());
        }
        return tensor;
    }
    GroupParams params { Matrix(tensor.groups(), shape.rows), {} };
    for (Eigen::Index i = 0; i < params.scales.size(); ++i)
        params.scales.data()[i] = format->storedScale(randomScale(random));
    format->snapParams(shape, params, nullptr);
    tensor.setParams(params);
    return tensor;
}

/// A source folder, its network, a plan and the layers of a run.
struct SmallExport {
    QTemporaryDir directory;
    SmallNetwork network;
    Plan plan;
    std::map<std::string, QuantizedTensor> layers;
    std::optional<Checkpoint> checkpoint;

    explicit SmallExport(const std::vector<std::string>& formats, std::int64_t hidden = 128, std::int64_t inner = 256,
        const std::string& table = "model.embed_tokens.weight")
        : network(hidden, inner, table)
    {
        for (std::size_t i = 0; i < network.layers().size(); ++i) {
            const LayerInfo& layer = network.layers()[i];
            const std::string& format = formats[i % formats.size()];
            plan.layers.push_back({ layer.name, format, "rtn" });
            if (const FormatPtr weight = parseWeightFormat(format).value(); !weight->isUnquantized())
                layers.emplace(layer.name, randomTensor(weight, layer.shape, i));
        }
        writeSource();
    }
    fs::path root() const { return directory.path().toStdString(); }
    fs::path out() const { return root() / "out"; }
    ExportSource source() const
    {
        ExportSource source { *checkpoint, network, plan,
            [this](const std::string& name) -> Result<QuantizedTensor> { return layers.at(name); } };
        float step = 0.5F;
        for (const LayerInfo& layer : network.layers())
            source.inputSteps[layer.name] = step++;
        return source;
    }
    Result<ExportReport> run(const char* target, const JobContext& job = {}) const
    {
        return exportRun(*findExporter(target).value(), source(), out(), job);
    }

private:
    void writeSource()
    {
        const fs::path folder = root() / "source";
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << "{\"z_first\": 1, \"model_type\": \"llama\", \"torch_dtype\": "
                                                 "\"bfloat16\", \"tie_word_embeddings\": true}";
        std::ofstream(folder / "tokenizer.json") << "{}";
        std::vector<std::uint16_t> values(1 << 17);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<std::uint16_t>(i % 0x7f00);
        std::vector<TensorView> tensors;
        const auto add = [&](const std::string& name, std::int64_t rows, std::int64_t cols) {
            tensors.push_back({ { name, DType::BF16, { rows, cols } },
                std::as_bytes(std::span(values)).first(static_cast<std::size_t>(rows * cols * 2)) });
        };
        add("model.embed_tokens.weight", 100, 128);
        add("lm_head.weight", 100, 128);
        add("model.norm.weight", 1, 128);
        for (const LayerInfo& layer : network.layers())
            add(layer.name + ".weight", layer.shape.rows, layer.shape.cols);
        QVERIFY(writeSafetensors(folder / "model.safetensors", tensors));
        checkpoint = Checkpoint::open(folder).value();
    }
};

inline Json readJson(const fs::path& path)
{
    return parseJson(readTextFile(path, 1 << 24).value(), "x").value();
}

} // namespace kerf::test

#define VERIFY_OK(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())
