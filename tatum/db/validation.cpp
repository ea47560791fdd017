#include <tatum/db/validation.h>

#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/base/unicode.h>
#include <tatum/db/any_object.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/node.h>
#include <tatum/db/impl/row_extras.h>

#include <algorithm>

namespace tatum::db {

namespace {

/// Collects what is wrong with one object.
class Checker {
public:
    Checker(const ModelMeta& model, void* object, std::span<const std::string> exclude,
            std::span<const std::string> seen = {})
        : model_(model),
          object_(object),
          exclude_(exclude.begin(), exclude.end()),
          seen_(seen.begin(), seen.end()) {}

    void check_fields() {
        for (const auto& field : model_.fields) {
            if (!field->is_auto() && !is_excluded(*field)) check_field(*field);
        }
    }

    void check_object() {
        if (!model_.type->clean) return;
        try {
            model_.type->clean(object_);
        } catch (const ValidationError& error) {
            faults_.insert(faults_.end(), error.faults().begin(), error.faults().end());
        }
    }

    void check_unique() {
        for (const auto& field : model_.fields) {
            if (is_excluded(*field)) continue;
            if (!field->unique_for_date.empty()) check_unique_for_date(*field);
            if (!field->unique || (field->primary_key && field->is_auto())) continue;
            if (is_taken({field->name}, {})) fault_of_unique(*field);
        }
        for (const auto& names : model_.unique_together) {
            if (is_taken(names, {})) together(names, {});
        }
    }

    /// Constraints that have a name.
    void check_constraints() {
        for (const UniqueMeta& unique : model_.constraints) {
            if (is_taken(unique.fields, unique.condition)) {
                together(unique.fields, unique.violation_message);
            }
        }
        check_conditions();
    }

    void finish() {
        if (!faults_.empty()) throw ValidationError(std::move(faults_));
    }

private:
    bool is_excluded(const FieldMeta& field) const {
        return std::find(exclude_.begin(), exclude_.end(), field.name) != exclude_.end();
    }
    bool is_faulty(const FieldMeta& field) const {
        return std::any_of(faults_.begin(), faults_.end(),
                           [&](const ValidationFault& fault) { return fault.field == field.name; });
    }
    void fault(const FieldMeta& field, std::string_view code, std::string message) {
        faults_.push_back({field.name, std::string(code), std::move(message)});
    }

    void check_field(const FieldMeta& field) {
        const Value value = field.get(object_);
        const bool is_empty = value.is_none() || (field.is_text() && value.as_string().empty());
        if (is_empty && field.blank) return;
        if (value.is_none()) {
            if (!field.null) fault(field, "null", "This field cannot be null.");
            return;
        }
        if (is_empty) {
            fault(field, "blank", "This field cannot be blank.");
            return;
        }
        if (!field.choices.empty()) {
            const bool known =
                std::any_of(field.choices.begin(), field.choices.end(),
                            [&](const Choice& choice) { return choice.value == value; });
            if (!known) {
                fault(field, "invalid_choice", "Value " + value.repr() + " is not a valid choice.");
            }
        }
        if (field.is_text()) check_text(field, value.as_string());
        if (value.is_number()) check_number(field, value);
        if (field.relation) check_relation(field, value);
    }

    void check_text(const FieldMeta& field, std::string_view text) {
        const auto length = Value::view(text).size().value_or(0);
        if (field.max_length > 0 && length > static_cast<std::size_t>(field.max_length)) {
            fault(field, "max_length",
                  "Ensure this value has at most " + std::to_string(field.max_length) +
                      " characters (it has " + std::to_string(length) + ").");
        }
        if (field.kind == FieldKind::SlugField && !field.allow_unicode &&
            text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
                                   "-") != std::string_view::npos) {
            fault(field, "invalid",
                  "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.");
        }
        const auto at = text.rfind('@');
        if (field.kind == FieldKind::EmailField &&
            (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
             text.find_first_of(" \t\r\n") != std::string_view::npos)) {
            fault(field, "invalid", "Enter a valid email address.");
        }
    }

