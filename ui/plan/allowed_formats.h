// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include <QWidget>

class QCheckBox;

namespace kerf::core {
struct Profile;
}

namespace kerf::ui {

class TickList;

/// The profiled formats that a search may give to layers, and whether fused layers are kept alike.
class AllowedFormats : public QWidget {
    Q_OBJECT
public:
    /// The names of its parts are the prefix with "Formats" and "Ties".
    AllowedFormats(const QString& prefix, QWidget* parent);

    /// Lists the profile's formats: the allowed ones are ticked (all when there are none), the needed ones cannot be
    /// taken away. What was unticked before stays so.
    void setFormats(const core::Profile& profile, const std::vector<std::string>& allowed,
        const std::vector<std::string>& needed = {});
    std::vector<std::string> formats() const;
    void setTieFused(bool on);
    bool tieFused() const;

signals:
    void changed();

private:
    TickList* m_formats;
    QCheckBox* m_ties;
};

} // namespace kerf::ui
