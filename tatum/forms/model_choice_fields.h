#pragma once

#include <tatum/db/any_object.h>
#include <tatum/forms/choice_fields.h>

namespace tatum::forms {

/// What a field that chooses among rows can be told, beside the options of all fields.
struct ModelChoiceOptions {
    /// What stands for no choice; none: the list begins with the first row. There is none where
    /// the field is required and has an initial value.
    std::optional<std::string> empty_label = "---------";
    /// The field of the rows that is sent; empty: the primary key.
    std::string to_field_name = {};
    /// Only rows that it holds for; called whenever the rows are needed. None: all.
    Function<db::Q()> limit_choices_to = {};
    /// How people read a row; none: as the model's str() says.
    Function<std::string(const Value& row)> label_from_instance = {};
    /// A radio button for no choice.
    bool blank = false;
};

/// One row of a query: Django's ModelChoiceField. Cleaned it is the row, a Value that keeps it
/// alive; None where nothing is chosen. See row_of().
///
/// Queries: 1 for each time a select is shown, whatever the number of rows (plus the query's own
/// prefetch_related()); 1 for a value that is cleaned; none else. All rows that can be chosen stand
/// in memory, and in the page, while a select is shown: where they may be many thousands, give the
/// field a TextInput.
class ModelChoiceField : public Field {
public:
    using Queryset = Function<db::AnyQuerySet()>;

    /// Without evaluating `queryset`, which is copied anew for each use: `Author::objects.all()`.
    ModelChoiceField(const db::AnyQuerySet& queryset, Options options = {},
                     ModelChoiceOptions more = {});
    /// With a function that makes the query when it is needed, for fields that are made before
    /// there is a database.
    ModelChoiceField(Queryset queryset, Options options = {}, ModelChoiceOptions more = {});
    TATUM_FORM_FIELD(ModelChoiceField)

    /// A fresh one, limit_choices_to included.
    db::AnyQuerySet queryset() const;
    void set_queryset(Queryset queryset);
    void set_queryset(const db::AnyQuerySet& queryset);
    const ModelChoiceOptions& model_options() const { return more_; }
    void set_empty_label(std::optional<std::string> text);
    void set_limit_choices_to(Function<db::Q()> limit);
    void set_label_from_instance(Function<std::string(const Value& row)> make);
    /// Asks the database whenever it is used.
    Choices choices() const;

    /// A ChoiceWidget is told the choices.
    void set_widget(const Widget& widget) override;
    Value prepare_value(const Value& value) const override;
    Value to_python(const Value& value) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

protected:
    ModelChoiceField(Queryset queryset, Options options, ModelChoiceOptions more,
                     const Widget& default_widget);
    std::string_view default_error_message(std::string_view code) const override;
    /// The field of the rows that is sent.
    const db::FieldMeta& key_field(const db::ModelMeta& model) const;

private:
    void tell_widget();

    Queryset queryset_;
    ModelChoiceOptions more_;
};

/// Several rows of a query. Cleaned it is a query that has been evaluated, so that its rows cost
/// nothing more. Queries: as ModelChoiceField; 0 to clean an empty value.
class ModelMultipleChoiceField : public ModelChoiceField {
public:
    ModelMultipleChoiceField(const db::AnyQuerySet& queryset, Options options = {},
                             ModelChoiceOptions more = {});
    ModelMultipleChoiceField(Queryset queryset, Options options = {}, ModelChoiceOptions more = {});
    TATUM_FORM_FIELD(ModelMultipleChoiceField)

    Owned<Widget> hidden_widget() const override;
    Value prepare_value(const Value& value) const override;
    Value to_python(const Value& value) const override;
    Value clean(const Value& value, const Value& initial = {}) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;

private:
    db::AnyQuerySet check_values(const Value& values) const;
};

/// The hidden key of the object that the rows of an inline formset belong to. Anything but that
/// object's key is code invalid_choice.
class InlineForeignKeyField : public Field {
public:
    /// `to_field`: what the key refers to; empty: the primary key. `pk_field`: it is the primary
    /// key of the rows as well.
    explicit InlineForeignKeyField(db::AnyObject parent, std::string_view to_field = {},
                                   bool pk_field = false, Options options = {});
    TATUM_FORM_FIELD(InlineForeignKeyField)

    const db::AnyObject& parent() const { return parent_; }
    Value clean(const Value& value, const Value& initial = {}) const override;
    bool has_changed(const Value&, const Value&) const override { return false; }

protected:
    std::string_view default_error_message(std::string_view code) const override;

private:
    Value key() const;

    db::AnyObject parent_;
    std::string to_field_;
    bool pk_field_;
};

/// The row that a Value is, as ModelChoiceField cleans it: the object and its model. Lives as long
/// as the Value. An empty one where the value is none.
struct RowReference {
    const db::ModelMeta* model = nullptr;
    const void* object = nullptr;
    explicit operator bool() const { return object != nullptr; }
};
RowReference row_of(const Value& value);
/// A copy of the row as a T. Throws ValueError when the value is none of T.
template <class T>
T row_as(const Value& value);

namespace impl {
const void* needed_row(const Value& value, const db::ModelType& type);
}
template <class T>
T row_as(const Value& value) {
    return *static_cast<const T*>(impl::needed_row(value, db::model_type<T>));
}

}  // namespace tatum::forms
