#pragma once

#include <tatum/net/sync.h>
#include <tatum/views/impl/file_response.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tatum::views::impl {

/// Static files in the forms in which they are sent: plain, gzip, brotli. A compressed form comes
/// from a file beside the plain one ("base.css.br", not older than it), or is made by prepare() or
/// when a client first wants it. Small files and what was made are kept in memory. Safe for use by
/// any thread.
class ServedFiles {
public:
    /// A larger file is sent from the disk.
    static constexpr std::uint64_t kMemoryFileBytesMax = 32 * 1024;
    /// Smaller and larger ones are not compressed on the fly.
    static constexpr std::uint64_t kCompressBytesMin = 256, kCompressBytesMax = 8u << 20;
    /// Of all that is kept; beyond it, keeping starts anew.
    static constexpr std::size_t kKeptBytesMax = 64u << 20;
    static constexpr std::size_t kKeptFilesMax = 16'384;
    /// How often a file is looked for in all places, and for compressed ones beside it; that it has
    /// changed where it was is noticed at once.
    static constexpr std::chrono::milliseconds kFreshFor{1000};

    /// A file, with the content that is served in place of its own where `text` is set (a style
    /// sheet with hashed names).
    struct Source {
        StaticFile file;
        std::shared_ptr<const std::string> text;
    };
    using Find = std::function<std::optional<Source>(std::string_view name)>;

    /// `look_always`: no trust in kFreshFor, for development.
    ServedFiles(Find find, bool look_always) : find_(std::move(find)), look_always_(look_always) {}

    /// nullopt when there is no such file. 406 where the client accepts no form of it.
    std::optional<http::Response> respond(http::Request& request, std::string_view name,
                                          FileCaching caching) const;

    /// Makes the compressed forms of a file ahead of the first request, and returns how many. Not
    /// beyond half of what may be kept: nothing is made in vain. Blocks the thread.
    std::size_t prepare(std::string_view name) const;

private:
    /// One form of a file: text in memory, bytes in the binary, or a file on disk.
    struct Form {
        std::string etag;
        std::shared_ptr<const std::string> text;
        std::string_view embedded;
        std::optional<StaticFile> file;
        std::string_view bytes() const { return text ? std::string_view(*text) : embedded; }
    };
    /// Immutable but for `looked`.
    struct Entry {
        Source source;
        std::string content_type, last_modified;
        Form plain;
        bool compressible = false;  ///< and so the response varies
        std::shared_ptr<const Form> gzip, brotli;
        bool no_gzip = false, no_brotli = false;  ///< known not to be worth while
        mutable std::atomic<std::int64_t> looked{0};

        const std::shared_ptr<const Form>& form(http::Coding coding) const {
            return coding == http::Coding::Gzip ? gzip : brotli;
        }
        bool may_have(http::Coding coding) const;
        std::size_t kept_bytes() const;
    };
    using EntryPtr = std::shared_ptr<const Entry>;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    EntryPtr entry(std::string_view name) const;
    EntryPtr known(std::string_view name) const;
    EntryPtr make_entry(Source source) const;
    std::shared_ptr<const Form> neighbour(const Source& source, http::Coding coding) const;
    EntryPtr with_form(const EntryPtr& entry, http::Coding coding) const;
    void keep(std::string_view name, EntryPtr entry) const;
    void forget(std::string_view name) const;  ///< under guard_
    std::optional<http::Response> send(http::Request& request, const Entry& entry,
                                       http::Coding coding, FileCaching caching) const;

    Find find_;
    bool look_always_;
    mutable std::shared_mutex guard_;  ///< of entries_ and kept_bytes_
    mutable std::unordered_map<std::string, EntryPtr, TextHash, std::equal_to<>> entries_;
    mutable std::size_t kept_bytes_ = 0;
    mutable net::Mutex compressing_;  ///< one file at a time: the pool has other work too
};

}  // namespace tatum::views::impl
