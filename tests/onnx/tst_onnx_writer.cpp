// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/random.h"
#include "core/model/onnx_network.h"
#include "core/onnx/node_order.h"
#include "core/onnx/onnx_array.h"
#include "core/onnx/onnx_splice.h"
#include "core/onnx/onnx_writer.h"
#include "core/onnx/opset_raise.h"
#include "tests/support/onnx_build.h"
#include "tests/support/run_samples.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
using namespace kerf::test;
namespace fs = std::filesystem;

namespace {

const fs::path kCases = KERF_SOURCE_DIR "/tests/data/onnx/cases.jsonl";
const char* const kNetworks[] = { "conformance/onnx/cnn-depthwise/model.onnx",
    "conformance/onnx/cnn-residual/model.onnx", "conformance/onnx/gru/model.onnx", "conformance/onnx/lstm/model.onnx",
    "conformance/onnx/vit/model.onnx", "models/digits-cnn/model.onnx", "models/digits-lstm/model.onnx",
    "models/resnet20-cifar10/resnet20.onnx", "models/face-detector-rfb320/version-RFB-320.onnx",
    "models/face-detector-rfb320/version-RFB-320_simplified.onnx", "models/silero-vad/silero_vad_16k_op15.onnx" };

std::string messageOf(const Status& status)
{
    return status ? std::string() : status.error().message;
}

/// A sample that the shapes of the inputs decide.
Batch sampleFor(const OnnxGraph& graph)
{
    Batch batch;
    batch.lengths = { 1 };
    CounterRng random(5);
    for (const OnnxPort& port : graph.inputs) {
        Batch::Input input;
        std::int64_t count = 1;
        for (const std::int64_t size : port.dims)
            count *= size;
        if (isWholeNumber(port.type))
            input.indices.assign(static_cast<std::size_t>(count), 1);
        input.rows.resize(1, count);
        for (Eigen::Index i = 0; i < input.rows.size(); ++i)
            input.rows.data()[i] = static_cast<float>(random.uniform() - 0.5);
        if (!input.indices.empty())
            input.rows.resize(0, 0);
        batch.inputs.push_back(std::move(input));
    }
    return batch;
}

/// Outputs of a file for that sample.
Result<std::vector<Matrix>> outputsOf(const fs::path& path, const OnnxSizes& sizes)
{
    KERF_TRY(const Checkpoint checkpoint, Checkpoint::open(path));
    KERF_TRY(OnnxGraph graph, readOnnxGraph(checkpoint, sizes));
    const Batch batch = sampleFor(graph);
    return runSamples(*networkOf(checkpoint, std::move(graph)).value().opened.network, batch);
}

} // namespace

