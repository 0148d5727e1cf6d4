// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Frames of the text view with a window of 50,000 tokens, painted offscreen: scroll by a line, by a page, and wrap anew
// when the width changes. The bound of a frame is 16.7 ms (60 a second).

#include <cmath>
#include <filesystem>
#include <memory>

#include <QApplication>
#include <QPixmap>
#include <QScrollBar>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/jobs/project.h"
#include "tests/support/test_data.h"
#include "ui/text/token_canvas.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

constexpr std::size_t kTokens = 50'000;

/// The sample's own text, over again, with scores that are spread as real ones are.
ui::ShownTextPtr longText()
{
    static const ui::ShownTextPtr text = [] {
        const core::Tokenizer tokenizer = core::Tokenizer::open(test::sample() / "model").value();
        const std::filesystem::path files[] = { test::sample() / "evaluation.txt" };
        core::WindowOptions options;
        options.window = 10'000;
        const core::Dataset data = core::loadDataset(tokenizer, files, options).value();
        core::TokenScores scores;
        scores.windowLength = kTokens;
        for (std::size_t i = 0; i < kTokens; ++i)
            scores.tokens.push_back(data.windows[i / 10'000 % data.windows.size()][i % 10'000]);
        core::CounterRng random(1);
        for (std::size_t i = 1; i < kTokens; ++i) {
            scores.kld.push_back(0.005 * std::exp(1.5 * random.normal()));
            scores.sameTop1.push_back(random.uniform() < 0.9 ? 1 : 0);
        }
        scores.nll = scores.referenceNll = scores.kld;
        scores.top.resize(kTokens - 1);
        scores.referenceTop = scores.top;
        return std::make_shared<const ui::ShownText>(std::move(scores), tokenizer);
    }();
    return text;
}

std::unique_ptr<ui::TokenCanvas> shownCanvas(QSize size)
{
    auto canvas = std::make_unique<ui::TokenCanvas>();
    canvas->resize(size);
    canvas->setText(longText(), 0);
    canvas->show();
    QApplication::processEvents();
    return canvas;
}

void scroll(benchmark::State& state)
{
    const auto canvas = shownCanvas(QSize(static_cast<int>(state.range(0)), 1000));
    QScrollBar* bar = canvas->verticalScrollBar();
    const int step = state.range(1) == 0 ? bar->singleStep() : bar->pageStep();
    for (auto _ : state) {
        bar->setValue(bar->value() + step > bar->maximum() ? 0 : bar->value() + step);
        benchmark::DoNotOptimize(canvas->viewport()->grab());
    }
}
BENCHMARK(scroll)
    ->Args({ 900, 0 })
    ->Args({ 900, 1 })
    ->Args({ 2400, 0 })
    ->Args({ 2400, 1 })
    ->Unit(benchmark::kMillisecond)
    ->Name("text/scroll_frame/width/by_page");

void resize(benchmark::State& state)
{
    const auto canvas = shownCanvas(QSize(900, 1000));
    int width = 900;
    for (auto _ : state) {
        width = width == 900 ? 1000 : 900;
        canvas->resize(width, 1000);
        QApplication::processEvents();
        benchmark::DoNotOptimize(canvas->viewport()->grab());
    }
}
BENCHMARK(resize)->Unit(benchmark::kMillisecond)->Name("text/resize_frame");

void open(benchmark::State& state)
{
    ui::TokenCanvas canvas;
    canvas.resize(900, 1000);
    for (auto _ : state)
        canvas.setText(longText(), 0);
}
BENCHMARK(open)->Unit(benchmark::kMillisecond)->Name("text/measure_window");

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    ui::applyTheme(ui::ThemeMode::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
