#include "form_fields.h"
#include "kinds.h"

#include <tatum/forms/forms.h>

namespace tatum::conformance {

namespace {

forms::FormFields make_fields(const Case& c) {
    forms::FormFields fields;
    for (const Value& spec : c.list("fields")) {
        fields.emplace_back(spec.as_dict().get("name").str(), make_form_field(spec.as_dict()));
    }
    return fields;
}

std::optional<std::string> auto_id_of(const Dict& options) {
    const Value* auto_id = options.find("auto_id");
    if (auto_id == nullptr) return std::nullopt;
    if (auto_id->is_string()) return auto_id->str();
    return auto_id->truth() ? "%s" : "";
}

FormOptions form_options(const Case& c) {
    const Dict& given = c.dict("options");
    FormOptions options;
    options.auto_id = auto_id_of(given);
    if (const Value prefix = given.get("prefix"); prefix.truth()) options.prefix = prefix.str();
    if (const Value initial = given.get("initial"); initial.is_dict()) {
        options.initial = initial.as_dict();
    }
    if (const Value suffix = given.get("label_suffix"); suffix.is_string()) {
        options.label_suffix = suffix.str();
    }
    if (const Value* required = given.find("use_required_attribute")) {
        options.use_required_attribute = required->truth();
    }
    options.empty_permitted = given.get("empty_permitted").truth();
    if (const Value order = given.get("field_order"); order.is_list()) {
        for (const Value& name : order.as_list()) options.field_order.push_back(name.str());
    }
    const Dict& attrs = c.dict("attrs");
    if (const Value* name = attrs.find("error_css_class")) options.error_css_class = name->str();
    if (const Value* name = attrs.find("required_css_class")) {
        options.required_css_class = name->str();
    }
    return options;
}

template <class Forms>
Value html_of(const Case& c, Forms& forms) {
    Dict html;
    for (const Value& method : c.list("render")) {
        const std::string name = method.str();
        html.set(name, name == "as_div"  ? forms.as_div()
                       : name == "as_p"  ? forms.as_p()
                       : name == "as_ul" ? forms.as_ul()
                                         : forms.as_table());
    }
    return html;
}

Outcome run_form_full(const Case& c) {
    const bool is_bound = !c.get("data").is_none();
    const QueryDict data = is_bound ? QueryDict::parse(c.text("data")) : QueryDict();
    const FormOptions options = form_options(c);
    BaseForm form(make_fields(c),
                  is_bound ? forms::FormArguments(data, options) : forms::FormArguments(options));
    Dict result{{"is_bound", form.is_bound()}};
    if (is_bound) {
        result.set("is_valid", form.is_valid());
        result.set("errors", form.errors().get_json_data());
        result.set("cleaned_data", form.cleaned_data());
        result.set("changed_data", Value(to_list(form.changed_data())));
    }
    result.set("html", html_of(c, form));
    if (c.has("render_fields")) {
        Dict fields;
        for (const Value& name : c.list("render_fields")) {
            std::string html;
            form[name.str()].append(html);
            fields.set(name.str(), html);
        }
        result.set("fields_html", std::move(fields));
    }
    return Outcome::value(std::move(result));
}

forms::FormSetOptions formset_options(const Case& c) {
    forms::FormSetOptions options;
    const Dict& factory = c.dict("factory");
    const auto number = [&](std::string_view name, std::int64_t& out) {
        if (const Value* value = factory.find(name)) out = value->as_int();
    };
    number("extra", options.extra);
    number("min_num", options.min_num);
    number("max_num", options.max_num);
    if (const Value* most = factory.find("absolute_max")) options.absolute_max = most->as_int();
    options.can_order = factory.get("can_order").truth();
    options.can_delete = factory.get("can_delete").truth();
    if (const Value* extra = factory.find("can_delete_extra")) {
        options.can_delete_extra = extra->truth();
    }
    options.validate_min = factory.get("validate_min").truth();
    options.validate_max = factory.get("validate_max").truth();
    const Dict& given = c.dict("options");
    options.auto_id = auto_id_of(given);
    if (const Value prefix = given.get("prefix"); prefix.truth()) options.prefix = prefix.str();
    if (const Value initial = given.get("initial"); initial.is_list()) {
        options.initial = initial.as_list();
    }
    return options;
}

/// Which of the formset's forms these are.
Value places_of(const std::vector<BaseForm*>& all, const std::vector<BaseForm*>& some) {
    List places;
    for (const BaseForm* form : some) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i] == form) places.emplace_back(static_cast<long long>(i));
        }
    }
    return places;
}

Outcome run_formset(const Case& c) {
    const bool is_bound = !c.get("data").is_none();
    const QueryDict data = is_bound ? QueryDict::parse(c.text("data")) : QueryDict();
    const forms::FormSetOptions options = formset_options(c);
    forms::BaseFormSet formset(forms::form_factory(make_fields(c)),
                               is_bound ? forms::FormArguments(data) : forms::FormArguments(),
                               options);
    Dict result{{"total", formset.total_form_count()}, {"initial", formset.initial_form_count()}};
    if (is_bound) {
        const bool is_valid = formset.is_valid();
        result.set("is_valid", is_valid);
        List errors;
        for (const ErrorDict* form : formset.errors()) errors.push_back(form->get_json_data());
        result.set("errors", std::move(errors));
        result.set("non_form_errors", formset.non_form_errors().get_json_data());
        if (is_valid) {
            result.set("cleaned_data", formset.cleaned_data());
            const auto all = formset.all_forms();
            if (options.can_delete) result.set("deleted", places_of(all, formset.deleted_forms()));
            if (options.can_order) result.set("ordered", places_of(all, formset.ordered_forms()));
        }
    }
    result.set("html", html_of(c, formset));
    result.set("management_form", formset.management_form().render());
    return Outcome::value(std::move(result));
}

constexpr CaseKind kFormKinds[] = {
    {"form_full", run_form_full},
    {"formset", run_formset},
};

}  // namespace

std::span<const CaseKind> form_kinds() { return kFormKinds; }

}  // namespace tatum::conformance
