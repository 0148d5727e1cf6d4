// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/mnemonics.h"

#include <algorithm>

#include <QSet>

namespace kerf::ui {

QStringList withMnemonics(QStringList names)
{
    QSet<QChar> taken;
    for (QString& name : names) {
        const auto free = std::ranges::find_if(
            name, [&](QChar each) { return each.isLetterOrNumber() && !taken.contains(each.toLower()); });
        if (free == name.end())
            continue;
        taken.insert(free->toLower());
        name.insert(free - name.begin(), u'&');
    }
    return names;
}

} // namespace kerf::ui
