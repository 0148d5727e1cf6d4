// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/layer_error_svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/base/xml_text.h"
#include "core/jobs/figure_parts.h"

namespace kerf::core {
namespace {

constexpr double kWidth = 900, kHeight = 360, kLeft = 80, kRight = 20, kTop = 46, kBottom = 56;
constexpr double kLetter = 6.8; // mean advance of 12 px sans-serif
constexpr std::array kDashes { "4 3", "", "", "1 3", "6 2 1 2", "4 3", "1 3", "6 2 1 2 1 2" };

class Picture {
public:
    explicit Picture(const LayerErrorFigure& figure)
        : m_figure(figure)
    {
        double at = 0;
        for (std::size_t layer = 0; layer < figure.blocks.size(); ++layer) {
            if (layer > 0 && figure.blocks[layer] != figure.blocks[layer - 1])
                ++at;
            m_positions.push_back(at++);
        }
        for (const LayerErrorFigure::Series& series : figure.series)
            for (const auto& error : series.errors)
                if (error && *error > 0 && std::isfinite(*error)) {
                    m_low = std::min(m_low, *error);
                    m_high = std::max(m_high, *error);
                }
    }

    std::string text()
    {
        if (!(m_high > 0))
            return {};
        m_low = std::floor(std::log10(m_low) + 1e-9);
        m_high = std::max(m_low + 1, std::ceil(std::log10(m_high) - 1e-9));
        add(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="sans-serif" role="img"><title>Error by layer</title>)",
            kWidth, kHeight);
        add(R"(<rect width="{}" height="{}" fill="#ffffff"/>)", kWidth, kHeight);
        addBlocks();
        addScale();
        double legend = kLeft;
        for (std::size_t run = 0; run < m_figure.series.size(); ++run) {
            addSeries(run);
            addLegend(run, legend);
        }
        add("</svg>");
        return m_text;
    }

private:
    template <class... Values> void add(fmt::format_string<Values...> format, Values&&... values)
    {
        m_text += fmt::format(format, std::forward<Values>(values)...) + "\n";
    }

    double across(double position) const
    {
        const double all = m_positions.back() + 2;
        return kLeft + (position + 1) / all * (kWidth - kLeft - kRight);
    }
    double up(double error) const
    {
        return kHeight - kBottom - (std::log10(error) - m_low) / (m_high - m_low) * (kHeight - kBottom - kTop);
    }

    /// Every second block is shaded; as many are named as there is room for.
    void addBlocks()
    {
        const auto& blocks = m_figure.blocks;
        const int every = std::max(1, (blocks.empty() ? 0 : blocks.back() + 1) / 12);
        for (std::size_t first = 0; first < blocks.size();) {
            std::size_t last = first;
            while (last + 1 < blocks.size() && blocks[last + 1] == blocks[first])
                ++last;
            const double left = across(m_positions[first] - 1), right = across(m_positions[last] + 1);
            if (blocks[first] % 2 != 0)
                add(R"(<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="#f3f4f6"/>)", left, kTop, right - left,
                    kHeight - kTop - kBottom);
            if (blocks[first] % every == 0 && blocks[first] >= 0)
                add(R"(<text x="{:.1f}" y="{}" font-size="12" fill="#444444" text-anchor="middle">block {}</text>)",
                    (left + right) / 2, kHeight - kBottom + 18, blocks[first]);
            first = last + 1;
        }
        add(R"(<text x="{}" y="{}" font-size="13" fill="#222222" text-anchor="middle">layer, in the order of the model</text>)",
            (kLeft + kWidth - kRight) / 2, kHeight - 14);
    }

    void addScale()
    {
        for (double decade = m_low; decade <= m_high; ++decade) {
            const double value = std::pow(10.0, decade), y = up(value);
            add(R"(<path d="M{} {:.1f}H{}" stroke="#e4e4e4"/>)", kLeft, y, kWidth - kRight);
            add(R"(<text x="{}" y="{:.1f}" font-size="12" fill="#444444" text-anchor="end">{:g}</text>)", kLeft - 8,
                y + 4, value);
        }
        add(R"svg(<text transform="translate(18 {}) rotate(-90)" font-size="13" fill="#222222" text-anchor="middle">relative output error (lower is better)</text>)svg",
            (kTop + kHeight - kBottom) / 2);
    }

    void addSeries(std::size_t run)
    {
        const LayerErrorFigure::Series& series = m_figure.series[run];
        std::string path, markers;
        bool isOpen = false;
        for (std::size_t layer = 0; layer < m_positions.size() && layer < series.errors.size(); ++layer) {
            const double error = series.errors[layer].value_or(0);
            const bool isNewBlock = layer > 0 && m_figure.blocks[layer] != m_figure.blocks[layer - 1];
            isOpen = isOpen && !isNewBlock;
            if (!(error > 0) || !std::isfinite(error)) {
                isOpen = false;
                continue;
            }
            const double x = across(m_positions[layer]), y = up(error);
            path += fmt::format("{}{:.1f} {:.1f}", isOpen ? "L" : "M", x, y);
            isOpen = true;
            markers += fmt::format(
                R"svg(<path transform="translate({:.1f} {:.1f})" d="{}"><title>{}, {}: {:.3g}</title></path>)svg", x, y,
                seriesMarker(run), xmlText(series.label), xmlText(m_figure.layers[layer]), error);
        }
        add(R"(<path d="{}" stroke="{}" stroke-width="1.3" stroke-dasharray="{}" fill="none"/>)", path,
            seriesColour(run), kDashes[run % kSeriesStyles]);
        add(R"(<g fill="{}">{}</g>)", seriesColour(run), markers);
    }

    void addLegend(std::size_t run, double& x)
    {
        const std::string& label = m_figure.series[run].label;
        const double width = 30 + kLetter * static_cast<double>(std::min<std::size_t>(label.size(), 40));
        const bool isSecond = x + width > kWidth - kRight;
        if (isSecond) { // a second line of them
            x = kLeft;
            m_legendY += 16;
        }
        add(R"svg(<path transform="translate({:.1f} {})" d="{}" fill="{}"/>)svg", x + 4, m_legendY - 4,
            seriesMarker(run), seriesColour(run));
        add(R"(<text x="{:.1f}" y="{}" font-size="12" fill="#222222">{}</text>)", x + 14, m_legendY, xmlText(label));
        x += width;
    }

    const LayerErrorFigure& m_figure;
    std::vector<double> m_positions;
    double m_low = 1e300, m_high = 0; ///< first of the errors, then powers of ten
    double m_legendY = 20;
    std::string m_text;
};

} // namespace

std::string layerErrorSvg(const LayerErrorFigure& figure)
{
    return Picture(figure).text();
}

} // namespace kerf::core
