#include <tatum/base/text.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/compiler.h>

#include <algorithm>

namespace tatum::db::impl {

namespace {

/// As a database counts: truth and keys are numbers too.
bool is_whole_number(FieldKind kind) { return kind <= FieldKind::PositiveBigIntegerField; }

/// The kind of a value that no field says.
Output output_of(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
            return {FieldKind::BooleanField};
        case Kind::Int:
            return {FieldKind::BigIntegerField};
        case Kind::Float:
            return {FieldKind::FloatField};
        case Kind::Decimal:
            return {FieldKind::DecimalField};
        case Kind::Date:
            return {FieldKind::DateField};
        case Kind::Time:
            return {FieldKind::TimeField};
        case Kind::DateTime:
            return {FieldKind::DateTimeField};
        case Kind::Duration:
            return {FieldKind::DurationField};
        case Kind::Uuid:
            return {FieldKind::UUIDField};
        case Kind::Bytes:
            return {FieldKind::BinaryField};
        default:
            return {FieldKind::TextField};
    }
}

/// Of two alternatives: with the digits of the longer decimal.
Output common(const Output& a, const Output& b) {
    if (a.kind != FieldKind::DecimalField || b.kind != FieldKind::DecimalField) return a;
    if (!a.field || !b.field) return {FieldKind::DecimalField};
    return a.field->decimal_places >= b.field->decimal_places ? a : b;
}

/// The decimal places of a field only where the result has no more.
Output combine_decimals(const Output& a, const Output& b, char operation) {
    const auto keeps = [&](const Output& decimal, const Output& other) {
        return operation != '/' && decimal.kind == FieldKind::DecimalField && decimal.field &&
               is_whole_number(other.kind);
    };
    if (keeps(a, b)) return a;
    if (keeps(b, a)) return b;
    const bool both = a.kind == b.kind && (operation == '+' || operation == '-');
    return both ? common(a, b) : Output{FieldKind::DecimalField};
}

Output combine(const Output& a, const Output& b, char operation) {
    const auto either = [&](FieldKind kind) { return a.kind == kind || b.kind == kind; };
    if (a.kind == FieldKind::DateTimeField && b.kind == FieldKind::DateTimeField &&
        operation == '-') {
        return {FieldKind::DurationField};
    }
    if (a.kind == FieldKind::DateField && b.kind == FieldKind::DateField) {
        return {FieldKind::DurationField};
    }
    if (either(FieldKind::DateTimeField) || either(FieldKind::DateField)) {
        return {FieldKind::DateTimeField};
    }
    if (either(FieldKind::DurationField)) return {FieldKind::DurationField};
    if (either(FieldKind::DecimalField)) return combine_decimals(a, b, operation);
    if (either(FieldKind::FloatField)) return {FieldKind::FloatField};
    return a.kind == FieldKind::TextField ? b : Output{a.kind, nullptr};
}

Output part_output(std::string_view part, const Output& when) {
    if (part == "date" || part == "trunc_date") return {FieldKind::DateField};
    if (part == "time") return {FieldKind::TimeField};
    if (part.starts_with("trunc_")) {
        if (when.kind == FieldKind::DateField) return {FieldKind::DateField};
        return {.kind = FieldKind::DateTimeField, .local = true};
    }
    return {FieldKind::IntegerField};
}

}  // namespace

Output aggregate_output(std::string_view function, const Output& argument) {
    const bool counts = function == "SUM" && argument.kind == FieldKind::BooleanField;
    if (function == "COUNT" || counts) return {FieldKind::BigIntegerField};
    if (function != "AVG" && function != "STDDEV_POP" && function != "VAR_POP") return argument;
    // A mean has more digits than what it is of.
    return {is_whole_number(argument.kind) ? FieldKind::FloatField : argument.kind};
}

/// A condition that is part of an expression is about the joined row, and leaves out none.
constexpr Compiler::Context Compiler::kInExpression{.decides_rows = false, .splits = false};

Compiler::Side Compiler::side(std::span<const PathStep> steps, const Aliases* reuse) {
    ResolvedPath path = resolve_path(*query_.model, steps, &query_);
    return side_of(path, reuse);
}

/// A column, annotation or transform of one, without a lookup.
Compiler::Side Compiler::side_of(const ResolvedPath& resolved, const Aliases* reuse) {
    Side result;
    ResolvedPath path = resolved;
    if (path.annotation) {
        result.sql = annotation_sql(*path.annotation);
    } else {
        trim(path);
        result.alias = set_up(path.hops, reuse, result.used);
        result.target = path.target;
        append_column(result.sql.text, result.alias, *path.target);
        result.sql.output = {path.target->kind, path.target};
        result.nullable = path.target->null || joins_[result.alias].outer;
    }
    return result;
}

