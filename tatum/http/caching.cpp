#include <tatum/http/caching.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace tatum::http {

namespace {

std::vector<std::string_view> split_list(std::string_view header) {
    std::vector<std::string_view> items;
    for (const std::string_view item : strings::split(header, ","))
        items.push_back(strings::strip(item));
    return items;
}

std::optional<std::int64_t> to_seconds(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

/// Cache-Control as names in lower case and values, in order.
class Directives {
public:
    explicit Directives(std::string_view header) {
        if (header.empty()) return;
        for (const std::string_view item : split_list(header)) {
            const std::size_t equals = item.find('=');
            CacheDirective directive(strings::ascii_lower(item.substr(0, equals)));
            if (equals != std::string_view::npos) directive.value = item.substr(equals + 1);
            put(std::move(directive));
        }
    }

    CacheDirective* find(std::string_view name) {
        const auto at = std::find_if(items_.begin(), items_.end(),
                                     [&](const CacheDirective& d) { return d.name == name; });
        return at == items_.end() ? nullptr : &*at;
    }
    void erase(std::string_view name) {
        std::erase_if(items_, [&](const CacheDirective& d) { return d.name == name; });
    }
    /// no-cache may stand several times, for several headers; alone it covers all of them.
    void put(CacheDirective directive) {
        const bool is_list = directive.name == "no-cache" && directive.value;
        CacheDirective* there = find(directive.name);
        if (there == nullptr || (is_list && there->value && there->value != directive.value)) {
            items_.push_back(std::move(directive));
        } else if (!is_list) {
            there->value = std::move(directive.value);
            if (there->name == "no-cache") keep_first("no-cache");
        }
    }
    std::string str() const {
        std::string text;
        for (const CacheDirective& directive : items_) {
            if (!text.empty()) text += ", ";
            text += directive.name;
            if (directive.value) text.append("=").append(*directive.value);
        }
        return text;
    }

private:
    void keep_first(std::string_view name) {
        bool seen = false;
        std::erase_if(items_, [&](const CacheDirective& d) {
            return d.name == name && std::exchange(seen, true);
        });
    }

    std::vector<CacheDirective> items_;
};

}  // namespace

void patch_cache_control(Response& response, std::span<const CacheDirective> directives) {
    Directives all(response.headers.get("Cache-Control", {}));
    const auto gives = [&](std::string_view name) {
        return std::ranges::any_of(directives, [&](const auto& d) { return d.name == name; });
    };
    if (all.find("private") != nullptr && gives("public")) {
        all.erase("private");
    } else if (gives("private")) {
        all.erase("public");
    }
    for (const CacheDirective& given : directives) {
        CacheDirective directive = given;
        std::replace(directive.name.begin(), directive.name.end(), '_', '-');
        if (directive.name == "max-age" && directive.value) {
            const CacheDirective* there = all.find("max-age");
            const auto before =
                there != nullptr && there->value ? to_seconds(*there->value) : std::nullopt;
            const auto after = to_seconds(*directive.value);
            if (before && after && *before < *after) directive.value = there->value;
        }
        all.put(std::move(directive));
    }
    response.headers.set("Cache-Control", all.str());
}

void patch_cache_control(Response& response, std::initializer_list<CacheDirective> directives) {
    patch_cache_control(response, std::span(directives.begin(), directives.size()));
}

std::optional<std::int64_t> get_max_age(const Response& response) {
    Directives all(response.headers.get("Cache-Control", {}));
    const CacheDirective* age = all.find("max-age");
    return age != nullptr && age->value ? to_seconds(*age->value) : std::nullopt;
}

void patch_vary_headers(Response& response, std::span<const std::string_view> names) {
    std::vector<std::string_view> all;
    const std::string before(response.headers.get("Vary", {}));
    if (!before.empty()) all = split_list(before);
    const std::size_t count = all.size();
    for (const std::string_view name : names) {
        const bool there =
            std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count),
                        [&](std::string_view other) { return equals_ignoring_case(other, name); });
        if (!there) all.push_back(name);
    }
    std::string text;
    for (const std::string_view name : all) {
        if (name == "*") {
            text = "*";
            break;
        }
        if (!text.empty()) text += ", ";
        text += name;
    }
    response.headers.set("Vary", text);
}

void patch_vary_headers(Response& response, std::initializer_list<std::string_view> names) {
    patch_vary_headers(response, std::span(names.begin(), names.size()));
}

bool has_vary_header(const Response& response, std::string_view name) {
    const auto vary = response.headers.get("Vary");
    if (!vary) return false;
    for (const std::string_view item : split_list(*vary))
        if (equals_ignoring_case(item, strings::strip(name))) return true;
    return false;
}

void patch_response_headers(Response& response, Duration timeout) {
    const std::int64_t seconds = std::max<std::int64_t>(0, timeout.whole_seconds());
    if (!response.has_header("Expires"))
        response.headers.set("Expires", http_date(current_clock().now_seconds() + seconds));
    patch_cache_control(response, {{"max_age", seconds}});
}

void add_never_cache_headers(Response& response) {
    patch_response_headers(response, Duration::seconds(-1));
    patch_cache_control(response, {"no_cache", "no_store", "must_revalidate", "private"});
}

}  // namespace tatum::http
