// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <QTest>

#include "core/base/json.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/format/format.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

template <class T> void append(Bytes& bytes, T value)
{
    std::uint8_t raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

/// One matrix of a GGUF file: as many bytes as its type needs for it.
struct GgufTensor {
    std::vector<std::uint64_t> shape; ///< columns first
    std::uint32_t type = 0;
    std::uint64_t offset = 0;
};

/// Just enough of GGUF v3 to find the blocks of a matrix.
class GgufFile {
public:
    explicit GgufFile(const fs::path& path)
    {
        std::ifstream file(path, std::ios::binary);
        m_bytes.assign(std::istreambuf_iterator<char>(file), {});
        m_at = 8;
        const auto tensors = take<std::uint64_t>(), entries = take<std::uint64_t>();
        for (std::uint64_t i = 0; i < entries; ++i) {
            text();
            skipValue(take<std::uint32_t>());
        }
        for (std::uint64_t i = 0; i < tensors; ++i) {
            GgufTensor& tensor = m_tensors[text()];
            tensor.shape.resize(take<std::uint32_t>());
            for (std::uint64_t& size : tensor.shape)
                size = take<std::uint64_t>();
            tensor.type = take<std::uint32_t>();
            tensor.offset = take<std::uint64_t>();
        }
        m_data = (m_at + 31) / 32 * 32;
    }
    const GgufTensor& tensor(const std::string& name) const { return m_tensors.at(name); }
    const std::uint8_t* data(const GgufTensor& tensor) const
    {
        return reinterpret_cast<const std::uint8_t*>(m_bytes.data()) + m_data + tensor.offset;
    }

private:
    template <class T> T take()
    {
        T value;
        std::memcpy(&value, m_bytes.data() + m_at, sizeof(T));
        m_at += sizeof(T);
        return value;
    }
    std::string text()
    {
        const auto size = take<std::uint64_t>();
        m_at += size;
        return m_bytes.substr(m_at - size, size);
    }
    void skipValue(std::uint32_t type)
    {
        constexpr std::size_t sizes[] { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };
        if (type == 8) {
            text();
        } else if (type == 9) {
            const auto element = take<std::uint32_t>();
            const auto count = take<std::uint64_t>();
            for (std::uint64_t i = 0; i < count; ++i)
                skipValue(element);
        } else {
            m_at += sizes[type];
        }
    }

    std::string m_bytes;
    std::size_t m_at = 0, m_data = 0;
    std::map<std::string, GgufTensor> m_tensors;
};

/// Codes and parameters of one block, moved from ggml's layout (ggml-common.h) to ours.
void splitBlock(std::uint32_t type, const std::uint8_t* block, Bytes& codes, Bytes& params)
{
    const auto nibbles = [&](const std::uint8_t* low, int count) { // the low halves first, then the high ones
        for (int half = 0; half < 2; ++half)
            for (int j = 0; j < count; ++j)
                codes.push_back(half ? low[j] >> 4 : low[j] & 15);
    };
    switch (type) {
    case 2: // Q4_0
    case 20: // IQ4_NL
        params.insert(params.end(), block, block + 2);
        return nibbles(block + 2, 16);
    case 3: // Q4_1
        params.insert(params.end(), block, block + 4);
        return nibbles(block + 4, 16);
    case 6: { // Q5_0: the fifth bits lie apart
        params.insert(params.end(), block, block + 2);
        const std::size_t first = codes.size();
        nibbles(block + 6, 16);
        for (std::size_t j = 0; j < 32; ++j)
            codes[first + j] = static_cast<std::uint8_t>(codes[first + j] | (block[2 + j / 8] >> (j % 8) & 1) << 4);
        return;
    }
    case 8: // Q8_0: signed bytes
        params.insert(params.end(), block, block + 2);
        for (int j = 0; j < 32; ++j)
            codes.push_back(static_cast<std::uint8_t>(block[2 + j] ^ 0x80));
        return;
    case 12: // Q4_K: four times 64 columns
        params.insert(params.end(), block, block + 16);
        for (int part = 0; part < 4; ++part)
            nibbles(block + 16 + 32 * part, 32);
        return;
    default:
        QFAIL("a type that this test does not read");
    }
}

struct BlockSize {
    std::uint64_t columns, bytes;
};

BlockSize blockSize(std::uint32_t type)
{
    static const std::map<std::uint32_t, BlockSize> sizes { { 2, { 32, 18 } }, { 3, { 32, 20 } }, { 6, { 32, 22 } },
        { 8, { 32, 34 } }, { 12, { 256, 144 } }, { 20, { 32, 18 } } };
    return sizes.at(type);
}

QuantizedTensor readBlocks(const GgufFile& file, const std::string& name, const FormatPtr& format)
{
    const GgufTensor& stored = file.tensor(name);
    QuantizedTensor tensor;
    tensor.format = format;
    tensor.shape = { static_cast<std::int64_t>(stored.shape[1]), static_cast<std::int64_t>(stored.shape[0]) };
    const BlockSize size = blockSize(stored.type);
    Bytes params;
    for (std::uint64_t b = 0; b < stored.shape[1] * stored.shape[0] / size.columns; ++b)
        splitBlock(stored.type, file.data(stored) + b * size.bytes, tensor.codes, params);
    tensor.setParams(format->readParams(tensor.shape, params).value());
    return tensor;
}

void compare(const QuantizedTensor& tensor, const std::vector<float>& expected, double relative)
{
    const Matrix weight = dequantize(tensor);
    QCOMPARE(static_cast<std::size_t>(weight.size()), expected.size());
    for (Eigen::Index i = 0; i < weight.size(); ++i) {
        const double found = static_cast<double>(weight.data()[i]);
        const double there = static_cast<double>(expected[static_cast<std::size_t>(i)]);
        if (!(std::abs(found - there) <= relative * std::abs(there)))
            QFAIL(qPrintable(QString("weight %1 is %2, not %3").arg(i).arg(found, 0, 'g', 9).arg(there, 0, 'g', 9)));
    }
}

} // namespace

