#include <tatum/contrib/admin/impl/checks.h>

#include <tatum/contrib/admin/impl/columns.h>
#include <tatum/contrib/admin/impl/names.h>
#include <tatum/contrib/admin/impl/state.h>
#include <tatum/db/exceptions.h>
#include <tatum/site/site.h>

#include <algorithm>
#include <set>

namespace tatum::admin::impl {

namespace {

/// "list_display[0]"
std::string at(std::string_view option, std::size_t index) {
    return std::string(option) + "[" + std::to_string(index) + "]";
}

/// The names that are there more than once: "'name', 'slug'".
std::string duplicates(const Names& names) {
    std::set<std::string> seen, twice;
    for (const std::string& name : names) {
        if (!seen.insert(name).second) twice.insert(name);
    }
    std::string text;
    for (const std::string& name : twice) text += (text.empty() ? "'" : ", '") + name + "'";
    return text;
}

Names flat(const FieldLines& lines) {
    Names names;
    for (const FieldLine& line : lines) {
        names.insert(names.end(), line.names.begin(), line.names.end());
    }
    return names;
}

/// Can the database layer make a query of this: does it know the names?
bool is_known(const db::AnyQuerySet& rows) {
    try {
        (void)rows.sql();
        return true;
    } catch (const db::FieldError&) {
        return false;
    } catch (const db::ValueError&) {  // a number is looked for in a text, or the reverse
        return false;
    }
}

bool is_ordering(const db::ModelMeta& model, const std::string& term) {
    const db::OrderBy order(term);
    return is_known(db::AnyQuerySet(model).order_by({&order, 1}));
}

/// The options of one form: a ModelAdmin's, or those of an inline.
struct FormNames {
    const db::ModelMeta& model;
    const ModelAdminBase* admin;  ///< of that model; null where nobody has registered it
    std::string owner;            ///< who says it: "ProductAdmin", "tabular_inline<Price>"
    const FieldLines& fields;
    const Names &exclude, &readonly_fields, &raw_id_fields, &autocomplete_fields;
    const std::vector<RadioField>& radio_fields;
    const std::vector<Prepopulated>& prepopulated_fields;
    const Names& ordering;
};

class AdminCheck {
public:
    AdminCheck(const AdminState& state, const ModelAdminBase& admin,
               std::vector<CheckMessage>& messages)
        : state_(state), admin_(admin), messages_(messages) {}

    void run() {
        const FormNames form{admin_.model(),       &admin_,
                             admin_.class_name(),  admin_.fields,
                             admin_.exclude,       admin_.readonly_fields,
                             admin_.raw_id_fields, admin_.autocomplete_fields,
                             admin_.radio_fields,  admin_.prepopulated_fields,
                             admin_.ordering};
        check_form(form);
        check_fieldsets(form, admin_.fieldsets);
        check_many("filter_vertical", admin_.filter_vertical);
        check_many("filter_horizontal", admin_.filter_horizontal);
        check_columns();
        check_filters();
        check_search();
        check_select_related(admin_.model(), "list_select_related", admin_.list_select_related);
        check_actions();
        for (const Inline& rows : admin_.inlines()) check_inline(rows);
    }

private:
    void add(std::string id, std::string message, std::string hint = {}) {
        messages_.push_back({.id = std::move(id),
                             .message = std::move(message),
                             .hint = std::move(hint),
                             .object = object_});
    }
    /// A fault of a name that stands in `option`.
    void add_name(std::string id, const std::string& option, const std::string& name,
                  const std::string& rule) {
        add(std::move(id), "The value of '" + option + "' refers to '" + name + "', " + rule);
    }
    /// What a name means; where it means nothing that is a finding.
    template <class T>
    std::optional<T> found(Result<T> result) {
        if (result) return *std::move(result);
        add(result.error().code, result.error().message, result.error().hint);
        return std::nullopt;
    }

