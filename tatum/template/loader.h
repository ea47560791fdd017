#pragma once

#include <tatum/base/error.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::template_ {

class Loader;

/// Where a template comes from.
struct Origin {
    std::string name;           ///< a path, "embedded:shop/list.html" or "<unknown source>"
    std::string template_name;  ///< as asked for; empty for a template made from a string
    const Loader* loader = nullptr;

    friend bool operator==(const Origin& a, const Origin& b) {
        return a.name == b.name && a.loader == b.loader;
    }
};

/// A template's text as a loader gives it.
struct Source {
    std::shared_ptr<const std::string> owner;  ///< keeps `text`; null when it is static data
    std::string_view text;
    std::uint64_t version = 0;  ///< changes when the file does; 0 when it never does
};

/// Finds template sources by name. Names use '/' and are relative; a name that leaves the loader's
/// folders is not found. Immutable, called by any thread.
class Loader {
public:
    virtual ~Loader() = default;

    /// The places where `name` may be, in order of preference.
    virtual std::vector<Origin> origins(std::string_view name) const = 0;
    /// The source at one of them, or nullopt when there is nothing. Throws TemplateSyntaxError when
    /// the file is no UTF-8 or larger than kSourceBytesMax.
    virtual std::optional<Source> read(const Origin& origin) const = 0;
    /// What read() would give as Source::version; 0 when the place never changes, nullopt when
    /// there is nothing. One stat() for files.
    virtual std::optional<std::uint64_t> version(const Origin& origin) const = 0;
    /// Names of all templates, sorted, for checks.
    virtual std::vector<std::string> names() const = 0;

    static constexpr std::size_t kSourceBytesMax = 16 * 1024 * 1024;
};

/// Templates in folders, the first that has a name wins. Used for a site's own folders as well as
/// for the `templates` folders of its apps.
class FilesystemLoader : public Loader {
public:
    explicit FilesystemLoader(std::vector<std::string> folders);

    std::vector<Origin> origins(std::string_view name) const override;
    std::optional<Source> read(const Origin& origin) const override;
    std::optional<std::uint64_t> version(const Origin& origin) const override;
    std::vector<std::string> names() const override;

private:
    std::vector<std::string> folders_;
};

/// The `templates` folders of a site's apps, in the order of installation.
class AppDirectoriesLoader : public FilesystemLoader {
public:
    /// Folders of apps; those that hold no folder `templates` are left out.
    explicit AppDirectoriesLoader(const std::vector<std::string>& app_folders);
};

/// Templates that are part of the binary. The texts outlive the loader.
class EmbeddedLoader : public Loader {
public:
    struct Entry {
        std::string_view name, text;
    };
    /// Of two entries of one name the first wins; `{% extends %}` of its own name reaches the next.
    explicit EmbeddedLoader(std::vector<Entry> entries);

    std::vector<Origin> origins(std::string_view name) const override;
    std::optional<Source> read(const Origin& origin) const override;
    std::optional<std::uint64_t> version(const Origin& origin) const override;
    std::vector<std::string> names() const override;

private:
    std::vector<Entry> entries_;  ///< sorted by name, stable
};

/// Templates given as texts, for tests and for mails kept in settings. Django's locmem loader.
class MemoryLoader : public Loader {
public:
    struct Entry {
        std::string name, text;
    };
    explicit MemoryLoader(std::vector<Entry> entries);

    std::vector<Origin> origins(std::string_view name) const override;
    std::optional<Source> read(const Origin& origin) const override;
    std::optional<std::uint64_t> version(const Origin& origin) const override;
    std::vector<std::string> names() const override;

private:
    std::vector<Entry> entries_;
};

}  // namespace tatum::template_
