// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/format_menu.h"

#include <algorithm>

#include <QComboBox>
#include <QCoreApplication>
#include <QMenu>

#include "core/format/format.h"
#include "core/format/summary.h"
#include "ui/mnemonics.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FormatGroup)
};

QString familyOf(const std::string& name)
{
    if (name.starts_with("int"))
        return Words::tr("Integers");
    if (name.starts_with("fp8"))
        return QStringLiteral("FP8");
    if (name.starts_with("nf4") || name.starts_with("fp4"))
        return QStringLiteral("bitsandbytes");
    if (name.starts_with("mx") || name.starts_with("nv"))
        return Words::tr("Microscaling");
    if (name.starts_with("q") || name.starts_with("iq"))
        return QStringLiteral("llama.cpp");
    return Words::tr("16 and 32 Bit");
}

} // namespace

std::vector<FormatGroup> formatGroups()
{
    std::vector<FormatGroup> families;
    for (const std::string& name : core::commonFormats()) {
        const QString family = familyOf(name);
        auto found = std::find_if(
            families.begin(), families.end(), [&](const FormatGroup& each) { return each.name == family; });
        if (found == families.end())
            found = families.insert(families.end(), { family, {} });
        found->formats.push_back(name);
    }
    return families;
}

void fillFormatMenu(QMenu* menu, const std::function<void(const std::string& format)>& chosen)
{
    const std::vector<FormatGroup> families = formatGroups();
    QStringList names;
    for (const FormatGroup& family : families)
        names << family.name;
    names = withMnemonics(names);
    for (const FormatGroup& family : families) {
        QMenu* part = menu->addMenu(names.takeFirst());
        part->setToolTipsVisible(true);
        for (const std::string& format : family.formats)
            part->addAction(toQt(format), menu, [chosen, format] { chosen(format); })
                ->setToolTip(toQt(core::formatSummary(format)));
    }
}

void fillFormatChoice(QComboBox* choice)
{
    for (const FormatGroup& family : formatGroups()) {
        if (choice->count() > 0)
            choice->insertSeparator(choice->count());
        for (const std::string& format : family.formats) {
            choice->addItem(toQt(format));
            choice->setItemData(choice->count() - 1, toQt(core::formatSummary(format)), Qt::ToolTipRole);
        }
    }
}

} // namespace kerf::ui
