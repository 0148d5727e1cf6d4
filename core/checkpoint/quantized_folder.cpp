// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/quantized_folder.h"

#include <fmt/format.h>

#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {

struct QuantizedFolder::Impl {
    std::string method;
    std::string folder;
    QuantizedReaderPtr reader;
    std::map<std::string, std::string> layers;
};

Result<std::optional<QuantizedFolder>> QuantizedFolder::open(const Checkpoint& checkpoint)
{
    // The text was parsed strictly when the checkpoint was opened; here the order of its keys is wanted.
    const OrderedJson config = OrderedJson::parse(checkpoint.configText(), nullptr, false);
    const auto found = config.find("quantization_config");
    if (found == config.end() || found->is_null())
        return std::nullopt;
    const std::string what = configName(checkpoint) + ": quantization_config";
    if (!found->is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not an object", what));
    const auto method = found->find("quant_method");
    const std::string name = method != found->end() && method->is_string() ? method->get<std::string>() : std::string();
    auto impl = std::make_shared<Impl>();
    impl->method = name;
    impl->folder = checkpoint.folder().string();
    if (name == "gptq") {
        KERF_TRY(impl->reader, openGptq(checkpoint, *found));
    } else if (name == "compressed-tensors") {
        KERF_TRY(impl->reader, openCompressedTensors(checkpoint, *found));
    } else {
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: has quant_method \"{}\"; gptq and compressed-tensors can be read", what, name.substr(0, 100)));
    }
    for (const auto& [layer, stored] : impl->reader->layers())
        impl->layers.emplace(layer, stored.format->name());
    QuantizedFolder folder;
    folder.m_impl = std::move(impl);
    return folder;
}

const std::string& QuantizedFolder::quantMethod() const
{
    return m_impl->method;
}

const std::map<std::string, std::string>& QuantizedFolder::layers() const
{
    return m_impl->layers;
}

Result<QuantizedTensor> QuantizedFolder::read(const std::string& layer) const
{
    if (m_impl->layers.count(layer) == 0)
        return fail(ErrorCode::BadFile, fmt::format("{}: has no quantized layer {}", m_impl->folder, layer));
    return m_impl->reader->read(layer);
}

} // namespace kerf::core
