// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/bytes/squarify.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace kerf::ui {
namespace {

/// The worst ratio of sides in a row of areas that stand along a side (the paper's formula in section 3.2).
double worst(double largest, double smallest, double sum, double side)
{
    const double square = side * side;
    return std::max(square * largest / (sum * sum), sum * sum / (square * smallest));
}

/// Lays a row of areas along the shorter side of the room and takes its part from the room.
void layRow(const std::vector<double>& areas, std::size_t from, std::size_t to, double sum, QRectF& room,
    std::vector<QRectF>& placed)
{
    const bool upright = room.width() >= room.height();
    const double side = upright ? room.height() : room.width();
    const double depth = side > 0 ? sum / side : 0;
    double at = upright ? room.top() : room.left();
    for (std::size_t i = from; i < to; ++i) {
        const double length = depth > 0 ? areas[i] / depth : 0;
        placed.push_back(upright ? QRectF(room.left(), at, depth, length) : QRectF(at, room.top(), length, depth));
        at += length;
    }
    if (upright)
        room.setLeft(room.left() + depth);
    else
        room.setTop(room.top() + depth);
}

} // namespace

std::vector<QRectF> squarify(const std::vector<double>& numbers, const QRectF& room)
{
    const double total = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    const double scale = total > 0 ? room.width() * room.height() / total : 0;
    std::vector<double> areas;
    for (const double number : numbers)
        if (number > 0)
            areas.push_back(number * scale);
    std::vector<QRectF> placed;
    QRectF left = room;
    for (std::size_t from = 0; from < areas.size();) {
        const double side = std::min(left.width(), left.height());
        double sum = areas[from], ratio = worst(areas[from], areas[from], sum, side);
        std::size_t to = from + 1;
        for (; to < areas.size(); ++to) {
            const double next = worst(areas[from], areas[to], sum + areas[to], side);
            if (next > ratio)
                break;
            ratio = next;
            sum += areas[to];
        }
        layRow(areas, from, to, sum, left, placed);
        from = to;
    }
    placed.resize(numbers.size());
    return placed;
}

} // namespace kerf::ui
