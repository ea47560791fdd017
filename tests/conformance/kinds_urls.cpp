#include "kinds.h"

#include <tatum/base/text.h>
#include <tatum/http/caching.h>
#include <tatum/http/conditional.h>
#include <tatum/http/cookies.h>
#include <tatum/http/hosts.h>
#include <tatum/http/multipart.h>
#include <tatum/http/negotiation.h>
#include <tatum/http/request.h>
#include <tatum/urls/reverse.h>

#include <algorithm>

namespace tatum::conformance {

namespace {

using urls::Included;
using urls::Resolver;
using urls::Url;
using urls::Urls;

// --- resolving and reversing ---------------------------------------------------------------------

Urls read_urls(const List& entries, std::string_view app_name = {});

Response no_view(Request&) { return Response(); }

Url read_url(const Dict& entry) {
    urls::UrlOptions options;
    if (const Value* kwargs = entry.find("kwargs")) options.kwargs = kwargs->as_dict();
    const auto text = [&](std::string_view key) {
        const Value* value = entry.find(Name(key));
        return value == nullptr ? std::string() : value->str();
    };
    const bool is_path = entry.contains("path");
    const std::string pattern = text(is_path ? "path" : "re_path");
    if (const Value* list = entry.find("include")) {
        const std::string namespace_ = text("namespace");
        Included included =
            urls::include(read_urls(list->as_list(), text("app_name")), {.namespace_ = namespace_});
        return is_path ? urls::path(pattern, std::move(included), std::move(options))
                       : urls::re_path(pattern, std::move(included), std::move(options));
    }
    const std::string name = text("name");
    return is_path ? urls::path(pattern, no_view, name, std::move(options))
                   : urls::re_path(pattern, no_view, name, std::move(options));
}

Urls read_urls(const List& entries, std::string_view app_name) {
    std::vector<Url> list;
    for (const Value& entry : entries) list.push_back(read_url(entry.as_dict()));
    return Urls(std::move(list), {.app_name = app_name});
}

Outcome run_resolve(const Case& c) {
    try {
        const Resolver resolver(read_urls(c.list("urls")));
        const std::string path = c.text("path");
        const auto match = resolver.resolve(path);
        if (!match) return Outcome::failure("Resolver404", path);
        const Kwargs kwargs = match->kwargs();
        return Outcome::value(Value(Dict{{"view", match->url_name()},
                                         {"args", kwargs.args()},
                                         {"kwargs", kwargs.dict()},
                                         {"captured", match->captured_kwargs()},
                                         {"url_name", match->url_name()},
                                         {"view_name", match->view_name()},
                                         {"namespaces", to_list(match->namespaces())},
                                         {"app_names", to_list(match->app_names())},
                                         {"route", match->route()}}));
    } catch (const ImproperlyConfigured& e) {
        return Outcome::failure("ImproperlyConfigured", e.what());
    }
}

Outcome run_reverse(const Case& c) {
    try {
        const Resolver resolver(read_urls(c.list("urls")));
        const std::string current_app = c.has("current_app") ? c.text("current_app") : "";
        const std::string fragment = c.has("fragment") ? c.text("fragment") : "";
        urls::ReverseOptions options{.current_app = current_app, .query = c.get("query")};
        if (c.has("fragment")) options.fragment = fragment;
        const auto url =
            resolver.find_url(c.text("name"), c.list("args"), c.dict("kwargs"), options);
        if (url) return Outcome::value(*url);
        return Outcome::failure(url.error().code == "urls.E404" ? "NoReverseMatch" : "TypeError",
                                url.error());
    } catch (const ImproperlyConfigured& e) {
        return Outcome::failure("ImproperlyConfigured", e.what());
    }
}

// --- query strings, cookies, hosts ---------------------------------------------------------------

Outcome run_querystring(const Case& c) {
    const std::string encoding = c.has("encoding") ? c.text("encoding") : "utf-8";
    const QueryDict fields = QueryDict::parse(c.text("query"), encoding);
    List lists, last;
    for (const auto& entry : fields) {
        lists.emplace_back(List{Value(entry.key), Value(to_list(entry.values))});
        last.emplace_back(List{Value(entry.key), Value(entry.values.back())});
    }
    return Outcome::value(Value(Dict{{"lists", std::move(lists)},
                                     {"last", std::move(last)},
                                     {"urlencode", fields.urlencode()},
                                     {"urlencode_safe", fields.urlencode("/")}}));
}

Outcome run_cookies(const Case& c) {
    List pairs;
    for (const auto& [name, value] : http::Cookies::parse(c.text("header")))
        pairs.emplace_back(List{Value(name), Value(value)});
    return Outcome::value(std::move(pairs));
}

std::optional<http::SameSite> read_samesite(const Dict& options) {
    const Value* given = options.find("samesite");
    if (given == nullptr || given->is_none()) return http::SameSite::Unset;
    const std::string text = strings::ascii_lower(given->str());
    if (text.empty()) return http::SameSite::Unset;
    if (text == "lax") return http::SameSite::Lax;
    if (text == "strict") return http::SameSite::Strict;
    if (text == "none") return http::SameSite::None;
    return std::nullopt;
}

Outcome run_set_cookie(const Case& c) {
    const Dict& options = c.dict("options");
    const auto samesite = read_samesite(options);
    if (!samesite) return Outcome::failure("ValueError", "samesite");
    http::CookieOptions cookie{.secure = options.get("secure").truth(),
                               .httponly = options.get("httponly").truth(),
                               .samesite = *samesite};
    if (!options.get("path").is_none()) cookie.path = options.get("path").str();
    if (options.contains("domain")) cookie.domain = options.get("domain").str();
    if (const Value* age = options.find("max_age"); age != nullptr && !age->is_none())
        cookie.max_age = age->kind() == Kind::Duration ? age->as_duration()
                                                       : Duration::seconds(to_integer(*age));
    const Value expires = options.get("expires");
    if (expires.kind() == Kind::DateTime) cookie.expires = expires.as_datetime();
    Response response;
    if (c.get("delete").truth())
        response.delete_cookie(c.text("name"), cookie.path, cookie.domain, cookie.samesite);
    else
        response.set_cookie(c.text("name"), c.text("value"), cookie);
    if (expires.is_string()) response.cookies().front().expires = expires.str();
    return Outcome::value(response.cookies().front().str());
}

Outcome run_allowed_host(const Case& c) {
    std::vector<std::string> allowed;
    for (const Value& host : c.list("allowed_hosts")) allowed.push_back(host.str());
    const http::HostAndPort parts = http::split_domain_port(c.text("host"));
    const bool valid = !parts.domain.empty() && http::validate_host(parts.domain, allowed);
    return Outcome::value(
        Value(Dict{{"domain", parts.domain}, {"port", parts.port}, {"allowed", valid}}));
}

Outcome run_accept(const Case& c) {
    const std::string header = c.text("header");
    const http::AcceptedTypes accepted(header);
    std::vector<std::string> types;
    for (const Value& type : c.list("types")) types.push_back(type.str());
    const std::vector<std::string_view> views(types.begin(), types.end());
    Dict accepts;
    for (const std::string& type : types) accepts.set(type, Value(accepted.accepts(type)));
    const auto preferred = accepted.preferred(views);
    return Outcome::value(Value(Dict{{"accepts", std::move(accepts)},
                                     {"preferred", preferred ? Value(*preferred) : Value()}}));
}

// --- conditions and caches -----------------------------------------------------------------------

Outcome run_condition(const Case& c) {
    http::RequestText text{.method = c.text("method")};
    for (const auto& [name, value] : c.dict("headers"))
        text.headers.emplace_back(name.str(), value.str());
    const Request request(std::move(text));
    const std::string etag = c.has("etag") ? c.text("etag") : "";
    http::Validators now{.etag = etag};
    if (c.has("last_modified")) now.last_modified = to_integer(c.get("last_modified"));
    const auto response = http::get_conditional_response(request, now);
    return Outcome::value(response ? response->status() : 200);
}

Value header_or_none(const Response& response, std::string_view name) {
    const auto value = response.headers.get(name);
    return value ? Value(*value) : Value();
}

Outcome run_patch_headers(const Case& c) {
    Response response;
    if (const Value vary = c.get("vary"); vary.is_string())
        response.headers.set("Vary", vary.as_string());
    if (const Value control = c.get("cache_control"); control.is_string())
        response.headers.set("Cache-Control", control.as_string());
    std::vector<std::string> names;
    for (const Value& name : c.list("add_vary")) names.push_back(name.str());
    const std::vector<std::string_view> views(names.begin(), names.end());
    if (c.has("add_vary")) http::patch_vary_headers(response, views);
    std::vector<http::CacheDirective> directives;
    for (const auto& [name, value] : c.dict("add_cache_control")) {
        http::CacheDirective directive(name.as_string());
        if (value.kind() != Kind::Bool || !value.truth()) directive.value = value.str();
        directives.push_back(std::move(directive));
    }
    if (c.has("add_cache_control")) http::patch_cache_control(response, directives);
    return Outcome::value(
        Value(Dict{{"vary", header_or_none(response, "Vary")},
                   {"cache_control", header_or_none(response, "Cache-Control")}}));
}

// --- multipart -----------------------------------------------------------------------------------

/// One character a byte to bytes, and back.
std::string to_bytes(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size();)
        bytes += static_cast<char>(strings::next_code_point(text, at));
    return bytes;
}

std::string from_bytes(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) strings::append_utf8(text, static_cast<unsigned char>(byte));
    return text;
}

