#include <tatum/forms/model_fields.h>

#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/validators.h>
#include <tatum/db/file_values.h>
#include <tatum/db/meta.h>
#include <tatum/forms/fields.h>
#include <tatum/forms/widgets.h>

#include <algorithm>
#include <limits>

namespace tatum::forms {

namespace {

using db::FieldKind;
using db::FieldMeta;

/// What the site's catalogs say for a text of a model.
std::string shown(const std::string& text) {
    return text.empty() ? text : std::string(gettext(text));
}

/// What every kind of field gets.
FieldOptions common_options(const FieldMeta& field, const FormFieldOptions& said) {
    FieldOptions options;
    options.required = said.required.value_or(!field.blank);
    options.widget = said.widget;
    options.label = said.label ? *said.label : strings::capfirst(shown(field.verbose_name));
    options.help_text = said.help_text ? *said.help_text : shown(field.help_text);
    options.error_messages = said.error_messages;
    options.localize = said.localize;
    options.disabled = said.disabled;
    if (said.initial) {
        options.initial = *said.initial;
    } else if (field.has_default) {
        options.initial = field.default_value;
    }
    if (said.adjust) said.adjust(options);
    return options;
}

/// Takes what the model says where the form says nothing.
template <class T, class U>
void fill(std::optional<T>& option, const U& value) {
    if (!option) option = value;
}

/// The least and the greatest number that columns of this kind hold everywhere.
std::pair<std::int64_t, std::int64_t> range_of(FieldKind kind) {
    using enum FieldKind;
    switch (kind) {
        case SmallIntegerField:
            return {-32768, 32767};
        case PositiveSmallIntegerField:
            return {0, 32767};
        case IntegerField:
            return {std::numeric_limits<std::int32_t>::min(),
                    std::numeric_limits<std::int32_t>::max()};
        case PositiveIntegerField:
            return {0, std::numeric_limits<std::int32_t>::max()};
        case PositiveBigIntegerField:
            return {0, std::numeric_limits<std::int64_t>::max()};
        default:
            return {std::numeric_limits<std::int64_t>::min(),
                    std::numeric_limits<std::int64_t>::max()};
    }
}

bool is_integer(FieldKind kind) {
    return kind >= FieldKind::SmallIntegerField && kind <= FieldKind::PositiveBigIntegerField;
}

Owned<Field> integer_field(const FieldMeta& field, FieldOptions options) {
    const auto [least, most] = range_of(field.kind);
    const bool big = field.kind == FieldKind::BigIntegerField ||
                     field.kind == FieldKind::PositiveBigIntegerField;
    if (field.min_value) fill(options.min_value, *field.min_value);
    if (field.max_value) fill(options.max_value, *field.max_value);
    // As in Django only some limits stand in the HTML; the others are checked all the same.
    if (big || least == 0) {
        fill(options.min_value, Value(static_cast<long long>(least)));
    } else {
        options.validators.emplace_back(
            validators::MinValueValidator{static_cast<long long>(least)});
    }
    if (big) {
        fill(options.max_value, Value(static_cast<long long>(most)));
    } else {
        options.validators.emplace_back(
            validators::MaxValueValidator{static_cast<long long>(most)});
    }
    return owned<IntegerField>(std::move(options));
}

Owned<Field> choice_field(const FieldMeta& field, const FormFieldOptions& said,
                          FieldOptions options) {
    const bool has_initial = field.has_default || said.initial.has_value();
    const bool may_be_empty = field.blank && field.kind != FieldKind::BooleanField;
    std::vector<Choice> choices = field.choices;
    for (Choice& choice : choices) {
        choice.label = shown(choice.label);
        choice.group = shown(choice.group);
    }
    const bool has_blank = std::ranges::any_of(choices, [](const Choice& choice) {
        return choice.value.is_none() ||
               (choice.value.is_string() && choice.value.as_string().empty());
    });
    if ((may_be_empty || !has_initial) && !has_blank) {
        choices.insert(choices.begin(), Choice("", "---------"));
    }
    if (!options.choices.is_function() && options.choices.get()->empty()) {
        options.choices = std::move(choices);
    }
    options.coerce = [&field](const Value& value) { return field.clean_type(value); };
    if (field.null) fill(options.empty_value, Value());
    options.localize = false;
    options.max_length = options.min_length = {};
    options.strip = {};
    if (said.field_class) return said.field_class(std::move(options));
    return owned<TypedChoiceField>(std::move(options));
}

Owned<Field> relation_field(const FieldMeta& field, const FormFieldOptions& said,
                            FieldOptions options) {
    const db::RelationMeta& relation = *field.relation;
    const db::ModelMeta* const target = relation.target;
    ModelChoiceField::Queryset rows = [target, alias = said.using_] {
        const db::AnyQuerySet all(*target);
        return alias.empty() ? all : all.using_(alias);
    };
    ModelChoiceOptions more;
    more.limit_choices_to = relation.limit_choices_to;
    if (field.is_many_to_many()) {
        return owned<ModelMultipleChoiceField>(std::move(rows), std::move(options),
                                               std::move(more));
    }
    more.blank = field.blank;
    if (relation.to_field != target->pk) more.to_field_name = relation.to_field->name;
    return owned<ModelChoiceField>(std::move(rows), std::move(options), std::move(more));
}

FieldOptions text_options(const FieldMeta& field, FieldOptions options) {
    if (field.max_length > 0) fill(options.max_length, field.max_length);
    if (field.null) fill(options.empty_value, Value());
    return options;
}

/// With the limits that the model has for numbers.
FieldOptions number_options(const FieldMeta& field, FieldOptions options) {
    if (field.min_value) fill(options.min_value, *field.min_value);
    if (field.max_value) fill(options.max_value, *field.max_value);
    return options;
}

Owned<Field> text_field(const FieldMeta& field, FieldOptions options) {
    using enum FieldKind;
    switch (field.kind) {
        case TextField:
            if (!options.widget) options.widget = Textarea();
            if (field.max_length > 0) fill(options.max_length, field.max_length);
            return owned<forms::CharField>(std::move(options));
        case SlugField:
            options = text_options(field, std::move(options));
            fill(options.allow_unicode, field.allow_unicode);
            return owned<forms::SlugField>(std::move(options));
        case EmailField:
            return owned<forms::EmailField>(text_options(field, std::move(options)));
        case URLField:
            return owned<forms::URLField>(text_options(field, std::move(options)));
        case GenericIPAddressField:
            return owned<forms::GenericIPAddressField>(std::move(options));
        case FileField:
        case ImageField:
            if (field.max_length > 0) fill(options.max_length, field.max_length);
            if (field.kind == ImageField) return owned<forms::ImageField>(std::move(options));
            return owned<forms::FileField>(std::move(options));
        default:
            return owned<forms::CharField>(text_options(field, std::move(options)));
    }
}

Owned<Field> plain_field(const FieldMeta& field, FieldOptions options) {
    using enum FieldKind;
    if (field.is_text()) return text_field(field, std::move(options));
    if (is_integer(field.kind)) return integer_field(field, std::move(options));
    switch (field.kind) {
        case FloatField:
            return owned<forms::FloatField>(number_options(field, std::move(options)));
        case DecimalField:
            options = number_options(field, std::move(options));
            fill(options.max_digits, field.max_digits);
            fill(options.decimal_places, field.decimal_places);
            return owned<forms::DecimalField>(std::move(options));
        case DateField:
            return owned<forms::DateField>(std::move(options));
        case TimeField:
            return owned<forms::TimeField>(std::move(options));
        case DateTimeField:
            return owned<forms::DateTimeField>(std::move(options));
        case DurationField:
            return owned<forms::DurationField>(std::move(options));
        case UUIDField:
            return owned<forms::UUIDField>(std::move(options));
        case JSONField:
            return owned<forms::JSONField>(std::move(options));
        default:
            return nullptr;
    }
}

bool contains(std::span<const std::string> names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_form_field(const db::FieldMeta& field) {
    return field.editable && !field.is_auto() && field.kind != FieldKind::BinaryField;
}

Owned<Field> formfield_for(const db::FieldMeta& field, const FormFieldOptions& said) {
    if (field.is_auto() || field.kind == FieldKind::BinaryField) return nullptr;
    FieldOptions options = common_options(field, said);
    if (!field.choices.empty()) return choice_field(field, said, std::move(options));
    if (field.kind == FieldKind::BooleanField) {
        // Unchecked is an answer.
        options.required = said.required.value_or(false);
        if (said.field_class) return said.field_class(std::move(options));
        if (field.null) return owned<NullBooleanField>(std::move(options));
        return owned<BooleanField>(std::move(options));
    }
    if (said.field_class) return said.field_class(std::move(options));
    if (field.relation) return relation_field(field, said, std::move(options));
    return plain_field(field, std::move(options));
}

Dict model_to_dict(const db::AnyObject& object, std::span<const std::string> fields,
                   std::span<const std::string> exclude) {
    const db::ModelMeta& model = object.model();
    const auto is_wanted = [&](const FieldMeta& field) {
        return is_form_field(field) && (fields.empty() || contains(fields, field.name)) &&
               !contains(exclude, field.name);
    };
    // A member always has a value; one that nobody has set says nothing.
    const std::optional<db::AnyObject> unset =
        object.is_adding() ? std::optional(db::AnyObject(model)) : std::nullopt;
    Dict values;
    for (const auto& field : model.fields) {
        if (!is_wanted(*field)) continue;
        const Value value = field->get(object.object());
        if (unset && !field->has_default && value == field->get(unset->object())) continue;
        values.set(field->name, field->is_file() ? db::file_value(*field, value) : value);
    }
    for (const auto& field : model.many_to_many) {
        if (!is_wanted(*field)) continue;
        const bool is_saved = !object.is_adding() && !object.pk().is_none();
        values.set(field->name, is_saved ? to_value(object.many(*field)) : Value(List()));
    }
    return values;
}

}  // namespace tatum::forms
