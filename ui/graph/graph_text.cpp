// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/graph_text.h"

#include <QCoreApplication>
#include <QLocale>

#include "core/format/layer_format.h"
#include "core/graph/op.h"
#include "core/graph/operator_name.h"
#include "core/graph/ops/patches.h"
#include "ui/graph/graph_model.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(GraphView)
};

const core::Graph& networkGraph(const GraphModel& model)
{
    return model.document().network()->graph();
}

const ShownNode& shownOf(const GraphModel& model, const NearNode& near)
{
    return model.graph().node(near.node);
}

QString formatOf(const GraphModel& model, const ShownNode& node)
{
    return toQt(model.document().plan().layers[static_cast<std::size_t>(node.layer)].format);
}

/// "model.layers.3.self_attn.q_proj" of block 3 is "3.self_attn.q_proj"; other names stay whole.
QString shortName(const core::LayerInfo& layer)
{
    const QString name = toQt(layer.name);
    const qsizetype at = name.indexOf(QStringLiteral(".%1.").arg(layer.block));
    return at < 0 ? name : name.mid(at + 1);
}

QString operatorOf(const GraphModel& model, const ShownNode& node)
{
    if (node.kind == ShownNode::Kind::Input)
        return Words::tr("Input");
    if (node.kind == ShownNode::Kind::Output)
        return Words::tr("Output");
    const core::Graph& graph = networkGraph(model);
    return toQt(core::operatorName(graph, graph.node(node.node)));
}

QString nameOf(const GraphModel& model, const ShownNode& node)
{
    if (node.layer >= 0)
        return shortName(networkGraph(model).layers()[static_cast<std::size_t>(node.layer)]);
    return operatorOf(model, node);
}

/// "Conv 3 × 3, 64 → 16", "Linear, 256 → 768".
QString layerOperation(const GraphModel& model, const ShownNode& node)
{
    const core::Graph& graph = networkGraph(model);
    const core::LayerInfo& layer = graph.layers()[static_cast<std::size_t>(node.layer)];
    const core::NodeId before = graph.value(graph.node(node.node).inputs[0]).producer;
    std::int64_t channels = layer.shape.cols * layer.groups;
    QString name = operatorOf(model, node);
    if (before >= 0 && graph.node(before).op == &core::patchesOp()) {
        const auto& patches = core::attributesOf<core::Patches>(graph.node(before));
        channels /= patches.kernelHeight * patches.kernelWidth;
        name = QStringLiteral("%1 %2×%3").arg(name).arg(patches.kernelHeight).arg(patches.kernelWidth);
        if (patches.strideY > 1)
            name += QStringLiteral(" /%1").arg(patches.strideY);
        if (patches.dilationY > 1)
            name += QStringLiteral(" dil %1").arg(patches.dilationY);
    }
    return QStringLiteral("%1, %2 → %3").arg(name).arg(channels).arg(layer.shape.rows);
}

/// What a node that is no layer gives to its readers.
QString givenForm(const GraphModel& model, const ShownNode& node)
{
    bool isRounded = !node.outputs.empty();
    for (const int edge : node.outputs) {
        if (model.fact(edge).rule == EdgeRule::RoundedBetween)
            return Words::tr("bytes");
        isRounded = isRounded && model.fact(edge).isRounded();
    }
    return isRounded ? Words::tr("rounded") : Words::tr("float");
}

/// "BatchNorm, Relu → " behind a layer that has them.
QString tailText(const GraphModel& model, const ShownNode& node)
{
    const core::Graph& graph = networkGraph(model);
    QStringList names;
    for (const core::NodeId id : node.tail)
        names << toQt(core::operatorName(graph, graph.node(id)));
    return names.isEmpty() ? QString() : names.join(QStringLiteral(", ")) + QStringLiteral(" → ");
}

NodeLines blockLines(const GraphModel& model, const NearNode& near)
{
    const std::vector<int>& nodes = model.graph().block(near.block);
    int layers = 0;
    QString format;
    for (const int id : nodes) {
        const ShownNode& node = model.graph().node(id);
        if (node.layer < 0)
            continue;
        const QString own = formatOf(model, node);
        format = layers++ == 0 || format == own ? own : Words::tr("mixed");
    }
    const QString last = valueShape(networkGraph(model).value(model.graph().node(nodes.back()).value));
    return { Words::tr("Block %1").arg(near.block), Words::tr("%n layer(s)", nullptr, layers), format, last };
}

QString layerName(const GraphModel& model, int layer)
{
    return toQt(networkGraph(model).layers()[static_cast<std::size_t>(layer)].name);
}

