#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace tatum::template_::impl {

/// Memory for everything that one parsed template consists of, freed at once. Not thread-safe
/// while it grows, which is during parsing only.
class Arena {
public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    void* allocate(std::size_t size, std::size_t alignment);
    void add_destructor(void* object, void (*destroy)(void*)) {
        destructors_.push_back({object, destroy});
    }
    std::string_view copy(std::string_view text);
    /// Bytes handed out so far.
    std::size_t size() const { return size_; }

private:
    static constexpr std::size_t kBlockBytes = 4096;
    struct Destructor {
        void* object;
        void (*destroy)(void*);
    };

    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::byte* next_ = nullptr;
    std::byte* end_ = nullptr;
    std::vector<Destructor> destructors_;
    std::size_t size_ = 0;
};

}  // namespace tatum::template_::impl
