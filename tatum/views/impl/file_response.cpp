#include <tatum/views/impl/file_response.h>

#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/http/conditional.h>

#include <charconv>
#include <string_view>

namespace tatum::views::impl {

namespace {

/// The type with its charset: a text without one would be read in the browser's own.
std::string content_type_of(std::string_view name) {
    std::string type(http::guess_content_type(name).type);
    if (type.starts_with("text/") || type == "application/javascript" ||
        type == "application/json" || type == "image/svg+xml") {
        type += "; charset=utf-8";
    }
    return type;
}

std::string_view cache_control_of(FileCaching caching) {
    static_assert(kShortSeconds == 60 && kImmutableSeconds == 31'536'000);
    switch (caching) {
        case FileCaching::Revalidate:
            return "no-cache";
        case FileCaching::Short:
            return "max-age=60, public";
        case FileCaching::Immutable:
            return "max-age=31536000, public, immutable";
    }
    return "no-cache";
}

void add_headers(http::Response& response, const StaticFile& file, std::string_view etag,
                 FileCaching caching) {
    response.headers.set("ETag", etag);
    response.headers.set("Last-Modified", http_date(file.modified));
    response.headers.set("Cache-Control", cache_control_of(caching));
}

/// 304 or 412 where the request's conditions ask for it, else what `make` gives, or a part of it.
template <class MakeResponse>
http::Response respond(http::Request& request, const StaticFile& file, std::string_view etag,
                       FileCaching caching, MakeResponse make) {
    const http::Validators now{.etag = etag, .last_modified = file.modified};
    if (auto conditional = http::get_conditional_response(request, now)) {
        add_headers(*conditional, file, etag, caching);
        return *std::move(conditional);
    }
    http::Response response = make();
    add_headers(response, file, etag, caching);
    http::apply_range(request, response);
    return response;
}

std::string hex_of(std::uint64_t number) {
    char digits[16];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, 16);
    return {digits, end};
}

}  // namespace

http::Response respond_with_text(http::Request& request, const StaticFile& file,
                                 std::string content, FileCaching caching) {
    const std::string etag =
        '"' + crypto::hex(crypto::digest(crypto::Hash::Md5, content)).substr(0, 16) + '"';
    return respond(request, file, etag, caching, [&] {
        return http::Response(std::move(content), {.content_type = content_type_of(file.name)});
    });
}

http::Response respond_with_file(http::Request& request, const StaticFile& file,
                                 FileCaching caching) {
    const std::string etag =
        '"' + hex_of(static_cast<std::uint64_t>(file.modified)) + '-' + hex_of(file.size) + '"';
    return respond(request, file, etag, caching, [&] {
        http::BodyFile body{http::OpenFile::open(file.path), 0, 0};
        body.length = body.file.size();
        return http::Response(std::move(body), {.content_type = content_type_of(file.name)});
    });
}

}  // namespace tatum::views::impl
