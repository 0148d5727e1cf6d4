// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/kernel_times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/base/serial_scope.h"
#include "core/evaluate/instruction_counter.h"
#include "core/evaluate/no_linear.h"
#include "core/evaluate/packed_linear.h"
#include "core/evaluate/random_tensor.h"
#include "core/graph/activation_linear.h"
#include "core/model/generator.h"
#include "core/plan/token_work.h"

namespace kerf::core {
namespace {

constexpr std::array<std::int64_t, 1> kOneToken { 1 };

constexpr std::int64_t kMostRing = std::int64_t { 64 } << 20; ///< larger than the caches that a process gets
constexpr std::int64_t kMostRings = std::int64_t { 768 } << 20; ///< all formats together
constexpr double kSampleSeconds = 2e-3; ///< what a sample takes at least, so that the clock's grain does not count
constexpr int kMostPasses = 256;
constexpr std::int64_t kContext = 16; ///< tokens in the cache before the timed one
constexpr int kFrameTokens = 4; ///< tokens of a sample

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class T> void shuffle(std::vector<T>& items, CounterRng& random)
{
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[static_cast<std::size_t>(random.below(i))]);
}

/// The samples of one kernel, and what running it once takes besides time.
struct Samples {
    std::vector<double> seconds;
    std::int64_t bytes = 0;
    std::optional<double> instructions;
};

KernelTime kernelTime(const Samples& samples)
{
    const SampleMean seconds = sampleMedian(samples.seconds);
    return { seconds.value, seconds.standardError, samples.bytes, samples.instructions };
}

/// A layer's product with one token.
struct Product {
    std::size_t kernel = 0; ///< in the ring
    LinearPtr linear;
};

struct RingKernel {
    std::string name;
    Matrix x, y;
    Samples samples;
    int uses = 0; ///< in the ring
};

/// The layers of a model in one format, one after another as a decoded token runs them.
class Ring {
public:
    static Result<Ring> make(
        const Network& network, const LayerFormat& format, std::int64_t most, const JobContext& job);

    bool isEmpty() const { return m_products.empty(); }
    void pass()
    {
        run([](RingKernel&, double) {});
    }
    /// A pass unseen, then as many as a sample needs.
    void sample(CounterRng& random);
    void countInstructions(InstructionCounter& counter);
    void collect(KernelTimes& times) const
    {
        for (const RingKernel& kernel : m_kernels)
            times[kernel.name] = kernelTime(kernel.samples);
    }

private:
    Status add(const LayerInfo& layer, const LayerFormat& format, const Network& network);

    template <class Done> void run(const Done& done)
    {
        for (const Product& product : m_products) {
            RingKernel& kernel = m_kernels[product.kernel];
            const auto start = Clock::now();
            product.linear->apply(kernel.x, kOneToken, kernel.y);
            done(kernel, secondsSince(start));
        }
    }