/// ONNX files that are written again, as they are and changed, read back by the reader of strangers' files.
class TestOnnxWriter : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path folder() const { return m_folder.path().toStdString(); }

    static OnnxSizes sizesFor(const fs::path& path)
    {
        return path.filename().string().starts_with("silero") ? OnnxSizes { { "sequence", 576 } } : OnnxSizes {};
    }

    /// Every case of the operators' test as a file, and every network of the shared data.
    void addFiles()
    {
        QTest::addColumn<QString>("path");
        std::ifstream file(kCases);
        for (std::string line; std::getline(file, line);) {
            const Json data = Json::parse(line);
            const std::string name = data.at("name").get<std::string>();
            std::string plain = name;
            std::ranges::replace(plain, '/', '-');
            const fs::path path = folder() / (plain + ".onnx");
            const QByteArray model
                = QByteArray::fromBase64(QByteArray::fromStdString(data.at("model").get<std::string>()));
            std::ofstream(path, std::ios::binary).write(model.data(), model.size());
            QTest::newRow(name.c_str()) << QString::fromStdString(path.string());
        }
        const fs::path shared = sharedData();
        for (const char* network : kNetworks)
            if (!shared.empty())
                QTest::newRow(network) << QString::fromStdString((shared / network).string());
    }

    /// Writes a draft, and compares what the file gives with what the source gives, to the bit.
    void compare(OnnxDraft& draft, const fs::path& source, std::uint64_t mostInside = kMostOnnxBytes)
    {
        QCOMPARE(messageOf(draft.finish()), std::string());
        const auto writer = OnnxWriter::plan(draft, "written.onnx", mostInside);
        QVERIFY2(writer.has_value(), writer ? "" : writer.error().message.c_str());
        const auto hashes = writer->write(folder(), {});
        QVERIFY2(hashes.has_value(), hashes ? "" : hashes.error().message.c_str());
        std::int64_t bytes = 0;
        for (const auto& [name, hash] : *hashes)
            bytes += static_cast<std::int64_t>(fs::file_size(folder() / name));
        QCOMPARE(bytes, writer->bytes());
        const auto expected = outputsOf(source, sizesFor(source));
        const auto made = outputsOf(folder() / "written.onnx", sizesFor(source));
        QVERIFY2(expected.has_value(), expected ? "" : expected.error().message.c_str());
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QCOMPARE(made->size(), expected->size());
        for (std::size_t i = 0; i < made->size(); ++i) {
            QCOMPARE((*made)[i].size(), (*expected)[i].size());
            const auto size = static_cast<std::size_t>((*made)[i].size()) * sizeof(float);
            QVERIFY2(std::memcmp((*made)[i].data(), (*expected)[i].data(), size) == 0,
                qPrintable(QString("output %1 differs").arg(i)));
        }
        QCOMPARE(brokenRule(loadOnnx(folder() / "written.onnx").graph()), std::string());
    }

    static RankOf ranksOf(const OnnxGraph& graph)
    {
        return [&graph](const std::string& name) -> std::optional<std::size_t> {
            for (const Value& value : graph.graph.values())
                if (value.name == name)
                    return value.type.shape.size();
            return std::nullopt;
        };
    }

