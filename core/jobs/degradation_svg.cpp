// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/degradation_svg.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "core/base/xml_text.h"
#include "core/decide/published_loss.h"
#include "core/jobs/figure_parts.h"

namespace kerf::core {
namespace {

constexpr double kWidth = 960, kHeight = 800, kTop = 64, kPanelWidth = 370, kPanelHeight = 270, kLeft = 80, kGapX = 100,
                 kGapY = 56;
constexpr double kBandWidth = 0.3; ///< bits
constexpr double kLetter = 6.4; // mean advance of 11 px sans-serif

/// What spans an axis.
struct Span {
    double low = std::numeric_limits<double>::infinity(), high = -low, smallest = low;
    void take(double value)
    {
        low = std::min(low, value);
        high = std::max(high, value);
        if (value > 0)
            smallest = std::min(smallest, value);
    }
    FigureAxis axis(bool logarithmic, double first, double last) const
    {
        if (!logarithmic)
            return FigureAxis(low, high, false, first, last);
        return std::isfinite(smallest) ? FigureAxis(smallest, high, true, first, last)
                                       : FigureAxis(0.01, 1, true, first, last); // nothing above 0 to show
    }
};

using Across = std::function<double(const DegradationPoint&)>;
using Up = std::function<std::optional<MetricCell>(const DegradationPoint&)>;

/// A shaded range: where it stands, in data.
struct Band {
    double left = 0, right = 0, low = 0;
    std::optional<double> high;
    std::string label;
};

/// Ranges of equal bits and overlapping loss stand beside each other.
std::vector<Band> bandsByBits()
{
    std::vector<Band> bands;
    char letter = 'a';
    for (const PublishedRange& range : publishedRanges()) {
        Band band { range.bits - kBandWidth / 2, range.bits + kBandWidth / 2, range.low, range.high,
            std::string(1, letter++) };
        const auto meets = [&](const Band& other) {
            return band.left < other.right && other.left < band.right && band.low < other.high.value_or(1e300)
                && other.low < band.high.value_or(1e300);
        };
        while (std::ranges::any_of(bands, meets)) {
            band.left += kBandWidth;
            band.right += kBandWidth;
        }
        bands.push_back(std::move(band));
    }
    return bands;
}

/// Those that speak of models of some size.
std::vector<Band> bandsByParameters()
{
    std::vector<Band> bands;
    char letter = 'a';
    for (const PublishedRange& range : publishedRanges()) {
        if (range.most > 0)
            bands.push_back({ static_cast<double>(range.fewest), static_cast<double>(range.most), range.low, range.high,
                std::string(1, letter) });
        ++letter;
    }
    return bands;
}

class Picture {
public:
    explicit Picture(const Degradation& degradation)
        : m_points(degradation.points)
    {
        for (const DegradationPoint& point : m_points)
            if (std::ranges::find(m_models, modelOf(point)) == m_models.end())
                m_models.push_back(modelOf(point));
    }

