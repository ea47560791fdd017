#include <tatum/db/schema/condition.h>

#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/member_ops.h>
#include <tatum/db/impl/sql.h>
#include <tatum/db/meta.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tatum::db::schema {

namespace {

using impl::quoted;

std::string text_literal(std::string_view text) {
    return "'" + strings::replace(text, "'", "''") + "'";
}

/// Escapes what LIKE would take for a wildcard.
std::string like_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '%' || c == '_') out += '\\';
        out += c;
    }
    return out;
}

struct Comparison {
    std::string_view lookup, sql;
};
constexpr std::array<Comparison, 5> kComparisons{
    {{"exact", "="}, {"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="}}};

struct LikeForm {
    std::string_view lookup, before, after;
};
constexpr std::array<LikeForm, 7> kLikeForms{{{"iexact", "", ""},
                                              {"contains", "%", "%"},
                                              {"icontains", "%", "%"},
                                              {"startswith", "", "%"},
                                              {"istartswith", "", "%"},
                                              {"endswith", "%", ""},
                                              {"iendswith", "%", ""}}};

constexpr FieldKind kLastPlainKind = FieldKind::JSONField;

/// Null for a relation, whose target is not known here, and for a type that Tatum has not.
std::optional<FieldKind> kind_of(const FieldState& field) {
    for (int i = 0; i <= static_cast<int>(kLastPlainKind); ++i) {
        const auto kind = static_cast<FieldKind>(i);
        if (field_kind_name(kind) == field.type) return kind;
    }
    return std::nullopt;
}

bool is_integer(FieldKind kind) {
    return kind < FieldKind::FloatField && kind != FieldKind::BooleanField;
}

class ConditionWriter {
public:
    ConditionWriter(const ModelState& model, int django_version)
        : model_(model), django_version_(django_version) {}

    std::string write(const Value& condition) const {
        if (condition.is_string()) return condition.str();
        return condition.is_dict() ? write_lookups(condition.as_dict()) : write_tree(condition);
    }

private:
    std::string write_lookups(const Dict& lookups) const {
        std::vector<std::string> parts;
        for (const auto& [key, value] : lookups) {
            parts.push_back(write_lookup(key.as_string(), value));
        }
        return joined(parts, " AND ");
    }

    std::string write_tree(const Value& condition) const {
        if (!condition.is_list() || condition.as_list().size() < 2) {
            throw ImproperlyConfigured(model_.label() + ": a condition is lookups, or a list of " +
                                       "AND, OR or NOT and conditions, not " + condition.repr());
        }
        const auto& items = condition.as_list();
        std::vector<std::string> parts;
        for (std::size_t i = 1; i < items.size(); ++i) parts.push_back(write(items[i]));
        const auto connector = items[0].str();
        if (connector == "NOT") {
            const auto inner = joined(parts, " AND ");
            return "NOT " + (inner.starts_with('(') ? inner : "(" + inner + ")");
        }
        return joined(parts, " " + connector + " ");
    }

    static std::string joined(const std::vector<std::string>& parts, std::string_view connector) {
        if (parts.size() == 1) return parts.front();
        std::string out = "(";
        for (const auto& part : parts) {
            if (out.size() > 1) out += connector;
            out += part;
        }
        return out + ")";
    }

    std::string write_lookup(std::string_view path, const Value& value) const {
        const auto cut = path.find("__");
        const auto* field = find_field(path.substr(0, cut));
        const auto lookup = cut == std::string_view::npos ? "exact" : path.substr(cut + 2);
        if (field == nullptr) {
            throw ImproperlyConfigured(model_.label() + " has no field '" +
                                       std::string(path.substr(0, cut)) + "' for a condition.");
        }
        const auto column = quoted(field->column());
        if (lookup == "isnull") return column + (value.truth() ? " IS NULL" : " IS NOT NULL");
        if (value.is_none() && (lookup == "exact" || lookup == "iexact")) {
            return column + " IS NULL";
        }
        if (value.is_none()) {
            throw ImproperlyConfigured(model_.label() + ": the lookup '" + std::string(lookup) +
                                       "' of a condition needs a value.");
        }
        if (lookup == "exact" && field->type == "BooleanField" && !value.is_dict() &&
            django_version_ < 601) {
            return prepared(*field, lookup, value).truth() ? column : "NOT " + column;
        }
        for (const auto& [name, sql] : kComparisons) {
            if (lookup == name)
                return column + " " + std::string(sql) + " " + operand(*field, lookup, value);
        }
        for (const auto& form : kLikeForms) {
            if (lookup != form.lookup) continue;
            const auto pattern =
                std::string(form.before) + like_text(value.str()).append(form.after);
            return column + " LIKE " + text_literal(pattern) + " ESCAPE '\\'";
        }
        if (lookup == "in" || lookup == "range") return write_many(*field, column, lookup, value);
        throw ImproperlyConfigured(model_.label() + ": a condition cannot use the lookup '" +
                                   std::string(lookup) + "'.");
    }

