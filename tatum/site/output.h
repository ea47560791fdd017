#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace tatum::site {

/// What a piece of a command's output is; a terminal shows it in its own colour.
enum class Style : std::uint8_t { Plain, Heading, Label, Success, Notice, Warning, Error, Sql };

/// Where a command writes: a stream, or a string in tests. Colours appear only on a terminal, and
/// not when NO_COLOR is set.
class Output {
public:
    /// `stream` outlives this.
    explicit Output(std::FILE* stream);
    /// Appends to `text`, which outlives this; without colours.
    explicit Output(std::string& text) : text_(&text) {}

    void write(std::string_view text, Style style = Style::Plain);
    /// The text and a line end; flushes a stream.
    void line(std::string_view text = {}, Style style = Style::Plain);
    /// The error (errno) of the first write that the stream has not taken, 0 if it has taken all.
    int flush();
    bool has_colors() const { return colors_; }

private:
    void note(bool written);

    std::FILE* stream_ = nullptr;
    std::string* text_ = nullptr;
    bool colors_ = false;
    int fault_ = 0;
};

}  // namespace tatum::site
