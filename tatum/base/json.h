#pragma once

#include <tatum/base/result.h>
#include <tatum/base/value.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// JSON (RFC 8259) as Python's json module and Django's encoder read and write it.
namespace tatum::json {

/// What parse() accepts. Python's json.loads() reads NaN, Infinity and -Infinity; RFC 8259 knows
/// no such numbers.
struct Limits {
    std::size_t bytes_max = 64u << 20;
    std::size_t depth_max = 200;            ///< of lists and mappings inside each other
    std::size_t integer_digits_max = 4300;  ///< as Python's; a longer integer is an error
    bool non_finite = true;
};

/// Whole numbers become Int, or BigInt past 64 bits; numbers with a point or an exponent Float.
/// The order of keys is kept; of equal keys the last wins. The text is UTF-8 without byte order
/// mark, and escaped surrogates come in pairs. Error::offset and where say the place.
/// Errors: json.E001 not JSON, json.E002 too deep, json.E003 too long, json.E004 not UTF-8.
Result<Value> parse(std::string_view text, const Limits& limits = {});

/// What becomes of values that JSON has no form for.
enum class Encoder : std::uint8_t {
    Plain,   ///< error json.E010, as Python's json.dumps()
    Django,  ///< dates, times, durations, decimals and UUIDs become strings: DjangoJSONEncoder
};

/// The defaults are json.dumps()'s, the encoder aside.
struct Options {
    Encoder encoder = Encoder::Django;
    bool ensure_ascii = true;  ///< all but ASCII as \u escapes
    bool allow_nan = true;     ///< write NaN and Infinity; else error json.E011
    bool sort_keys = false;
    int indent = -1;                    ///< spaces a level; negative: all on one line
    std::string_view item_separator{};  ///< empty: ", ", or "," before a line break
    std::string_view key_separator = ": ";
    std::size_t depth_max = 200;

    /// Without white space, as Django signs JSON.
    static Options compact();
};

/// Errors: json.E010 no JSON for this kind, json.E011 not finite, json.E012 too deep.
Result<std::string> dump(const Value& value, const Options& options = {});
/// Appends to `out`; after an error what was written so far stays there.
Result<void> dump_to(std::string& out, const Value& value, const Options& options = {});

/// Appends `text` with its quotes.
void append_string(std::string& out, std::string_view text, bool ensure_ascii = true);

/// Writes JSON piece by piece to the end of a string, without building a Value first. Commas come
/// by themselves. The caller opens, names and closes in a sensible order.
class Writer {
public:
    /// `out` outlives the writer.
    explicit Writer(std::string& out, const Options& options = {});

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    void key(std::string_view name);

    void null();
    void boolean(bool value);
    void integer(std::int64_t value);
    void number(double value);
    void string(std::string_view text);
    /// Errors as dump().
    Result<void> value(const Value& value);

private:
    void before_value();
    void open(char bracket);
    void close(char bracket);
    void line_break();

    std::string& out_;
    Options options_;
    std::size_t depth_ = 0;
    bool first_ = true;  ///< nothing stands yet in the innermost list or mapping
    bool after_key_ = false;
};

}  // namespace tatum::json
