#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tatum::http::impl {

/// What a multipart body is made of.
class MultipartEvents {
public:
    virtual ~MultipartEvents() = default;
    /// The lines of a part's headers, separated by CRLF. Without them a part is raw: nothing to
    /// use.
    virtual void part_begins(std::string_view header_lines) = 0;
    virtual void raw_part() = 0;
    virtual void part_data(std::string_view bytes) = 0;
    virtual void part_ends() = 0;
    /// The body ends where the part's boundary should follow.
    virtual void part_breaks_off() = 0;
};

/// Cuts a body at its boundaries, as it comes. The boundary may stand anywhere, as for Django; a
/// CRLF before it belongs to it.
///
/// Invariant: pending_ from start_ on holds what is not yet handed on: while headers are wanted,
/// all of the part; in the content, at most the tail that may be the start of a boundary.
class MultipartSplitter {
public:
    /// `boundary` without its leading dashes; `events` outlives this.
    MultipartSplitter(std::string_view boundary, std::size_t header_bytes_max,
                      MultipartEvents& events);

    /// Throws MultiPartParserError when headers are longer than allowed, and what the events throw.
    void feed(std::string_view piece);
    void finish();

private:
    enum class State : unsigned char { Headers, Data };

    std::string_view rest() const { return std::string_view(pending_).substr(start_); }
    void advance(bool at_end);
    bool advance_headers(bool at_end);
    bool advance_data(bool at_end);
    void data(std::string_view bytes);
    void end_part(std::size_t boundary);

    const std::string separator_;
    const std::size_t header_bytes_max_;
    MultipartEvents& events_;
    std::string pending_;
    std::size_t start_ = 0;
    State state_ = State::Headers;
};

}  // namespace tatum::http::impl
