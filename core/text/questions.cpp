// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/questions.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/unicode.h"
#include "core/text/record_fields.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 256 } << 20;
constexpr std::size_t kMostChoices = 26; ///< as many as there are letters

/// The questions of a file, line by line.
class QuestionReader {
public:
    explicit QuestionReader(std::string name) { m_set.name = std::move(name); }

    Status addLine(std::string_view line)
    {
        ++m_line;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            return {};
        KERF_TRY(const Json object, parseJson(line, fmt::format("{} line {}", m_set.name, m_line)));
        if (!object.is_object())
            return wrong("one JSON object a line is expected");
        const QuestionKind kind = firstMember(object, kChoiceKeys) ? QuestionKind::Choices
            : firstMember(object, kCompletionKeys)                 ? QuestionKind::Completions
                                                                   : QuestionKind::Answers;
        KERF_TRY(Question question, read(object, kind));
        KERF_TRY(question.group, readGroup(object));
        if (!m_set.questions.empty() && kind != m_set.kind)
            return wrong("choices, completions and short answers do not go into one file");
        m_set.kind = kind;
        m_set.questions.push_back(std::move(question));
        return {};
    }

    Result<QuestionSet> take()
    {
        if (m_set.questions.empty())
            return fail(ErrorCode::BadFile, fmt::format("{} has no question.", m_set.name));
        Hasher hasher;
        for (const Question& question : m_set.questions) {
            hasher.add(question.prompt).add(static_cast<std::int64_t>(question.answer));
            hasher.add(static_cast<std::int64_t>(question.choices.size()));
            for (const std::string& choice : question.choices)
                hasher.add(choice);
        }
        m_set.hash = hasher.hex();
        return std::move(m_set);
    }

private:
    tl::unexpected<Error> wrong(std::string_view what) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{} line {}: {}.", m_set.name, m_line, what));
    }

    static constexpr std::initializer_list<const char*> kChoiceKeys { "choices", "endings", "options" };
    static constexpr std::initializer_list<const char*> kCompletionKeys { "completion", "target" };

    Result<Question> read(const Json& object, QuestionKind kind) const
    {
        Question question;
        const Json* prompt = firstMember(object, { "prompt", "query", "question", "ctx", "context" });
        if (!prompt || !prompt->is_string())
            return wrong("\"prompt\" must be a text (or query, question, ctx, context)");
        question.prompt = prompt->get<std::string>();
        if (kind == QuestionKind::Choices)
            return readChoices(object, *firstMember(object, kChoiceKeys), std::move(question));
        if (kind == QuestionKind::Answers)
            return readAnswers(object, std::move(question));
        const Json* completion = firstMember(object, kCompletionKeys);
        if (!completion->is_string() || completion->get_ref<const std::string&>().empty())
            return wrong("\"completion\" must be a text that is not empty");
        question.choices.push_back(completion->get<std::string>());
        return question;
    }

    Result<std::string> readGroup(const Json& object) const
    {
        const Json* group = firstMember(object, { "group" });
        if (!group)
            return std::string();
        if (group->is_string())
            return group->get<std::string>();
        if (!group->is_number_integer())
            return wrong("\"group\" must be a text or a whole number");
        return group->dump();
    }

    Result<Question> readAnswers(const Json& object, Question question) const
    {
        const Json* answers = firstMember(object, { "answers", "answer" });
        if (!answers)
            return wrong("\"choices\" (a list of texts), \"completion\" (a text) or \"answers\" (texts) is needed");
        const Json texts = answers->is_string() ? Json::array({ *answers }) : *answers;
        const auto isText = [](const Json& each) { return each.is_string() && each != ""; };
        if (!texts.is_array() || texts.empty() || !std::ranges::all_of(texts, isText))
            return wrong("\"answers\" must be a text or a list of texts that are not empty");
        question.choices = texts.get<std::vector<std::string>>();
        return question;
    }

    Result<Question> readChoices(const Json& object, const Json& choices, Question question) const
    {
        const Json* labels = choices.is_object() ? firstMember(choices, { "label" }) : nullptr;
        const Json* texts = choices.is_object() ? firstMember(choices, { "text" }) : &choices;
        const auto isText = [](const Json& each) { return each.is_string() && each != ""; };
        if (!texts || !texts->is_array() || texts->size() < 2 || texts->size() > kMostChoices
            || !std::ranges::all_of(*texts, isText))
            return wrong(fmt::format("\"choices\" must be a list of 2 to {} texts that are not empty", kMostChoices));
        if (labels && (!labels->is_array() || labels->size() != texts->size()))
            return wrong("\"choices\" must have as many labels as texts");
        for (const Json& text : *texts)
            question.choices.push_back(text.get<std::string>());
        const Json* answer = firstMember(object, { "answer", "gold", "label", "answerKey" });
        const std::optional<std::size_t> right = answer ? positionOf(*answer, question.choices, labels) : std::nullopt;
        if (!right)
            return wrong(
                "\"answer\" must name one of the choices: its number from 0, its letter, its label or its text");
        question.answer = *right;
        return question;
    }

    static std::optional<std::size_t> positionOf(
        const Json& answer, const std::vector<std::string>& choices, const Json* labels)
    {
        if (labels)
            for (std::size_t i = 0; i < labels->size(); ++i)
                if ((*labels)[i] == answer)
                    return i;
        if (const auto number = asCount(answer))
            return *number < static_cast<std::int64_t>(choices.size())
                ? std::optional(static_cast<std::size_t>(*number))
                : std::nullopt;
        if (!answer.is_string())
            return std::nullopt;
        const auto& text = answer.get_ref<const std::string&>();
        if (const auto found = std::ranges::find(choices, text); found != choices.end())
            return static_cast<std::size_t>(found - choices.begin());
        const bool isLetter = text.size() == 1 && text[0] >= 'A' && text[0] < 'A' + static_cast<int>(choices.size());
        return isLetter ? std::optional(static_cast<std::size_t>(text[0] - 'A')) : std::nullopt;
    }

    QuestionSet m_set;
    std::int64_t m_line = 0;
};

} // namespace

std::vector<std::int32_t> QuestionSet::groups() const
{
    if (std::ranges::all_of(questions, &std::string::empty, &Question::group))
        return {};
    std::map<std::string, std::int32_t> known;
    std::vector<std::int32_t> numbers;
    std::int32_t next = 0;
    for (const Question& question : questions) {
        const auto found = known.find(question.group);
        const bool isKnown = !question.group.empty() && found != known.end();
        numbers.push_back(isKnown ? found->second : next++);
        if (!question.group.empty() && !isKnown)
            known.emplace(question.group, numbers.back());
    }
    return numbers;
}

Result<QuestionSet> readQuestions(const std::filesystem::path& file)
{
    KERF_TRY(const std::string text, readTextFile(file, kMostBytes));
    if (const auto at = findInvalidUtf8(text))
        return fail(ErrorCode::BadFile, fmt::format("{}: byte {} is not valid UTF-8.", file.string(), *at));
    QuestionReader reader(file.filename().string());
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        KERF_CHECK(reader.addLine(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return reader.take();
}

} // namespace kerf::core
