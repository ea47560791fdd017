#include <tatum/base/locals.h>
#include <tatum/db/impl/sql.h>

namespace tatum::db::impl {

namespace {

constexpr std::string_view kDateParts[] = {
    "year",       "month",      "day",          "week",        "week_day",   "iso_week_day",
    "iso_year",   "quarter",    "hour",         "minute",      "second",     "date",
    "time",       "trunc_year", "trunc_month",  "trunc_day",   "trunc_hour", "trunc_quarter",
    "trunc_week", "trunc_date", "trunc_minute", "trunc_second"};

bool is_date_part(std::string_view name) {
    for (const std::string_view part : kDateParts) {
        if (part == name) return true;
    }
    return false;
}

bool is_moment(const Sql& sql) {
    return sql.output.kind == FieldKind::DateTimeField || sql.output.kind == FieldKind::DateField;
}

/// Functions with the prefix tatum_ are defined in functions.cpp, on every connection.
class SqliteDialect final : public Dialect {
public:
    void append_like(Sql& out, bool, const Sql& right) const override {
        // LIKE of SQLite ignores the case of ASCII; so do all of Django's text lookups there.
        out += " LIKE ";
        out += right;
        out += " ESCAPE '\\'";
    }
    void append_regex(Sql& out, bool ignore_case, const Sql& right) const override {
        out += " REGEXP ";
        if (ignore_case) out += "'(?i)' || ";
        out += right;
    }
    Sql pattern_of(const Sql& text, Param::Form form) const override {
        Sql out;
        if (form == Param::Form::Contains || form == Param::Form::EndsWith) out += "'%' || ";
        out += "REPLACE(REPLACE(REPLACE(";
        out += text;
        out += ", '\\', '\\\\'), '%', '\\%'), '_', '\\_')";
        if (form == Param::Form::Contains || form == Param::Form::StartsWith) out += " || '%'";
        return out;
    }
    bool append_date_part(Sql& out, std::string_view part, const Sql& when) const override {
        if (!is_date_part(part)) return false;
        const FieldKind kind = when.output.kind;
        if (kind != FieldKind::DateField && kind != FieldKind::DateTimeField &&
            kind != FieldKind::TimeField) {
            return false;
        }
        out += "tatum_date_part('";
        out += part;
        out += "', ";
        out += when;
        if (kind == FieldKind::DateTimeField) {
            out += ", ";
            out.add({Value(current_time_zone().name()), nullptr, Param::Form::Raw});
        }
        out += ")";
        return true;
    }
    std::string_view cast_type(std::string_view function) const override {
        if (function == "cast_integer") return "integer";
        if (function == "cast_real") return "real";
        if (function == "cast_decimal") return "NUMERIC";
        return "text";
    }
    std::string_view function_name(std::string_view name) const override {
        if (name == "GREATEST") return "MAX";
        if (name == "LEAST") return "MIN";
        return {};
    }
    bool append_date_arithmetic(Sql& out, char operation, const Sql& left,
                                const Sql& right) const override {
        if (!is_moment(left) && !is_moment(right)) return false;
        if (is_moment(left) && is_moment(right)) {
            out += "tatum_moment_difference(";
        } else {
            out += operation == '-' ? "tatum_moment_minus(" : "tatum_moment_plus(";
        }
        out += is_moment(left) ? left : right;
        out += ", ";
        out += is_moment(left) ? right : left;
        out += ")";
        return true;
    }
    std::string_view random() const override { return "RANDOM()"; }
    std::string_view no_limit() const override { return "-1"; }
    std::string_view now() const override { return "CURRENT_TIMESTAMP"; }
};

}  // namespace

const Dialect& sqlite_dialect() {
    static const SqliteDialect dialect;
    return dialect;
}

}  // namespace tatum::db::impl
