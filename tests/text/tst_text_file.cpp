// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <string>

#include <QTemporaryDir>
#include <QTest>

#include "core/text/text_file.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

std::string utf16(const std::u16string& text, bool bigEndian)
{
    std::string bytes = bigEndian ? "\xfe\xff" : "\xff\xfe";
    for (const char16_t unit : text) {
        const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
        bytes += bigEndian ? std::string { high, low } : std::string { low, high };
    }
    return bytes;
}

} // namespace

/// What a text file is, is seen from what it holds.
class TestTextFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    struct Read {
        std::string text;
        TextReading reading;
    };
    Result<Read> read(const std::string& name, const std::string& content, const std::string& field = {})
    {
        const fs::path path = fs::path(m_folder.path().toStdString()) / name;
        std::ofstream(path, std::ios::binary) << content;
        ChatRenderer chat(fail(ErrorCode::BadFile, "no template"), JobContext());
        KERF_TRY(TextFile file, TextFile::open(path, field, chat));
        Read result;
        for (bool more = true; more;) {
            KERF_TRY(more, file.read(result.text));
        }
        result.reading = file.reading();
        return result;
    }

private slots:
    void recognizesByContent_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("text");
        const auto row
            = [](const char* what, const char* name, const char* content, const char* kind, const char* text) {
                  QTest::addRow("%s", what)
                      << QByteArray(name) << QByteArray(content) << QByteArray(kind) << QByteArray(text);
              };
        const char* lines = "{\"text\": \"one\\ntwo\"}\n\n{\"id\": 1, \"text\": \"three\"}\n";
        const char* records = "one\ntwo\n\nthree";
        row("JSON lines", "a.jsonl", lines, "JSON lines", records);
        row("capitals", "A.JSONL", lines, "JSON lines", records);
        row("another name", "lines.txt", lines, "JSON lines", records);
        row("no name", "lines", lines, "JSON lines", records);
        row("JSON array", "a.json",
            "[{\"text\": \"one\\ntwo\"},\n {\"text\": \"three\", \"meta\": [{\"a\": \"]}\\\"\"}]}]\n", "JSON array",
            records);
        row("JSON array as text", "array.txt", " [ {\"text\":\"one\\ntwo\"} , {\"text\":\"three\"} ]", "JSON array",
            records);
        row("CSV", "a.csv", "text\n\"one\ntwo\"\n\"three\"\n", "CSV", records);
        row("CSV without a name", "table", "id,text\n1,\"one\ntwo\"\n2,three\n", "CSV", records);
        row("CSV with CR LF", "crlf.csv", "id,text\r\n1,\"one\r\ntwo\"\r\n2,three\r\n", "CSV", records);
        row("quotes", "q.csv", "id,text\n1,\"say \"\"no\"\", she said\"\n", "CSV", "say \"no\", she said");
        row("TSV", "a.tsv", "id\ttext\n1\tone, two\n2\tthree\n", "TSV", "one, two\n\nthree");
        row("TSV without a name", "tabs.txt", "id\ttext\n1\tone, two\n2\tthree\n", "TSV", "one, two\n\nthree");
        // A column of a name that nobody knows is a table for the file's own name alone.
        const char* column = "story_en\none\ntwo, three\n";
        row("a TSV of its name alone", "a.tsv", column, "TSV", "one\n\ntwo, three");
        row("no table by name or column", "a.txt", column, "plain text", column);
        row("a CSV of its name alone", "b.csv", "story_en\none\ntwo\n", "CSV", "one\n\ntwo");
        const char* prose = "Text, or content, is what a story has.\nYes, it has, and no more, too.\n";
        row("prose with commas", "prose.txt", prose, "plain text", prose);
        const char* titled = "Text\nA story about text, and more.\n";
        row("prose with a title", "titled.txt", titled, "plain text", titled);
        const char* brackets = "[Illustration] {text} \"quoted\"\n[1] a note\n";
        row("prose with brackets", "b.txt", brackets, "plain text", brackets);
        row("line ends", "dos.txt", "one\r\ntwo\rthree\r\n", "plain text", "one\ntwo\nthree\n");
        row("byte-order mark", "bom.txt", "\xef\xbb\xbfone", "plain text", "one");
        row("byte-order mark before JSON", "bom.jsonl", "\xef\xbb\xbf{\"text\": \"one\"}", "JSON lines", "one");
        row("empty", "empty.txt", "", "plain text", "");
    }
    void recognizesByContent()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, text);
        const Result<Read> found = read(name.toStdString(), content.toStdString());
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(QByteArray(textKindName(found->reading.kind)), kind);
        QCOMPARE(QByteArray::fromStdString(found->text), text);
        QCOMPARE(found->reading.bytesRead, std::int64_t(content.size()));
    }
    void convertsUtf16()
    {
        const std::u16string text = u"né \U0001F680 two\r\n";
        for (const bool big : { false, true }) {
            const Result<Read> found = read(big ? "be.txt" : "le.txt", utf16(text, big));
            QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
            QCOMPARE(found->text, std::string("n\xc3\xa9 \xf0\x9f\x9a\x80 two\n"));
            QCOMPARE(found->reading.encoding, std::string(big ? "UTF-16BE" : "UTF-16LE"));
            QCOMPARE(found->reading.carriageReturns, std::int64_t { 1 });
        }
        // Longer than a block of the file, so that characters lie across its end.
        std::u16string longText;
        while (longText.size() < 100'001)
            longText += u"a\U0001F680";
        const Result<Read> found = read("long.txt", utf16(longText, false));
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(found->text.size(), longText.size() / 3 * 5);
    }
    void charactersAndLineEndsAcrossBlocks()
    {
        for (const int shift : { 0, 1, 2 }) {
            std::string content(65'535 - shift, 'x');
            content += "\xe2\x82\xac\r\n";
            content += std::string(65'533 + shift, 'y') + "\r";
            const Result<Read> found = read("blocks.txt", content);
            QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
            QCOMPARE(found->text.size(), content.size() - 1);
            QVERIFY(found->text.find('\r') == std::string::npos && found->text.ends_with("y\n"));
        }
    }
    void choosesTheField_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<QByteArray>("field"); // empty: an error
        QTest::addColumn<QByteArray>("says");
        const auto row
            = [](const char* what, const char* content, const char* wanted, const char* field, const char* says) {
                  QTest::addRow("%s", what)
                      << QByteArray(content) << QByteArray(wanted) << QByteArray(field) << QByteArray(says);
              };
        row("known", "{\"a\": \"x\", \"text\": \"y\"}", "", "text", "y");
        row("asked for", "{\"a\": \"x\", \"text\": \"y\"}", "a", "a", "x");
        row("the only one", "{\"story_en\": \"x\", \"id\": 3}", "", "story_en", "x");
        row("another known", "{\"url\": \"x\", \"content\": \"y\"}", "", "content", "y");
        row("not clear", "{\"head\": \"x\", \"tail\": \"y\"}", "", "", "choose one of: head, tail");
        row("together", "{\"completion\": \"y\", \"prompt\": \"x\"}", "", "prompt, completion", "x\ny");
        row("space between", "{\"prompt\": \"x: \", \"response\": \"y\"}", "", "prompt, response", "x: y");
        row("an empty one", "{\"instruction\": \"a\", \"input\": \"\", \"output\": \"c\"}", "",
            "instruction, input, output", "a\nc");
        row("letter case", "{\"Question\": \"x\", \"Answer\": \"y\"}", "", "Question, Answer", "x\ny");
        row("text first", "{\"prompt\": \"x\", \"completion\": \"y\", \"text\": \"z\"}", "", "text", "z");
        row("several", "{\"a\": \"x\", \"b\": \"y\", \"c\": \"z\"}", "c, a", "c, a", "z\nx");
        row("several columns", "id,head,tail\n1,x,y\n", "tail,head", "tail, head", "y\nx");
        row("columns together", "id,text_id,prompt,completion,content\n1,2,x,y,\n", "prompt,completion",
            "prompt, completion", "x\ny");
        row("a name with a comma", "{\"a,b\": \"x\", \"a\": \"y\", \"b\": \"z\"}", "a,b", "a,b", "x");
        row("one of several not there", "{\"a\": \"x\"}", "a,d", "", "no text field \"d\"; it has: a.");
        row("not there", "{\"question\": \"x\"}", "prompt", "", "no text field \"prompt\"");
        row("lists", "{\"messages\": [\"x\"]}", "", "", "no field that is a text");
        row("empty at first", "{\"text\": null}\n{\"text\": \"y\"}", "", "text", "y");
        row("column", "id,text,title\n1,y,z\n", "title", "title", "z");
        row("no such column", "id,text,title\n1,y,z\n", "body", "", "no text field \"body\"; it has: id, text, title");
    }
    void choosesTheField()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, wanted);
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, says);
        const Result<Read> found = read("fields", content.toStdString(), wanted.toStdString());
        QCOMPARE(found.has_value(), !field.isEmpty());
        if (!found) {
            QVERIFY2(QByteArray::fromStdString(found.error().message).contains(says), found.error().message.c_str());
            QVERIFY(found.error().code == ErrorCode::BadFile);
            return;
        }
        QCOMPARE(QByteArray::fromStdString(found->reading.field), field);
        QCOMPARE(found->reading.fieldFound, wanted.isEmpty());
        QCOMPARE(QByteArray::fromStdString(found->text), says);
    }
    void countsRecordsWithoutText()
    {
        const Result<Read> found
            = read("holes", "{\"text\": \"a\"}\n{\"text\": null}\n{\"id\": 1}\n{\"text\": \"b\"}\n");
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(found->text, std::string("a\n\nb"));
        QCOMPARE(found->reading.records, std::int64_t { 2 });
        QCOMPARE(found->reading.emptyRecords, std::int64_t { 2 });
    }
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* what, const char* name, const QByteArray& content, const char* says) {
            QTest::addRow("%s", what) << QByteArray(name) << content << QByteArray(says);
        };
        const auto bytes = []<std::size_t Size>(const char(&text)[Size]) { return QByteArray(text, Size - 1); };
        row("Parquet", "a.parquet", "PAR1\x15\x04\x15", "is a Parquet file, not a text; write its text column");
        row("Parquet as text", "a.txt", "PAR1\x15\x04\x15", "is a Parquet file");
        row("gzip", "a.jsonl.gz", "\x1f\x8b\x08", "gzip-compressed, not a text; unpack it");
        row("ZIP", "a.zip", "PK\x03\x04", "ZIP archive");
        row("Zstandard", "a.zst", "\x28\xb5\x2f\xfd", "Zstandard");
        row("Arrow", "a.arrow", "ARROW1", "Arrow file");
        row("GGUF", "a.gguf", "GGUF\x03", "GGUF model");
        row("safetensors", "a.safetensors", bytes("\x40\x01\0\0\0\0\0\0{\"a\""), "safetensors file");
        row("UTF-16 without a mark", "u.txt", bytes("o\0n\0e\0 \0t\0w\0o\0"), "seems to be UTF-16LE");
        row("UTF-32", "u.txt", bytes("\xff\xfe\0\0o\0\0\0"), "UTF-32");
        row("half of UTF-16", "u.txt", bytes("\xff\xfeo\0\x3d\xd8"), "byte 4 (line 1) is half of a character");
        row("NUL", "n.txt", bytes("one\ntwo\0three"), "byte 7 (line 2) is a NUL byte");
        row("Windows-1252", "w.txt", "one\ntw\xf6 three", "byte 6 (line 2) is not valid UTF-8; convert the file");
        row("broken array", "a.json", "[{\"text\": \"one\"}\n {\"text\": \"two\"}]", "line 2: there is no comma");
        row("open array", "a.json", "[{\"text\": \"one\"},\n", "line 2: the array is not closed");
        row("open record", "a.json", "[{\"text\": \"one\"},\n{\"text\": \"tw", "line 2: the record is not closed");
        row("behind the array", "a.json", "[{\"text\": \"one\"}] more", "something follows the array");
        row("numbers in the array", "a.json", "[{\"text\": \"one\"}, 2]", "a record is not an object");
        row("one object", "a.json", "{\n \"text\": \"one\"\n}", "line 1: is a JSON object over several lines");
        row("text as JSON lines", "a.jsonl", "Once upon a time.", "line 1: does not start as JSON objects");
        row("text as CSV", "a.csv", "Once upon a time, there was.\nIt was.\n", "line 1: does not start as a table");
        row("number of fields", "a.csv", QByteArray("id,text\n") + QByteArray("1,two\n").repeated(20'000) + "3\n",
            "line 20002: has 1 fields; the first line names 2");
        row("quote inside", "a.csv", QByteArray("id,text\n") + QByteArray("1,two\n").repeated(20'000) + "3,a \"b\" c\n",
            "line 20002: a quote stands inside a field");
        row("open quote", "a.csv", QByteArray("id,text\n") + QByteArray("1,two\n").repeated(20'000) + "3,\"a b\n",
            "line 20002: a quote is opened and never closed");
        row("not a string", "a.jsonl", "{\"text\": \"a\"}\n{\"text\": 3}",
            "line 2: the field \"text\" is not a string");
    }
    void refuses()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, says);
        const Result<Read> found = read(name.toStdString(), content.toStdString());
        QVERIFY(!found.has_value());
        const QByteArray message = QByteArray::fromStdString(found.error().message);
        QVERIFY2(message.contains(says) && message.contains(name), message.constData());
        QVERIFY(found.error().code == ErrorCode::BadFile);
    }
    void readsManyRecords()
    {
        std::string lines, array = "[", table = "text,number\n", wanted;
        for (int i = 0; i < 30'000; ++i) {
            const std::string text = "record " + std::to_string(i);
            lines += "{\"text\": \"" + text + "\"}\n";
            array += (i > 0 ? "," : "") + ("{\"text\": \"" + text + "\"}\n");
            table += text + "," + std::to_string(i) + "\n";
            wanted += (i > 0 ? "\n\n" : "") + text;
        }
        for (const auto& content : { lines, array + "]", table }) {
            const Result<Read> found = read("many", content);
            QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
            QVERIFY(found->text == wanted);
            QCOMPARE(found->reading.records, std::int64_t { 30'000 });
        }
    }
};

QTEST_GUILESS_MAIN(TestTextFile)
#include "tst_text_file.moc"
