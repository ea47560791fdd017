#include <tatum/db/impl/sql.h>

#include <tatum/base/json.h>
#include <tatum/base/locals.h>
#include <tatum/base/timezone.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/text_forms.h>
#include <tatum/db/rows.h>

#include <charconv>
#include <cmath>

namespace tatum::db::impl {

namespace {

/// A double holds this many digits of a decimal exactly.
constexpr int kExactDigits = 15;

/// What a database computed as a double, without the digits that are none of its own.
Decimal computed_decimal(double value) {
    char text[32];
    const auto end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::general, kExactDigits);
    const auto decimal = Decimal::parse({text, end.ptr});
    return decimal ? *decimal : Decimal::from_double(value);
}

std::string escaped_for_like(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    for (const char c : text) {
        if (c == '\\' || c == '%' || c == '_') out += '\\';
        out += c;
    }
    return out;
}

Cell number_cell(const Decimal& value, Scratch& scratch) {
    if (value.is_finite() && value.digits() <= kExactDigits) return Cell::of(value.to_double());
    return Cell::of(scratch.keep(value.str()));
}

/// A value by its own kind.
Cell raw_cell(const Value& value, Scratch& scratch) {
    switch (value.kind()) {
        case Kind::None:
            return {};
        case Kind::Bool:
        case Kind::Int:
            return Cell::of(value.as_int());
        case Kind::Float:
            return Cell::of(value.as_float());
        case Kind::Decimal:
            return number_cell(value.as_decimal(), scratch);
        case Kind::String:
            return Cell::of(value.as_string());
        case Kind::BigInt:
            return Cell::of(value.as_string());
        case Kind::Bytes:
            return Cell::of(value.as_string(), Cell::Type::Blob);
        case Kind::Date: {
            char* text = scratch.take(kDateTimeBytes);
            return Cell::of(std::string_view(text, write_date(text, value.as_date().days())));
        }
        case Kind::Time: {
            char* text = scratch.take(kDateTimeBytes);
            return Cell::of(
                std::string_view(text, write_time(text, value.as_time().microseconds())));
        }
        case Kind::DateTime:
            return datetime_cell(value.as_datetime(), scratch);
        case Kind::Duration:
            return Cell::of(value.as_duration().microseconds);
        case Kind::Uuid:
            return uuid_cell(value.as_uuid(), scratch);
        default:
            return Cell::of(scratch.keep(json::dump(value).value()));
    }
}

/// The key of a row that stands for itself.
Value key_of_row(const Value& value) {
    if (!value.is_object()) return value;
    const auto* rows = dynamic_cast<const Rows*>(&value.as_object());
    return rows ? rows->meta().pk_of(value.self()) : value;
}

const FieldMeta& column_of(const FieldMeta& field) {
    const FieldMeta* at = &field;
    while (at->relation && at->relation->to_field) at = at->relation->to_field;
    return *at;
}

Cell field_cell(const FieldMeta& field, const Value& value, Scratch& scratch) {
    const FieldMeta& column = column_of(field);
    if (field.kind == FieldKind::JSONField) {
        return Cell::of(scratch.keep(json::dump(value).value()));
    }
    const Value clean =
        field.relation ? field.clean_type(value) : column.clean_type(key_of_row(value));
    if (clean.kind() == Kind::Decimal && !clean.as_decimal().is_finite()) {
        throw ValueError("Field '" + field.name + "' expected a decimal number but got " +
                         clean.str() + ".");
    }
    return raw_cell(clean, scratch);
}

Value clean_for_kind(const Value& value, FieldKind kind) {
    FieldMeta like;
    like.kind = kind;
    like.name = "expression";
    switch (kind) {
        case FieldKind::DateField:
        case FieldKind::TimeField:
        case FieldKind::DateTimeField:
        case FieldKind::DurationField:
        case FieldKind::UUIDField:
        case FieldKind::BooleanField:
        case FieldKind::IntegerField:
        case FieldKind::BigIntegerField: {
            // 2.5 compares with whole numbers as it is.
            if (value.kind() == Kind::Float || value.kind() == Kind::Decimal) return value;
            return like.clean_type(value);
        }
        default:
            return value;
    }
}

}  // namespace

bool is_integer(const FieldMeta& field) {
    const FieldKind kind = column_of(field).kind;
    return kind < FieldKind::FloatField && kind != FieldKind::BooleanField;
}