    void check_number(const FieldMeta& field, const Value& value) {
        const auto below = [](const Value& a, const Value& b) {
            return Value::compare(a, b) == std::partial_ordering::less;
        };
        const bool positive = field.kind >= FieldKind::PositiveSmallIntegerField &&
                              field.kind <= FieldKind::PositiveBigIntegerField;
        const Value least = field.min_value ? *field.min_value : positive ? Value(0) : Value();
        if (!least.is_none() && below(value, least)) {
            fault(field, "min_value",
                  "Ensure this value is greater than or equal to " + least.str() + ".");
        }
        if (field.max_value && below(*field.max_value, value)) {
            fault(field, "max_value",
                  "Ensure this value is less than or equal to " + field.max_value->str() + ".");
        }
        if (value.kind() == Kind::Decimal && field.max_digits > 0) {
            check_digits(field, value.as_decimal());
        }
    }

    void check_digits(const FieldMeta& field, const Decimal& number) {
        if (!number.is_finite()) {
            fault(field, "invalid", "“" + number.str() + "” value must be a decimal number.");
            return;
        }
        const int decimals = std::max(0, -number.exponent());
        const int digits = std::max(number.digits() + std::max(0, number.exponent()), decimals);
        if (digits > field.max_digits) {
            fault(field, "max_digits",
                  "Ensure that there are no more than " + std::to_string(field.max_digits) +
                      " digits in total.");
        }
        if (decimals > field.decimal_places) {
            fault(field, "max_decimal_places",
                  "Ensure that there are no more than " + std::to_string(field.decimal_places) +
                      " decimal places.");
        }
    }

    /// The rows of `model` in the database of the object.
    AnyQuerySet stored_beside(const ModelMeta& model) const {
        return AnyQuerySet(model).using_(impl::database_of(model_, object_, {}).alias());
    }

    void check_relation(const FieldMeta& field, const Value& key) {
        if (std::find(seen_.begin(), seen_.end(), field.name) != seen_.end()) return;
        const RelationMeta& relation = *field.relation;
        const Q is_target(relation.to_field->name, key);
        if (stored_beside(*relation.target).filter(is_target).exists()) return;
        fault(field, "invalid",
              relation.target->verbose_name + " instance with " + relation.to_field->name + " " +
                  key.repr() + " does not exist.");
    }

    /// Is there another row with the same values? NULL equals nothing.
    bool is_taken(const std::vector<std::string>& names, const Q& condition,
                  const Q& among = {}) const {
        AnyQuerySet query = stored_beside(model_);
        if (!among.empty()) query = query.filter(among);
        for (const std::string& name : names) {
            const FieldMeta& field = model_.field(name);
            const Value value = field.get(object_);
            if (value.is_none() || is_excluded(field) || is_faulty(field)) return false;
            query = query.filter(Q(field.name, value));
        }
        if (!condition.empty()) {
            // A row that the condition does not hold for is free to repeat the others.
            if (is_left_out(*condition.node()) || !holds(condition)) return false;
            query = query.filter(condition);
        }
        const Value key = model_.pk_of(object_);
        if (!key.is_none() && !impl::base_of(model_, object_).model_state().adding) {
            query = query.exclude(Q("pk", key));
        }
        return query.exists();
    }

    /// Is the condition about a field that is not checked, or has a fault already?
    bool is_left_out(const impl::Node& node) const {
        if (node.path.steps || (node.kind == impl::NodeKind::Path ||
                                (node.kind == impl::NodeKind::Lookup && !node.text.empty()))) {
            std::vector<impl::PathStep> storage;
            const auto* field = model_.find_field(impl::steps_of(node, storage).front().name);
            if (field && (is_excluded(*field) || is_faulty(*field))) return true;
        }
        const auto left_out = [&](const impl::NodePtr& part) { return part && is_left_out(*part); };
        return left_out(node.left) || left_out(node.right) || left_out(node.condition) ||
               std::any_of(node.children.begin(), node.children.end(), left_out);
    }

    /// Another row with the value of `field` on the day of the field that unique_for_date names.
    void check_unique_for_date(const FieldMeta& field) {
        const FieldMeta& when = model_.field(field.unique_for_date);
        const Value moment = when.get(object_);
        if (moment.is_none() || is_excluded(when)) return;
        const bool has_time = moment.kind() == Kind::DateTime;
        const Value day = has_time ? Value(tatum::localtime(moment.as_datetime()).date()) : moment;
        if (!is_taken({field.name}, {}, Q(when.name + (has_time ? "__date" : ""), day))) return;
        fault(field, "unique_for_date",
              strings::capfirst(field.verbose_name) + " must be unique for " +
                  strings::capfirst(when.verbose_name) + " date.");
    }

