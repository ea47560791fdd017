#include <tatum/site/output.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace tatum::site {

namespace {

/// The SGR sequence (ECMA-48) that starts a style.
std::string_view color_of(Style style) {
    switch (style) {
        case Style::Plain:
            return "";
        case Style::Heading:
            return "\x1b[1;36m";
        case Style::Label:
            return "\x1b[1m";
        case Style::Success:
            return "\x1b[32m";
        case Style::Notice:
            return "\x1b[35m";
        case Style::Warning:
            return "\x1b[33m";
        case Style::Error:
            return "\x1b[1;31m";
        case Style::Sql:
            return "\x1b[33m";
    }
    return "";
}

}  // namespace

Output::Output(std::FILE* stream) : stream_(stream) {
    const char* no_color = std::getenv("NO_COLOR");
    colors_ = ::isatty(::fileno(stream)) == 1 && (no_color == nullptr || *no_color == '\0');
}

void Output::write(std::string_view text, Style style) {
    if (text_ != nullptr) {
        text_->append(text);
        return;
    }
    const std::string_view color = colors_ ? color_of(style) : std::string_view();
    std::fwrite(color.data(), 1, color.size(), stream_);
    note(std::fwrite(text.data(), 1, text.size(), stream_) == text.size());
    if (!color.empty()) std::fputs("\x1b[0m", stream_);
}

void Output::line(std::string_view text, Style style) {
    write(text, style);
    write("\n");
    flush();
}

int Output::flush() {
    if (stream_ != nullptr) note(std::fflush(stream_) == 0);
    return fault_;
}

void Output::note(bool written) {
    if (!written && fault_ == 0) fault_ = errno;
}

}  // namespace tatum::site
