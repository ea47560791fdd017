#include <tatum/forms/model_choice_fields.h>

#include <tatum/base/validators.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/meta.h>
#include <tatum/forms/widgets.h>

#include <unordered_set>

namespace tatum::forms {

namespace {

/// The choices that a widget shows, made of copies, since the widget may outlive the field.
Choices::Items model_choices(const ModelChoiceField::Queryset& queryset,
                             const ModelChoiceOptions& more) {
    const db::AnyQuerySet rows = queryset();
    const db::ModelMeta& model = rows.model();
    const db::FieldMeta& key =
        more.to_field_name.empty() ? *model.pk : model.field(more.to_field_name);
    db::Rows& found = rows.rows();
    Choices::Items items;
    items.reserve(found.count() + 1);
    if (more.empty_label) items.emplace_back("", *more.empty_label);
    for (const auto* chunk = found.chunks(); chunk != nullptr; chunk = chunk->next) {
        for (std::size_t i = 0; i < chunk->count; ++i) {
            const void* row = chunk->first + i * model.type->size;
            items.emplace_back(key.get(row), more.label_from_instance
                                                 ? more.label_from_instance(found.value(row))
                                                 : model.str_of(row));
        }
    }
    return items;
}

/// `queryset` with the rows that `limit` holds for. A row stays one, whatever joins that takes.
ModelChoiceField::Queryset limited(const ModelChoiceField::Queryset& queryset,
                                   const Function<db::Q()>& limit) {
    if (!limit) return queryset;
    return [queryset, limit] {
        db::AnyQuerySet rows = queryset();
        const db::Q condition = limit();
        if (condition.empty()) return rows;
        const db::AnyQuerySet allowed =
            db::AnyQuerySet(rows.model()).using_(rows.db()).filter(condition);
        return rows.filter(db::Q("pk__in", to_value(allowed.values_flat("pk"))));
    };
}

void refuse_null_characters(const Value& value) {
    validators::ProhibitNullCharactersValidator{}(value);
}

FieldOptions& not_required(FieldOptions& options) {
    options.required = false;
    return options;
}

std::string text_or_empty(const Value& value) { return value.is_none() ? "" : value.str(); }

}  // namespace

RowReference row_of(const Value& value) {
    if (!value.is_object()) return {};
    const auto* rows = dynamic_cast<const db::Rows*>(&value.as_object());
    if (rows == nullptr) return {};
    return {&rows->meta(), value.self()};
}

const void* impl::needed_row(const Value& value, const db::ModelType& type) {
    const RowReference row = row_of(value);
    if (!row || row.model->type != &type) {
        throw db::ValueError("A row of " + std::string(type.name) + " was expected, not " +
                             value.repr() + ".");
    }
    return row.object;
}

ModelChoiceField::ModelChoiceField(Queryset queryset, Options options, ModelChoiceOptions more,
                                   const Widget& default_widget)
    : Field(std::move(options), default_widget),
      queryset_(std::move(queryset)),
      more_(std::move(more)) {
    tell_widget();
}
ModelChoiceField::ModelChoiceField(Queryset queryset, Options options, ModelChoiceOptions more)
    : ModelChoiceField(std::move(queryset), std::move(options), std::move(more), Select()) {
    const bool has_initial = initial.is_function() || !initial.get().is_none();
    const bool radio = widget().type_name() == "RadioSelect";
    if ((required && has_initial) || (radio && !more_.blank)) set_empty_label(std::nullopt);
}
ModelChoiceField::ModelChoiceField(const db::AnyQuerySet& queryset, Options options,
                                   ModelChoiceOptions more)
    : ModelChoiceField(Queryset([queryset] { return queryset.all(); }), std::move(options),
                       std::move(more)) {}
Owned<Field> ModelChoiceField::clone() const { return owned<ModelChoiceField>(*this); }

db::AnyQuerySet ModelChoiceField::queryset() const {
    return limited(queryset_, more_.limit_choices_to)();
}
void ModelChoiceField::set_queryset(Queryset queryset) {
    queryset_ = std::move(queryset);
    tell_widget();
}
void ModelChoiceField::set_queryset(const db::AnyQuerySet& queryset) {
    set_queryset(Queryset([queryset] { return queryset.all(); }));
}
void ModelChoiceField::set_empty_label(std::optional<std::string> text) {
    more_.empty_label = std::move(text);
    tell_widget();
}
void ModelChoiceField::set_limit_choices_to(Function<db::Q()> limit) {
    more_.limit_choices_to = std::move(limit);
    tell_widget();
}
void ModelChoiceField::set_label_from_instance(Function<std::string(const Value& row)> make) {
    more_.label_from_instance = std::move(make);
    tell_widget();
}

Choices ModelChoiceField::choices() const {
    Choices rows([rows = limited(queryset_, more_.limit_choices_to), more = more_] {
        return model_choices(rows, more);
    });
    // So that a select is one query, and not one more to see how it begins.
    return more_.empty_label ? std::move(rows).begin_with_nothing() : rows;
}
void ModelChoiceField::tell_widget() {
    if (auto* chooser = dynamic_cast<ChoiceWidget*>(&widget())) chooser->choices = choices();
}
void ModelChoiceField::set_widget(const Widget& widget) {
    Field::set_widget(widget);
    tell_widget();
}

const db::FieldMeta& ModelChoiceField::key_field(const db::ModelMeta& model) const {
    return more_.to_field_name.empty() ? *model.pk : model.field(more_.to_field_name);
}

Value ModelChoiceField::prepare_value(const Value& value) const {
    const RowReference row = row_of(value);
    return row ? key_field(*row.model).get(row.object) : value;
}

Value ModelChoiceField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    refuse_null_characters(value);
    const db::AnyQuerySet rows = queryset();
    try {
        const db::FieldMeta& field = key_field(rows.model());
        const Value key = field.clean_type(prepare_value(value));
        if (const db::RowsPtr found = rows.filter(db::Q(field.name, key)).find()) {
            return found->value(found->at(0));
        }
    } catch (const db::ValueError&) {
        // As a row that is not there.
    }
    fail("invalid_choice", {{"value", value}});
}

