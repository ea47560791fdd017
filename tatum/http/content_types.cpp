#include <tatum/http/headers.h>
#include <tatum/http/response.h>

#include <utility>

namespace tatum::http {

namespace {

using Row = std::pair<std::string_view, std::string_view>;

/// File name extensions and their types, by IANA's registry and what browsers need.
constexpr Row kTypes[] = {
    {"html", "text/html"},
    {"htm", "text/html"},
    {"css", "text/css"},
    {"js", "text/javascript"},
    {"mjs", "text/javascript"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"ico", "image/vnd.microsoft.icon"},
    {"bmp", "image/bmp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"heic", "image/heic"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"ttf", "font/ttf"},
    {"otf", "font/otf"},
    {"txt", "text/plain"},
    {"text", "text/plain"},
    {"log", "text/plain"},
    {"md", "text/markdown"},
    {"csv", "text/csv"},
    {"tsv", "text/tab-separated-values"},
    {"xml", "application/xml"},
    {"rss", "application/rss+xml"},
    {"atom", "application/atom+xml"},
    {"ics", "text/calendar"},
    {"vcf", "text/vcard"},
    {"pdf", "application/pdf"},
    {"rtf", "application/rtf"},
    {"zip", "application/zip"},
    {"tar", "application/x-tar"},
    {"7z", "application/x-7z-compressed"},
    {"wasm", "application/wasm"},
    {"webmanifest", "application/manifest+json"},
    {"mp3", "audio/mpeg"},
    {"ogg", "audio/ogg"},
    {"oga", "audio/ogg"},
    {"opus", "audio/opus"},
    {"wav", "audio/x-wav"},
    {"flac", "audio/flac"},
    {"m4a", "audio/mp4"},
    {"aac", "audio/aac"},
    {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},
    {"webm", "video/webm"},
    {"ogv", "video/ogg"},
    {"mov", "video/quicktime"},
    {"avi", "video/x-msvideo"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"epub", "application/epub+zip"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"eml", "message/rfc822"},
};

constexpr Row kEncodings[] = {
    {"gz", "gzip"}, {"bz2", "bzip2"}, {"xz", "xz"}, {"br", "br"}, {"Z", "compress"},
};

std::string_view take_extension(std::string_view& name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    const std::string_view extension = name.substr(dot + 1);
    name = name.substr(0, dot);
    return extension;
}

}  // namespace

GuessedType guess_content_type(std::string_view name) {
    GuessedType guess{"application/octet-stream", {}};
    if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos)
        name.remove_prefix(slash + 1);
    if (name.ends_with(".tgz")) return {"application/x-tar", "gzip"};
    std::string_view extension = take_extension(name);
    for (const auto& [ending, encoding] : kEncodings) {
        if (ending != extension) continue;
        guess.encoding = encoding;
        extension = take_extension(name);
        break;
    }
    for (const auto& [ending, type] : kTypes)
        if (equals_ignoring_case(ending, extension)) guess.type = type;
    return guess;
}

}  // namespace tatum::http
