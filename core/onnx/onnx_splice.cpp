// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_splice.h"

#include <algorithm>

#include "core/checkpoint/onnx_proto.h"

namespace kerf::core {
namespace {

using Branches = std::map<const onnx::NodeProto*, const onnx::GraphProto*>;

/// Names that a branch makes, by what the main graph calls them.
struct Renames {
    const Renames* outer = nullptr;
    std::map<std::string, std::string> names {};

    std::string of(const std::string& name) const
    {
        const auto found = names.find(name);
        return found != names.end() ? found->second : outer ? outer->of(name) : name;
    }
};

class Splicer {
public:
    Splicer(OnnxDraft& draft, const Branches& branches)
        : m_draft(draft)
        , m_branches(branches)
    {
    }

    void run()
    {
        const onnx::GraphProto& source = m_draft.source().onnx()->graph();
        takeNames(source);
        std::vector<onnx::NodeProto*> replaced;
        for (const onnx::NodeProto& node : source.node()) {
            if (!m_branches.contains(&node))
                continue;
            replaced.push_back(m_draft.copyOf(node));
            splice(node, {});
        }
        // What they made is made by the branches now: nothing is left of them.
        for (onnx::NodeProto* node : replaced)
            m_draft.removeNode(*node);
    }

private:
    void takeNames(const onnx::GraphProto& graph)
    {
        for (const onnx::ValueInfoProto& input : graph.input())
            m_taken.insert(input.name());
        for (const onnx::TensorProto& tensor : graph.initializer())
            m_taken.insert(tensor.name());
        for (const onnx::NodeProto& node : graph.node()) {
            m_taken.insert(node.name());
            m_taken.insert(node.output().begin(), node.output().end());
        }
    }

    /// The nodes of the branch that a node took. `outer`: names of the graph in which it stands.
    void splice(const onnx::NodeProto& node, const Renames& outer)
    {
        const onnx::GraphProto& branch = *m_branches.at(&node);
        Renames renames { &outer };
        nameOutputs(node, branch, renames);
        for (const onnx::TensorProto& tensor : branch.initializer()) {
            onnx::TensorProto& copy = *m_draft.graph().add_initializer();
            copy = tensor;
            copy.set_name(nameOf(tensor.name(), renames));
        }
        for (const onnx::NodeProto& inner : branch.node())
            for (const std::string& made : inner.output())
                if (!made.empty())
                    nameOf(made, renames);
        for (const onnx::NodeProto& inner : branch.node())
            copyNode(inner, renames);
        for (int i = 0; i < node.output_size(); ++i)
            if (const std::string made = renames.of(branch.output(i).name()); made != outer.of(node.output(i)))
                addIdentity(made, outer.of(node.output(i)));
    }

    /// What nodes of the branch make as its outputs they make under the names that the If gave these.
    static void nameOutputs(const onnx::NodeProto& node, const onnx::GraphProto& branch, Renames& renames)
    {
        for (int i = 0; i < node.output_size(); ++i) {
            const std::string& inner = branch.output(i).name();
            const bool isMade = std::ranges::any_of(branch.node(), [&](const onnx::NodeProto& maker) {
                return std::ranges::find(maker.output(), inner) != maker.output().end();
            });
            if (isMade)
                renames.names.emplace(inner, renames.outer->of(node.output(i)));
        }
    }

    std::string nameOf(const std::string& inner, Renames& renames)
    {
        const auto [found, isNew] = renames.names.try_emplace(inner, inner);
        if (isNew && !m_taken.insert(inner).second)
            found->second = m_draft.freeName(inner);
        return found->second;
    }

    void copyNode(const onnx::NodeProto& inner, const Renames& renames)
    {
        if (m_branches.contains(&inner))
            return splice(inner, renames);
        onnx::NodeProto& copy = *m_draft.graph().add_node();
        copy = inner;
        if (!inner.name().empty() && !m_taken.insert(inner.name()).second)
            copy.set_name(m_draft.freeName(inner.name()));
        for (std::string& input : *copy.mutable_input())
            input = renames.of(input);
        for (std::string& output : *copy.mutable_output())
            output = renames.of(output);
        m_draft.setCopy(inner, copy);
    }

    void addIdentity(const std::string& from, const std::string& to)
    {
        onnx::NodeProto& node = *m_draft.graph().add_node();
        node.set_op_type("Identity");
        node.set_name(m_draft.freeName(to + "/Identity"));
        node.add_input(from);
        node.add_output(to);
    }

    OnnxDraft& m_draft;
    const Branches& m_branches;
    std::set<std::string> m_taken; ///< names of the main graph, by now
};

} // namespace

void spliceBranches(OnnxDraft& draft, const Branches& branches)
{
    Splicer(draft, branches).run();
}

} // namespace kerf::core
