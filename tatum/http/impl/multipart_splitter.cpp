#include <tatum/http/impl/multipart_splitter.h>

#include <tatum/http/errors.h>

namespace tatum::http::impl {

namespace {

constexpr std::string_view kBlankLine = "\r\n\r\n";
constexpr std::size_t kLineEnd = 2;  // a CRLF before a boundary belongs to it

/// Where the content before a boundary at `boundary` ends.
std::size_t content_end(std::string_view text, std::size_t boundary) {
    std::size_t end = boundary;
    if (end > 0 && text[end - 1] == '\n') --end;
    if (end > 0 && text[end - 1] == '\r') --end;
    return end;
}

}  // namespace

MultipartSplitter::MultipartSplitter(std::string_view boundary, std::size_t header_bytes_max,
                                     MultipartEvents& events)
    : separator_("--" + std::string(boundary)),
      header_bytes_max_(header_bytes_max),
      events_(events) {}

void MultipartSplitter::feed(std::string_view piece) {
    pending_ += piece;
    advance(false);
}

void MultipartSplitter::finish() { advance(true); }

void MultipartSplitter::advance(bool at_end) {
    while (state_ == State::Headers ? advance_headers(at_end) : advance_data(at_end)) {
    }
    pending_.erase(0, start_);
    start_ = 0;
}

/// True when the state has changed and there is more to do.
bool MultipartSplitter::advance_headers(bool at_end) {
    const std::string_view text = rest();
    const std::size_t boundary = text.find(separator_);
    const bool decided = at_end || boundary != std::string_view::npos ||
                         text.size() >= header_bytes_max_ + separator_.size() + kLineEnd;
    if (!decided || text.empty()) return false;
    const std::string_view part =
        boundary == std::string_view::npos ? text : text.substr(0, content_end(text, boundary));
    const std::size_t end = part.substr(0, header_bytes_max_).find(kBlankLine);
    if (end != std::string_view::npos) {
        events_.part_begins(part.substr(0, end));
        start_ += end + kBlankLine.size();
        state_ = State::Data;
        return true;
    }
    if (part.size() >= header_bytes_max_)
        throw MultiPartParserError("Request max total header size exceeded.");
    events_.raw_part();
    if (boundary == std::string_view::npos) {
        start_ = pending_.size();
        return false;
    }
    end_part(boundary);
    return true;
}

bool MultipartSplitter::advance_data(bool at_end) {
    const std::string_view text = rest();
    const std::size_t boundary = text.find(separator_);
    if (boundary != std::string_view::npos) {
        data(text.substr(0, content_end(text, boundary)));
        end_part(boundary);
        return true;
    }
    if (at_end) {
        data(text);
        start_ = pending_.size();
        events_.part_breaks_off();
        state_ = State::Headers;
        return false;
    }
    const std::size_t kept = separator_.size() - 1 + kLineEnd;
    if (text.size() > kept) {
        data(text.substr(0, text.size() - kept));
        start_ = pending_.size() - kept;
    }
    return false;
}

void MultipartSplitter::data(std::string_view bytes) {
    if (!bytes.empty()) events_.part_data(bytes);
}

/// The part whose boundary stands at `boundary` is over; the next one follows.
void MultipartSplitter::end_part(std::size_t boundary) {
    if (state_ == State::Data) events_.part_ends();
    start_ += boundary + separator_.size();
    state_ = State::Headers;
}

}  // namespace tatum::http::impl