    void check_form(const FormNames& form) {
        check_fields(form);
        check_exclude(form);
        check_readonly(form);
        check_raw_id(form);
        check_autocomplete(form);
        check_radio(form);
        check_prepopulated(form);
        check_ordering(form);
    }
    void check_lines(const FormNames& form, const FieldLines& lines, const std::string& option);
    void check_fields(const FormNames& form);
    void check_fieldsets(const FormNames& form, const std::vector<Fieldset>& fieldsets);
    void check_exclude(const FormNames& form);
    void check_readonly(const FormNames& form);
    void check_raw_id(const FormNames& form);
    void check_autocomplete(const FormNames& form);
    void check_radio(const FormNames& form);
    void check_prepopulated(const FormNames& form);
    void check_ordering(const FormNames& form);
    void check_many(std::string_view option, const Names& names);
    void check_select_related(const db::ModelMeta& model, std::string_view option,
                              const Names& names);
    void check_inline(const Inline& rows);

    void check_columns();
    void check_filters();
    void check_search();
    void check_actions();
    bool is_permission(const std::string& name) const;

    const AdminState& state_;
    const ModelAdminBase& admin_;
    std::vector<CheckMessage>& messages_;
    std::string object_ = admin_.model().app_label + "." + admin_.class_name();
};

// The form ------------------------------------------------------------------------------------

void AdminCheck::check_lines(const FormNames& form, const FieldLines& lines,
                             const std::string& option) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const std::string& name : lines[i].names) {
            if (has_name(form.readonly_fields, name)) continue;
            found(named_form_field(form.model, at(option, i), name));
        }
    }
}

void AdminCheck::check_fields(const FormNames& form) {
    if (const std::string twice = duplicates(flat(form.fields)); !twice.empty()) {
        add("admin.E006", "The value of 'fields' contains duplicate field(s).",
            "Remove duplicates of " + twice + ".");
    }
    check_lines(form, form.fields, "fields");
}

void AdminCheck::check_fieldsets(const FormNames& form, const std::vector<Fieldset>& fieldsets) {
    if (!fieldsets.empty() && !form.fields.empty()) {
        add("admin.E005", "Both 'fieldsets' and 'fields' are specified.");
    }
    Names seen;
    for (std::size_t i = 0; i < fieldsets.size(); ++i) {
        const FieldLines& lines = fieldsets[i].fields;
        const std::string option = at("fieldsets", i) + "[1]";
        const Names own = flat(lines);
        seen.insert(seen.end(), own.begin(), own.end());
        if (const std::string twice = duplicates(seen); !twice.empty()) {
            add("admin.E012", "There are duplicate field(s) in '" + option + "'.",
                "Remove duplicates of " + twice + ".");
            return;
        }
        check_lines(form, lines, option + "[\"fields\"]");
    }
}

void AdminCheck::check_exclude(const FormNames& form) {
    if (const std::string twice = duplicates(form.exclude); !twice.empty()) {
        add("admin.E015", "The value of 'exclude' contains duplicate field(s).",
            "Remove duplicates of " + twice + ".");
    }
    for (std::size_t i = 0; i < form.exclude.size(); ++i) {
        found(named_field(form.model, at("exclude", i), form.exclude[i], "admin.E501"));
    }
}

void AdminCheck::check_readonly(const FormNames& form) {
    for (std::size_t i = 0; i < form.readonly_fields.size(); ++i) {
        const std::string& name = form.readonly_fields[i];
        const db::FieldMeta* field = form.model.find_field(name);
        if (field != nullptr && field->is_many_to_many()) continue;  // its rows are listed
        found(readonly_column(form.model, form.admin, form.owner, at("readonly_fields", i), name,
                              {}));
    }
}

void AdminCheck::check_raw_id(const FormNames& form) {
    for (std::size_t i = 0; i < form.raw_id_fields.size(); ++i) {
        found(named_relation(form.model, at("raw_id_fields", i), form.raw_id_fields[i],
                             "admin.E002", "admin.E003"));
    }
}