bool ModelChoiceField::has_changed(const Value& initial_value, const Value& data) const {
    if (disabled) return false;
    return text_or_empty(prepare_value(initial_value)) != text_or_empty(data);
}

std::string_view ModelChoiceField::default_error_message(std::string_view code) const {
    if (code == "invalid_choice") {
        return "Select a valid choice. That choice is not one of the available choices.";
    }
    return Field::default_error_message(code);
}

ModelMultipleChoiceField::ModelMultipleChoiceField(Queryset queryset, Options options,
                                                   ModelChoiceOptions more)
    : ModelChoiceField(std::move(queryset), std::move(options), std::move(more), SelectMultiple()) {
    set_empty_label(std::nullopt);
}
ModelMultipleChoiceField::ModelMultipleChoiceField(const db::AnyQuerySet& queryset, Options options,
                                                   ModelChoiceOptions more)
    : ModelMultipleChoiceField(Queryset([queryset] { return queryset.all(); }), std::move(options),
                               std::move(more)) {}
Owned<Field> ModelMultipleChoiceField::clone() const {
    return owned<ModelMultipleChoiceField>(*this);
}
Owned<Widget> ModelMultipleChoiceField::hidden_widget() const {
    return owned<MultipleHiddenInput>();
}

Value ModelMultipleChoiceField::prepare_value(const Value& value) const {
    if (value.is_none() || value.is_string() || row_of(value)) {
        return ModelChoiceField::prepare_value(value);
    }
    const auto items = value.items();
    if (!items) return value;
    List keys;
    keys.reserve(items->size());
    for (const Value& item : *items) keys.push_back(ModelChoiceField::prepare_value(item));
    return keys;
}