    void fault_of_unique(const FieldMeta& field) {
        fault(field, "unique",
              strings::capfirst(model_.verbose_name) + " with this " +
                  strings::capfirst(field.verbose_name) + " already exists.");
    }

    void together(const std::vector<std::string>& names, std::string message) {
        if (message.empty()) {
            std::vector<std::string> labels;
            for (const std::string& name : names) {
                labels.push_back(strings::capfirst(model_.field(name).verbose_name));
            }
            message = strings::capfirst(model_.verbose_name) + " with this " +
                      strings::get_text_list(labels, "and") + " already exists.";
        }
        faults_.push_back({"", "unique_together", std::move(message)});
    }

    /// CHECK constraints, as the database would evaluate them for this row.
    void check_conditions() {
        for (const CheckMeta& check : model_.checks) {
            if (is_left_out(*check.condition.node()) || holds(check.condition)) continue;
            faults_.push_back({"", "invalid",
                               check.violation_message.empty()
                                   ? "Constraint “" + check.name + "” is violated."
                                   : check.violation_message});
        }
    }

    bool holds(const Q& condition) const {
        std::string columns;
        List values;
        for (const auto& field : model_.fields) {
            // A parameter has no affinity: without one, '0' of the condition would be a text.
            const bool decimal = field->kind == FieldKind::DecimalField;
            columns += columns.empty() ? "" : ", ";
            columns += decimal ? "CAST(? AS NUMERIC) AS " : "? AS ";
            impl::append_quoted(columns, field->column);
            values.push_back(field->get(object_));
        }
        Database& database = impl::database_of(model_, object_, {});
        const auto rows = database.execute("SELECT 1 FROM (SELECT " + columns + ") WHERE NOT (" +
                                               condition_sql(model_, condition) + ")",
                                           values);
        return rows.empty();
    }

    const ModelMeta& model_;
    void* object_;
    std::vector<std::string> exclude_;
    std::vector<std::string> seen_;  ///< relations whose row is known to be there
    std::vector<ValidationFault> faults_;
};

}  // namespace

void impl::full_clean(const ModelType& type, void* object, std::span<const std::string> exclude) {
    Checker checker(ModelRegistry::current().get(type), object, exclude);
    checker.check_fields();
    checker.check_object();
    checker.check_unique();
    checker.check_constraints();
    checker.finish();
}

void AnyObject::clean_fields(std::span<const std::string> exclude,
                             std::span<const std::string> seen) const {
    Checker checker(model(), object_, exclude, seen);
    checker.check_fields();
    checker.finish();
}
void AnyObject::clean() const {
    Checker checker(model(), object_, {});
    checker.check_object();
    checker.finish();
}
void AnyObject::validate_unique(std::span<const std::string> exclude) const {
    Checker checker(model(), object_, exclude);
    checker.check_unique();
    checker.finish();
}
void AnyObject::validate_constraints(std::span<const std::string> exclude) const {
    Checker checker(model(), object_, exclude);
    checker.check_constraints();
    checker.finish();
}

UniqueChecks AnyObject::unique_checks(std::span<const std::string> exclude) const {
    const ModelMeta& of = model();
    const auto is_excluded = [&](const std::string& name) {
        return std::find(exclude.begin(), exclude.end(), name) != exclude.end();
    };
    UniqueChecks checks;
    const auto add = [&](const std::vector<std::string>& fields) {
        if (std::none_of(fields.begin(), fields.end(), is_excluded))
            checks.fields.push_back(fields);
    };
    for (const auto& names : of.unique_together) add(names);
    for (const UniqueMeta& unique : of.constraints) {
        if (unique.condition.empty()) add(unique.fields);
    }
    for (const auto& field : of.fields) {
        if (field->unique) add({field->name});
        if (field->unique_for_date.empty() || is_excluded(field->name) ||
            is_excluded(field->unique_for_date)) {
            continue;
        }
        checks.dates.push_back({field->name, field->unique_for_date});
    }
    return checks;
}

}  // namespace tatum::db
