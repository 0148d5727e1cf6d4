// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Bytes a second of every tokenizer of the shared data, on one thread: on its books, and on texts that a step of more
// than linear time would show at (a megabyte without spaces, of one letter, of emoji, of combining marks), each of
// two lengths: the longer one may take 2.2 times as long.

#include <filesystem>
#include <string>

#include <malloc.h>

#include <benchmark/benchmark.h>

#include "core/base/atomic_file.h"
#include "core/text/tokenizer.h"
#include "tests/support/test_data.h"

using namespace kerf;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxBook = std::size_t { 1 } << 26;

std::string books()
{
    std::string text;
    for (const auto& entry : fs::directory_iterator(test::sharedData() / "books"))
        if (entry.path().extension() == ".txt")
            text += core::readTextFile(entry.path(), kMaxBook).value();
    return text;
}

std::string repeated(const std::string& unit, std::size_t bytes)
{
    std::string text;
    while (text.size() < bytes)
        text += unit;
    return text;
}

void encode(benchmark::State& state, const core::Tokenizer& tokenizer, const std::string& text)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(tokenizer.encode(text, false).value());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void addText(const std::string& name, const core::Tokenizer& tokenizer, std::string text)
{
    benchmark::RegisterBenchmark(name.c_str(), [tokenizer, text = std::move(text)](benchmark::State& state) {
        encode(state, tokenizer, text);
    })->Unit(benchmark::kMillisecond);
}

} // namespace

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    // Else blocks of over 32 MiB are given back and their pages cleared again in every iteration, smaller ones are not,
    // and the longer text seems to take more than twice as long.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    if (test::sharedData().empty())
        return 1;
    constexpr std::size_t megabyte = 1'000'000;
    for (const std::string& name : test::tokenizerFolders(test::sharedData())) {
        const auto tokenizer = core::Tokenizer::open(test::sharedData() / "conformance" / "tokenizers" / name).value();
        addText(name + "/books", tokenizer, books());
        for (const std::size_t bytes : { megabyte, 2 * megabyte }) {
            const std::string end = "/" + std::to_string(bytes);
            addText(name + "/letter" + end, tokenizer, repeated("a", bytes));
            addText(name + "/no_spaces" + end, tokenizer, repeated("thequickbrownfox", bytes));
            addText(name + "/emoji" + end, tokenizer, repeated("\U0001f680", bytes));
            addText(name + "/marks" + end, tokenizer, repeated("\u0301\u0323", bytes));
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
