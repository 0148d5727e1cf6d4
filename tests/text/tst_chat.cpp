// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <string>

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include "core/text/dataset.h"
#include "core/text/text_file.h"
#include "tests/support/byte_tokenizer.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

const fs::path kCases = fs::path(KERF_SOURCE_DIR) / "tests/data/chat";
constexpr const char* kHi = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

std::string textOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

} // namespace

/// Conversations as the model's own template writes them, and templates that want more than that.
class TestChat : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path folder() const { return m_folder.path().toStdString(); }
    fs::path write(const std::string& name, const std::string& content) const
    {
        fs::create_directories((folder() / name).parent_path());
        std::ofstream(folder() / name, std::ios::binary) << content;
        return folder() / name;
    }
    static ChatTemplate chat(const std::string& text)
    {
        return { "m/chat_template.jinja", { { "default", text } },
            { { "bos_token", "<s>" }, { "eos_token", "</s>" } } };
    }
    static Result<std::string> render(const std::string& text, const std::string& record, ChatLimits limits = {})
    {
        ChatRenderer renderer(chat(text), {}, std::move(limits));
        return renderer.render(record, { "messages" }, "d.jsonl, line 1");
    }
    /// A folder with a tokenizer, the special tokens of a template's tests and a template.
    fs::path model(const std::string& name, const std::string& text) const
    {
        const fs::path path = folder() / name;
        fs::create_directories(path);
        kerf::test::writeByteTokenizer(path);
        write(name + "/tokenizer_config.json",
            Json { { "bos_token", "<s>" }, { "eos_token", { { "content", "</s>" } } },
                { "additional_special_tokens", { "<|im_start|>", "<|im_end|>" } }, { "chat_template", text } }
                .dump());
        return path;
    }

