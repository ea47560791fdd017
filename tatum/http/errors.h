#pragma once

#include <tatum/base/error.h>

namespace tatum {

/// There is nothing at this address; answered with 404.
struct Http404 : Exception {
    using Exception::Exception;
};

namespace http {

/// The request cannot be understood; answered with 400.
struct BadRequest : Exception {
    using Exception::Exception;
};
/// The body is of a type that this address does not take; answered with 415.
struct UnsupportedMediaType : BadRequest {
    using BadRequest::BadRequest;
};
/// The Host header names a host that ALLOWED_HOSTS does not list, or is no host at all.
struct DisallowedHost : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};
/// The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE, the files in it not counted.
struct RequestDataTooBig : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};
/// More fields than DATA_UPLOAD_MAX_NUMBER_FIELDS.
struct TooManyFieldsSent : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};
/// More files than DATA_UPLOAD_MAX_NUMBER_FILES.
struct TooManyFilesSent : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};
/// A multipart body with more parts than any form has.
struct SuspiciousMultipartForm : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};
/// A redirect to a scheme that is neither http, https nor ftp, or to an address that is too long.
struct DisallowedRedirect : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};
/// A multipart body that is not one: no boundary, a length that is no number, bad base64.
struct MultiPartParserError : BadRequest {
    using BadRequest::BadRequest;
};
/// The connection failed while the body was being read.
struct UnreadablePostError : Exception {
    using Exception::Exception;
};
/// body() after the body was read as a stream.
struct RawPostDataException : Exception {
    using Exception::Exception;
};
/// A header name or value with a line break or another control character in it.
struct BadHeaderError : Exception {
    using Exception::Exception;
};
/// operator[] of a MultiValueDict that has no such key.
struct MultiValueDictKeyError : Exception {
    using Exception::Exception;
};

}  // namespace http

}  // namespace tatum
