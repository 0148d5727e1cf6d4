// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/data_flags.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/transform/transform.h"

namespace kerf::cli {

using namespace kerf::core;

void addCalibration(CLI::App* verb, DataChoice& choice, bool required)
{
    choice.window = 2048;
    choice.samples = 128;
    verb->add_option("--calibration", choice.files, fmt::format("Texts to calibrate on: {}", kTextKinds))
        ->type_name("FILE...")
        ->required(required);
    addWindow(verb, choice);
    verb->add_option("--samples", choice.samples, "Windows to calibrate on; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str()
        ->type_name("N");
    verb->add_flag("--all-experts", choice.allExperts,
        "Every expert of a mixture sees every token while inputs are observed, not only those that its router sends "
        "it");
}

void addWindow(CLI::App* verb, DataChoice& choice)
{
    verb->add_option("--window", choice.window, "Tokens a window, at most what the model takes")
        ->check(CLI::Range(std::int64_t { 2 }, std::int64_t { 1 } << 24))
        ->capture_default_str()
        ->type_name("N");
    verb->add_flag("--add-bos", choice.addBos, "Start the text with the tokenizer's special tokens");
    verb->add_option("--field,--fields", choice.field,
            "Field or column of the texts' records that holds the text, or several that are one text together: "
            "prompt,completion (default: messages, \"text\" or one like it, prompt and completion, or the only one)")
        ->type_name("NAME,...");
    verb->add_option("--sample-seed", choice.sampleSeed,
            "Draw the windows at random from the whole text by this seed, instead of its first ones")
        ->type_name("SEED");
}

void addRequantize(CLI::App* verb, bool& requantize)
{
    verb->add_flag(
        "--requantize", requantize, "Take a model that is quantized already all the same, by its dequantized weights");
}

void addSettings(CLI::App* verb, SettingFlags& flags)
{
    verb->add_option("--damping", flags.damping,
            "Part of the Hessian's mean diagonal that is added to it; else hcd 0.05, others 0.01")
        ->check(CLI::Range(0.0, 1.0))
        ->type_name("X");
    verb->add_option("--activation-order", flags.activationOrder,
            "Order in which columns are rounded: none, static or group-aware")
        ->check(CLI::IsMember({ "none", "static", "group-aware" }))
        ->capture_default_str()
        ->type_name("ORDER");
    verb->add_flag("--no-scale-search", flags.noScaleSearch, "Scales by the largest value, not by search");
    verb->add_option("--setting", flags.others,
            "Any setting of a method as in a plan file: sweeps=2, refits=3, drift_share=held-out, block_size=128")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

Result<MethodSettings> settingsOf(const SettingFlags& flags)
{
    Json json { { "activation_order", flags.activationOrder }, { "scale_search", !flags.noScaleSearch } };
    if (flags.damping)
        json["damping"] = json["hcd_damping"] = *flags.damping;
    for (const std::string& other : flags.others) {
        const std::size_t equals = other.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("--setting {}: give a key and a value, such as sweeps=2.", other));
        const std::string text = other.substr(equals + 1);
        const Result<Json> value = parseJson(text, "--setting");
        json[other.substr(0, equals)] = value ? *value : Json(text);
    }
    return methodSettingsFromJson(json);
}

void addTransforms(CLI::App* verb, TransformFlags& flags)
{
    addKeepNorms(verb, flags.keepsNorms);
    verb->add_flag("--equalize", flags.equalize,
        "Cross-layer equalization first: even ranges of weights between convolutions of an ONNX network, exactly");
    verb->add_flag("--rotate", flags.rotate, "Rotate residual stream and value heads first (QuaRot), by --seed");
    verb->add_flag("--rotate-online", flags.rotateOnline,
        "The same, and queries, keys and inputs of down while the model runs (R3, R4); cannot be exported");
    verb->add_option("--smooth", flags.smooth,
            "SmoothQuant first: how far outliers move into the weights, from 0 to 1, or search")
        ->type_name("ALPHA");
    verb->add_flag("--awq", flags.awq, "AWQ's scale search first; --method awq does it too");
}

void addKeepNorms(CLI::App* verb, bool& keepsNorms)
{
    verb->add_flag("--no-bn-fold", keepsNorms,
        "Leave BatchNormalizations of an ONNX network as they are, instead of folding them into the layers before "
        "them");
}

void keepNorms(std::vector<TransformChoice>& transforms)
{
    std::erase_if(
        transforms, [](const TransformChoice& choice) { return choice.name == batchNormFoldTransform().name(); });
}

Result<std::vector<TransformChoice>> transformsOf(
    const TransformFlags& flags, std::vector<TransformChoice> starting, std::int64_t seed)
{
    std::vector<TransformChoice> transforms = std::move(starting);
    if (flags.keepsNorms)
        keepNorms(transforms);
    if (flags.equalize) {
        KERF_TRY(TransformChoice equalization, transformChoice(equalizationTransform().name()));
        transforms.push_back(std::move(equalization));
    }
    if (flags.rotate || flags.rotateOnline) {
        const Json settings { { "seed", seed }, { kOnlineRotation, flags.rotateOnline } };
        KERF_TRY(TransformChoice rotation, transformChoice("rotation", settings));
        transforms.push_back(std::move(rotation));
    }
    if (!flags.smooth.empty()) {
        const Json number = Json::parse(flags.smooth, nullptr, false);
        KERF_TRY(TransformChoice smooth,
            transformChoice("smoothquant", { { "alpha", number.is_number() ? number : Json(flags.smooth) } }));
        transforms.push_back(std::move(smooth));
    }
    if (flags.awq) {
        KERF_TRY(TransformChoice awq, transformChoice("awq"));
        transforms.push_back(std::move(awq));
    }
    return transforms;
}

std::vector<std::string> splitList(const std::vector<std::string>& values)
{
    std::vector<std::string> items;
    for (const std::string& value : values)
        for (std::size_t start = 0; start <= value.size();) {
            const std::size_t end = std::min(value.find(',', start), value.size());
            if (end > start)
                items.push_back(value.substr(start, end - start));
            start = end + 1;
        }
    return items;
}

} // namespace kerf::cli