private slots:
    void initTestCase()
    {
        const Result<std::string> some = render("x", kHi);
        if (!some && some.error().code == ErrorCode::Io)
            QSKIP("python3 with Jinja is not here");
        QVERIFY2(some.has_value(), some ? "" : some.error().message.c_str());
    }
    void writesAsTheTemplateSays_data()
    {
        QTest::addColumn<QByteArray>("line");
        QFile cases(QString::fromStdString((kCases / "cases.jsonl").string()));
        QVERIFY(cases.open(QIODevice::ReadOnly));
        for (int number = 1; !cases.atEnd(); ++number)
            QTest::addRow("line %d", number) << cases.readLine();
    }
    void writesAsTheTemplateSays()
    {
        QFETCH(QByteArray, line);
        const std::string text = line.trimmed().toStdString();
        const Json wanted = parseJson(text, "cases.jsonl").value();
        const std::size_t begin = text.find("\"record\": ") + 10; // as it is written: the order of keys counts
        const std::size_t end = text.rfind(wanted.contains("text") ? ", \"text\":" : ", \"error\":");
        const fs::path file = write("case.jsonl", text.substr(begin, end - begin) + "\n");
        ChatRenderer renderer(chat(textOf(kCases / (wanted["template"].get<std::string>() + ".jinja"))), {});
        Result<TextFile> opened = TextFile::open(file, "", renderer);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        std::string out;
        const Result<bool> read = opened->read(out);
        if (wanted.contains("error")) {
            QVERIFY(!read.has_value());
            QVERIFY2(read.error().message.ends_with("case.jsonl, line 1: the chat template in m/chat_template.jinja "
                         + wanted["error"].get<std::string>() + (read.error().message.ends_with("...") ? "" : ".")),
                read.error().message.c_str());
            return;
        }
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(out, wanted["text"].get<std::string>());
        QCOMPARE(opened->reading().chatTemplate, std::string("m/chat_template.jinja"));
    }
    void holdsHostileTemplates_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const char* text, const char* words) {
            QTest::addRow("%s", name) << QByteArray(text) << QByteArray(words);
        };
        row("endless", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "; it was stopped.");
        row("one long step", "{% set x = 10 %}{{ (x**9)**(x**9) }}", "; it was stopped.");
        row("long to compile", "{{ (10**9)**(10**9) }}", "; it was stopped.");
        row("memory", "{{ messages[0].content * 3000000000 }}", "wants more than 256 MiB of memory.");
        row("long text", "{{ 'x' * 2000000 }}", "failed: OverflowError: the text has more than 1000000 characters.");
        row("range", "{{ range(1000000) }}", "MAX_RANGE (100000).");
        row("recursion", "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "failed: RecursionError: ");
        row("classes", "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "does what is forbidden to it: access to attribute '__class__' of 'str' object is unsafe.");
        row("globals", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "does what is forbidden to it: ");
        row("format", "{{ '{0.__class__.__mro__}'.format(messages) }}", "does what is forbidden to it: ");
        row("change", "{{ messages.append(1) }}", "does what is forbidden to it: ");
        row("namespace", "{% set n = namespace(_x=1) %}", "does what is forbidden to it: ");
        row("raises", "{{ raise_exception('Not so') }}", "refuses the conversation: Not so.");
        row("undefined", "{{ messages[0].nothing.more }}",
            "refuses the conversation: 'dict object' has no attribute 'nothing'.");
        row("another file", "{% include '/etc/passwd' %}",
            "failed: TypeError: no loader for this environment specified.");
        row("not Jinja", "a\n{{ b",
            "is not Jinja: line 2: unexpected end of template, expected 'end of print statement'.");
    }
    void holdsHostileTemplates()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, words);
        QElapsedTimer timer;
        timer.start();
        const Result<std::string> found
            = render(text.toStdString(), kHi, { .seconds = 1, .memory = 256 << 20, .text = 1'000'000 });
        QVERIFY2(!found.has_value(), found ? found->substr(0, 200).c_str() : "");
        QCOMPARE(found.error().code, ErrorCode::BadFile);
        QVERIFY2(found.error().message.find(words.toStdString()) != std::string::npos, found.error().message.c_str());
        QVERIFY2(
            found.error().message.find("m/chat_template.jinja") != std::string::npos, found.error().message.c_str());
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    }
    void canOpenAndWriteNothing()
    {
        // What a template could do that got out of the sandbox: the same process, asked from inside Python.
        const fs::path script = write("python",
            "#!/bin/sh\nexec /usr/bin/python3 -I -S -c \"$(printf '%s' \"$4\" | sed "
            "'s/raise OverflowError/open(\\\"\\/etc\\/passwd\\\")/')\"\n");
        fs::permissions(script, fs::perms::owner_all);
        const Result<std::string> found = render("long", kHi, { .python = script.string(), .text = 1 });
        QVERIFY(!found.has_value());
        QVERIFY2(found.error().message.find("failed: OSError: [Errno 24] Too many open files: '/etc/passwd'")
                != std::string::npos,
            found.error().message.c_str());
    }
    void goesOnAfterAnError()
    {
        ChatRenderer renderer(
            chat("{% for m in messages %}{{ m.content }}{% if m.content == 'loop' %}{% for a in "
                 "range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}{% elif m.content "
                 "== 'no' %}{{ raise_exception('no') }}{% endif %}{% endfor %}"),
            {}, { .seconds = 1 });
        const auto ask = [&](const char* word) {
            return renderer.render(
                fmt::format("{{\"messages\":[{{\"role\":\"user\",\"content\":\"{}\"}}]}}", word), { "messages" }, "d");
        };
        QCOMPARE(ask("one").value(), std::string("one"));
        QVERIFY(!ask("no"));
        QCOMPARE(ask("two").value(), std::string("two"));
        QVERIFY(!ask("loop"));
        QCOMPARE(ask("three").value(), std::string("three"));
    }
    void givesTimeToEach()
    {
        // Each takes about half of what one may take: together they take more.
        ChatRenderer renderer(
            chat("{% for a in range(600) %}{% for b in range(4000) %}{% endfor %}{% endfor %}"), {}, { .seconds = 2 });
        for (int i = 0; i < 40; ++i) {
            const Result<std::string> found = renderer.render(kHi, { "messages" }, "d");
            QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        }
    }
    void saysWhatIsMissing()
    {
        const Result<std::string> none = render("x", kHi, { .python = "/nowhere/python3" });
        QVERIFY(!none.has_value());
        QCOMPARE(none.error().code, ErrorCode::Io);
        QCOMPARE(none.error().message,
            std::string(
                "/nowhere/python3: cannot be started: No such file or directory. Conversations are written by the "
                "model's chat template, which needs Python 3 with Jinja: install the packages python3 and "
                "python3-jinja2."));
        const fs::path script = write("bare",
            "#!/bin/sh\nexec /usr/bin/python3 -I -S -c \"$(printf '%s' \"$4\" | sed "
            "'s/import jinja2$/import jinja_of_nobody/')\"\n");
        fs::permissions(script, fs::perms::owner_all);
        const Result<std::string> bare = render("x", kHi, { .python = script.string() });
        QVERIFY(!bare.has_value());
        QCOMPARE(bare.error().code, ErrorCode::Io);
        QVERIFY2(bare.error().message.ends_with("install the packages python3 and python3-jinja2.")
                && bare.error().message.find("No module named 'jinja_of_nobody'") != std::string::npos,
            bare.error().message.c_str());
    }
    void findsTheTemplate()
    {
        const fs::path path = model("several", "");
        const auto config = [&](const Json& value) {
            write("several/tokenizer_config.json", Json { { "bos_token", "<s>" }, { "chat_template", value } }.dump());
            return readChatTemplate(path);
        };
        QCOMPARE(config("one")->templates.at("default"), std::string("one"));
        QVERIFY(config("one")->variables == (Json { { "bos_token", "<s>" } }));
        const Json list { { { "name", "default" }, { "template", "a" } },
            { { "name", "tool_use" }, { "template", "b" } } };
        QCOMPARE(config(list)->templates.at("tool_use"), std::string("b"));
        QVERIFY(config(Json()).error().message.find("has no chat template") != std::string::npos);
        QVERIFY(config(7).error().message.ends_with("is neither a text nor a list of {name, template}."));
        QVERIFY(config(Json { { { "name", "rag" }, { "template", "a" } } })
                    .error()
                    .message.ends_with("has several chat templates (rag), and none is called \"default\"."));
        write("several/chat_template.jinja", "file");
        write("several/additional_chat_templates/tool_use.jinja", "tools {{ tools | length }}");
        const Result<ChatTemplate> files = config("one");
        QCOMPARE(files->templates.at("default"), std::string("file"));
        QVERIFY(files->file.ends_with("chat_template.jinja"));
        ChatRenderer renderer(files, {});
        const std::vector<std::string> fields { "messages" };
        QCOMPARE(renderer.render("{\"messages\":[{\"role\":\"user\"}],\"tools\":[{\"a\":1}]}", fields, "d").value(),
            std::string("tools 1"));
        QCOMPARE(renderer.render("{\"messages\":[{\"role\":\"user\"}],\"tools\":[]}", fields, "d").value(),
            std::string("file"));
    }
    void findsThatOfGguf()
    {
        const Json metadata { { "tokenizer.chat_template", "one" }, { "tokenizer.chat_template.tool_use", "two" },
            { "tokenizer.chat_templates", { "tool_use" } }, { "tokenizer.ggml.tokens", { "<unk>", "<s>", "</s>" } },
            { "tokenizer.ggml.bos_token_id", 1u }, { "tokenizer.ggml.eos_token_id", 9u } };
        const Result<ChatTemplate> found = ggufChatTemplate(metadata, "m.gguf");
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(
            found->templates, (std::map<std::string, std::string> { { "default", "one" }, { "tool_use", "two" } }));
        QVERIFY(found->variables == (Json { { "bos_token", "<s>" } }));
        QVERIFY(!ggufChatTemplate(Json::object(), "m.gguf"));
    }
    void tokenizesEachByItself()
    {
        const fs::path path = model("talks",
            "{{ bos_token }}{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}");
        const Result<Tokenizer> tokenizer = Tokenizer::open(path);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        std::string lines;
        std::vector<TokenId> wanted;
        for (const std::string word : { "the sun", "moth", " then", "thaw\\n" }) {
            lines += "{\"messages\":[{\"role\":\"user\",\"content\":\"" + word + "\"}]}\n";
            const std::string said = word == "thaw\\n" ? "thaw\n" : word;
            const auto ids = tokenizer->encode("<s><|im_start|>user\n" + said + "<|im_end|>\n", false).value();
            wanted.insert(wanted.end(), ids.begin(), ids.end());
        }
        lines += "{\"messages\":[]}";
        const auto read = [&](std::vector<fs::path> files, bool addBos) {
            return loadDataset(*tokenizer, files, { .window = 4, .addBos = addBos });
        };
        const fs::path file = write("talks.jsonl", lines);
        const Result<Dataset> data = read({ file }, true); // which asks for a second beginning of the text
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        std::vector<TokenId> ids;
        for (const std::vector<TokenId>& window : data->windows)
            ids.insert(ids.end(), window.begin(), window.end());
        wanted.resize(ids.size());
        QCOMPARE(ids, wanted);
        QVERIFY(ids.size() > 40);
        QCOMPARE(data->files.front().records, std::int64_t { 4 });
        QCOMPARE(data->files.front().emptyRecords, std::int64_t { 1 });
        QVERIFY2(
            data->notes.front().find("4 conversations of the field \"messages\" (found), written by the chat template "
                                     "in ")
                != std::string::npos,
            data->notes.front().c_str());
        QVERIFY(toJson(*data)["files"][0]["chat_template"].get<std::string>().ends_with("tokenizer_config.json"));

        QVERIFY(data->notes.back().starts_with("Special tokens were not put before conversations"));
        QCOMPARE(read({ file }, false)->windows, data->windows);

        // A plain text before and behind it is a text of its own.
        const fs::path plain = write("plain.txt", "some words");
        const Result<Dataset> mixed = read({ plain, file, plain }, false);
        std::vector<TokenId> all = tokenizer->encode("some words", false).value();
        const std::vector<TokenId> words = all;
        all.insert(all.end(), wanted.begin(), wanted.end());
        std::vector<TokenId> joined;
        for (const auto& window : mixed->windows)
            joined.insert(joined.end(), window.begin(), window.end());
        QVERIFY(joined.size() >= 40 && std::equal(all.begin(), all.begin() + 40, joined.begin()));
        QCOMPARE(mixed->totalTokens, data->totalTokens + 2 * std::int64_t(words.size()));
    }
    void stopsWithTheJob()
    {
        std::stop_source source;
        source.request_stop();
        ChatRenderer renderer(chat("x"), JobContext(source.get_token()));
        const Result<std::string> found = renderer.render(kHi, { "messages" }, "d");
        QVERIFY(!found.has_value());
        QCOMPARE(found.error().code, ErrorCode::Cancelled);
    }
    void namesWhatIsNoConversation_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QByteArray>("words");
        QTest::addRow("no role") << QByteArray("{\"messages\":[{\"role\":\"user\"},{\"content\":\"x\"}]}")
                                 << QByteArray("line 1: message 2 of \"messages\" does not say whose it is");
        QTest::addRow("a text") << QByteArray("{\"messages\":[{\"role\":\"user\"}]}\n{\"messages\":\"x\"}")
                                << QByteArray("line 2: the field \"messages\" is not a list of messages but string.");
        QTest::addRow("a list of words") << QByteArray("{\"messages\":[{\"role\":\"user\"}]}\n{\"messages\":[1]}")
                                         << QByteArray("line 2: message 1 of \"messages\" does not say");
    }
    void namesWhatIsNoConversation()
    {
        QFETCH(QByteArray, lines);
        QFETCH(QByteArray, words);
        const Result<Tokenizer> tokenizer = Tokenizer::open(model("m", "x"));
        const std::vector files { write("bad.jsonl", lines.toStdString()) };
        const Result<Dataset> data = loadDataset(*tokenizer, files, { .window = 4 });
        QVERIFY(!data.has_value());
        QVERIFY2(data.error().message.find(words.toStdString()) != std::string::npos, data.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestChat)
#include "tst_chat.moc"