    std::string text()
    {
        add(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="sans-serif">)",
            kWidth, kHeight);
        add(R"(<rect width="{}" height="{}" fill="#ffffff"/>)", kWidth, kHeight);
        add(R"(<text x="{}" y="28" font-size="16" fill="#222222">Kerf: what measured runs lost, by bits and by size of the model</text>)",
            kLeft);
        add(R"(<text x="{}" y="46" font-size="11" fill="#666666">{}</text>)", kLeft, kPublishedReading);
        const Across bits = [](const DegradationPoint& point) { return point.bitsPerWeight; };
        const Across parameters = [](const DegradationPoint& point) { return static_cast<double>(point.parameters); };
        const Up perplexity = [](const DegradationPoint& point) { return point.perplexity; };
        const Up kld = [](const DegradationPoint& point) { return point.kld; };
        const double right = kLeft + kPanelWidth + kGapX, lower = kTop + kPanelHeight + kGapY;
        addPanel({ kLeft, kTop, bits, perplexity, bandsByBits() }, false, "perplexity over the original's, per cent");
        addPanel({ right, kTop, parameters, perplexity, bandsByParameters() }, true,
            "perplexity over the original's, per cent");
        addPanel({ kLeft, lower, bits, kld, {} }, false, "mean KL divergence, nats a token");
        addPanel({ right, lower, parameters, kld, {} }, true, "mean KL divergence, nats a token");
        addLegend();
        add("</svg>");
        return m_text;
    }

private:
    struct Panel {
        double left, top;
        Across across;
        Up up;
        std::vector<Band> bands;
    };

    static std::string modelOf(const DegradationPoint& point)
    {
        return fmt::format(
            "{} ({}, {})", point.run.model, tickText(static_cast<double>(point.parameters)), point.run.workspace);
    }

    template <class... Values> void add(fmt::format_string<Values...> format, Values&&... values)
    {
        m_text += fmt::format(format, std::forward<Values>(values)...) + "\n";
    }

    void addPanel(const Panel& panel, bool isBySize, const char* upLabel)
    {
        Span across, up;
        for (const Band& band : panel.bands) {
            across.take(band.left);
            across.take(band.right);
            up.take(band.low > 0 ? band.low : band.high.value_or(1));
            up.take(band.high.value_or(10 * band.low));
        }
        for (const DegradationPoint& point : m_points)
            if (const auto cell = panel.up(point)) {
                across.take(panel.across(point));
                up.take(cell->value);
                up.take(cell->value + cell->standardError.value_or(0));
            }
        if (!std::isfinite(across.low))
            return;
        const double bottom = panel.top + kPanelHeight;
        const FigureAxis x = across.axis(isBySize, panel.left, panel.left + kPanelWidth),
                         y = up.axis(true, bottom, panel.top);
        for (const Band& band : panel.bands)
            addBand(band, x, y, panel.top, bottom);
        addAxes(panel, x, y, isBySize ? "parameters of the model" : "bits a weight", upLabel);
        if (!isBySize)
            addLines(panel, x, y);
        for (const DegradationPoint& point : m_points)
            if (const auto cell = panel.up(point))
                addPoint(point, *cell, x.pixel(panel.across(point)), y);
    }

    void addBand(const Band& band, const FigureAxis& x, const FigureAxis& y, double top, double bottom)
    {
        const double left = x.pixel(band.left), right = x.pixel(band.right);
        const double high = band.high ? y.pixel(*band.high) : top, low = band.low > 0 ? y.pixel(band.low) : bottom;
        add(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="#e7dcc4"/>)", left, high, right - left,
            low - high);
        add(R"(<text x="{:.1f}" y="{:.1f}" font-size="11" fill="#7a6330" text-anchor="middle">{}</text>)",
            (left + right) / 2, (high + low) / 2 + 4, band.label);
    }