Value describe_file(const UploadedFile& file) {
    Dict extra;
    for (const auto& [name, value] : file.content_type_extra()) extra.set(name, value);
    return Value(Dict{{"name", file.name()},
                      {"content_type", file.content_type()},
                      {"charset", file.charset().empty() ? Value() : Value::bytes(file.charset())},
                      {"extra", std::move(extra)},
                      {"content", from_bytes(file.read())}});
}

Outcome run_multipart(const Case& c) {
    const http::HttpSettings settings;
    http::UploadHandlers handlers;
    handlers.push_back(http::default_upload_handler(settings));
    try {
        http::MultipartParser parser(c.text("content_type"), settings, handlers);
        const std::string body = to_bytes(c.text("body"));
        // Byte by byte: what arrives together must make no difference.
        for (const char& byte : body) parser.feed({&byte, 1});
        const http::MultipartForm form = parser.finish();
        List post, files;
        for (const auto& entry : form.fields)
            post.emplace_back(List{Value(entry.key), Value(to_list(entry.values))});
        for (const auto& entry : form.files) {
            List each;
            for (const UploadedFile& file : entry.values) each.push_back(describe_file(file));
            files.emplace_back(List{Value(entry.key), Value(std::move(each))});
        }
        return Outcome::value(Value(Dict{{"post", std::move(post)}, {"files", std::move(files)}}));
    } catch (const http::MultiPartParserError& e) {
        return Outcome::failure("MultiPartParserError", e.what());
    }
}

constexpr CaseKind kUrlKinds[] = {
    {"resolve", run_resolve},
    {"reverse", run_reverse},
    {"querystring", run_querystring},
    {"cookies", run_cookies},
    {"set_cookie", run_set_cookie},
    {"allowed_host", run_allowed_host},
    {"accept", run_accept},
    {"condition", run_condition},
    {"patch_headers", run_patch_headers},
    {"multipart", run_multipart},
};

}  // namespace

urls::Resolver make_resolver(const List& entries) { return Resolver(read_urls(entries)); }

std::span<const CaseKind> url_kinds() { return kUrlKinds; }

}  // namespace tatum::conformance