/// The same codes and parameters decode to the values that the tools which wrote them compute.
class TestPeerBlocks : public QObject {
    Q_OBJECT
private slots:
    void ggmlBlocks_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("format");
        QTest::newRow("q4_0") << "llamacpp-gguf-q4_0"
                              << "q4_0";
        QTest::newRow("q4_1") << "llamacpp-gguf-q4_1"
                              << "q4_1";
        QTest::newRow("q5_0") << "llamacpp-gguf-q4_k_m"
                              << "q5_0"; // what Q4_K_M falls back to
        QTest::newRow("q8_0") << "llamacpp-gguf-q8_0"
                              << "q8_0";
        QTest::newRow("iq4_nl") << "llamacpp-gguf-iq4_nl"
                                << "iq4_nl";
        QTest::newRow("q4_k") << "llamacpp-gguf-q4_k_m-random256"
                              << "q4_k";
    }
    void ggmlBlocks()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        QFETCH(QString, folder);
        QFETCH(QString, format);
        const fs::path path = shared / "peers" / folder.toStdString();
        for (const auto& entry : fs::directory_iterator(path))
            if (entry.path().extension() == ".gguf") {
                const GgufFile file(entry.path());
                const SafetensorsFile reference = SafetensorsFile::open(path / "reference.safetensors").value();
                for (const char* name : { "blk.0.attn_q.weight", "blk.0.attn_v.weight", "blk.0.ffn_down.weight" })
                    compare(readBlocks(file, name, parseFormat(format.toStdString()).value()),
                        reference.values<float>(name).value(), 0);
                return;
            }
        QFAIL("no .gguf file");
    }
    void bitsandbytesCodeBooks_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("format");
        QTest::newRow("nf4") << "bitsandbytes-nf4"
                             << "nf4-b64";
        QTest::newRow("nf4 dq") << "bitsandbytes-nf4-double-quant"
                                << "nf4-b64-dq";
    }
    void bitsandbytesCodeBooks()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        QFETCH(QString, folder);
        QFETCH(QString, format);
        const fs::path path = shared / "peers" / folder.toStdString();
        const SafetensorsFile file = SafetensorsFile::open(path / "model.safetensors").value();
        const SafetensorsFile reference = SafetensorsFile::open(path / "reference.safetensors").value();
        for (const char* layer : { "model.layers.0.self_attn.q_proj.weight", "model.layers.0.mlp.down_proj.weight" }) {
            const std::string name = layer;
            QuantizedTensor tensor;
            tensor.format = parseFormat(format.toStdString()).value();
            const TensorInfo* shape = reference.find(name);
            tensor.shape = { shape->shape[0], shape->shape[1] };
            const auto pairs = file.values<std::uint8_t>(name).value();
            for (const std::uint8_t pair : pairs) { // the first in the high half
                tensor.codes.push_back(pair >> 4);
                tensor.codes.push_back(pair & 15);
            }
            Bytes params;
            if (format.endsWith("-dq")) {
                params = file.values<std::uint8_t>(name + ".absmax").value();
                const auto largests = file.values<float>(name + ".nested_absmax").value();
                for (const float largest : largests)
                    append(params, largest);
                const auto state = file.values<std::uint8_t>(name + ".quant_state.bitsandbytes__nf4").value();
                const Json json = parseJson(std::string(state.begin(), state.end()), "state").value();
                append(params, json.at("nested_offset").get<float>());
            } else {
                const auto largests = file.values<float>(name + ".absmax").value();
                for (const float largest : largests)
                    append(params, largest);
            }
            tensor.setParams(tensor.format->readParams(tensor.shape, params).value());
            // Double quantization multiplies and adds in float32, in an order of the tool's own: an ulp or two.
            compare(tensor, reference.values<float>(name).value(), format.endsWith("-dq") ? 0x1p-22 : 0);
        }
    }
    void compressedTensorsFloat8()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const fs::path path = shared / "peers/llmcompressor-ct-float-fp8";
        const SafetensorsFile file = SafetensorsFile::open(path / "model.safetensors").value();
        const SafetensorsFile reference = SafetensorsFile::open(path / "reference.safetensors").value();
        const std::string name = "model.layers.0.self_attn.q_proj.weight";
        QuantizedTensor tensor;
        tensor.format = parseFormat("fp8-e4m3-channel").value();
        const TensorInfo* shape = reference.find(name);
        tensor.shape = { shape->shape[0], shape->shape[1] };
        const auto codes = file.bytes(name).value();
        for (const std::byte code : codes)
            tensor.codes.push_back(static_cast<std::uint8_t>(code));
        Bytes params;
        const auto scales = file.values<float>(name + "_scale").value();
        for (const float scale : scales)
            append(params, scale);
        tensor.setParams(tensor.format->readParams(tensor.shape, params).value());
        compare(tensor, reference.values<float>(name).value(), 0);
    }
};

QTEST_GUILESS_MAIN(TestPeerBlocks)
#include "tst_peer_blocks.moc"