private slots:
    void asItWas_data() { addFiles(); }

    /// Without a change every tensor keeps its bytes and every node its own.
    void asItWas()
    {
        QFETCH(QString, path);
        const fs::path source = path.toStdString();
        const auto checkpoint = Checkpoint::open(source);
        QVERIFY(checkpoint.has_value());
        OnnxDraft draft(*checkpoint);
        compare(draft, source);
        const auto written = Checkpoint::open(folder() / "written.onnx");
        QVERIFY(written.has_value());
        QCOMPARE(written->tensors().size(), checkpoint->tensors().size());
        for (const auto& [name, info] : checkpoint->tensors()) {
            QVERIFY2(written->find(name), name.c_str());
            QVERIFY2(*written->bytes(name) == *checkpoint->bytes(name), name.c_str());
        }
        std::multiset<std::string> nodes, expected;
        for (const onnx::NodeProto& node : checkpoint->onnx()->graph().node())
            expected.insert(node.SerializeAsString());
        for (const onnx::NodeProto& node : written->onnx()->graph().node())
            nodes.insert(node.SerializeAsString());
        QVERIFY(nodes == expected);
    }

    void raised_data() { addFiles(); }

    /// In operator set 13, and 21, the same network: same bits.
    void raised()
    {
        QFETCH(QString, path);
        const fs::path source = path.toStdString();
        const auto checkpoint = Checkpoint::open(source);
        QVERIFY(checkpoint.has_value());
        const auto graph = readOnnxGraph(*checkpoint, sizesFor(source));
        QVERIFY2(graph.has_value(), graph ? "" : graph.error().message.c_str());
        for (const std::int64_t set : { 13, 21 }) {
            OnnxDraft draft(*checkpoint);
            const std::int64_t from = draft.operatorSet("");
            const Status status = raiseOperatorSet(draft, set, ranksOf(*graph));
            if (checkpoint->onnx()->functions_size() > 0 && from < set) {
                QVERIFY(!status && status.error().message.find("local functions") != std::string::npos);
                continue;
            }
            QCOMPARE(messageOf(status), std::string());
            QCOMPARE(draft.operatorSet(""), std::max(from, set));
            compare(draft, source);
        }
    }

    void inAFileBeside()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const fs::path source = shared / "models/digits-cnn/model.onnx";
        const auto checkpoint = Checkpoint::open(source);
        OnnxDraft draft(*checkpoint);
        compare(draft, source, 0);
        const auto written = Checkpoint::open(folder() / "written.onnx");
        QVERIFY(written.has_value());
        QCOMPARE(written->files().size(), std::size_t { 2 });
        int beside = 0;
        for (const auto& [name, info] : written->tensors()) {
            QVERIFY2(*written->bytes(name) == *checkpoint->bytes(name), name.c_str());
            QCOMPARE(info.file, std::size_t { info.bytes >= 1024 ? 1U : 0U });
            beside += static_cast<int>(info.file);
            QVERIFY(info.file == 0 || info.offset % 4096 == 0);
        }
        QCOMPARE(beside, 3);
        // Small files keep everything inside.
        fs::remove(folder() / "written.onnx.data");
        OnnxDraft again(*checkpoint);
        compare(again, source);
        QVERIFY(!fs::exists(folder() / "written.onnx.data"));
    }

    /// In any order of the file, and as it is where that is one.
    void nodesAreSorted()
    {
        OnnxBuild build;
        build.input("x", { 1, 4 }).random("w", { 4, 4 }).output("y");
        build.node("Relu", { "a" }, { "b" }).node("Neg", { "x" }, { "side" }).node("MatMul", { "x", "w" }, { "a" });
        build.node("Add", { "b", "side" }, { "y" });
        const fs::path path = folder() / "unsorted.onnx";
        build.save(path);
        const auto checkpoint = Checkpoint::open(path);
        OnnxDraft draft(*checkpoint);
        compare(draft, path);
        std::vector<std::string> order;
        const onnx::ModelProto written = loadOnnx(folder() / "written.onnx");
        for (const onnx::NodeProto& node : written.graph().node())
            order.push_back(node.op_type());
        QCOMPARE(order, (std::vector<std::string> { "MatMul", "Relu", "Neg", "Add" }));
        onnx::GraphProto cycle;
        for (const auto& [from, to] : { std::pair("p", "q"), { "q", "p" } }) {
            onnx::NodeProto& node = *cycle.add_node();
            node.add_input(from);
            node.add_output(to);
        }
        QVERIFY(!sortNodes(cycle));
    }

    /// What nothing reads any more goes, what nothing ever read stays.
    void unreadParts()
    {
        OnnxBuild build;
        build.input("x", { 1, 4 }).random("w", { 4, 4 }).random("idle", { 3 }).random("two", { 4 }).output("y");
        build.node("Neg", { "two" }, { "minus" }).node("MatMul", { "x", "w" }, { "a" });
        build.node("Add", { "a", "minus" }, { "y" }).node("Relu", { "a" }, { "nobody" });
        build.input("idle", { 3 }).input("w", { 4, 4 }); // as files of before IR 4 list them
        const fs::path path = folder() / "unread.onnx";
        build.save(path);
        const auto checkpoint = Checkpoint::open(path);
        OnnxDraft draft(*checkpoint);
        const std::string zeros = draft.addNumbers("minus", { 4 }, { 0, 0, 0, 0 });
        QCOMPARE(zeros, std::string("minus_2"));
        draft.replaceReads("minus", zeros, {});
        QCOMPARE(messageOf(draft.finish()), std::string());
        std::set<std::string> tensors, makes;
        for (const onnx::TensorProto& tensor : draft.model().graph().initializer())
            tensors.insert(tensor.name());
        for (const onnx::NodeProto& node : draft.model().graph().node())
            makes.insert(node.output(0));
        QCOMPARE(tensors, (std::set<std::string> { "idle", "minus_2", "w" }));
        QCOMPARE(makes, (std::set<std::string> { "a", "nobody", "y" }));
        QCOMPARE(draft.model().graph().input_size(), 1);
        QCOMPARE(draft.fate().gone, (std::set<std::string> { "two" }));
    }

    /// Branches that were taken stand in place of every If: nested ones too, with names that both have.
    void branches()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const fs::path source = shared / "models/silero-vad/silero_vad_16k_op15.onnx";
        const auto checkpoint = Checkpoint::open(source);
        const auto graph = readOnnxGraph(*checkpoint, sizesFor(source));
        QVERIFY(graph.has_value());
        QVERIFY(!graph->branches.empty());
        OnnxDraft draft(*checkpoint);
        spliceBranches(draft, graph->branches);
        compare(draft, source);
        for (const onnx::NodeProto& node : draft.model().graph().node())
            QVERIFY(node.op_type() != "If");
        for (const auto& [layer, origin] : graph->origins)
            QVERIFY2(origin && draft.copyOf(*origin), layer.c_str());
    }

    /// Two branches that call what they make the same; one in the other; outputs that are made once, or outside.
    void branchesWithTheSameNames()
    {
        OnnxBuild build;
        build.input("x", { 1, 4 });
        onnx::TensorProto& yes = *build.model().mutable_graph()->add_initializer();
        yes.set_name("yes");
        yes.set_data_type(onnx::TensorProto::BOOL);
        yes.set_raw_data("\x01");
        const auto branch
            = [](const std::string& op, const std::string& read, const std::vector<std::string>& outputs) {
                  OnnxBuild made;
                  made.tensor("two", { 4 }, { 2, 3, 4, 5 }).node("Mul", { read, "two" }, { "times" });
                  made.node(op, { "times" }, { "inner" });
                  for (const std::string& output : outputs)
                      made.output(output);
                  return made.model().graph();
              };
        const auto choose
            = [](onnx::GraphProto& graph, const onnx::GraphProto& taken, const std::vector<std::string>& made) {
                  onnx::NodeProto& node = *graph.add_node();
                  node.set_op_type("If");
                  node.add_input("yes");
                  for (const std::string& name : made)
                      node.add_output(name);
                  for (const char* name : { "then_branch", "else_branch" }) {
                      onnx::AttributeProto& attribute = *node.add_attribute();
                      attribute.set_name(name);
                      attribute.set_type(onnx::AttributeProto::GRAPH);
                      *attribute.mutable_g() = taken;
                  }
              };
        onnx::GraphProto& graph = *build.model().mutable_graph();
        choose(graph, branch("Tanh", "x", { "inner", "inner" }), { "a", "b" });
        onnx::GraphProto outer = branch("Neg", "b", { "c_inner", "inner", "x" });
        choose(outer, branch("Exp", "b", { "inner" }), { "c_inner" });
        choose(graph, outer, { "c", "d", "e" });
        build.node("Sum", { "a", "c", "d", "e" }, { "y" }).output("y").output("b");
        const fs::path path = folder() / "branches.onnx";
        build.save(path);
        const auto checkpoint = Checkpoint::open(path);
        QVERIFY2(checkpoint.has_value(), checkpoint ? "" : checkpoint.error().message.c_str());
        const auto read = readOnnxGraph(*checkpoint);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        OnnxDraft draft(*checkpoint);
        spliceBranches(draft, read->branches);
        compare(draft, path);
        QVERIFY(std::ranges::none_of(
            draft.model().graph().node(), [](const auto& node) { return node.op_type() == "If"; }));
        // Tensors of branches are found under their new names.
        const auto written = Checkpoint::open(folder() / "written.onnx");
        int found = 0;
        for (const auto& [key, name] : draft.fate().renamed) {
            QVERIFY2(written->find(name) && *written->bytes(name) == *checkpoint->bytes(key), name.c_str());
            ++found;
        }
        QCOMPARE(found, 2);
    }
};

QTEST_GUILESS_MAIN(TestOnnxWriter)
#include "tst_onnx_writer.moc"
