#include <tatum/http/encodings.h>

#include <tatum/base/text.h>

#include <iconv.h>

#include <cerrno>
#include <utility>

namespace tatum::http {

namespace {

constexpr std::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

/// Python's spelling of a name to iconv's.
std::string canonical(std::string_view name) {
    std::string result = strings::ascii_lower(name);
    for (char& c : result)
        if (c == '_') c = '-';
    if (result == "utf8" || result == "u8") return "utf-8";
    if (result == "latin-1" || result == "latin1" || result == "l1" || result == "iso8859-1")
        return "iso-8859-1";
    if (result == "us-ascii" || result == "646") return "ascii";
    return result;
}

/// An open conversion.
class Conversion {
public:
    Conversion(const char* to, const char* from) : handle_(iconv_open(to, from)) {}
    ~Conversion() {
        if (is_open()) iconv_close(handle_);
    }
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;
    bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    /// Where input cannot be converted, `replacement` stands for `skip(rest)` bytes of it.
    template <class Skip>
    std::string run(std::string_view text, std::string_view replacement, Skip skip) {
        std::string input(text);
        std::string result;
        char* in = input.data();
        std::size_t left = input.size();
        char buffer[512];
        while (left > 0) {
            char* out = buffer;
            std::size_t room = sizeof buffer;
            const std::size_t status = iconv(handle_, &in, &left, &out, &room);
            result.append(buffer, sizeof buffer - room);
            if (status != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
            result.append(replacement);
            const std::size_t bad = skip(std::string_view(in, left));
            in += bad;
            left -= bad;
        }
        return result;
    }

private:
    iconv_t handle_;
};

std::size_t one_byte(std::string_view) { return 1; }
std::size_t one_code_point(std::string_view rest) {
    std::size_t position = 0;
    strings::next_code_point(rest, position);
    return position;
}

}  // namespace

bool is_utf8(std::string_view encoding) {
    return encoding == "utf-8" || canonical(encoding) == "utf-8";
}

bool is_known_encoding(std::string_view name) {
    if (is_utf8(name)) return true;
    return name.size() <= 40 && Conversion("utf-8", canonical(name).c_str()).is_open();
}

std::string decode(std::string_view bytes, std::string_view encoding) {
    if (is_utf8(encoding)) return strings::replace_invalid_utf8(bytes);
    Conversion conversion("utf-8", canonical(encoding).c_str());
    if (!conversion.is_open()) return strings::replace_invalid_utf8(bytes);
    return conversion.run(bytes, kReplacementUtf8, one_byte);
}

std::string encode(std::string_view text, std::string_view encoding) {
    if (is_utf8(encoding)) return std::string(text);
    Conversion conversion(canonical(encoding).c_str(), "utf-8");
    if (!conversion.is_open()) return std::string(text);
    return conversion.run(text, "?", one_code_point);
}

}  // namespace tatum::http
