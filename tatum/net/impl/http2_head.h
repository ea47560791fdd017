#pragma once

#include <tatum/net/exchange.h>
#include <tatum/net/impl/head_scanner.h>
#include <tatum/net/server.h>

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

/// The head of a request as it comes field by field (RFC 9113 §8.3), and what HTTP/1's rules make
/// of it, so that a handler cannot tell the versions apart: the authority is there as `host`, the
/// pieces of a cookie are joined. nghttp2 has checked syntax and order of the fields.
class Http2RequestHead {
public:
    explicit Http2RequestHead(const ServerLimits& limits) : limits_(limits) {}

    void add(std::string_view name, std::string_view value);
    /// After the last field. False when the request is refused with fault().
    enum class Body : bool { No, Follows };
    bool finish(Body body);
    /// After the head's end.
    void add_trailer(std::string_view name, std::string_view value);
    void finish_trailers();

    const RequestHead& head() const { return head_; }
    const ParseFault& fault() const { return fault_; }
    /// nullopt when the body has a length that nobody has told.
    std::optional<std::uint64_t> content_length() const { return content_length_; }
    bool expects_continue() const { return expects_continue_; }
    std::span<const Header> trailers() const { return trailers_; }
    bool trailers_too_large() const { return trailers_too_large_; }
    /// Names and values, as long as they were before compression.
    std::size_t bytes() const { return bytes_; }

private:
    struct Place {
        std::size_t begin = 0;
        std::size_t size = 0;
    };
    struct Field {
        Place name, value;
    };

    Place keep(std::string_view text);
    std::string_view at(Place place) const {
        return std::string_view(text_).substr(place.begin, place.size);
    }
    bool refuse(int status, std::string_view reason);
    void add_cookie(std::string_view value);
    bool read_host();
    bool read_fields(Body body);

    const ServerLimits& limits_;
    std::string text_;  // what the views of the head point into, once it is complete
    std::string cookie_;
    std::vector<Field> fields_;
    Place method_, path_, authority_;
    bool has_authority_ = false;
    bool has_cookie_ = false;
    std::size_t bytes_ = 0;
    std::size_t listed_bytes_ = 0;  // as RFC 9113 §6.5.2 counts

    RequestHead head_;
    ParseFault fault_{0, {}};
    std::vector<Header> headers_;
    std::optional<std::uint64_t> content_length_ = 0;
    bool expects_continue_ = false;

    std::string trailer_text_;
    std::vector<Header> trailers_;
    bool trailers_too_large_ = false;
};

/// The head of a response as nghttp2 takes it. Reused from response to response.
class Http2ResponseFields {
public:
    /// What the server adds to the handler's own.
    struct Added {
        std::optional<std::uint64_t> content_length = std::nullopt;
        bool keep_own_length = false;  ///< a Content-Length among the handler's headers stands
        std::string_view date = {};    ///< empty: none
        std::string_view server = {};  ///< empty: none
    };
    /// Leaves out what speaks of a connection (RFC 9113 §8.2.2). Throws Exception when a header
    /// could not stand in a message: a name that is no token, or a control character other than TAB
    /// in a value.
    void assign(const ResponseHead& head, const Added& added);

    /// Valid until the next assign().
    std::span<const nghttp2_nv> fields() const { return fields_; }
    /// Names and values.
    std::size_t bytes() const { return text_.size(); }

private:
    void add(std::string_view name, std::string_view value);
    void add_own(std::string_view name, std::string_view value, const Added& added);

    std::string text_;
    std::vector<nghttp2_nv> fields_;
};

}  // namespace tatum::net::impl
