#include <tatum/site/impl/board.h>

#include <tatum/base/error.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <new>

namespace tatum::site {

struct Board::Head {
    /// Changes with the layout: workers of an older program must not be added to these.
    static constexpr std::uint64_t kMagic = 0x7461'7475'6d00'0001;

    std::uint64_t magic = kMagic;
    std::uint64_t layout = sizeof(WorkerCells) ^ (std::uint64_t{sizeof(ThreadCells)} << 32);
    std::uint32_t workers = 0, threads = 0;
};

namespace {

constexpr std::size_t kHeadBytes = 64;

std::size_t bytes_for(unsigned workers, unsigned threads) {
    return kHeadBytes + workers * (sizeof(WorkerCells) + threads * sizeof(ThreadCells));
}

}  // namespace

Board::Board(unsigned workers, unsigned threads)
    : descriptor_(::memfd_create("tatum-metrics", MFD_CLOEXEC)),
      workers_(std::max(workers, 1u)),
      threads_(std::clamp(threads, 1u, kThreadsMax)) {
    bytes_ = bytes_for(workers_, threads_);
    if (descriptor_ < 0 || ::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
        throw Exception("there is no shared memory for metrics");
    }
    map(true);
}

std::unique_ptr<Board> Board::attach(int descriptor) {
    struct stat status{};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return {};
    Head head;
    head.magic = 0;
    if (::pread(descriptor, &head, sizeof head, 0) != static_cast<::ssize_t>(sizeof head))
        return {};
    const Head expected;
    const bool ours =
        head.magic == expected.magic && head.layout == expected.layout &&
        head.threads <= kThreadsMax &&
        static_cast<std::size_t>(status.st_size) == bytes_for(head.workers, head.threads);
    if (!ours) return {};
    return std::make_unique<Board>(Found{descriptor, head.workers, head.threads});
}

Board::Board(const Found& found)
    : descriptor_(found.descriptor),
      workers_(found.workers),
      threads_(found.threads),
      bytes_(bytes_for(found.workers, found.threads)) {
    map(false);
}

void Board::map(bool fresh) {
    void* const memory =
        ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) throw Exception("the shared memory for metrics cannot be mapped");
    memory_ = static_cast<std::byte*>(memory);
    static_assert(sizeof(Head) <= kHeadBytes);
    // All else begins as zeros, which is what its constructors would write.
    if (fresh) ::new (memory_) Head{.workers = workers_, .threads = threads_};
}

Board::~Board() {
    if (memory_ != nullptr) ::munmap(memory_, bytes_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

WorkerCells& Board::worker(unsigned slot) const {
    const std::size_t each = sizeof(WorkerCells) + threads_ * sizeof(ThreadCells);
    return *reinterpret_cast<WorkerCells*>(memory_ + kHeadBytes + (slot % workers_) * each);
}

ThreadCells& Board::thread(unsigned slot, unsigned thread) const {
    auto* const first = reinterpret_cast<std::byte*>(&worker(slot)) + sizeof(WorkerCells);
    return *reinterpret_cast<ThreadCells*>(first + (thread % threads_) * sizeof(ThreadCells));
}

}  // namespace tatum::site
