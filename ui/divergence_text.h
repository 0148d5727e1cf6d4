// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

namespace kerf::core {
class Network;
}

namespace kerf::ui {

/// What the distance of a plan's results from the original's is called, by the task of the network.
struct DivergenceText {
    QString name; ///< within a sentence: "KLD", "cosine distance"
    QString head; ///< the same alone: "KLD", "Cosine distance"
    QString unit; ///< "nats"; empty: it has none
    QString full; ///< "KL divergence, nats per token"
    QString column; ///< "kld_nats", in a table of numbers

    QString within() const; ///< "KLD, nats", within a sentence
    QString title() const; ///< "KLD, nats", alone
    QString amount(const QString& number) const; ///< "0.012 nats"
    QString suffix() const; ///< " nats", of an entry field
};

/// @param network null: there is none, and a language model is expected
DivergenceText divergenceText(const core::Network* network);

} // namespace kerf::ui
