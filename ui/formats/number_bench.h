// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>
#include <QString>

#include "core/format/number_view.h"

namespace kerf::ui {

/// The format and the number that the parts of the page look at.
class NumberBench : public QObject {
    Q_OBJECT
public:
    explicit NumberBench(QObject* parent = nullptr);

    const core::NumberView& view() const { return m_view; }
    const core::StoredNumber& stored() const { return m_stored; }
    const QString& typed() const { return m_typed; } ///< what the value field shows

    /// By the name of a type or of any format; the number stays. Returns what is wrong, or nothing.
    QString setFormat(const QString& name);
    /// A number, or a code of the format. Returns what is wrong, or nothing; the number stays then.
    QString setText(const QString& text);
    void setValue(double value);
    void setCode(std::uint32_t code);
    void flip(int bit); ///< 0 is the lowest
    void step(bool up); ///< to the next value of the format
    QString setScale(const QString& text); ///< returns what is wrong, or nothing
    QString setZero(const QString& text);
    void flipScale(int bit); ///< nothing happens where that would be no scale
    /// Value, code and error, a line each.
    QString copyText() const;

signals:
    void changed(); ///< format, scale or number
    void formatChanged();

private:
    void store(double value);

    core::NumberView m_view;
    core::StoredNumber m_stored;
    QString m_typed;
};

} // namespace kerf::ui