    std::string write_many(const FieldState& field, const std::string& column,
                           std::string_view lookup, const Value& value) const {
        auto items = value.items().value_or(List{});
        // NULL equals nothing, so Django leaves it out.
        if (lookup == "in") std::erase_if(items, [](const Value& item) { return item.is_none(); });
        if (items.empty() || (lookup == "range" && items.size() != 2)) {
            throw ImproperlyConfigured(model_.label() + ": the lookup '" + std::string(lookup) +
                                       "' of a condition has the wrong number of values.");
        }
        if (lookup == "range") {
            return column + " BETWEEN " + operand(field, lookup, items[0]) + " AND " +
                   operand(field, lookup, items[1]);
        }
        std::vector<std::string> seen;
        std::string out;
        for (const auto& item : items) {
            const auto literal = operand(field, lookup, item);
            if (std::ranges::find(seen, literal) != seen.end()) continue;
            out += (out.empty() ? "" : ", ") + literal;
            seen.push_back(literal);
        }
        return column + " IN (" + out + ")";
    }

    /// By its name, its attname or "pk".
    const FieldState* find_field(std::string_view name) const {
        if (const auto* field = model_.field(name)) return field;
        for (const auto& field : model_.fields) {
            if (name == "pk" ? field.primary_key : field.is_key() && name == field.name + "_id") {
                return &field;
            }
        }
        return nullptr;
    }

    std::string operand(const FieldState& field, std::string_view lookup,
                        const Value& value) const {
        if (value.is_dict()) {
            const auto* other = value.as_dict().find(Name("F"));
            const auto* target = other == nullptr ? nullptr : find_field(other->str());
            if (target == nullptr) {
                throw ImproperlyConfigured(model_.label() + ": no such field in " + value.repr());
            }
            return quoted(target->column());
        }
        const Value ready = prepared(field, lookup, value);
        // Django stores decimals as text, whose affinity makes them compare as numbers.
        if (field.type == "DecimalField") return text_literal(ready.str());
        return sql_literal(ready);
    }

    /// The value as the field keeps it: Django's get_prep_value().
    Value prepared(const FieldState& field, std::string_view lookup, const Value& value) const {
        const auto kind = kind_of(field);
        if (!kind) return value;
        FieldMeta meta;
        meta.name = field.name;
        meta.kind = *kind;
        try {
            // IntegerFieldFloatRounding; the other lookups cut the fraction off.
            if (is_integer(*kind) && value.kind() == Kind::Float &&
                (lookup == "gte" || lookup == "lt")) {
                return meta.clean_type(Value(std::ceil(value.as_float())));
            }
            return meta.clean_type(value);
        } catch (const ValueError& fault) {
            throw ImproperlyConfigured(model_.label() + ", a condition: " + fault.what());
        }
    }

    const ModelState& model_;
    int django_version_;
};

}  // namespace

std::string sql_literal(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
            return "NULL";
        case Kind::Bool:
            return value.truth() ? "1" : "0";
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
            return value.str();
        case Kind::Duration:
            return std::to_string(value.as_duration().microseconds);
        case Kind::Uuid:
            return text_literal(strings::replace(value.str(), "-", ""));
        case Kind::Bytes:
            return "X'" + crypto::hex(value.as_string()) + "'";
        case Kind::DateTime: {
            // In UTC, as rows are stored: a condition compares texts.
            impl::Scratch scratch;
            return text_literal(impl::datetime_cell(value.as_datetime(), scratch).text());
        }
        default:
            return text_literal(value.str());
    }
}

std::string sql_literal(const FieldState& field, const Value& value) {
    const auto kind = kind_of(field);
    if (!kind || value.is_none()) return sql_literal(value);
    if (*kind == FieldKind::BinaryField) {
        // Migrations write bytes in base64, as fixtures do.
        if (!value.is_string()) return sql_literal(value);
        const auto bytes = crypto::base64_decode(value.as_string());
        if (bytes) return sql_literal(Value::bytes(*bytes));
        throw ImproperlyConfigured("The default of '" + field.name + "' is not base64.");
    }
    if (*kind == FieldKind::JSONField) return text_literal(json::dump(value).value());
    FieldMeta meta;
    meta.name = field.name;
    meta.kind = *kind;
    try {
        return sql_literal(meta.clean_type(value));
    } catch (const ValueError& fault) {
        throw ImproperlyConfigured("The default of '" + field.name + "': " + fault.what());
    }
}

std::string sql_condition(const Value& condition, const ModelState& model, int django_version) {
    return ConditionWriter(model, django_version).write(condition);
}

}  // namespace tatum::db::schema
