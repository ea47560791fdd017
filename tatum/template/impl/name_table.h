#pragma once

#include <tatum/base/name.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace tatum::template_::impl {

/// The names of variables in an engine's templates, each kept once: names that are the same have
/// their texts in the same place, so that a comparison need not read them. Thread-safe.
class NameTable {
public:
    /// Past these limits a name stays where it is: templates that a program makes of what its users
    /// write shall not fill the memory.
    static constexpr std::size_t kNamesMax = 10'000;
    static constexpr std::size_t kNameBytesMax = 64;

    /// The name that was kept first, else a copy of `name` from now on. Lives as long as the table.
    Name share(const Name& name) {
        if (name.text.size() > kNameBytesMax) return name;
        const std::lock_guard lock(mutex_);
        auto found = texts_.find(name.text);
        if (found == texts_.end()) {
            if (texts_.size() >= kNamesMax) return name;
            found = texts_.emplace(name.text).first;
        }
        Name shared = name;
        shared.text = *found;
        return shared;
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return Name::hash_of(text); }
    };

    std::mutex mutex_;
    std::unordered_set<std::string, Hash, std::equal_to<>> texts_;
};

}  // namespace tatum::template_::impl