Sql Compiler::transform(const Sql& sql, std::string_view name, const FieldMeta* field) const {
    Sql out;
    if (dialect_.append_date_part(out, name, sql)) {
        out.output = part_output(name, sql.output);
        return out;
    }
    if (name == "lower" || name == "upper" || name == "length") {
        out += strings::ascii_lower(name) == "lower" ? "LOWER("
               : name == "upper"                     ? "UPPER("
                                                     : "LENGTH(";
        out += sql;
        out += ")";
        out.output = {name == "length" ? FieldKind::IntegerField : FieldKind::TextField};
        return out;
    }
    if (sql.output.kind == FieldKind::JSONField) {
        // A key of a mapping or, when it is a number, the index of a list.
        const bool index = name.find_first_not_of("0123456789") == std::string_view::npos;
        std::string key(index ? "$[" : "$.\"");
        key += name;
        key += index ? "]" : "\"";
        out += "JSON_EXTRACT(";
        out += sql;
        out += ", ";
        out.add({Value(key), nullptr, Param::Form::Raw});
        out += ")";
        out.output = {FieldKind::TextField};
        return out;
    }
    if (field && field->is_relation()) {
        throw FieldError("Related Field got invalid lookup: " + std::string(name));
    }
    throw FieldError("Unsupported lookup '" + std::string(name) + "' for " +
                     std::string(field ? field_kind_name(field->kind) : "an expression") +
                     " or join on the field not permitted.");
}

Sql Compiler::literal(const tatum::Value& value, const Output& like) const {
    Sql out;
    if (value.is_none()) {
        out += "NULL";
        out.output = like;
        return out;
    }
    out.add({value, like.field, Param::Form::Plain, like.kind});
    out.params.back().origin = &value;
    out.output = like.field ? like : output_of(value);
    return out;
}

Sql Compiler::expression(const Node& node, const Aliases* reuse, Aliases& used) {
    switch (node.kind) {
        case NodeKind::Path: {
            std::vector<PathStep> storage;
            const ResolvedPath path = resolve_path(*query_.model, steps_of(node, storage), &query_);
            Side found = side_of(path, reuse);
            used.insert(used.end(), found.used.begin(), found.used.end());
            for (const PathStep& step : path.rest) {
                found.sql = transform(found.sql, step.name, found.target);
            }
            return std::move(found.sql);
        }
        case NodeKind::Literal: {
            Sql out = literal(node.value, {});
            if (!out.params.empty()) out.params.back().form = Param::Form::Raw;
            return out;
        }
        case NodeKind::Combined:
            return combined(node, reuse, used);
        case NodeKind::Function:
            return function(node, reuse, used);
        case NodeKind::Aggregate:
            return aggregate_call(node, reuse, used);
        case NodeKind::Case:
            return case_when(node, reuse, used);
        case NodeKind::Subquery:
        case NodeKind::Exists:
            return of_query(node);
        case NodeKind::OuterRef: {
            if (!outer_) {
                throw QueryError("OuterRef('" + path_text(node) +
                                 "') may only be used in a Subquery or Exists.");
            }
            Aliases outside;
            if (node.left) return outer_->expression(*node.left, nullptr, outside);
            std::vector<PathStep> storage;
            return outer_->side(steps_of(node, storage), nullptr).sql;
        }
        case NodeKind::Raw: {
            Sql out("(" + node.text + ")");
            for (const Value& value : node.value.as_list()) {
                out.params.push_back({value, nullptr, Param::Form::Raw});
                out.params.back().origin = &value;
            }
            return out;
        }
        case NodeKind::Star:
            return Sql("*");
        case NodeKind::Condition: {
            const Built built = condition(*node.left, kInExpression);
            used.insert(used.end(), built.needed.begin(), built.needed.end());
            Sql out;
            if (built.truth == Truth::Depends) {
                out += "(";
                out += built.sql;
                out += ")";
            } else {
                // A bare number would be the place of a column in GROUP BY.
                out += built.truth == Truth::Always ? "(1 = 1)" : "(0 = 1)";
            }
            out.output = {FieldKind::BooleanField};
            return out;
        }
        default:
            break;
    }
    return expression(Node{.kind = NodeKind::Condition, .left = shared<Node>(node)}, reuse, used);
}

Sql Compiler::combined(const Node& node, const Aliases* reuse, Aliases& used) {
    const Sql left = expression(*node.left, reuse, used);
    const Sql right = expression(*node.right, reuse, used);
    Sql out;
    out.output = combine(left.output, right.output, node.op);
    if (dialect_.append_date_arithmetic(out, node.op, left, right)) return out;
    out += "(";
    out += left;
    out += " ";
    out.text += node.op;
    out += " ";
    out += right;
    out += ")";
    return out;
}

