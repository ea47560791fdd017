#pragma once

#include <tatum/db/impl/member_ops.h>
#include <tatum/db/meta.h>

#include <string>
#include <vector>

namespace tatum::db::impl {

/// What an expression yields: how its literals are prepared and its results read.
struct Output {
    FieldKind kind = FieldKind::TextField;
    const FieldMeta* field = nullptr;  ///< decimals, choices and the like; may be null
    bool local = false;                ///< a moment that is read on the current zone's clock
};

/// A literal on its way into a statement.
struct Param {
    enum class Form : std::uint8_t {
        Plain,       ///< prepared for `field`, or by its own kind
        Ceiling,     ///< Plain, but an integer field gets the next integer of 2.5, not 2
        Raw,         ///< by its own kind only
        Contains,    ///< %text%, escaped for LIKE
        StartsWith,  ///< text%
        EndsWith,    ///< %text
        Escaped,     ///< text
        IRegex,      ///< (?i)text
    };

    Value value;
    const FieldMeta* field = nullptr;
    Form form = Form::Plain;
    FieldKind kind = FieldKind::TextField;  ///< with `field` null: what the value is compared with
    /// Where in the query the value stands; null when it was computed. Only compared, so that a
    /// statement that was compiled before finds its values in the next query of the same form.
    const Value* origin = nullptr;
    std::int32_t source = -1;  ///< its place among the values of QueryKey
};

inline constexpr std::int32_t kLimitSource = -2;
inline constexpr std::int32_t kOffsetSource = -3;
inline constexpr std::int32_t kConstantSource = -4;

/// A piece of SQL with its parameters, '?' for each.
struct Sql {
    std::string text;
    std::vector<Param> params;
    Output output;

    Sql() = default;
    explicit Sql(std::string sql) : text(std::move(sql)) {}

    Sql& operator+=(std::string_view more) {
        text += more;
        return *this;
    }
    Sql& operator+=(const Sql& more) {
        text += more.text;
        params.insert(params.end(), more.params.begin(), more.params.end());
        return *this;
    }
    void add(Param param) {
        text += '?';
        params.push_back(std::move(param));
    }
};

/// Does the column, or the one that it refers to, hold integers?
bool is_integer(const FieldMeta& field);
void append_quoted(std::string& out, std::string_view identifier);
std::string quoted(std::string_view identifier);

/// `value` as the database gets it in place of `param`'s own. Throws ValueError when it does not
/// fit.
Cell param_cell(const Param& param, const Value& value, Scratch& scratch);
inline Cell param_cell(const Param& param, Scratch& scratch) {
    return param_cell(param, param.value, scratch);
}
/// A cell as a Value of the kind that `output` says.
Value cell_value(const Cell& cell, const Output& output);
/// `sql` with the cells in place of '?', for people to read.
std::string render_sql(std::string_view sql, std::span<const Cell> cells);

/// How one kind of database says what differs between them.
class Dialect {
public:
    virtual ~Dialect() = default;
    /// The operator and right side of a text comparison: `right` is a pattern already.
    virtual void append_like(Sql& out, bool ignore_case, const Sql& right) const = 0;
    virtual void append_regex(Sql& out, bool ignore_case, const Sql& right) const = 0;
    /// A pattern made in SQL from a text that is not a literal.
    virtual Sql pattern_of(const Sql& text, Param::Form form) const = 0;
    /// A part of a date, time or moment ("year", "trunc_month", "date"); false when unknown.
    virtual bool append_date_part(Sql& out, std::string_view part, const Sql& when) const = 0;
    virtual std::string_view cast_type(std::string_view function) const = 0;
    /// SQL name of a function that differs: GREATEST is MAX on SQLite. Empty: the same.
    virtual std::string_view function_name(std::string_view name) const = 0;
    /// Sum or difference where a moment is involved; false when neither is one.
    virtual bool append_date_arithmetic(Sql& out, char operation, const Sql& left,
                                        const Sql& right) const = 0;
    virtual std::string_view random() const = 0;
    virtual std::string_view no_limit() const = 0;
    virtual std::string_view now() const = 0;
};

const Dialect& sqlite_dialect();

}  // namespace tatum::db::impl
