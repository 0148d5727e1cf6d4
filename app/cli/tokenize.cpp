// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "core/base/atomic_file.h"
#include "core/checkpoint/checkpoint.h"
#include "core/text/text_file.h"
#include "core/text/token_stream.h"
#include "core/text/tokenizer.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxTextBytes = std::size_t { 1 } << 32;
constexpr std::size_t kBlock = 64 * 1024;

struct Options {
    fs::path model;
    fs::path text;
    fs::path jsonl;
    fs::path chat;
    std::string field;
    bool noSpecial = false;
};

/// The ids of a text, read block by block.
Result<std::vector<TokenId>> tokenizeText(const Tokenizer& tokenizer, const Options& options, const JobContext& job)
{
    std::error_code ignored;
    const bool fromInput = options.text.empty() || options.text == "-";
    std::ifstream file;
    if (!fromInput) {
        file.open(options.text, std::ios::binary);
        if (!file || !fs::is_regular_file(options.text, ignored))
            return fail(ErrorCode::BadFile, fmt::format("{}: is not a file that can be read", options.text.string()));
    }
    std::istream& in = fromInput ? std::cin : file;
    TokenStream stream(tokenizer, !options.noSpecial);
    std::vector<TokenId> ids;
    for (std::string block(kBlock, '\0'); in;) {
        KERF_CHECK(job.checkStop());
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        KERF_CHECK(stream.push(std::string_view(block).substr(0, static_cast<std::size_t>(in.gcount())), ids));
    }
    KERF_CHECK(stream.finish(ids));
    return ids;
}

Result<std::string> readInput(const fs::path& path)
{
    if (!path.empty() && path != "-")
        return readTextFile(path, kMaxTextBytes);
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

/// One line of --jsonl: {"text": …, "add_special_tokens": bool} to {"ids": […]}.
Result<std::string> tokenizeLine(const Tokenizer& tokenizer, std::string_view text, const std::string& what)
{
    KERF_TRY(const Json item, parseJson(text, what));
    if (!item.is_object() || !item.contains("text") || !item["text"].is_string())
        return fail(ErrorCode::BadFile, fmt::format("{}: a line must be an object with a \"text\".", what));
    const Json special = item.value("add_special_tokens", Json(true));
    if (!special.is_boolean())
        return fail(ErrorCode::BadFile, fmt::format("{}: \"add_special_tokens\" must be true or false.", what));
    KERF_TRY(const auto ids, tokenizer.encode(item["text"].get<std::string>(), special.get<bool>()));
    return Json { { "ids", ids } }.dump() + "\n";
}

Result<Outcome> tokenizeLines(const Tokenizer& tokenizer, const Options& options, const JobContext& job)
{
    KERF_TRY(const std::string input, readInput(options.jsonl));
    Outcome outcome;
    outcome.json["lines"] = Json::array();
    std::size_t number = 0;
    for (std::size_t start = 0; start < input.size();) {
        const std::size_t end = std::min(input.find('\n', start), input.size());
        const std::string_view text = std::string_view(input).substr(start, end - start);
        start = end + 1;
        ++number;
        KERF_CHECK(job.checkStop());
        if (text.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        KERF_TRY(const std::string result,
            tokenizeLine(tokenizer, text, fmt::format("{}, line {}", options.jsonl.string(), number)));
        outcome.text += result;
    }
    return outcome;
}

/// Conversations to lines {"text": …, "ids": […]}: as the model's chat template writes each, and its tokens.
Result<Outcome> tokenizeChats(const Tokenizer& tokenizer, const Options& options, const JobContext& job)
{
    ChatRenderer renderer(tokenizer.chatTemplate(), job);
    KERF_TRY(TextFile file, TextFile::open(options.chat, options.field, renderer));
    Outcome outcome;
    std::string text;
    for (bool more = true; more; text.clear()) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(more, file.read(text));
        if (text.empty())
            continue;
        if (file.reading().chatTemplate.empty())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: holds no conversations; use --text for a text.", options.chat.string()));
        KERF_TRY(const auto ids, tokenizer.encode(text, false));
        outcome.text += Json { { "text", text }, { "ids", ids } }.dump() + "\n";
    }
    return outcome;
}

Result<Tokenizer> openTokenizer(const fs::path& path)
{
    std::error_code ignored;
    if (Checkpoint::isModelFile(path)) {
        KERF_TRY(const Checkpoint checkpoint, Checkpoint::open(path));
        return Tokenizer::fromGguf(*checkpoint.metadata(), path.string());
    }
    return fs::is_directory(path, ignored) ? Tokenizer::open(path) : Tokenizer::load(path);
}

Result<Outcome> tokenize(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Tokenizer tokenizer, openTokenizer(options.model));
    for (const std::string& note : tokenizer.notes())
        invocation.job().log(LogLevel::Warning, note);
    if (!options.jsonl.empty() || !options.chat.empty()) {
        if (invocation.options().json)
            return fail(
                ErrorCode::InvalidArgument, "--jsonl and --chat print one JSON object a line; leave --json away.");
        return options.chat.empty() ? tokenizeLines(tokenizer, options, invocation.job())
                                    : tokenizeChats(tokenizer, options, invocation.job());
    }
    KERF_TRY(const auto ids, tokenizeText(tokenizer, options, invocation.job()));
    Outcome outcome;
    outcome.json = { { "ids", ids }, { "tokens", ids.size() }, { "vocabulary_size", tokenizer.vocabularySize() },
        { "notes", tokenizer.notes() } };
    outcome.text = fmt::format("{}\n", fmt::join(ids, " "));
    return outcome;
}

} // namespace

void addTokenize(CommandLine& line)
{
    CLI::App* verb = line.addVerb("tokenize", "Token ids of a text, by the model's tokenizer.json",
        "  kerf-cli tokenize MODEL --text book.txt\n  echo 'Hello' | kerf-cli tokenize MODEL\n"
        "  kerf-cli tokenize MODEL --jsonl cases.jsonl    one {\"ids\":[...]} a line for each {\"text\":..., "
        "\"add_special_tokens\":bool}\n"
        "  kerf-cli tokenize MODEL --chat talks.jsonl     one {\"text\":..., \"ids\":[...]} for each conversation, as "
        "the "
        "model's chat template writes it");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder, .gguf file or tokenizer.json")->required();
    auto* text = verb->add_option("--text", options->text, "UTF-8 text file; - or nothing: stdin")->type_name("FILE");
    auto* lines = verb->add_option("--jsonl", options->jsonl, "One JSON object a line; - is stdin")
                      ->type_name("FILE")
                      ->excludes(text);
    auto* chat = verb->add_option("--chat", options->chat, "Conversations: JSON lines or a JSON array")
                     ->type_name("FILE")
                     ->excludes(text)
                     ->excludes(lines);
    verb->add_option("--field", options->field, "With --chat: field that holds the conversation (default: found)")
        ->type_name("NAME")
        ->needs(chat);
    verb->add_flag("--no-special", options->noSpecial, "Without the special tokens that the tokenizer adds");
    line.onChosen(verb, [options](Invocation& invocation) { return tokenize(*options, invocation); });
}

} // namespace kerf::cli