/// A rule, with what the selected run found for the layer, where it fixed something.
QString withStep(const GraphModel& model, const QString& rule, int layer)
{
    const InputRounding* rounding = model.measured(layer);
    return rounding ? Words::tr("%1: step %2 and zero point %3 in the selected run")
                          .arg(rule, numberText(static_cast<double>(rounding->step)))
                          .arg(rounding->zero)
                    : rule;
}

QString roundedText(const GraphModel& model, const ShownEdge& edge, const EdgeFact& fact)
{
    const ShownNode& to = model.graph().node(edge.to);
    if (fact.rule == EdgeRule::RoundedByLayer) {
        const QString format = formatOf(model, to);
        const auto parsed = core::parseLayerFormat(format.toStdString());
        const QString rule = Words::tr("rounded by the layer that reads it (%1)")
                                 .arg(parsed ? toQt(std::string(core::activationName(parsed->activation))) : format);
        return withStep(model, rule, to.layer);
    }
    const QString maker = nameOf(model, model.graph().node(edge.from));
    if (fact.layer < 0)
        return Words::tr("rounded: result of %1 in bytes, its range measured").arg(maker);
    const QString rule = Words::tr("rounded: result of %1 in bytes, with scale and zero point of what %2 reads")
                             .arg(maker, layerName(model, fact.layer));
    return withStep(model, rule, fact.layer);
}

QString listOf(const GraphModel& model, const ShownNode& node, bool isBefore)
{
    QStringList names;
    for (const int edge : isBefore ? node.inputs : node.outputs)
        names << nameOf(
            model, model.graph().node(isBefore ? model.graph().edge(edge).from : model.graph().edge(edge).to));
    return QLocale().createSeparatedList(names);
}

} // namespace

QString valueShape(const core::Value& value)
{
    using Kind = core::RowSpace::Kind;
    const core::ValueType& type = value.type;
    QStringList dims;
    if (type.rows.kind == Kind::Tokens)
        dims << Words::tr("tokens");
    else if (type.rows.kind == Kind::Routed)
        dims << Words::tr("routed tokens");
    else if (type.rows.count > 1)
        dims << QLocale().toString(qlonglong(type.rows.count));
    const bool hasBatch = type.rows.kind == Kind::PerSample && type.shape.size() > 1 && type.shape.front() == 1;
    for (std::size_t i = hasBatch ? 1 : 0; i < type.shape.size(); ++i)
        dims << QLocale().toString(qlonglong(type.shape[i]));
    return dims.isEmpty() ? QStringLiteral("1") : dims.join(QStringLiteral(" × "));
}

NodeLines nodeLines(const GraphModel& model, const NearNode& near)
{
    if (near.isBlock())
        return blockLines(model, near);
    const ShownNode& node = shownOf(model, near);
    const core::Value& value = networkGraph(model).value(node.value);
    NodeLines lines { nameOf(model, node), toQt(value.name), {}, tailText(model, node) + valueShape(value) };
    if (node.layer >= 0) {
        lines.operation = layerOperation(model, node);
        lines.format = formatOf(model, node);
    } else {
        lines.format = givenForm(model, node);
        if (lines.operation.isEmpty() && node.block >= 0)
            lines.operation = Words::tr("Block %1").arg(node.block);
    }
    return lines;
}

QString ruleText(const GraphModel& model, int at)
{
    const ShownEdge& edge = model.graph().edge(at);
    const EdgeFact& fact = model.fact(at);
    const ShownNode& from = model.graph().node(edge.from);
    switch (fact.rule) {
    case EdgeRule::RoundedByLayer:
    case EdgeRule::RoundedBetween:
        return roundedText(model, edge, fact);
    case EdgeRule::Output:
        return Words::tr("float: results of the network stay float");
    case EdgeRule::FloatLayer:
        return Words::tr("float: the layer that reads it multiplies float inputs (%1)")
            .arg(formatOf(model, model.graph().node(edge.to)));
    case EdgeRule::NoBytes:
        return Words::tr("float: no layer of the plan reads bytes, so nothing between layers is rounded");
    case EdgeRule::BetweenOff:
        return Words::tr("float: the plan rounds nothing between layers");
    case EdgeRule::Input:
        return Words::tr("float: inputs of the network are rounded by layers alone");
    case EdgeRule::NormLeft:
        return Words::tr("float: the BatchNorm behind %1 is not folded").arg(nameOf(model, from));
    case EdgeRule::FloatMaker:
        return Words::tr("float: %1 in %2 gives float").arg(nameOf(model, from), formatOf(model, from));
    case EdgeRule::FloatOperator:
        return Words::tr("float: %1 stays float").arg(operatorOf(model, from));
    case EdgeRule::MixedInputs:
        return Words::tr("float: not every input of %1 is in bytes").arg(nameOf(model, from));
    case EdgeRule::NoWayBack:
        break;
    }
    return Words::tr("float: it comes to no layer of bytes again");
}

