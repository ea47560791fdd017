#include <tatum/views/impl/file_response.h>

#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/http/caching.h>
#include <tatum/http/conditional.h>

#include <charconv>
#include <string_view>

namespace tatum::views::impl {

namespace {

constexpr std::size_t kDigestLength = 16;  // of an entity tag, in hex digits

std::string_view cache_control_of(FileCaching caching) {
    static_assert(kShortSeconds == 60 && kImmutableSeconds == 31'536'000);
    switch (caching) {
        case FileCaching::Revalidate:
            return "no-cache";
        case FileCaching::Private:
            return "private, no-cache";
        case FileCaching::Short:
            return "max-age=60, public";
        case FileCaching::Immutable:
            return "max-age=31536000, public, immutable";
    }
    return "no-cache";
}

void add_headers(http::Response& response, const FileHeaders& headers) {
    response.headers.set("ETag", headers.etag);
    if (headers.last_modified.empty()) {
        response.headers.set("Last-Modified", http_date(headers.modified));
    } else {
        response.headers.set("Last-Modified", headers.last_modified);
    }
    response.headers.set("Cache-Control", cache_control_of(headers.caching));
    if (headers.varies) http::patch_vary_headers(response, {"Accept-Encoding"});
}

template <class MakeResponse>
http::Response respond(http::Request& request, const FileHeaders& headers, MakeResponse make) {
    const http::Validators now{.etag = headers.etag, .last_modified = headers.modified};
    if (auto conditional = http::get_conditional_response(request, now)) {
        add_headers(*conditional, headers);
        return *std::move(conditional);
    }
    http::Response response = make();
    add_headers(response, headers);
    if (headers.coding != http::Coding::Identity) {
        response.headers.set("Content-Encoding", http::to_string(headers.coding));
    }
    http::apply_range(request, response);
    return response;
}

void append_hex(std::string& out, std::uint64_t number) {
    char digits[16];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

void end_etag(std::string& etag, http::Coding coding) {
    if (coding != http::Coding::Identity) etag.append("-").append(http::to_string(coding));
    etag += '"';
}

}  // namespace

std::string content_type_of(std::string_view name) {
    const http::GuessedType guessed = http::guess_content_type(name);
    if (guessed.encoding == "gzip") return "application/gzip";
    if (guessed.encoding == "br") return "application/x-brotli";
    if (!guessed.encoding.empty()) return "application/octet-stream";
    std::string type(guessed.type);
    if (type.starts_with("text/") || type == "application/json" || type == "image/svg+xml" ||
        type == "application/manifest+json") {
        type += "; charset=utf-8";
    }
    return type;
}

std::string etag_of(const StaticFile& file, http::Coding coding) {
    std::string etag = "\"";
    append_hex(etag, static_cast<std::uint64_t>(file.modified));
    etag += '.';
    append_hex(etag, static_cast<std::uint64_t>(file.modified_nanoseconds));
    etag += '-';
    append_hex(etag, file.size);
    end_etag(etag, coding);
    return etag;
}

std::string etag_of(std::string_view content, http::Coding coding) {
    std::string etag =
        '"' + crypto::hex(crypto::digest(crypto::Hash::Md5, content)).substr(0, kDigestLength);
    end_etag(etag, coding);
    return etag;
}

http::Response respond_with_text(http::Request& request, const FileHeaders& headers,
                                 std::string content) {
    return respond(request, headers, [&] {
        return http::Response(std::move(content), {.content_type = headers.content_type});
    });
}

http::Response respond_with_file(http::Request& request, const FileHeaders& headers,
                                 http::OpenFile file) {
    return respond(request, headers, [&] {
        http::BodyFile body{std::move(file), 0, 0};
        body.length = body.file.size();
        return http::Response(std::move(body), {.content_type = headers.content_type});
    });
}

http::Response respond_with_file(http::Request& request, OpenedFile opened, FileCaching caching) {
    const FileHeaders headers{.content_type = content_type_of(opened.facts.name),
                              .etag = etag_of(opened.facts),
                              .modified = opened.facts.modified,
                              .caching = caching};
    return respond_with_file(request, headers, std::move(opened.file));
}

}  // namespace tatum::views::impl
