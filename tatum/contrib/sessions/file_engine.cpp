#include "encoding.h"
#include "engine.h"

#include <tatum/base/dateparse.h>
#include <tatum/base/error.h>
#include <tatum/base/locals.h>
#include <tatum/net/offload.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tatum::sessions {

namespace {

namespace fs = std::filesystem;

/// Writes all of a file that must not exist. False when it does, or when the disk is full.
bool write_new_file(const std::string& path, std::string_view text) {
    constexpr mode_t kOwnerOnly = 0600;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
    if (file < 0) return false;
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool is_whole = text.empty();
    const int error = errno;
    if (::close(file) == 0 && is_whole) return true;
    ::unlink(path.c_str());
    errno = is_whole ? errno : error;
    return false;
}

[[noreturn]] void fail(const std::string& path, int error) {
    throw Exception("The session file " + path +
                    " cannot be written: " + std::generic_category().message(error));
}

class FileEngine final : public Engine {
public:
    FileEngine(FileEngineOptions options, signing::Keys keys)
        : options_(std::move(options)), keys_(std::move(keys)) {
        std::error_code error;
        if (!fs::is_directory(options_.folder, error)) {
            throw ImproperlyConfigured("SESSION_FILE_PATH: there is no folder \"" +
                                       options_.folder + "\"");
        }
    }

    std::optional<Dict> load(const std::string& key) const override {
        if (!is_own_key(key)) return std::nullopt;
        return net::offload([&] { return load_file(path_of(key)); });
    }

    bool exists(const std::string& key) const override {
        return is_own_key(key) &&
               net::offload([&] { return ::access(path_of(key).c_str(), F_OK) == 0; });
    }

    bool save(const std::string& key, const Dict& data, const DateTime&,
              SaveMode mode) const override {
        if (!is_own_key(key)) return false;
        const std::string text = encoded(data, keys_, signing::SessionEngine::Stored);
        return net::offload([&] {
            return mode == SaveMode::Create ? create_file(path_of(key), text)
                                            : replace_file(path_of(key), text);
        });
    }

    void remove(const std::string& key) const override {
        if (is_own_key(key)) net::offload([&] { ::unlink(path_of(key).c_str()); });
    }

    std::int64_t clear_expired() const override {
        return net::offload([&] {
            std::int64_t cleared = 0;
            std::error_code error;
            for (fs::directory_iterator entry(options_.folder, error), end; !error && entry != end;
                 entry.increment(error)) {
                const std::string name = entry->path().filename().string();
                if (!name.starts_with(options_.cookie_name) ||
                    !is_own_key(std::string_view(name).substr(options_.cookie_name.size()))) {
                    continue;
                }
                if (!load_file(entry->path().string())) ++cleared;
            }
            return cleared;
        });
    }

private:
    /// Anything else might name another file.
    static bool is_own_key(std::string_view key) {
        return !key.empty() && std::ranges::all_of(key, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        });
    }

    std::string path_of(const std::string& key) const {
        return options_.folder + "/" + options_.cookie_name + key;
    }

    /// nullopt, and no file any more, when it has expired.
    std::optional<Dict> load_file(const std::string& path) const {
        std::ifstream file(path, std::ios::binary);
        struct stat status{};
        if (!file || ::stat(path.c_str(), &status) != 0) return std::nullopt;
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        Dict data = signing::session_decode(text, keys_);
        if (expiry_of(data, status.st_mtime) > current_clock().now_seconds()) return data;
        ::unlink(path.c_str());
        return std::nullopt;
    }

    /// In seconds since 1970.
    std::int64_t expiry_of(const Dict& data, std::int64_t modified) const {
        const Value* expiry = data.find("_session_expiry");
        if (expiry != nullptr && expiry->is_string()) {
            const auto moment = parse_datetime(expiry->as_string());
            if (moment && *moment) return (*moment)->utc_microseconds() / 1'000'000;
        }
        const bool has_seconds =
            expiry != nullptr && expiry->kind() == Kind::Int && expiry->as_int() != 0;
        return modified + (has_seconds ? expiry->as_int() : options_.cookie_age.whole_seconds());
    }

    static bool create_file(const std::string& path, const std::string& text) {
        if (write_new_file(path, text)) return true;
        if (errno == EEXIST) return false;
        fail(path, errno);
    }

    /// The new file takes the old one's place only while there is one, so that a session that was
    /// ended meanwhile does not come back.
    static bool replace_file(const std::string& path, const std::string& text) {
        static std::atomic<std::uint64_t> counter{0};
        const std::string fresh = path + "." + std::to_string(::getpid()) + "." +
                                  std::to_string(counter.fetch_add(1)) + ".new";
        ::unlink(fresh.c_str());  // of a process of that number that was killed
        if (!write_new_file(fresh, text)) fail(path, errno);
        int error = 0;
        if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0) {
            error = errno;
            // A file system without that: between the two calls the session may end unseen.
            if (error == EINVAL && ::access(path.c_str(), F_OK) == 0) {
                if (::rename(fresh.c_str(), path.c_str()) == 0) return true;
                error = errno;
            }
        }
        ::unlink(fresh.c_str());
        if (error == 0) return true;
        if (error == ENOENT || error == EINVAL) return false;
        fail(path, error);
    }

    FileEngineOptions options_;
    signing::Keys keys_;
};

}  // namespace

Owned<const Engine> make_file_engine(FileEngineOptions options, signing::Keys keys) {
    return owned<const FileEngine>(std::move(options), std::move(keys));
}

}  // namespace tatum::sessions
