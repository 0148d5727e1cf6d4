// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "core/plan/byte_parts.h"

namespace kerf::ui {

class Workbench;

/// What the bytes panel shows: the parts of the open checkpoint before and after the plan, in groups or the parts of
/// one group. Follows the workbench.
class ByteView : public QObject {
    Q_OBJECT
public:
    struct Item {
        QString name;
        std::int64_t before = 0, after = 0;
        bool planned = true; ///< layers are among it: a plan changes it
        std::vector<int> layers;
        std::size_t group = 0;
    };

    explicit ByteView(Workbench* workbench, QObject* parent = nullptr);

    void setGrouping(core::ByteGrouping by); ///< leaves the group
    core::ByteGrouping grouping() const { return m_by; }
    void enter(int item); ///< shows the parts of an item's group; nothing inside a group
    void leave();
    void setShown(bool shown); ///< nobody looks: edits are followed later
    bool isInside() const { return m_inside.has_value(); }
    QString insideName() const; ///< of the group whose parts are shown
    const std::vector<Item>& items() const { return m_items; } ///< in falling order of bytes after the plan
    std::int64_t before() const { return m_before; } ///< of all, not only what is shown
    std::int64_t after() const { return m_after; }
    bool headIsEmbedding() const { return m_tied; }

signals:
    void changed();

private:
    void startOver();
    void follow();
    void fill();
    void fillInside();
    QString groupName(const core::ByteGroup& group) const;

    Workbench* m_workbench;
    core::ByteGrouping m_by = core::ByteGrouping::Role;
    std::vector<core::BytePart> m_parts;
    std::vector<core::ByteGroup> m_groups;
    std::optional<QString> m_inside;
    std::vector<Item> m_items;
    std::int64_t m_before = 0, m_after = 0;
    bool m_tied = false;
    bool m_shown = true, m_late = false;
};

} // namespace kerf::ui
