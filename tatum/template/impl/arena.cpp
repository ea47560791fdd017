#include <tatum/template/impl/arena.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tatum::template_::impl {

Arena::~Arena() {
    while (!destructors_.empty()) {
        const Destructor last = destructors_.back();
        destructors_.pop_back();
        last.destroy(last.object);
    }
}

void* Arena::allocate(std::size_t size, std::size_t alignment) {
    const auto address = reinterpret_cast<std::uintptr_t>(next_);
    const std::size_t padding = (alignment - address % alignment) % alignment;
    if (next_ == nullptr || static_cast<std::size_t>(end_ - next_) < padding + size) {
        const std::size_t bytes = std::max(kBlockBytes, size + alignment);
        blocks_.push_back(std::make_unique<std::byte[]>(bytes));
        next_ = blocks_.back().get();
        end_ = next_ + bytes;
        return allocate(size, alignment);
    }
    std::byte* place = next_ + padding;
    next_ = place + size;
    size_ += size;
    return place;
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    char* place = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
}

}  // namespace tatum::template_::impl