Value ModelMultipleChoiceField::to_python(const Value& value) const {
    if (!value.truth()) return List();
    return to_value(check_values(value));
}

Value ModelMultipleChoiceField::clean(const Value& value, const Value&) const {
    const Value keys = prepare_value(value);
    if (!keys.truth()) {
        if (required) fail("required");
        return to_value(queryset().none());
    }
    if (keys.kind() != Kind::List && keys.kind() != Kind::Tuple) fail("invalid_list");
    const db::AnyQuerySet rows = check_values(keys);
    run_validators(keys);
    return to_value(rows);
}

db::AnyQuerySet ModelMultipleChoiceField::check_values(const Value& values) const {
    const db::AnyQuerySet rows = queryset();
    const db::FieldMeta& field = key_field(rows.model());
    List keys;
    std::vector<std::pair<std::string, Value>> sent;
    std::unordered_set<std::string> seen;
    const List items = values.items().value_or(List());
    for (const Value& value : items) {
        if (value.is_list() || value.is_dict()) fail("invalid_list");
        if (!seen.insert(value.str()).second) continue;
        refuse_null_characters(value);
        try {
            keys.push_back(field.clean_type(value));
        } catch (const db::ValueError&) {
            fail("invalid_pk_value", {{"pk", value}});
        }
        sent.emplace_back(value.str(), value);
    }
    const db::AnyQuerySet found = rows.filter(db::Q(field.name + "__in", keys));
    std::unordered_set<std::string> present;
    for (const auto* chunk = found.rows().chunks(); chunk != nullptr; chunk = chunk->next) {
        for (std::size_t i = 0; i < chunk->count; ++i) {
            present.insert(field.get(chunk->first + i * rows.model().type->size).str());
        }
    }
    for (const auto& [text, value] : sent) {
        if (!present.contains(text)) fail("invalid_choice", {{"value", value}});
    }
    return found;
}

bool ModelMultipleChoiceField::has_changed(const Value& initial_value, const Value& data) const {
    if (disabled) return false;
    const auto texts = [](const Value& values) {
        std::vector<std::string> list;
        if (values.is_none()) return list;
        for (const Value& value : values.items().value_or(List())) list.push_back(value.str());
        return list;
    };
    const std::vector<std::string> before = texts(prepare_value(initial_value)),
                                   after = texts(data);
    if (before.size() != after.size()) return true;
    return std::unordered_set<std::string>(before.begin(), before.end()) !=
           std::unordered_set<std::string>(after.begin(), after.end());
}

std::string_view ModelMultipleChoiceField::default_error_message(std::string_view code) const {
    if (code == "invalid_list") return "Enter a list of values.";
    if (code == "invalid_choice") {
        return "Select a valid choice. %(value)s is not one of the available choices.";
    }
    if (code == "invalid_pk_value") return "“%(pk)s” is not a valid value.";
    return ModelChoiceField::default_error_message(code);
}

InlineForeignKeyField::InlineForeignKeyField(db::AnyObject parent, std::string_view to_field,
                                             bool pk_field, Options options)
    : Field(std::move(not_required(options)), HiddenInput()),
      parent_(std::move(parent)),
      to_field_(to_field),
      pk_field_(pk_field) {
    initial = Initial(key());
}
Owned<Field> InlineForeignKeyField::clone() const { return owned<InlineForeignKeyField>(*this); }

Value InlineForeignKeyField::key() const {
    return to_field_.empty() ? parent_.pk() : parent_.get(to_field_);
}

Value InlineForeignKeyField::clean(const Value& value, const Value&) const {
    if (is_empty_value(value)) return pk_field_ ? Value() : parent_.value();
    if (value.str() != key().str()) fail("invalid_choice");
    return parent_.value();
}

std::string_view InlineForeignKeyField::default_error_message(std::string_view code) const {
    if (code == "invalid_choice") return "The inline value did not match the parent instance.";
    return Field::default_error_message(code);
}

}  // namespace tatum::forms