    void addAxes(const Panel& panel, const FigureAxis& x, const FigureAxis& y, const char* across, const char* up)
    {
        const double bottom = panel.top + kPanelHeight, right = panel.left + kPanelWidth;
        for (const double tick : x.ticks()) {
            const double at = x.pixel(tick);
            add(R"(<path d="M{0:.1f} {1:.1f}V{2:.1f}" stroke="#e4e4e4"/>)", at, bottom, panel.top);
            add(R"(<text x="{:.1f}" y="{:.1f}" font-size="11" fill="#444444" text-anchor="middle">{}</text>)", at,
                bottom + 15, tickText(tick));
        }
        for (const double tick : y.ticks()) {
            const double at = y.pixel(tick);
            add(R"(<path d="M{0:.1f} {1:.1f}H{2:.1f}" stroke="#e4e4e4"/>)", panel.left, at, right);
            add(R"(<text x="{:.1f}" y="{:.1f}" font-size="11" fill="#444444" text-anchor="end">{}</text>)",
                panel.left - 6, at + 4, tickText(tick));
        }
        add(R"(<path d="M{} {}V{}H{}" stroke="#444444" fill="none"/>)", panel.left, panel.top, bottom, right);
        add(R"(<text x="{}" y="{}" font-size="12" fill="#222222" text-anchor="middle">{}</text>)",
            panel.left + kPanelWidth / 2, bottom + 32, across);
        add(R"svg(<text transform="translate({} {}) rotate(-90)" font-size="12" fill="#222222" text-anchor="middle">{}</text>)svg",
            panel.left - 54, panel.top + kPanelHeight / 2, up);
    }

    /// From few bits to many, each run of a model that is below all of as few bits, on the text of the first.
    std::vector<const DegradationPoint*> lowest(std::size_t model, const Panel& panel) const
    {
        std::vector<const DegradationPoint*> found;
        double least = std::numeric_limits<double>::infinity();
        for (auto point = m_points.rbegin(); point != m_points.rend(); ++point) { // they stand by falling bits
            const auto cell = modelOf(*point) == m_models[model] ? panel.up(*point) : std::nullopt;
            if (!cell || cell->value >= least || (!found.empty() && found[0]->datasetHash != point->datasetHash))
                continue;
            if (!found.empty() && found.back()->bitsPerWeight == point->bitsPerWeight)
                found.pop_back();
            found.push_back(&*point);
            least = cell->value;
        }
        return found;
    }

    void addLines(const Panel& panel, const FigureAxis& x, const FigureAxis& y)
    {
        for (std::size_t model = 0; model < m_models.size(); ++model) {
            std::string path;
            for (const DegradationPoint* point : lowest(model, panel))
                path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x.pixel(panel.across(*point)),
                    y.pixel(panel.up(*point)->value));
            if (path.find('L') != std::string::npos)
                add(R"(<path d="{}" stroke="{}" fill="none" opacity="0.5"/>)", path, seriesColour(model));
        }
    }

    void addPoint(const DegradationPoint& point, const MetricCell& cell, double x, const FigureAxis& y)
    {
        const auto model = static_cast<std::size_t>(std::ranges::find(m_models, modelOf(point)) - m_models.begin());
        const double error = cell.standardError.value_or(0);
        if (error > 0)
            add(R"(<path d="M{0:.1f} {1:.1f}V{2:.1f}" stroke="{3}"/>)", x, y.pixel(cell.value - error),
                y.pixel(cell.value + error), seriesColour(model));
        add(R"svg(<path transform="translate({:.1f} {:.1f})" d="{}" fill="{}"><title>{}, {}: {:.4g}</title></path>)svg",
            x, y.pixel(cell.value), seriesMarker(model), seriesColour(model), xmlText(point.run.name),
            xmlText(point.run.model), cell.value);
    }

    /// Models, then what the letters are.
    void addLegend()
    {
        double x = kLeft, y = kHeight - 62;
        const auto place = [&](const std::string& label) {
            const double width = 30 + kLetter * static_cast<double>(label.size());
            if (x + width > kWidth && x > kLeft) {
                x = kLeft;
                y += 16;
            }
            const double at = x;
            x += width;
            return at;
        };
        for (std::size_t model = 0; model < m_models.size(); ++model) {
            const double at = place(m_models[model]);
            add(R"svg(<path transform="translate({:.1f} {})" d="{}" fill="{}"/>)svg", at + 4, y - 4,
                seriesMarker(model), seriesColour(model));
            add(R"(<text x="{:.1f}" y="{}" font-size="11" fill="#222222">{}</text>)", at + 14, y,
                xmlText(m_models[model]));
        }
        x = kWidth; // a line of their own
        char letter = 'a';
        for (const PublishedRange& range : publishedRanges()) {
            const std::string label = fmt::format("{} {}: {} %", letter++, range.format, range.rangeText());
            const double at = place(label);
            add(R"(<text x="{:.1f}" y="{}" font-size="11" fill="#7a6330">{}</text>)", at, y, xmlText(label));
        }
    }

    const std::vector<DegradationPoint>& m_points;
    std::vector<std::string> m_models; ///< in the order of their points
    std::string m_text;
};

} // namespace

std::string degradationSvg(const Degradation& degradation)
{
    return Picture(degradation).text();
}

} // namespace kerf::core
