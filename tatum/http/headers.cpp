#include <tatum/http/headers.h>

#include <tatum/base/header_lines.h>
#include <tatum/http/errors.h>

#include <algorithm>
#include <limits>

namespace tatum::http {

namespace {

constexpr std::string_view kSeparator = ": ";
constexpr std::string_view kLineEnd = "\r\n";

void check(std::string_view name, std::string_view value) {
    if (name.size() > std::numeric_limits<std::uint16_t>::max() || !header_lines::is_token(name))
        throw BadHeaderError("'" + std::string(name) + "' is no name of a header");
    if (!header_lines::is_field_value(value))
        throw BadHeaderError("the value of the header " + std::string(name) +
                             " holds a control character");
}

}  // namespace

HeaderLine::HeaderLine(std::string_view name, std::string_view value) : name_size_(name.size()) {
    check(name, value);
    text_.append(name).append(kSeparator).append(value).append(kLineEnd);
}

std::string_view HeaderLine::value() const {
    const std::size_t start = name_size_ + kSeparator.size();
    return std::string_view(text_).substr(start, text_.size() - start - kLineEnd.size());
}

Headers::Headers(Headers&& other) noexcept
    : viewed_(other.viewed_),
      text_(std::move(other.text_)),
      lines_count_(other.lines_count_),
      more_lines_(std::move(other.more_lines_)) {
    std::copy_n(other.inline_lines_, kInlineLines, inline_lines_);
    other.clear();
}

Headers& Headers::operator=(Headers&& other) noexcept {
    if (this == &other) return *this;
    viewed_ = other.viewed_;
    text_ = std::move(other.text_);
    lines_count_ = other.lines_count_;
    std::copy_n(other.inline_lines_, kInlineLines, inline_lines_);
    more_lines_ = std::move(other.more_lines_);
    other.clear();
    return *this;
}

Headers::Headers(std::initializer_list<HeaderField> fields) {
    for (const HeaderField& field : fields) add(field.name, field.value);
}

Headers Headers::view(std::span<const HeaderField> fields) {
    Headers headers;
    headers.viewed_ = fields;
    return headers;
}

inline const Headers::Line& Headers::line(std::size_t index) const {
    return index < kInlineLines ? inline_lines_[index] : more_lines_[index - kInlineLines];
}

inline Headers::Line& Headers::line(std::size_t index) {
    return index < kInlineLines ? inline_lines_[index] : more_lines_[index - kInlineLines];
}

HeaderField Headers::operator[](std::size_t index) const {
    if (!owned()) return viewed_[index];
    const Line& at = line(index);
    const std::string_view text(text_);
    return {text.substr(at.start, at.name_size),
            text.substr(at.start + at.name_size + kSeparator.size(), at.value_size)};
}

std::size_t Headers::index_of(std::string_view name, std::size_t from) const {
    const auto is_name = [name](const char* other, std::size_t size) {
        return size == name.size() && equals_ignoring_case({other, size}, name);
    };
    if (owned()) {
        for (std::size_t i = from; i < lines_count_; ++i) {
            const Line& at = line(i);
            if (is_name(text_.data() + at.start, at.name_size)) return i;
        }
        return kNone;
    }
    for (std::size_t i = from; i < viewed_.size(); ++i) {
        if (is_name(viewed_[i].name.data(), viewed_[i].name.size())) return i;
    }
    return kNone;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    const std::size_t at = index_of(name);
    if (at == kNone) return std::nullopt;
    return (*this)[at].value;
}

std::string_view Headers::get(std::string_view name, std::string_view default_) const {
    const std::size_t at = index_of(name);
    return at == kNone ? default_ : (*this)[at].value;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (std::size_t at = index_of(name); at != kNone; at = index_of(name, at + 1))
        values.push_back((*this)[at].value);
    return values;
}

void Headers::set(std::string_view name, std::string_view value) {
    own();
    const std::size_t at = index_of(name);
    if (at == kNone) {
        append(name, value);
        return;
    }
    check(name, value);
    for (std::size_t other = index_of(name, at + 1); other != kNone; other = index_of(name, at + 1))
        erase_line(other);
    replace_value(at, value);
}

void Headers::setdefault(std::string_view name, std::string_view value) {
    if (!contains(name)) add(name, value);
}

void Headers::setdefault(const HeaderLine& line) {
    if (contains(line.name())) return;
    own();
    add_line(line.name_size_, line.value().size());
    text_.append(line.text_);
}

void Headers::add(std::string_view name, std::string_view value) {
    own();
    append(name, value);
}

bool Headers::erase(std::string_view name) {
    if (!contains(name)) return false;
    own();
    for (std::size_t at = index_of(name); at != kNone; at = index_of(name, at)) erase_line(at);
    return true;
}

void Headers::clear() {
    viewed_ = {};
    text_.clear();
    lines_count_ = 0;
    more_lines_.clear();
}

/// Copies viewed lines, so that they can be changed.
void Headers::own() {
    if (owned()) return;
    const std::span<const HeaderField> fields = viewed_;
    viewed_ = {};
    for (const HeaderField& field : fields) append(field.name, field.value);
}

void Headers::append(std::string_view name, std::string_view value) {
    check(name, value);
    add_line(name.size(), value.size());
    text_.append(name).append(kSeparator).append(value).append(kLineEnd);
}

void Headers::add_line(std::size_t name_size, std::size_t value_size) {
    const std::size_t needed = name_size + value_size + kSeparator.size() + kLineEnd.size();
    if (text_.size() + needed > kBytesMax) throw BadHeaderError("the headers are too long");
    // The text follows the line, and must not fail then.
    if (text_.capacity() - text_.size() < needed) {
        text_.reserve(std::max(text_.size() + needed, kTextReserve));
    }
    Line added;
    added.start = static_cast<std::uint32_t>(text_.size());
    added.name_size = static_cast<std::uint16_t>(name_size);
    added.value_size = static_cast<std::uint32_t>(value_size);
    if (lines_count_ < kInlineLines)
        inline_lines_[lines_count_] = added;
    else
        more_lines_.push_back(added);
    ++lines_count_;
}

void Headers::replace_value(std::size_t index, std::string_view value) {
    Line& at = line(index);
    if (text_.size() - at.value_size + value.size() > kBytesMax)
        throw BadHeaderError("the headers are too long");
    const std::uint32_t before = at.value_size;
    text_.replace(at.start + at.name_size + kSeparator.size(), before, value);
    at.value_size = static_cast<std::uint32_t>(value.size());
    for (std::size_t i = index + 1; i < lines_count_; ++i)
        line(i).start = line(i).start - before + at.value_size;
}

void Headers::erase_line(std::size_t index) {
    const Line gone = line(index);
    const std::uint32_t bytes = gone.end() - gone.start;
    text_.erase(gone.start, bytes);
    for (std::size_t i = index + 1; i < lines_count_; ++i) {
        line(i - 1) = line(i);
        line(i - 1).start -= bytes;
    }
    --lines_count_;
    if (lines_count_ >= kInlineLines) more_lines_.pop_back();
}

}  // namespace tatum::http
