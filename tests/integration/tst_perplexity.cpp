// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// kerf-test: slow

#include <array>
#include <cmath>
#include <filesystem>
#include <optional>

#include <QTemporaryDir>
#include <QTest>

#include "core/evaluate/evaluate.h"
#include "core/model/model.h"
#include "core/text/dataset.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// Perplexity from a folder and a text, all the way, against figures of another implementation in float32.
class TestPerplexity : public QObject {
    Q_OBJECT

    struct Opened {
        Model model;
        Dataset data;
    };

    static Result<Opened> open(const fs::path& folder, const fs::path& text, std::int64_t maxWindows = 0)
    {
        KERF_TRY(const Tokenizer tokenizer, Tokenizer::load(folder / "tokenizer.json"));
        const std::array files { text };
        WindowOptions options;
        options.window = 256;
        options.maxWindows = maxWindows;
        KERF_TRY(Dataset data, loadDataset(tokenizer, files, options));
        KERF_TRY(Model model, openModel(folder));
        return Opened { std::move(model), std::move(data) };
    }

    static void compare(const fs::path& folder, const fs::path& text, std::int64_t windows, double perplexity)
    {
        const Result<Opened> opened = open(folder, text);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        const Result<Evaluation> result = evaluate(*opened->model.network, {}, opened->data, nullptr, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        qInfo("perplexity %.5f +- %.2f over %lld windows, %lld predictions, %.1f s", result->perplexity,
            result->perplexityStderr, static_cast<long long>(result->windows), static_cast<long long>(result->tokens),
            result->seconds);
        QCOMPARE(result->windows, windows);
        QCOMPARE(result->tokens, windows * 255);
        // Equal to five digits: half a unit of the fifth.
        QVERIFY(std::abs(result->perplexity - perplexity) < 0.0005);
    }

private slots:
    void storyModel()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        compare(shared / "models" / "story-llama-0.7m", shared / "text" / "tinystories-evaluation.txt", 97, 40.23596);
    }
    void bundledSample()
    {
        compare(kerf::test::sample() / "model", kerf::test::sample() / "evaluation.txt", 172, 53.18922);
    }
    void theOriginalDoesNotDivergeFromItself()
    {
        const QTemporaryDir cache;
        const Result<Opened> opened = open(kerf::test::sample() / "model", kerf::test::sample() / "evaluation.txt", 8);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        const Network& network = *opened->model.network;
        const Result<ReferenceLogits> reference
            = ReferenceLogits::compute(network, "sample", opened->data, cache.path().toStdString(), {});
        QVERIFY2(reference.has_value(), reference ? "" : reference.error().message.c_str());
        const Result<Evaluation> result = evaluate(network, {}, opened->data, &*reference, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QCOMPARE(result->divergence->kldMax, 0.0);
        QCOMPARE(result->divergence->sameTop1, 1.0);
        QCOMPARE(result->divergence->referencePerplexity, result->perplexity);
    }
};

QTEST_GUILESS_MAIN(TestPerplexity)
#include "tst_perplexity.moc"
