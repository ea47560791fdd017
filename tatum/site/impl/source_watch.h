#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tatum::site {

/// Tells when a file in some folders has changed, by inotify. Neither copied nor moved.
class SourceWatch {
public:
    static constexpr std::size_t kFoldersMax = 10'000;

    /// Which files matter, by name.
    using Filter = std::function<bool(std::string_view file_name)>;

    explicit SourceWatch(Filter filter);
    ~SourceWatch();
    SourceWatch(const SourceWatch&) = delete;
    SourceWatch& operator=(const SourceWatch&) = delete;

    /// Watches the folder and those below it, build folders and hidden ones left out. A folder that
    /// cannot be watched is passed over.
    void add(const std::string& folder);

    /// Readable when something has happened; for poll().
    int descriptor() const { return descriptor_; }
    /// Takes what has happened; the changed files that matter.
    std::vector<std::string> changes();

private:
    Filter filter_;
    int descriptor_;
    std::unordered_map<int, std::string> folders_;
};

}  // namespace tatum::site