void AdminCheck::check_autocomplete(const FormNames& form) {
    for (std::size_t i = 0; i < form.autocomplete_fields.size(); ++i) {
        const auto field =
            found(named_relation(form.model, at("autocomplete_fields", i),
                                 form.autocomplete_fields[i], "admin.E037", "admin.E038"));
        if (!field) continue;
        const db::ModelMeta& target = *(*field)->relation->target;
        const ModelAdminBase* searched = state_.find(target);
        if (searched == nullptr) {
            add("admin.E039", "An admin for model \"" + target.name +
                                  "\" has to be registered to be referenced by " + form.owner +
                                  ".autocomplete_fields.");
        } else if (searched->search_fields.empty()) {
            add("admin.E040", searched->class_name() +
                                  " must define \"search_fields\", because it's referenced by " +
                                  form.owner + ".autocomplete_fields.");
        }
    }
}

void AdminCheck::check_radio(const FormNames& form) {
    for (const RadioField& radio : form.radio_fields) {
        const auto field =
            found(named_field(form.model, "radio_fields", radio.field, "admin.E022"));
        if (!field) continue;
        const bool is_key = (*field)->is_relation() && !(*field)->is_many_to_many();
        if (is_key || !(*field)->choices.empty()) continue;
        add_name("admin.E023", "radio_fields", radio.field,
                 "which is not an instance of ForeignKey, and does not have a 'choices' "
                 "definition.");
    }
}

void AdminCheck::check_prepopulated(const FormNames& form) {
    for (const Prepopulated& rule : form.prepopulated_fields) {
        const auto field =
            found(named_field(form.model, "prepopulated_fields", rule.field, "admin.E027"));
        if (field && ((*field)->is_relation() || (*field)->kind == db::FieldKind::DateTimeField)) {
            add_name("admin.E028", "prepopulated_fields", rule.field,
                     "which must not be a DateTimeField, a ForeignKey, a OneToOneField, or a "
                     "ManyToManyField.");
        }
        const std::string option = "prepopulated_fields[\"" + rule.field + "\"]";
        for (std::size_t i = 0; i < rule.sources.size(); ++i) {
            found(named_field(form.model, at(option, i), rule.sources[i], "admin.E030"));
        }
    }
}

void AdminCheck::check_ordering(const FormNames& form) {
    if (has_name(form.ordering, "?") && form.ordering.size() != 1) {
        add("admin.E032",
            "The value of 'ordering' has the random ordering marker '?', but contains other fields "
            "as well.",
            "Either remove the \"?\", or remove the other fields.");
    }
    for (std::size_t i = 0; i < form.ordering.size(); ++i) {
        const std::string& term = form.ordering[i];
        if (is_ordering(form.model, term)) continue;
        add_name("admin.E033", at("ordering", i), term.substr(term.starts_with('-') ? 1 : 0),
                 "which is not a field of '" + form.model.label + "'.");
    }
}

void AdminCheck::check_many(std::string_view option, const Names& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto field =
            found(named_field(admin_.model(), at(option, i), names[i], "admin.E019"));
        if (field && !(*field)->is_many_to_many()) {
            add("admin.E020", "The value of '" + at(option, i) + "' must be a many-to-many field.");
        }
    }
}

void AdminCheck::check_select_related(const db::ModelMeta& model, std::string_view option,
                                      const Names& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (is_known(db::AnyQuerySet(model).select_related(Names{names[i]}))) continue;
        add_name("admin.E503", at(option, i), names[i],
                 "which is not a key of '" + model.label + "' to another model.");
    }
}

void AdminCheck::check_inline(const Inline& rows) {
    const InlineOptions& options = rows.options;
    const std::string page = object_;
    const std::string owner =
        (rows.look == InlineLook::Tabular ? "tabular_inline<" : "stacked_inline<") +
        std::string(rows.model->name) + ">";
    object_ += "." + owner;
    const auto key = found(inline_key(admin_.model(), rows));
    if (const db::ModelMeta* model = admin_.model().registry->find(*rows.model)) {
        check_form({*model, state_.find(*model), owner, options.fields, options.exclude,
                    options.readonly_fields, options.raw_id_fields, options.autocomplete_fields,
                    options.radio_fields, options.prepopulated_fields, options.ordering});
        check_select_related(*model, "select_related", options.select_related);
    }
    if (key && has_name(options.exclude, (*key)->name)) {
        add("admin.E201", "Cannot exclude the field '" + (*key)->name +
                              "', because it is the foreign key to the parent model '" +
                              admin_.model().label + "'.");
    }
    object_ = page;
}