void append_quoted(std::string& out, std::string_view identifier) {
    out += '"';
    for (const char c : identifier) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

std::string quoted(std::string_view identifier) {
    std::string out;
    append_quoted(out, identifier);
    return out;
}

Cell param_cell(const Param& param, const Value& value, Scratch& scratch) {
    using Form = Param::Form;
    switch (param.form) {
        case Form::Raw:
            return raw_cell(key_of_row(value), scratch);
        case Form::Ceiling:
            // Django's IntegerFieldFloatRounding: x >= 2.5 is x >= 3.
            if (value.kind() == Kind::Float && param.field && is_integer(*param.field)) {
                return field_cell(*param.field, Value(std::ceil(value.as_float())), scratch);
            }
            [[fallthrough]];
        case Form::Plain:
            if (value.is_none()) return {};
            if (param.field) return field_cell(*param.field, value, scratch);
            return raw_cell(clean_for_kind(key_of_row(value), param.kind), scratch);
        case Form::Contains:
            return Cell::of(scratch.keep("%" + escaped_for_like(value.str()) + "%"));
        case Form::StartsWith:
            return Cell::of(scratch.keep(escaped_for_like(value.str()) + "%"));
        case Form::EndsWith:
            return Cell::of(scratch.keep("%" + escaped_for_like(value.str())));
        case Form::Escaped:
            return Cell::of(scratch.keep(escaped_for_like(value.str())));
        case Form::IRegex:
            return Cell::of(scratch.keep("(?i)" + value.str()));
    }
    return {};
}

Value cell_value(const Cell& cell, const Output& output) {
    if (cell.is_null()) return {};
    const FieldMeta* field = output.field ? &column_of(*output.field) : nullptr;
    switch (field ? field->kind : output.kind) {
        case FieldKind::BooleanField:
            if (cell.type == Cell::Type::Integer) return Value(cell.integer != 0);
            break;
        case FieldKind::DecimalField:
            if (cell.type == Cell::Type::Integer) {
                return Value(field ? decimal_from(cell.integer, field->decimal_places)
                                   : Decimal(static_cast<long long>(cell.integer)));
            }
            if (cell.type == Cell::Type::Real) {
                return Value(field ? decimal_from(cell.real, field->decimal_places)
                                   : computed_decimal(cell.real));
            }
            break;
        case FieldKind::DateField:
            if (cell.type == Cell::Type::Text) {
                if (const auto days = read_date(cell.text())) return Value(Date::from_days(*days));
            }
            break;
        case FieldKind::TimeField:
            if (cell.type == Cell::Type::Text) {
                if (const auto time = read_time(cell.text())) {
                    return Value(Time::from_microseconds(*time));
                }
            }
            break;
        case FieldKind::DateTimeField:
            if (cell.type == Cell::Type::Text) {
                if (const auto moment = read_datetime(cell.text())) {
                    const Zone& zone = output.local ? current_time_zone() : Zone::utc();
                    return Value(DateTime::from_utc(*moment, zone));
                }
            }
            break;
        case FieldKind::DurationField:
            if (cell.type == Cell::Type::Integer) return Value(Duration{cell.integer});
            // A mean.
            if (cell.type == Cell::Type::Real) return Value(Duration{std::llround(cell.real)});
            break;
        case FieldKind::UUIDField:
            if (cell.type == Cell::Type::Text) {
                if (auto uuid = Uuid::parse(cell.text())) return Value(*uuid);
            }
            break;
        case FieldKind::JSONField:
            if (cell.type == Cell::Type::Text) {
                if (auto value = json::parse(cell.text())) return *std::move(value);
            }
            break;
        default:
            break;
    }
    switch (cell.type) {
        case Cell::Type::Integer:
            return Value(static_cast<long long>(cell.integer));
        case Cell::Type::Real:
            return Value(cell.real);
        case Cell::Type::Blob:
            return Value::bytes(cell.text());
        default:
            return Value(cell.text());
    }
}

std::string render_sql(std::string_view sql, std::span<const Cell> cells) {
    std::string out;
    std::size_t next = 0;
    bool quoted = false;
    char quote = 0;
    for (const char c : sql) {
        if (quoted) {
            quoted = c != quote;
        } else if (c == '\'' || c == '"') {
            quoted = true;
            quote = c;
        } else if (c == '?' && next < cells.size()) {
            const Cell& cell = cells[next++];
            switch (cell.type) {
                case Cell::Type::Null:
                    out += "NULL";
                    break;
                case Cell::Type::Integer:
                    out += std::to_string(cell.integer);
                    break;
                case Cell::Type::Real:
                    out += Value(cell.real).str();
                    break;
                case Cell::Type::Blob:
                    out += "x'...'";
                    break;
                case Cell::Type::Text:
                    out += '\'';
                    for (const char t : cell.text()) {
                        if (t == '\'') out += '\'';
                        out += t;
                    }
                    out += '\'';
                    break;
            }
            continue;
        }
        out += c;
    }
    return out;
}

}  // namespace tatum::db::impl
