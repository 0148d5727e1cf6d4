// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/pareto.h"
#include "core/evaluate/sitting.h"
#include "core/evaluate/student.h"
#include "core/plan/token_work.h"

namespace kerf::core {

/// Sittings this close to each other see the same mood of the machine: they count as one. Seconds.
inline constexpr std::int64_t kSittingsApart = 120;
/// Sittings from which on the drift between them is known well enough to claim anything.
inline constexpr int kLeastSittings = 3;

/// Holds the figure of a later sitting in 95 % of cases.
struct SpeedInterval {
    double low = 0;
    double high = 0;
};

/// How fast a plan decodes, by the table.
struct SpeedFigure {
    double tokensPerSecond = 0;
    double ratio = 0; ///< to the original's
    std::optional<SpeedInterval> tokensInterval {}; ///< nothing before kLeastSittings
    std::optional<SpeedInterval> ratioInterval {};
    int sittings = 0; ///< that timed all its kernels
    std::int64_t bytes = 0; ///< of weights that a token reads
    std::optional<double> instructions {}; ///< of a token; nothing where they were not counted
};

/// One plan's tokens a second by another's, with bounds that the ratio in a later sitting keeps to.
struct SpeedRatio {
    double value = 1;
    SpeedInterval bounds;
    int sittings = 0; ///< that timed the kernels of both
};

/// The one table from which the speeds of all plans of a model come: kernel times of one machine, sitting by sitting
/// (docs/adr/0010-speed-from-kernels.md).
///
/// In each sitting the seconds of a token are the sum over the kernels it runs. A kernel's time relative to the
/// original's token in the same sitting is free of the mood that all kernels share; its geometric mean over the
/// sittings, summed over a plan's kernels, gives the plan's ratio, and with the original's mean token its tokens a
/// second. What drifts between sittings is in the intervals (Student's t of the sittings' figures). Two plans are
/// compared sitting by sitting on those kernels alone in which they differ: what they share cancels. Immutable.
class SpeedTable {
public:
    SpeedTable() = default;
    /// @param sittings of any machine, in any order: those of `machine` are taken, or where there are none those of the
    ///   machine that was measured last
    /// @param original what a token of the model as it is stored runs
    SpeedTable(const std::vector<Sitting>& sittings, const std::string& machine, const TokenWork& original);

    bool isEmpty() const { return m_sittings.empty(); }
    int sittings() const { return static_cast<int>(m_sittings.size()); }
    const std::string& machine() const { return m_machine; }
    std::int64_t lastTime() const
    {
        return m_lastTime;
    } ///< of the newest sitting, seconds since 1970; 0 for an empty table
    /// The newest sitting has them all.
    bool lastHas(const TokenWork& work) const;

    /// Seconds of one use of a kernel, free of the sittings' moods; nothing when it was never timed.
    std::optional<double> seconds(const std::string& kernel) const;
    /// Nothing when a kernel was never timed.
    std::optional<SpeedFigure> figure(const TokenWork& work) const;
    /// The first's tokens a second less the second's: holds the true difference in 95 % of cases. Nothing before
    /// kLeastSittings, and where a kernel was never timed.
    std::optional<SpeedInterval> difference(const TokenWork& first, const TokenWork& second) const;
    /// The first's tokens a second by the second's, each bound wrong in one of 1 / (1 - confidence) cases. Nothing as
    /// difference(). @pre 0.5 < confidence < 1
    std::optional<SpeedRatio> ratio(const TokenWork& first, const TokenWork& second, double confidence) const;
    /// How the first is to the second in speed.
    Order compare(const TokenWork& first, const TokenWork& second) const;

private:
    /// Uses of each kernel of m_kernels, of either sign.
    using Uses = std::vector<double>;
    struct Sum {
        double seconds = 0;
        double variance = 0; ///< of the seconds, within the sitting
    };
    /// One sitting, kernel by kernel; NaN for those that it did not time.
    struct Times {
        std::vector<double> seconds, errors;
        double original = 0; ///< seconds of the original's token
    };

    /// By how much the first is slower in each sitting, in the original's tokens, with what is known of each one's
    /// error; nothing as difference().
    std::optional<Draws> slowness(const TokenWork& first, const TokenWork& second) const;
    /// Logarithms of the time of the first by the second's in each sitting that timed both, with what is known of each
    /// one's error; nothing before kLeastSittings.
    std::optional<Draws> logRatio(const Uses& first, const Uses& second) const;
    void fill(const std::vector<Sitting>& merged);
    /// Nothing when the work has a kernel that no sitting timed.
    std::optional<Uses> usesOf(const TokenWork& work) const;
    static std::optional<Sum> sumOf(const Times& times, const Uses& uses);
    void addIntervals(const Uses& uses, SpeedFigure& figure) const;

    std::string m_machine;
    std::int64_t m_lastTime = 0;
    std::map<std::string, std::size_t> m_kernels; ///< positions in the lists below
    std::vector<KernelTime> m_newest; ///< what the newest sitting with the kernel found
    std::vector<Times> m_sittings; ///< merged where close, oldest first
    std::vector<double> m_shares; ///< of a kernel's one use, of the original's token: geometric mean over sittings
    Uses m_original;
    double m_token = 0; ///< seconds of the original's token: geometric mean over sittings
};

} // namespace kerf::core
