// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/pareto_svg.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/xml_text.h"
#include "core/jobs/figure_parts.h"

namespace kerf::core {
namespace {

constexpr double kWidth = 900, kHeight = 560, kLeft = 90, kRight = 40, kTop = 66, kBottom = 70;
constexpr double kLetter = 6.4; // mean advance of 11 px sans-serif
constexpr const char* kFrontColour = "#0072b2"; // Okabe and Ito: tells apart under every colour blindness
constexpr const char* kOtherColour = "#8a8a8a";

struct Box {
    double left, top, right, bottom;
    bool meets(const Box& other) const
    {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

class Picture {
public:
    explicit Picture(const ParetoFigure& figure)
        : m_figure(figure)
        , m_x(horizontal(figure))
        , m_y(vertical(figure))
    {
    }

    std::string text()
    {
        add(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="sans-serif">)",
            kWidth, kHeight);
        add(R"(<rect width="{}" height="{}" fill="#ffffff"/>)", kWidth, kHeight);
        add(R"(<text x="{}" y="30" font-size="16" fill="#222222">{}</text>)", kLeft, xmlText(m_figure.title));
        add(R"(<text x="{}" y="48" font-size="12" fill="#666666">{}</text>)", kLeft, xmlText(m_figure.note));
        addAxes();
        addFront();
        for (const FigurePoint& point : m_figure.points)
            addPoint(point);
        for (const FigurePoint& point : m_figure.points)
            addLabel(point);
        add("</svg>");
        return m_text;
    }

private:
    static FigureAxis horizontal(const ParetoFigure& figure)
    {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const FigurePoint& point : figure.points) {
            low = std::min(low, point.xLow);
            high = std::max(high, point.xHigh);
        }
        return FigureAxis(low, high, false, kLeft, kWidth - kRight);
    }

    static FigureAxis vertical(const ParetoFigure& figure)
    {
        double low = std::numeric_limits<double>::infinity(), high = -low, smallest = low;
        for (const FigurePoint& point : figure.points) {
            low = std::min(low, point.y - point.yError);
            high = std::max(high, point.y + point.yError);
            if (point.y > 0)
                smallest = std::min(smallest, point.y);
        }
        const bool logarithmic = std::isfinite(smallest) && high > 20 * smallest;
        return FigureAxis(logarithmic ? smallest : low, high, logarithmic, kHeight - kBottom, kTop);
    }

    template <class... Values> void add(fmt::format_string<Values...> format, Values&&... values)
    {
        m_text += fmt::format(format, std::forward<Values>(values)...) + "\n";
    }

    void addAxes()
    {
        const double bottom = kHeight - kBottom, right = kWidth - kRight;
        for (const double tick : m_x.ticks()) {
            const double at = m_x.pixel(tick);
            add(R"(<path d="M{0:.1f} {1:.1f}V{2:.1f}" stroke="#e4e4e4"/>)", at, bottom, kTop);
            add(R"(<text x="{:.1f}" y="{:.1f}" font-size="12" fill="#444444" text-anchor="middle">{}</text>)", at,
                bottom + 20, tickText(tick));
        }
        for (const double tick : m_y.ticks()) {
            const double at = m_y.pixel(tick);
            add(R"(<path d="M{0:.1f} {1:.1f}H{2:.1f}" stroke="#e4e4e4"/>)", kLeft, at, right);
            add(R"(<text x="{:.1f}" y="{:.1f}" font-size="12" fill="#444444" text-anchor="end">{}</text>)", kLeft - 8,
                at + 4, tickText(tick));
        }
        add(R"(<path d="M{} {}V{}H{}" stroke="#444444" fill="none"/>)", kLeft, kTop, bottom, right);
        add(R"(<text x="{}" y="{}" font-size="13" fill="#222222" text-anchor="middle">{}</text>)", (kLeft + right) / 2,
            kHeight - 22, xmlText(m_figure.xLabel));
        add(R"svg(<text transform="translate(22 {}) rotate(-90)" font-size="13" fill="#222222" text-anchor="middle">{}</text>)svg",
            (kTop + bottom) / 2, xmlText(m_figure.yLabel));
    }

    void addFront()
    {
        std::vector<const FigurePoint*> front;
        for (const FigurePoint& point : m_figure.points)
            if (point.standing == Standing::Front)
                front.push_back(&point);
        std::stable_sort(front.begin(), front.end(), [](auto* a, auto* b) { return a->x < b->x; });
        std::string path;
        for (const FigurePoint* point : front)
            path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", m_x.pixel(point->x), m_y.pixel(point->y));
        if (front.size() > 1)
            add(R"(<path d="{}" stroke="{}" stroke-width="1.5" fill="none" opacity="0.6"/>)", path, kFrontColour);
    }

    void addPoint(const FigurePoint& point)
    {
        const double x = m_x.pixel(point.x), y = m_y.pixel(point.y);
        const bool isFront = point.standing == Standing::Front;
        const bool isOpen = point.standing == Standing::Undecided;
        const char* colour = isFront || isOpen ? kFrontColour : kOtherColour;
        if (point.yError > 0)
            add(R"(<path d="M{0:.1f} {1:.1f}V{2:.1f}" stroke="{3}"/>)", x, m_y.pixel(point.y - point.yError),
                m_y.pixel(point.y + point.yError), colour);
        if (point.xHigh > point.xLow)
            add(R"(<path d="M{0:.1f} {1:.1f}H{2:.1f}" stroke="{3}"/>)", m_x.pixel(point.xLow), y,
                m_x.pixel(point.xHigh), colour);
        add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}" stroke="{}" stroke-width="1.5"><title>{}: {:.6g}, {:.6g}</title></circle>)",
            x, y, isFront ? 5 : 4, isOpen ? "#ffffff" : colour, colour, xmlText(point.label), point.x, point.y);
        m_taken.push_back({ x - 6, y - 6, x + 6, y + 6 });
    }

    /// The first of a few places around the point that is inside the picture and free.
    void addLabel(const FigurePoint& point)
    {
        const double x = m_x.pixel(point.x), y = m_y.pixel(point.y);
        const double width = kLetter * static_cast<double>(point.label.size());
        const Box places[] = { { x + 9, y - 7, x + 9 + width, y + 7 }, { x - 9 - width, y - 7, x - 9, y + 7 },
            { x - width / 2, y - 23, x + width / 2, y - 9 }, { x - width / 2, y + 9, x + width / 2, y + 23 },
            { x + 7, y - 22, x + 7 + width, y - 8 }, { x + 7, y + 8, x + 7 + width, y + 22 },
            { x - 7 - width, y - 22, x - 7, y - 8 }, { x - 7 - width, y + 8, x - 7, y + 22 } };
        for (const Box& place : places) {
            const bool inside = place.left > kLeft + 2 && place.right < kWidth - 4 && place.top > kTop - 18
                && place.bottom < kHeight - kBottom;
            if (!inside
                || std::any_of(m_taken.begin(), m_taken.end(), [&](const Box& box) { return place.meets(box); }))
                continue;
            m_taken.push_back(place);
            add(R"(<text x="{:.1f}" y="{:.1f}" font-size="11" fill="{}">{}</text>)", place.left, place.bottom - 3,
                point.standing == Standing::Front ? "#1a1a1a" : "#666666", xmlText(point.label));
            return;
        }
        // No room: the point keeps its name as a tooltip.
    }

    const ParetoFigure& m_figure;
    FigureAxis m_x;
    FigureAxis m_y;
    std::vector<Box> m_taken;
    std::string m_text;
};

} // namespace

std::string paretoSvg(const ParetoFigure& figure)
{
    return Picture(figure).text();
}

} // namespace kerf::core
