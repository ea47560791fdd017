#pragma once

#include <tatum/base/ascii.h>
#include <tatum/net/header.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::http {

/// One header line, the same on both sides of the wire.
using HeaderField = net::Header;

/// ASCII letters compare without case; other bytes as they are.
using ascii::equals_ignoring_case;

/// A header that is the same in every response: checked and written once, then only copied.
class HeaderLine {
public:
    /// Throws BadHeaderError, as Headers::set() does.
    HeaderLine(std::string_view name, std::string_view value);

    std::string_view name() const { return std::string_view(text_).substr(0, name_size_); }
    std::string_view value() const;

private:
    friend class Headers;
    std::string text_;  ///< as on the wire
    std::size_t name_size_;
};

/// The headers of a message, in order, duplicates kept; names compare without case. A value.
///
/// There are two forms. A request's headers view lines that the connection owns; a response's own
/// their text, which is kept just as it goes on the wire, so that sending them is one copy. A
/// viewed set that is changed becomes an owned one. What get() and the iterator return is valid
/// until the next change.
class Headers {
public:
    static constexpr std::size_t kBytesMax = 1u << 20;

    Headers() = default;
    Headers(const Headers&) = default;
    Headers& operator=(const Headers&) = default;
    Headers(Headers&& other) noexcept;
    Headers& operator=(Headers&& other) noexcept;
    /// Throws BadHeaderError.
    Headers(std::initializer_list<HeaderField> fields);
    /// `fields` and their text outlive every copy.
    static Headers view(std::span<const HeaderField> fields);

    std::size_t size() const { return owned() ? lines_size() : viewed_.size(); }
    bool empty() const { return size() == 0; }
    HeaderField operator[](std::size_t index) const;

    /// The first value of that name; nullopt when there is none.
    std::optional<std::string_view> get(std::string_view name) const;
    std::string_view get(std::string_view name, std::string_view default_) const;
    std::vector<std::string_view> get_all(std::string_view name) const;
    bool contains(std::string_view name) const { return index_of(name) != kNone; }

    /// Replaces every header of that name by this one, in the place of the first.
    /// Throws BadHeaderError when `name` is no token, or `value` holds a control character
    /// other than TAB.
    void set(std::string_view name, std::string_view value);
    /// Only when there is none of that name.
    void setdefault(std::string_view name, std::string_view value);
    void setdefault(const HeaderLine& line);
    /// Keeps those there are. Throws as set().
    void add(std::string_view name, std::string_view value);
    /// True when there was one.
    bool erase(std::string_view name);
    void clear();

    /// Owned headers as they go on the wire: "Name: value\r\n" for each. Empty for viewed ones.
    std::string_view wire_text() const { return text_; }

    class Iterator {
    public:
        using value_type = HeaderField;
        using difference_type = std::ptrdiff_t;
        HeaderField operator*() const { return (*headers_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        Iterator operator++(int) { return Iterator(headers_, index_++); }
        friend bool operator==(const Iterator&, const Iterator&) = default;
        Iterator() = default;

    private:
        friend class Headers;
        Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
        const Headers* headers_ = nullptr;
        std::size_t index_ = 0;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    static constexpr std::size_t kInlineLines = 10;
    static constexpr std::size_t kTextReserve = 512;

    /// Where a line lies in text_.
    struct Line {
        std::uint32_t start = 0;
        std::uint16_t name_size = 0;
        std::uint32_t value_size = 0;
        std::uint32_t end() const { return start + name_size + value_size + 4; }
    };

    bool owned() const { return viewed_.data() == nullptr; }
    std::size_t lines_size() const { return lines_count_; }
    const Line& line(std::size_t index) const;
    Line& line(std::size_t index);
    std::size_t index_of(std::string_view name, std::size_t from = 0) const;
    void own();
    void append(std::string_view name, std::string_view value);
    /// Makes room for a line, and counts it.
    void add_line(std::size_t name_size, std::size_t value_size);
    void replace_value(std::size_t index, std::string_view value);
    void erase_line(std::size_t index);

    std::span<const HeaderField> viewed_;
    std::string text_;
    std::size_t lines_count_ = 0;
    Line inline_lines_[kInlineLines];
    std::vector<Line> more_lines_;
};

}  // namespace tatum::http
