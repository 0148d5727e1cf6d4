// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/exporters/convert.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path source;
    std::string target;
    fs::path out;
    bool roundScales = false;
};

/// Layers whose weights moved.
std::string errorsText(const Conversion& conversion)
{
    Table table({ "layer", "error" });
    std::size_t kept = 0;
    for (const auto& [layer, error] : conversion.errors) {
        if (error > 0)
            table.add({ layer, fmt::format("{:.2g}", error) });
        else
            ++kept;
    }
    if (conversion.errors.empty())
        return {};
    if (kept == conversion.errors.size())
        return "  " + keptText(conversion) + "\n";
    return fmt::format("\n{} of {} layers kept their weights bit for bit; the others moved by this part of their size:"
                       "\n\n{}",
        kept, conversion.errors.size(), table.text());
}

Result<Outcome> convert(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Exporter* target, findExporter(options.target));
    KERF_TRY(const Model model, openModel(options.source));
    for (const Note& note : model.notes)
        if (note.kind != NoteKind::Quantized) // which is why it is here
            invocation.job().log(LogLevel::Warning, note.text);
    KERF_TRY(const Conversion conversion,
        convertModel(model, *target, { options.roundScales }, options.out, invocation.job()));
    const ExportReport& report = conversion.report;
    Outcome outcome;
    outcome.json = { { "source", options.source.string() }, { "from", conversion.from }, { "to", options.target },
        { "out", report.folder.string() }, { "size_bytes", report.bytes }, { "tensors", report.tensorsWritten },
        { "layers_verified", report.layersVerified }, { "errors", conversion.errors }, { "notes", report.notes } };
    outcome.text = fmt::format("{} -> {}\n{}: {} in {} tensors; {} layers read back and equal to what was written\n",
        conversion.from, options.target, report.folder.string(), sizeText(report.bytes), report.tensorsWritten,
        report.layersVerified);
    for (const std::string& note : report.notes)
        outcome.text += "  " + note + "\n";
    outcome.text += errorsText(conversion);
    return outcome;
}

} // namespace

void addConvert(CommandLine& line)
{
    CLI::App* verb = line.addVerb("convert",
        "Write a quantized folder or GGUF file as another target with its own codes, or a float model as GGUF",
        "  kerf-cli convert GPTQ-FOLDER --to awq --out FOLDER\n  kerf-cli convert model.gguf --to hf --out FOLDER\n"
        "Codes, scales and zero points are kept bit for bit, or the conversion is refused with the reason; to gguf "
        "and hf\n"
        "it says for each layer what is lost.\nTargets:\n"
            + targetSummaries());
    auto options = std::make_shared<Options>();
    verb->add_option("SOURCE", options->source, "Quantized folder or GGUF file; float folder for gguf")->required();
    verb->add_option("--to", options->target, "Target: " + targetNames())->type_name("TARGET")->required();
    verb->add_option("--out", options->out, "New folder; an existing one is refused")->type_name("FOLDER")->required();
    verb->add_flag("--round-scales", options->roundScales,
        "Round scales that the target's float16 cannot hold, and say for each layer what it costs");
    line.onChosen(verb, [options](Invocation& invocation) { return convert(*options, invocation); });
}

} // namespace kerf::cli
