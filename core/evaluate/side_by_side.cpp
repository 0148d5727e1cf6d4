// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/side_by_side.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/text/token_text.h"

namespace kerf::core {
namespace {

/// Of a prompt that are read at once: a stop is answered between them.
constexpr std::size_t kPromptStretch = 64;

/// One model as it writes.
class Writer {
public:
    Writer(Generation& generation, const Tokenizer& tokenizer)
        : m_generation(generation)
        , m_speller(tokenizer)
    {
    }

    Status read(std::span<const TokenId> prompt, const JobContext& job)
    {
        m_generation.truncate(0);
        for (std::size_t at = 0; at < prompt.size(); at += kPromptStretch) {
            KERF_CHECK(job.checkStop());
            KERF_TRY(m_logits, m_generation.prefill(prompt.subspan(at, std::min(kPromptStretch, prompt.size() - at))));
        }
        return {};
    }

    Result<TokenDistribution> next(const SamplerSettings& settings) const
    {
        if (!m_logits.allFinite())
            return fail(ErrorCode::Numerical, "A model's output is not finite (NaN or infinity): it cannot go on.");
        return TokenDistribution(m_logits, settings);
    }

    /// What the token adds to the text; decodes it, so that next() has what follows.
    Result<std::string> write(TokenId id)
    {
        const auto start = std::chrono::steady_clock::now();
        KERF_TRY(m_logits, m_generation.decode(id));
        m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        ++m_count;
        return m_speller.add(id);
    }
    std::string rest() { return m_speller.finish(); }
    double tokensPerSecond() const { return m_seconds > 0 ? static_cast<double>(m_count) / m_seconds : 0; }

private:
    Generation& m_generation;
    TokenSpeller m_speller;
    Vector m_logits;
    double m_seconds = 0;
    std::int64_t m_count = 0;
};

Parting partingAt(
    std::size_t step, double random, const std::array<TokenDistribution, 2>& distributions, const Tokenizer& tokenizer)
{
    Parting parting;
    parting.step = step;
    parting.random = random;
    for (std::size_t side = 0; side < 2; ++side) {
        parting.picked[side] = distributions[side].pick(random).id;
        parting.texts[side] = tokenText(tokenizer, parting.picked[side]);
    }
    for (std::size_t side = 0; side < 2; ++side) {
        for (std::size_t token = 0; token < 2; ++token)
            parting.probability[side][token] = distributions[side].probability(parting.picked[token]);
    }
    return parting;
}

/// The two writers, step by step.
class Pair {
public:
    Pair(const std::array<Generation*, 2>& models, const Tokenizer& tokenizer, const SamplerSettings& settings)
        : m_tokenizer(tokenizer)
        , m_settings(settings)
        , m_random(settings.seed)
        , m_writers { Writer(*models[0], tokenizer), Writer(*models[1], tokenizer) }
    {
    }

    Status read(std::span<const TokenId> prompt, const JobContext& job)
    {
        for (Writer& writer : m_writers)
            KERF_CHECK(writer.read(prompt, job));
        return {};
    }

    Status step(std::size_t step, const JobContext& job)
    {
        const double random = m_random.uniform();
        if (!m_result.parting)
            KERF_CHECK(lookForParting(step, random));
        for (std::size_t side = 0; side < 2; ++side) {
            KERF_CHECK(job.checkStop());
            if (!m_result.ended[side])
                KERF_CHECK(write(side, random));
        }
        return {};
    }

    bool isDone() const { return m_result.ended[0] && m_result.ended[1]; }
    void finish()
    {
        for (std::size_t side = 0; side < 2; ++side) {
            if (!m_result.written[side].empty())
                m_result.written[side].back().text += m_writers[side].rest();
        }
    }
    const SideBySide& result() const { return m_result; }

private:
    Status lookForParting(std::size_t step, double random)
    {
        if (isDone())
            return {};
        KERF_TRY(TokenDistribution first, m_writers[0].next(m_settings));
        KERF_TRY(TokenDistribution second, m_writers[1].next(m_settings));
        if (first.pick(random).id != second.pick(random).id)
            m_result.parting = partingAt(step, random, { std::move(first), std::move(second) }, m_tokenizer);
        return {};
    }

    Status write(std::size_t side, double random)
    {
        KERF_TRY(const TokenDistribution distribution, m_writers[side].next(m_settings));
        const TokenDistribution::Entry picked = distribution.pick(random);
        m_result.ended[side] = isSpecialToken(m_tokenizer, picked.id);
        if (m_result.ended[side])
            return {};
        KERF_TRY(std::string text, m_writers[side].write(picked.id));
        m_result.written[side].push_back({ picked.id, picked.probability, std::move(text) });
        m_result.tokensPerSecond[side] = m_writers[side].tokensPerSecond();
        return {};
    }

    const Tokenizer& m_tokenizer;
    SamplerSettings m_settings;
    CounterRng m_random;
    std::array<Writer, 2> m_writers;
    SideBySide m_result;
};

Json sideJson(const SideBySide& result, std::size_t side)
{
    Json tokens = Json::array();
    for (const WrittenToken& token : result.written[side])
        tokens.push_back({ { "id", token.id }, { "text", token.text }, { "probability", token.probability } });
    return { { "text", result.text(side) }, { "tokens", std::move(tokens) }, { "ended", result.ended[side] },
        { "tokens_per_second", result.tokensPerSecond[side] } };
}

} // namespace

std::string SideBySide::text(std::size_t side) const
{
    std::string text;
    for (const WrittenToken& token : written[side])
        text += token.text;
    return text;
}

Json toJson(const SideBySide& result)
{
    Json json { { "original", sideJson(result, 0) }, { "run", sideJson(result, 1) }, { "parting", nullptr } };
    if (const auto& parting = result.parting) {
        json["parting"] = { { "step", parting->step + 1 }, { "random_number", parting->random } };
        const char* const names[] = { "original", "run" };
        for (std::size_t side = 0; side < 2; ++side)
            json["parting"][names[side]] = { { "id", parting->picked[side] }, { "text", parting->texts[side] },
                { "probability", parting->probability[side][side] },
                { "probability_of_other", parting->probability[side][1 - side] } };
    }
    return json;
}

Result<SideBySide> generateSideBySide(const std::array<Generation*, 2>& models, const Tokenizer& tokenizer,
    std::span<const TokenId> prompt, const SideBySideSettings& settings, const SideBySideSink& sink,
    const JobContext& job)
{
    KERF_CHECK(checkSampler(settings.sampler));
    if (prompt.empty() || settings.tokens < 1)
        return fail(
            ErrorCode::InvalidArgument, "A prompt of one character at least and one token to write are needed.");
    Pair pair(models, tokenizer, settings.sampler);
    job.progress({ "Reading the prompt", 0, settings.tokens, "tokens" });
    KERF_CHECK(pair.read(prompt, job));
    for (std::int64_t step = 0; step < settings.tokens && !pair.isDone(); ++step) {
        KERF_CHECK(pair.step(static_cast<std::size_t>(step), job));
        job.progress({ "Writing", step + 1, settings.tokens, "tokens" });
        if (sink)
            sink(pair.result());
    }
    pair.finish();
    return pair.result();
}

} // namespace kerf::core