// The list ------------------------------------------------------------------------------------

void AdminCheck::check_columns() {
    const Names& columns = admin_.list_display;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        found(list_column(admin_, at("list_display", i), columns[i], {}));
    }
    for (std::size_t i = 0; i < admin_.list_display_links.size(); ++i) {
        const std::string& name = admin_.list_display_links[i];
        if (has_name(columns, name)) continue;
        add_name("admin.E111", at("list_display_links", i), name,
                 "which is not defined in 'list_display'.");
    }
    for (std::size_t i = 0; i < admin_.list_editable.size(); ++i) {
        found(named_editable(admin_, at("list_editable", i), admin_.list_editable[i]));
    }
    const Names sortable = admin_.sortable_by.value_or(Names());
    for (std::size_t i = 0; i < sortable.size(); ++i) {
        if (has_name(columns, sortable[i])) continue;
        add_name("admin.E505", at("sortable_by", i), sortable[i],
                 "which is not defined in 'list_display'.");
    }
    for (const Display& display : admin_.displays()) {
        const std::string& term = display.options.ordering;
        if (term.empty() || is_ordering(admin_.model(), term)) continue;
        add_name("admin.E508", "ordering of display(\"" + display.name + "\")", term,
                 "which is not a field of '" + admin_.model().label + "'.");
    }
}

void AdminCheck::check_filters() {
    for (std::size_t i = 0; i < admin_.list_filter.size(); ++i) {
        const ListFilter& filter = admin_.list_filter[i];
        if (!filter.simple) found(named_filter(admin_.model(), at("list_filter", i), filter));
    }
    if (!admin_.date_hierarchy.empty()) found(named_dates(admin_.model(), admin_.date_hierarchy));
}

void AdminCheck::check_search() {
    const db::ModelMeta& model = admin_.model();
    for (std::size_t i = 0; i < admin_.search_fields.size(); ++i) {
        const std::string& name = admin_.search_fields[i];
        const std::string lookup = search_lookup(model, name);
        const FieldPath path = walk_path(model, lookup.substr(0, lookup.rfind("__")));
        const bool is_relation = path.is_field() && path.model != nullptr;
        const db::Q condition(lookup, Value("x"));
        if (!is_relation && is_known(db::AnyQuerySet(model).filter(condition))) continue;
        add_name("admin.E502", at("search_fields", i), name,
                 "which cannot be searched for a text.");
    }
}

void AdminCheck::check_actions() {
    std::set<std::string> names;
    for (const Action& action : admin_.actions()) {
        if (!names.insert(action.name).second) {
            add("admin.E130", "Names of actions defined in " + admin_.class_name() +
                                  " must be unique. Name '" + action.name + "' is not unique.");
        }
        for (const std::string& permission : action.options.permissions) {
            if (is_permission(permission)) continue;
            add("admin.E507", "The action '" + action.name + "' of " + admin_.class_name() +
                                  " is for those with the permission '" + permission +
                                  "', which the app '" + admin_.model().app_label +
                                  "' does not have.");
        }
    }
}

/// What an action may ask for: see ActionOptions::permissions.
bool AdminCheck::is_permission(const std::string& name) const {
    Names known = {"view", "add", "change", "delete"};
    for (const auto& model : admin_.model().registry->models()) {
        if (model->app_label != admin_.model().app_label) continue;
        for (const char* action : {"view_", "add_", "change_", "delete_"}) {
            known.push_back(action + model->model_name);
        }
        for (const auto& [codename, name_of_it] : model->permissions) known.push_back(codename);
    }
    return has_name(known, name);
}

}  // namespace

std::vector<CheckMessage> check_admins(const Site& site) {
    const AdminState state(AdminSiteOptions(), site);
    std::vector<CheckMessage> messages;
    for (const auto& admin : state.all()) AdminCheck(state, *admin, messages).run();
    return messages;
}

}  // namespace tatum::admin::impl