Sql Compiler::function(const Node& node, const Aliases* reuse, Aliases& used) {
    std::vector<Sql> arguments;
    for (const NodePtr& child : node.children) {
        arguments.push_back(expression(*child, reuse, used));
    }
    const std::string& name = node.text;
    Sql out;
    if (name == "now") {
        out += dialect_.now();
        out.output = {FieldKind::DateTimeField};
        return out;
    }
    if (arguments.size() == 1 && dialect_.append_date_part(out, name, arguments.front())) {
        out.output = part_output(name, arguments.front().output);
        return out;
    }
    if (name.starts_with("cast_")) {
        out += "CAST(";
        out += arguments.front();
        out += " AS ";
        out += dialect_.cast_type(name);
        out += ")";
        out.output = {name == "cast_integer"   ? FieldKind::BigIntegerField
                      : name == "cast_real"    ? FieldKind::FloatField
                      : name == "cast_decimal" ? FieldKind::DecimalField
                                               : FieldKind::TextField};
        return out;
    }
    if (name == "CONCAT") {
        // A NULL part is as good as an empty one.
        out += "(";
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            out += i == 0 ? "COALESCE(" : " || COALESCE(";
            out += arguments[i];
            out += ", '')";
        }
        out += ")";
        return out;
    }
    const std::string_view other = dialect_.function_name(name);
    out += other.empty() ? std::string_view(name) : other;
    out += "(";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (i > 0) out += ", ";
        out += arguments[i];
    }
    out += ")";
    if (name == "LENGTH") {
        out.output = {FieldKind::IntegerField};
    } else if (name == "COALESCE" || name == "GREATEST" || name == "LEAST" || name == "NULLIF" ||
               name == "ABS" || name == "ROUND") {
        if (!arguments.empty()) out.output = arguments.front().output;
        if (name == "COALESCE" || name == "GREATEST" || name == "LEAST") {
            for (const Sql& argument : arguments) out.output = common(out.output, argument.output);
        }
    }
    return out;
}

Sql Compiler::aggregate_call(const Node& node, const Aliases* reuse, Aliases& used) {
    const Sql argument = expression(*node.children.front(), reuse, used);
    Sql out(node.text);
    out += node.distinct ? "(DISTINCT " : "(";
    out += argument;
    out += ")";
    if (node.condition) {
        const Built filter = condition(*node.condition, kInExpression);
        if (filter.truth == Truth::Depends) {
            out += " FILTER (WHERE ";
            out += filter.sql;
            out += ")";
        } else if (filter.truth == Truth::Never) {
            out += " FILTER (WHERE 0 = 1)";
        }
    }
    const FieldKind kind = argument.output.kind;
    const bool is_text = kind == FieldKind::DateField || kind == FieldKind::DateTimeField ||
                         kind == FieldKind::TimeField;
    if (is_text && node.text != "COUNT" && node.text != "MIN" && node.text != "MAX") {
        throw NotSupportedError(
            "Sum, Avg, StdDev and Variance cannot be computed of dates and times, which are kept "
            "as text.");
    }
    out.output = aggregate_output(node.text, argument.output);
    return out;
}

Sql Compiler::case_when(const Node& node, const Aliases* reuse, Aliases& used) {
    Sql out("CASE");
    bool known = false;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
        const Built when = condition(*node.children[i], kInExpression);
        if (when.truth == Truth::Never) continue;
        const Sql then = expression(*node.children[i + 1], reuse, used);
        out += " WHEN ";
        if (when.truth == Truth::Always) {
            out += "1 = 1";
        } else {
            out += when.sql;
        }
        out += " THEN ";
        out += then;
        out.output = known ? common(out.output, then.output) : then.output;
        known = true;
    }
    const Sql otherwise = node.left ? expression(*node.left, reuse, used) : Sql("NULL");
    if (known && node.left) out.output = common(out.output, otherwise.output);
    if (!known) return otherwise;
    out += " ELSE ";
    out += otherwise;
    out += " END";
    return out;
}

Sql Compiler::of_query(const Node& node) {
    Compiler inner(node.query->query, dialect_, around_);
    bool nothing = false;
    Sql out;
    if (node.kind == NodeKind::Exists) {
        out = inner.exists_subquery(nothing);
        if (nothing) out = Sql("(0 = 1)");
        out.output = {FieldKind::BooleanField};
        return out;
    }
    const Sql select = inner.first_row(nothing);
    if (nothing) {
        out += "NULL";
    } else {
        out += "(";
        out += select;
        out += ")";
    }
    out.output = select.output;
    return out;
}

const Sql& Compiler::annotation_sql(const Annotation& annotation) {
    const auto index = static_cast<std::size_t>(&annotation - query_.annotations.data());
    if (annotation_state_[index] == 0) {
        annotation_state_[index] = 1;
        Aliases used;
        annotations_[index] = expression(*annotation.expression, nullptr, used);
        annotation_state_[index] = 2;
    } else if (annotation_state_[index] == 1) {
        throw FieldError("The annotation '" + annotation.name + "' refers to itself.");
    }
    return annotations_[index];
}

}  // namespace tatum::db::impl
