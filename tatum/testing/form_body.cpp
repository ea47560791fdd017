#include <tatum/testing/impl/form_body.h>

#include <tatum/base/text.h>
#include <tatum/base/uri.h>

namespace tatum::testing::impl {

namespace {

/// RFC 7578 §4.2, as browsers escape names.
std::string quoted(std::string_view text) {
    return '"' + strings::replace(strings::replace(text, "\\", "\\\\"), "\"", "\\\"") + '"';
}

}  // namespace

std::string multipart_body(const Form& form) {
    std::string body;
    for (const FormField& field : form) {
        body += "--";
        body += kBoundary;
        body += "\r\nContent-Disposition: form-data; name=" + quoted(field.name);
        if (field.file) {
            body += "; filename=" + quoted(field.file->name());
            body += "\r\nContent-Type: " + field.file->content_type();
        }
        body += "\r\n\r\n";
        body += field.file ? field.file->read() : field.value;
        body += "\r\n";
    }
    body += "--";
    body += kBoundary;
    body += "--\r\n";
    return body;
}

std::string urlencoded_body(const Form& form) {
    std::string body;
    for (const FormField& field : form) {
        if (!body.empty()) body += '&';
        uri::append_quoted_plus(body, field.name);
        body += '=';
        uri::append_quoted_plus(body, field.file ? field.file->name() : field.value);
    }
    return body;
}

}  // namespace tatum::testing::impl
