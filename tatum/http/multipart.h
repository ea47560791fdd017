#pragma once

#include <tatum/http/query_dict.h>
#include <tatum/http/settings.h>
#include <tatum/http/uploads.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace tatum::http {

/// A form that came as multipart/form-data.
struct MultipartForm {
    QueryDict fields;
    FileDict files;
};

/// Reads multipart/form-data (RFC 7578) as it comes, in pieces of any size, as leniently as Django:
/// text before the first boundary and parts without Content-Disposition are skipped, a last part
/// without its boundary counts. Fields are kept in memory up to the settings' limits, files go to
/// the upload handlers, which hear of upload_interrupted() when the parser ends before the form
/// does: the client has left, the disk is full, a limit was passed.
class MultipartParser {
public:
    /// Of one part's headers, its boundary line included.
    static constexpr std::size_t kHeaderBytesMax = 1024;
    static constexpr std::size_t kBoundaryBytesMax = 201;

    /// `handlers` outlive the parser. Throws MultiPartParserError for another content type and for
    /// a missing or impossible boundary.
    MultipartParser(std::string_view content_type, const HttpSettings& settings,
                    std::span<const Owned<UploadHandler>> handlers,
                    std::string_view encoding = "utf-8");
    ~MultipartParser();
    MultipartParser(MultipartParser&&) noexcept;

    /// False when nothing more is wanted: a handler has thrown StopUpload with connection_reset.
    /// Throws MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent.
    bool feed(std::string_view piece);
    /// At the end of the body; once. Throws as feed().
    MultipartForm finish();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tatum::http