QString nodeCard(const GraphModel& model, const NearNode& near)
{
    const NodeLines lines = nodeLines(model, near);
    QStringList rows { QStringLiteral("<b>%1</b>").arg(lines.name.toHtmlEscaped()) };
    if (near.isBlock())
        return (rows << lines.operation << lines.format << Words::tr("F opens the block.")).join("<br>");
    const ShownNode& node = shownOf(model, near);
    if (node.layer >= 0) {
        const auto format = core::parseLayerFormat(lines.format.toStdString());
        rows[0] = QStringLiteral("<b>%1</b>").arg(layerName(model, node.layer).toHtmlEscaped());
        rows << lines.operation
             << QStringLiteral("%1: %2").arg(
                    lines.format, format ? toQt(format->summary()).toHtmlEscaped() : QString());
    } else if (!lines.operation.isEmpty()) {
        rows << lines.operation.toHtmlEscaped();
    }
    rows << Words::tr("gives %1").arg(lines.below.toHtmlEscaped());
    for (const int edge : node.inputs)
        rows << QStringLiteral("← ") + ruleText(model, edge).toHtmlEscaped();
    if (near.moreBefore + near.moreBehind > 0)
        rows << Words::tr("%n edge(s) go on outside of the view.", nullptr, near.moreBefore + near.moreBehind);
    return rows.join(QStringLiteral("<br>"));
}

QString nodeNote(const GraphModel& model, const NearNode& near)
{
    QStringList rules;
    const std::vector<int> alone { near.node };
    for (const int node : near.isBlock() ? model.graph().block(near.block) : alone)
        for (const int edge : model.graph().node(node).inputs)
            if (!near.isBlock() || model.graph().node(model.graph().edge(edge).from).block != near.block)
                rules << ruleText(model, edge);
    rules.removeDuplicates();
    return rules.isEmpty() ? Words::tr("nothing") : rules.join(QStringLiteral(" · "));
}

QString edgeCard(const GraphModel& model, const NearEdge& edge)
{
    const int at = model.telling(edge);
    const ShownEdge& shown = model.graph().edge(at);
    const EdgeFact& fact = model.fact(at);
    const core::Value& value = networkGraph(model).value(fact.value < 0 ? shown.path.front() : fact.value);
    QStringList rows { QStringLiteral("<b>%1 → %2</b>")
                           .arg(nameOf(model, model.graph().node(shown.from)).toHtmlEscaped(),
                               nameOf(model, model.graph().node(shown.to)).toHtmlEscaped()) };
    rows << (value.name.empty() ? valueShape(value)
                                : QStringLiteral("%1, %2").arg(toQt(value.name).toHtmlEscaped(), valueShape(value)));
    rows << ruleText(model, at).toHtmlEscaped();
    if (edge.edges.size() > 1)
        rows << Words::tr("One of %n edge(s) between the two.", nullptr, static_cast<int>(edge.edges.size()));
    return rows.join(QStringLiteral("<br>"));
}

QString nodeDescription(const GraphModel& model, const NearNode& near)
{
    const NodeLines lines = nodeLines(model, near);
    if (near.isBlock())
        return QStringLiteral("%1, %2, %3").arg(lines.name, lines.operation, lines.format);
    const ShownNode& node = shownOf(model, near);
    return Words::tr("%1, %2, %3. Fed by: %4. Read by: %5.")
        .arg(lines.name, lines.operation, lines.format, listOf(model, node, true), listOf(model, node, false));
}

QList<QStringList> graphTable(const GraphModel& model)
{
    QList<QStringList> rows { { "from", "to", "tensor", "shape", "rounded", "rule" } };
    for (const NearEdge& near : model.view().edges)
        for (const int at : near.edges) {
            const ShownEdge& edge = model.graph().edge(at);
            const core::ValueId id = model.fact(at).value < 0 ? edge.path.front() : model.fact(at).value;
            const core::Value& value = networkGraph(model).value(id);
            rows << QStringList { nameOf(model, model.graph().node(edge.from)),
                nameOf(model, model.graph().node(edge.to)), toQt(value.name), valueShape(value),
                model.fact(at).isRounded() ? "1" : "0", ruleText(model, at) };
        }
    return rows;
}

} // namespace kerf::ui
