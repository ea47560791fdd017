#include <tatum/db/validation.h>

#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/base/unicode.h>
#include <tatum/base/validators.h>
#include <tatum/db/any_object.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/node.h>
#include <tatum/db/impl/row_extras.h>

#include <algorithm>

namespace tatum::db {

namespace {

/// Django's EMPTY_VALUES.
bool is_empty_value(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
            return true;
        case Kind::String:
        case Kind::Bytes:
            return value.as_string().empty();
        case Kind::List:
        case Kind::Dict:
            return value.size() == 0U;
        default:
            return false;
    }
}

/// The one that the kind of the field implies, or none.
validators::Validator validator_of(const FieldMeta& field) {
    switch (field.kind) {
        case FieldKind::EmailField:
            return validators::validate_email;
        case FieldKind::URLField:
            return validators::URLValidator{};
        case FieldKind::SlugField:
            return field.allow_unicode ? validators::validate_unicode_slug
                                       : validators::validate_slug;
        case FieldKind::GenericIPAddressField:
            return validators::validate_ipv46_address;
        default:
            return {};
    }
}

/// The least number that a field may hold: by its own limit, or by its column.
std::optional<Value> least_of(const FieldMeta& field) {
    const bool is_positive = field.kind >= FieldKind::PositiveSmallIntegerField &&
                             field.kind <= FieldKind::PositiveBigIntegerField;
    if (!is_positive) return field.min_value;
    const bool is_tighter = field.min_value && Value::compare(*field.min_value, Value(0)) !=
                                                   std::partial_ordering::less;
    return is_tighter ? field.min_value : std::optional<Value>(0);
}

/// As it begins a sentence, in the current language.
std::string label_of(const FieldMeta& field) {
    return strings::capfirst(gettext(field.verbose_name));
}
std::string label_of(const ModelMeta& model) {
    return strings::capfirst(gettext(model.verbose_name));
}

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
        settled_ = faults_.size();
        for (const auto& field : model_.fields) {
            if (is_excluded(*field)) continue;
            if (!field->unique_for_date.empty()) check_unique_for_date(*field);
            if (!field->unique || (field->primary_key && field->is_auto())) continue;
            if (is_taken({field->name}, {})) fault_of_unique(*field);
        }
        for (const auto& names : model_.unique_together) {
            if (is_taken(names, {})) fault_of_set(names);
        }
    }

    /// Constraints that have a name.
    void check_constraints() {
        settled_ = faults_.size();
        for (const UniqueMeta& unique : model_.constraints) {
            if (is_taken(unique.fields, unique.condition)) fault_of_constraint(unique);
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
    /// Had it a fault before these checks began? What they find themselves hides nothing.
    bool is_faulty(const FieldMeta& field) const {
        const auto end = faults_.begin() + static_cast<std::ptrdiff_t>(settled_);
        return std::any_of(faults_.begin(), end,
                           [&](const ValidationFault& fault) { return fault.field == field.name; });
    }
    /// `id` is the message as catalogs have it.
    void fault(const FieldMeta& field, std::string_view code, std::string_view id,
               Dict params = {}) {
        std::string message = format_message(gettext(id), params);
        faults_.push_back({field.name, std::string(code), std::move(message), std::move(params)});
    }

    void check_field(const FieldMeta& field) {
        const Value value = field.get(object_);
        const bool is_empty = is_empty_value(value);
        if (is_empty && field.blank) return;
        if (value.kind() == Kind::Decimal && !value.as_decimal().is_finite()) {
            return fault(field, "invalid", "“%(value)s” value must be a decimal number.",
                         {{"value", value}});
        }
        if (field.editable && !is_allowed(field, value, is_empty)) return;
        if (is_empty) return;
        if (field.relation && !is_there(field, value)) return;
        run_validators(field, value);
    }

    /// Django's Field.validate().
    bool is_allowed(const FieldMeta& field, const Value& value, bool is_empty) {
        const auto is_chosen = [&](const Choice& choice) { return choice.value == value; };
        if (!field.choices.empty() && !is_empty &&
            std::none_of(field.choices.begin(), field.choices.end(), is_chosen)) {
            fault(field, "invalid_choice", "Value %(value)r is not a valid choice.",
                  {{"value", value}});
            return false;
        }
        if (value.is_none() && !field.null) {
            fault(field, "null", "This field cannot be null.");
            return false;
        }
        // Unlike Django: what may be null may be left out of an object; `blank` is of forms then.
        if (is_empty && !field.blank && !value.is_none()) {
            fault(field, "blank", "This field cannot be blank.");
            return false;
        }
        return true;
    }

    void run_validator(const FieldMeta& field, const validators::Validator& validator,
                       const Value& value) {
        try {
            validator(value);
        } catch (const ValidationError& error) {
            for (ValidationFault one : error.faults()) {
                one.field = field.name;
                faults_.push_back(std::move(one));
            }
        }
    }

    /// What the kind of the field says, what the model says, what the column can hold.
    void run_validators(const FieldMeta& field, const Value& value) {
        if (const validators::Validator of_kind = validator_of(field)) {
            run_validator(field, of_kind, value);
        }
        for (const validators::Validator& own : field.validators) run_validator(field, own, value);
        if (field.max_length > 0 && field.is_text() && field.kind != FieldKind::TextField) {
            run_validator(field, validators::MaxLengthValidator{field.max_length}, value);
        }
        if (field.kind == FieldKind::DecimalField && field.max_digits > 0) {
            run_validator(
                field, validators::DecimalValidator{field.max_digits, field.decimal_places}, value);
        }
        if (const auto least = least_of(field)) {
            run_validator(field, validators::MinValueValidator{*least}, value);
        }
        if (field.max_value) {
            run_validator(field, validators::MaxValueValidator{*field.max_value}, value);
        }
    }

    /// The rows of `model` in the database of the object.
    AnyQuerySet stored_beside(const ModelMeta& model) const {
        return AnyQuerySet(model).using_(impl::database_of(model_, object_, {}).alias());
    }

    /// Is the row that a foreign key names there, and one that may be chosen?
    bool is_there(const FieldMeta& field, const Value& key) {
        if (std::find(seen_.begin(), seen_.end(), field.name) != seen_.end()) return true;
        const RelationMeta& relation = *field.relation;
        AnyQuerySet rows = stored_beside(*relation.target).filter(Q(relation.to_field->name, key));
        if (relation.limit_choices_to) {
            if (const Q limit = relation.limit_choices_to(); !limit.empty()) {
                rows = rows.filter(limit);
            }
        }
        if (rows.exists()) return true;
        fault(field, "invalid",
              "%(model)s instance with %(field)s %(value)r is not a valid choice.",
              {{"model", gettext(relation.target->verbose_name)},
               {"pk", key},
               {"field", relation.to_field->name},
               {"value", key}});
        return false;
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
              "%(field_label)s must be unique for %(date_field_label)s %(lookup_type)s.",
              {{"model_name", label_of(model_)},
               {"lookup_type", "date"},
               {"field", field.name},
               {"field_label", label_of(field)},
               {"date_field", when.name},
               {"date_field_label", label_of(when)}});
    }

    void fault_of_unique(const FieldMeta& field) {
        fault(field, "unique", "%(model_name)s with this %(field_label)s already exists.",
              {{"model_name", label_of(model_)}, {"field_label", label_of(field)}});
    }

    void fault_of_model(std::string_view code, std::string_view id, Dict params) {
        std::string message = format_message(gettext(id), params);
        faults_.push_back({"", std::string(code), std::move(message), std::move(params)});
    }

    void fault_of_set(const std::vector<std::string>& names) {
        std::vector<std::string> labels;
        for (const std::string& name : names) labels.push_back(label_of(model_.field(name)));
        fault_of_model("unique_together",
                       "%(model_name)s with this %(field_labels)s already exists.",
                       {{"model_name", label_of(model_)},
                        {"field_labels", strings::get_text_list(labels, gettext("and"))}});
    }

    /// A constraint without conditions is a unique field or set that has a name.
    void fault_of_constraint(const UniqueMeta& unique) {
        const bool has_condition = !unique.condition.empty() && !unique.name.empty();
        if (!unique.violation_message.empty() || has_condition) {
            return fault_of_violation(unique.name, unique.violation_message);
        }
        if (unique.fields.size() == 1) return fault_of_unique(model_.field(unique.fields.front()));
        fault_of_set(unique.fields);
    }

    /// Without a code, as in Django.
    void fault_of_violation(std::string_view name, std::string_view message) {
        fault_of_model({}, message.empty() ? "Constraint “%(name)s” is violated." : message,
                       {{"name", name}});
    }

    /// CHECK constraints, as the database would evaluate them for this row.
    void check_conditions() {
        for (const CheckMeta& check : model_.checks) {
            if (is_left_out(*check.condition.node()) || holds(check.condition)) continue;
            fault_of_violation(check.name, check.violation_message);
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
    std::size_t settled_ = 0;  ///< how many of them were there before the current step
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
