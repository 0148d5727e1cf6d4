// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors_writer.h"

namespace {

namespace fs = std::filesystem;
using namespace kerf::core;

/// A folder of `count` BF16 tensors of 64 x 64, and one of 4096 x 4096; removed at the end.
class Folder {
public:
    explicit Folder(int count)
        : m_path(fs::temp_directory_path() / fmt::format("kerf-bench-checkpoint-{}", count))
    {
        fs::create_directories(m_path);
        std::ofstream(m_path / "config.json") << "{}";
        const std::vector<std::uint16_t> large(4096 * 4096, 0x3f80);
        const std::vector<std::uint16_t> small(64 * 64, 0x3f80);
        std::vector<TensorView> tensors { TensorView::of("large", DType::BF16, { 4096, 4096 }, large) };
        for (int i = 0; i < count; ++i)
            tensors.push_back(TensorView::of(fmt::format("model.layers.{}.weight", i), DType::BF16, { 64, 64 }, small));
        m_ok = writeSafetensors(m_path / "model.safetensors", tensors).has_value();
    }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    bool isOk() const { return m_ok; }
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
    bool m_ok = false;
};

void openFolder(benchmark::State& state)
{
    const Folder folder(static_cast<int>(state.range(0)));
    if (!folder.isOk())
        return state.SkipWithError("the folder could not be written");
    for (auto _ : state)
        benchmark::DoNotOptimize(Checkpoint::open(folder.path()).has_value());
}
BENCHMARK(openFolder)->Arg(100)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void decodeBfloat16(benchmark::State& state)
{
    const Folder folder(1);
    const auto checkpoint = Checkpoint::open(folder.path());
    if (!checkpoint)
        return state.SkipWithError("the folder could not be opened");
    for (auto _ : state)
        benchmark::DoNotOptimize(checkpoint->read("large").has_value());
    state.SetBytesProcessed(state.iterations() * 4096 * 4096 * 2);
}
BENCHMARK(decodeBfloat16)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
