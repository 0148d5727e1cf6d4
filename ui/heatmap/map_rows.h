// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <QString>

#include "core/model/model.h"

namespace kerf::ui {

/// The rows of the map, in the order in which roles first appear: one a role. A role that a block has several times
/// (experts) has one row for all of them, and where it is open, one more for each below it.
class MapRows {
public:
    struct Row {
        QString name; ///< "w1 × 8", and of one of them "w1 · 3"
        int copies = 1; ///< the most layers that a block has in this row
        bool isOpen = false; ///< one row for each of them follows
    };

    void reset(const std::vector<core::LayerInfo>& layers); ///< all closed
    int size() const { return static_cast<int>(m_rows.size()); }
    const Row& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    bool hasGroups() const { return m_hasGroups; } ///< some role has several layers in a block
    bool isAllOpen() const;
    void setOpen(int row, bool open); ///< of a row with several layers; rows below it move
    void setAllOpen(bool open);
    /// The row where the layer stands alone if there is one, else the row of its role.
    int rowOf(int layer) const;
    int roleRowOf(int layer) const;

private:
    struct Role {
        QString name;
        int copies = 1;
        bool isOpen = false;
        int row = 0; ///< the one for all of them
    };
    void lay();

    std::vector<Role> m_roles;
    std::vector<std::pair<int, int>> m_places; ///< by layer: role, which of the role's layers of its block
    std::vector<Row> m_rows;
    std::vector<int> m_roleOfRow;
    bool m_hasGroups = false;
};

} // namespace kerf::ui