    std::vector<Product> m_products;
    std::vector<RingKernel> m_kernels;
    std::map<std::string, Matrix> m_stored; ///< a weight of each shape, while the ring is made
    std::map<std::string, std::shared_ptr<const QuantizedTensor>> m_codes; ///< likewise
    std::int64_t m_bytes = 0;
};

Result<Ring> Ring::make(const Network& network, const LayerFormat& format, std::int64_t most, const JobContext& job)
{
    Ring ring;
    std::set<std::string> shapes;
    for (const LayerInfo& layer : network.layers()) {
        KERF_CHECK(job.checkStop());
        if (!format.checkShape(layer.shape))
            continue;
        const bool isNew = shapes.insert(productName(format, layer.shape)).second;
        if (isNew || ring.m_bytes < most)
            KERF_CHECK(ring.add(layer, format, network));
    }
    ring.m_stored.clear();
    ring.m_codes.clear();
    return ring;
}

Status Ring::add(const LayerInfo& layer, const LayerFormat& format, const Network& network)
{
    const std::string name = productName(format, layer.shape);
    PackedLayer packed;
    if (format.weight->isUnquantized()) {
        if (!m_stored.contains(name)) {
            KERF_TRY(m_stored[name], network.layerWeight(layer.name));
        }
        packed = packFloat(m_stored[name]);
    } else {
        std::shared_ptr<const QuantizedTensor>& tensor = m_codes[name];
        if (!tensor)
            tensor = randomTensor(format.weight, layer.shape);
        KERF_TRY(packed, packQuantized(tensor));
        if (format.activation != ActivationFormat::None) {
            KERF_TRY(packed.linear, makeActivationLinear(tensor, { format.activation, 1.0f }));
        }
    }
    auto kernel = std::ranges::find(m_kernels, name, &RingKernel::name);
    if (kernel == m_kernels.end()) {
        RingKernel made { name, Matrix(1, layer.shape.cols), Matrix(1, layer.shape.rows), {}, 0 };
        CounterRng random(0);
        for (Eigen::Index i = 0; i < made.x.cols(); ++i)
            made.x(0, i) = static_cast<float>(random.normal());
        made.samples.bytes = packed.bytes;
        kernel = m_kernels.insert(m_kernels.end(), std::move(made));
    }
    ++kernel->uses;
    m_bytes += packed.bytes;
    m_products.push_back({ static_cast<std::size_t>(kernel - m_kernels.begin()), std::move(packed.linear) });
    return {};
}

void Ring::sample(CounterRng& random)
{
    shuffle(m_products, random);
    pass();
    std::map<const RingKernel*, double> sums;
    double whole = 0;
    int passes = 0;
    for (; passes == 0 || (whole < kSampleSeconds && passes < kMostPasses); ++passes)
        run([&](RingKernel& kernel, double seconds) {
            sums[&kernel] += seconds;
            whole += seconds;
        });
    for (RingKernel& kernel : m_kernels)
        kernel.samples.seconds.push_back(sums[&kernel] / (passes * kernel.uses));
}

void Ring::countInstructions(InstructionCounter& counter)
{
    const SerialScope alone;
    for (std::size_t i = 0; i < m_kernels.size(); ++i) {
        RingKernel& kernel = m_kernels[i];
        const auto product = std::ranges::find_if(m_products, [&](const Product& each) { return each.kernel == i; });
        counter.start();
        product->linear->apply(kernel.x, kOneToken, kernel.y);
        if (const auto count = counter.stop())
            kernel.samples.instructions = static_cast<double>(*count);
    }
}

/// A model without its layers, decoding tokens.
class Frame {
public:
    static Result<Frame> make(const TokenFrame& frame, const JobContext& job);

    Status sample(Ring& stored);
    Status countInstructions(InstructionCounter& counter);
    void collect(KernelTimes& times) const { times[m_name] = kernelTime(m_samples); }

private:
    Frame(std::string name, std::unique_ptr<Generation> generation, std::int64_t context)
        : m_name(std::move(name))
        , m_generation(std::move(generation))
        , m_context(context)
    {
    }

