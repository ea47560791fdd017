#pragma once

#include <tatum/template/engine.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/name_table.h>

#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tatum::template_ {

/// Thread-safety: everything but the names and the cache is immutable after construction; `mutex`
/// guards the cache. A template that has left the cache stays in `retired`, since parsed templates
/// may refer to it.
struct Engine::Impl {
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    struct Cached {
        TemplatePointer parsed;
        std::uint64_t version = 0;
    };

    EngineOptions options;
    std::vector<Library> libraries;  ///< the site's, then the built-in ones
    Library builtins{"builtins"};
    Value string_if_invalid;
    mutable impl::NameTable names;

    mutable std::shared_mutex mutex;
    mutable std::unordered_map<std::string, Cached, TextHash, std::equal_to<>> cache;
    mutable std::vector<TemplatePointer> retired;

    /// From the cache, else from the loaders. `skip` are places that are passed over.
    TemplatePointer find(const Engine& engine, std::string_view name, std::span<const Origin> skip,
                         std::vector<TemplateDoesNotExist::Tried>& tried) const;

private:
    bool is_current(const Cached& cached, std::string_view name,
                    std::span<const Origin> skip) const;
    Cached load(const Engine& engine, std::string_view name, std::span<const Origin> skip,
                std::vector<TemplateDoesNotExist::Tried>& tried) const;
    Cached load_partial(const Engine& engine, std::string_view name, std::size_t hash_sign,
                        std::vector<TemplateDoesNotExist::Tried>& tried) const;
};

}  // namespace tatum::template_