    std::string m_name;
    std::unique_ptr<Generation> m_generation;
    std::int64_t m_context;
    Samples m_samples;
};

Result<Frame> Frame::make(const TokenFrame& frame, const JobContext& job)
{
    std::int64_t bytes = 0;
    const auto factory = [&](const LayerInfo& layer, const Matrix& weight) -> Result<LinearPtr> {
        KERF_CHECK(job.checkStop());
        if (layer.role != "head")
            return std::make_shared<NoLinear>(layer.shape);
        PackedLayer head = packFloat(weight);
        bytes += head.bytes;
        return std::move(head.linear);
    };
    const std::int64_t context = std::min(kContext, frame.network->maxPositions() - 1);
    KERF_TRY(
        std::unique_ptr<Generation> generation, startGeneration(*frame.network, factory, context + 1, frame.caches));
    const std::vector<TokenId> prompt(static_cast<std::size_t>(std::max<std::int64_t>(context, 0)), 0);
    if (context > 0)
        KERF_CHECK(generation->prefill(prompt));
    Frame made(frame.name, std::move(generation), std::max<std::int64_t>(context, 0));
    made.m_samples.bytes = bytes;
    return made;
}

Status Frame::sample(Ring& stored)
{
    double seconds = 0;
    for (int token = 0; token < kFrameTokens; ++token) {
        stored.pass(); // what a token reads between two uses of the head and the caches
        m_generation->truncate(m_context);
        const auto start = Clock::now();
        KERF_CHECK(m_generation->decode(0));
        seconds += secondsSince(start);
    }
    m_samples.seconds.push_back(seconds / kFrameTokens);
    return {};
}

Status Frame::countInstructions(InstructionCounter& counter)
{
    const SerialScope alone;
    m_generation->truncate(m_context);
    counter.start();
    KERF_CHECK(m_generation->decode(0));
    if (const auto count = counter.stop())
        m_samples.instructions = static_cast<double>(*count);
    return {};
}

/// All that a sitting times.
struct Bench {
    std::vector<Ring> rings; ///< the first is of the stored layers
    std::vector<Frame> frames;
};

Result<Bench> makeBench(const Network& network, const SittingOptions& options, const JobContext& job)
{
    Bench bench;
    KERF_TRY(const LayerFormat stored, parseLayerFormat("bf16"));
    std::vector<LayerFormat> formats { stored };
    for (const LayerFormat& format : options.formats) {
        const bool known
            = std::ranges::any_of(formats, [&](const LayerFormat& other) { return other.name() == format.name(); });
        if (!known && !format.weight->isUnquantized() && hasKernel(format))
            formats.push_back(format);
    }
    const std::int64_t most = std::min(kMostRing, kMostRings / static_cast<std::int64_t>(formats.size()));
    for (std::size_t i = 0; i < formats.size(); ++i) {
        job.progress({ "Preparing " + formats[i].name(), static_cast<std::int64_t>(i),
            static_cast<std::int64_t>(formats.size()), "formats" });
        KERF_TRY(Ring ring, Ring::make(network, formats[i], most, job));
        if (!ring.isEmpty())
            bench.rings.push_back(std::move(ring));
    }
    for (const TokenFrame& frame : options.frames) {
        KERF_TRY(Frame made, Frame::make(frame, job));
        bench.frames.push_back(std::move(made));
    }
    return bench;
}

Status runRound(Bench& bench, CounterRng& random, const JobContext& job)
{
    std::vector<std::size_t> order(bench.rings.size() + bench.frames.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    shuffle(order, random);
    for (const std::size_t at : order) {
        KERF_CHECK(job.checkStop());
        if (at < bench.rings.size())
            bench.rings[at].sample(random);
        else
            KERF_CHECK(bench.frames[at - bench.rings.size()].sample(bench.rings.front()));
    }
    return {};
}

Status countAll(Bench& bench)
{
    InstructionCounter counter;
    if (!counter.isOpen())
        return {};
    for (Ring& ring : bench.rings)
        ring.countInstructions(counter);
    for (Frame& frame : bench.frames)
        KERF_CHECK(frame.countInstructions(counter));
    return {};
}

} // namespace

bool hasKernel(const LayerFormat& format)
{
    return format.weight->isUnquantized() || format.weight->family() == FormatFamily::Integer;
}

Result<KernelTimes> measureKernels(const Network& network, const SittingOptions& options, const JobContext& job)
{
    if (network.layers().empty() || options.rounds < 1)
        return fail(ErrorCode::InvalidArgument, "There is nothing to time: no layers, or no rounds.");
    KERF_TRY(Bench bench, makeBench(network, options, job));
    CounterRng random(options.seed);
    for (int round = 0; round < options.rounds; ++round) {
        job.progress({ "Timing kernels", round, options.rounds, "rounds" });
        KERF_CHECK(runRound(bench, random, job));
    }
    KERF_CHECK(countAll(bench));
    KernelTimes times;
    for (const Ring& ring : bench.rings)
        ring.collect(times);
    for (const Frame& frame : bench.frames)
        frame.collect(times);
    return times;
}

} // namespace kerf::core
