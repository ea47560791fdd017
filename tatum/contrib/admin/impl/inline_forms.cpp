#include <tatum/contrib/admin/impl/inline_forms.h>

#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/names.h>

#include <algorithm>

namespace tatum::admin::impl {

struct InlineForms::Row {
    Row(const db::ModelMeta& model, Shared<const forms::ModelFormOptions> options,
        const forms::ModelFormArguments& arguments)
        : form(model, std::move(options), arguments) {}

    forms::AnyModelForm form;
    std::string prefix;
    bool is_new = false, is_deleted = false;
    std::string str;  ///< as the row is in the database
    Names faults;

    const db::AnyObject& object() const { return form.instance(); }
    bool has_changed() const { return form.has_changed(); }
};

namespace {

/// A number of the management form; nullopt for anything else.
std::optional<int> sent_number(const http::QueryDict& fields, const std::string& name) {
    const std::string_view text = fields.get(name);
    if (text.empty() || text.size() > 6) return std::nullopt;
    int number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

std::string hidden_html(const std::string& name, const std::string& value) {
    return "<input type=\"hidden\" name=\"" + html::escape(name) + "\" id=\"id_" +
           html::escape(name) + "\" value=\"" + html::escape(value) + "\">";
}

}  // namespace

Owned<InlineForms> InlineForms::make(const Page& page, const Inline& rows,
                                     const db::AnyObject& parent, std::string prefix,
                                     bool all_readonly) {
    const db::FieldMeta& key = *meant(inline_key(page.model(), rows));
    const db::ModelMeta& model = *key.model;
    auto made = owned<InlineForms>(page, rows, model, key, parent, std::move(prefix), all_readonly);
    const std::string name = model.app_label + ".view_" + model.model_name;
    if (!made->may_add() && !made->may_change() && !made->may_delete() &&
        !has_perm(page.request, name)) {
        return nullptr;
    }
    made->load(page.request.is_post());
    return made;
}

InlineForms::InlineForms(const Page& page, const Inline& rows, const db::ModelMeta& model,
                         const db::FieldMeta& key, db::AnyObject parent, std::string prefix,
                         bool all_readonly)
    : page_(page),
      inline_(rows),
      model_(model),
      key_(key),
      admin_(page.state.find(model)),
      parent_(std::move(parent)),
      prefix_(std::move(prefix)),
      all_readonly_(all_readonly),
      plan_(page, rows, model, key, all_readonly || (!may_change() && !may_add())) {}

InlineForms::~InlineForms() = default;

bool InlineForms::may_add() const {
    return !all_readonly_ &&
           has_perm(page_.request, model_.app_label + ".add_" + model_.model_name);
}
bool InlineForms::may_change() const {
    return !all_readonly_ &&
           has_perm(page_.request, model_.app_label + ".change_" + model_.model_name);
}
bool InlineForms::may_delete() const {
    return !all_readonly_ && inline_.options.can_delete &&
           has_perm(page_.request, model_.app_label + ".delete_" + model_.model_name);
}

bool InlineForms::is_multipart() const {
    return template_ != nullptr && template_->form.is_multipart();
}

/// The rows that are there, in the order of the inline or the model.
db::RowsPtr InlineForms::stored_rows() const {
    if (parent_.is_adding()) return {};
    db::AnyQuerySet query =
        db::AnyQuerySet(model_).filter(db::Q(key_.name, parent_.get(key_field(key_).name)));
    Names ordering = inline_.options.ordering;
    if (ordering.empty()) ordering = model_.ordering_names;
    ordering.emplace_back("pk");
    const std::vector<db::OrderBy> terms(ordering.begin(), ordering.end());
    Names relations = inline_.options.select_related;
    if (admin_ != nullptr && relations.empty()) relations = admin_->list_select_related;
    for (const db::FieldMeta* field : plan_.key_inputs()) {
        if (!field->is_many_to_many()) relations.push_back(field->name);
    }
    query = query.order_by(terms);
    if (!relations.empty()) query = query.select_related(relations);
    return db::RowsPtr::share(&query.rows());
}

void InlineForms::load(bool is_bound) {
    const db::RowsPtr stored = stored_rows();
    initial_ = stored ? static_cast<int>(stored->count()) : 0;
    if (!is_bound || !load_sent(stored)) load_stored(stored);
    add_row(db::AnyObject(model_), "__prefix__", true, false);
    template_ = std::move(rows_.back());
    rows_.pop_back();
}

void InlineForms::load_stored(const db::RowsPtr& stored) {
    for (int i = 0; i < initial_; ++i) {
        add_row(db::AnyObject(stored, stored->at(static_cast<std::size_t>(i))), std::to_string(i),
                false, false);
    }
    if (!may_add()) return;
    const InlineOptions& options = inline_.options;
    const int room = std::max(0, options.max_num - initial_);
    const int extra = std::min(room, std::max(options.extra, options.min_num - initial_));
    for (int i = 0; i < extra; ++i) {
        add_row(db::AnyObject(model_), std::to_string(initial_ + i), true, false);
    }
}

/// False for what no page of ours has sent.
bool InlineForms::load_sent(const db::RowsPtr& stored) {
    const http::QueryDict& fields = page_.request.POST();
    const auto total = sent_number(fields, prefix_ + "-TOTAL_FORMS");
    const auto there = sent_number(fields, prefix_ + "-INITIAL_FORMS");
    if (!total || !there || *total > inline_.options.max_num + kFormsBeyondMax) {
        faults_.push_back(fill(
            gettext("ManagementForm data is missing or has been tampered with. Missing fields: "
                    "%(field_names)s. You may need to file a bug report if the issue persists."),
            {{"field_names", prefix_ + "-TOTAL_FORMS, " + prefix_ + "-INITIAL_FORMS"}}));
        return false;
    }
    std::map<std::string, void*> by_key;
    for (int i = 0; i < initial_; ++i) {
        void* object = stored->at(static_cast<std::size_t>(i));
        by_key.emplace(model_.pk_of(object).str(), object);
    }
    initial_ = std::min(*there, *total);
    for (int i = 0; i < *total; ++i) {
        const std::string index = std::to_string(i);
        if (i >= initial_) {
            add_row(db::AnyObject(model_), index, true, true);
            continue;
        }
        const auto row =
            by_key.find(std::string(fields.get(prefix_ + "-" + index + "-" + model_.pk->name)));
        if (row == by_key.end()) {
            add_row(db::AnyObject(model_), index, false, true, std::string(gettext(kRowIsGone)));
        } else {
            add_row(db::AnyObject(stored, row->second), index, false, true);
            by_key.erase(row);  // once
        }
    }
    return true;
}

InlineForms::Row& InlineForms::add_row(db::AnyObject object, std::string index, bool is_new,
                                       bool is_bound, std::optional<std::string> fault) {
    if (is_new && !parent_.is_adding()) object.set(key_.name, parent_.get(key_field(key_).name));
    forms::ModelFormExtras extras;
    extras.instance = object;
    extras.prefix = prefix_ + "-" + index;
    extras.empty_permitted = is_new;
    extras.use_required_attribute = false;
    std::string str = is_new ? std::string() : (fault ? std::string("?") : object.str());
    const forms::ModelFormArguments arguments =
        is_bound ? forms::ModelFormArguments(page_.request.POST(), page_.request.FILES(), extras)
                 : forms::ModelFormArguments(extras);
    rows_.push_back(owned<Row>(model_, plan_.form_options(), arguments));
    Row& row = *rows_.back();
    row.prefix = extras.prefix;
    row.is_new = is_new;
    row.str = std::move(str);
    if (fault) row.faults.push_back(*std::move(fault));
    if (is_bound && (may_delete() || is_new)) {
        row.is_deleted = page_.request.POST().contains(row.prefix + "-DELETE");
    }
    label_inputs(row);
    plan_.share_choices(row.form);
    return row;
}

/// The headings of a table are no labels.
void InlineForms::label_inputs(Row& row) const {
    if (inline_.look != InlineLook::Tabular) return;
    for (const forms::BoundField& bound : row.form.visible_fields()) {
        row.form.field(bound.name()).widget().attrs.set("aria-label", Value(bound.label()));
    }
}

bool InlineForms::check(Row& row) {
    if (!row.faults.empty()) return false;
    if (row.is_deleted) return true;
    if (!row.has_changed()) return true;
    if (!(row.is_new ? may_add() : may_change())) return true;  // is not saved
    if (!row.form.is_valid()) return false;
    try {
        Names exclude;
        if (parent_.is_adding()) exclude.push_back(key_.name);
        row.object().validate_unique(exclude);
    } catch (const ValidationError& error) {
        for (const ValidationFault& fault : error.faults()) row.faults.push_back(fault.message);
        return false;
    }
    return true;
}

bool InlineForms::is_valid() {
    bool valid = faults_.empty();
    int count = 0;
    for (const auto& row : rows_) {
        if (!check(*row)) valid = false;
        if (!row->is_deleted && (!row->is_new || row->has_changed())) ++count;
    }
    if (count < inline_.options.min_num) {
        faults_.push_back(
            fill(ngettext("Please submit at least %d form.", "Please submit at least %d forms.",
                          inline_.options.min_num),
                 {}));
        faults_.back() =
            strings::replace(faults_.back(), "%d", std::to_string(inline_.options.min_num));
        valid = false;
    }
    if (count > inline_.options.max_num) {
        faults_.push_back(
            strings::replace(ngettext("Please submit at most %d form.",
                                      "Please submit at most %d forms.", inline_.options.max_num),
                             "%d", std::to_string(inline_.options.max_num)));
        valid = false;
    }
    return valid;
}

void InlineForms::save(const db::AnyObject& parent, ChangeMessage& message) {
    const auto details = [&](const Row& row, const std::string& text) {
        (void)row;
        return Dict{{"name", Value(model_.verbose_name)}, {"object", Value(text)}};
    };
    for (const auto& row : rows_) {
        if (row->is_deleted && !row->is_new) {
            row->object().delete_();
            message.add("deleted", details(*row, row->str));
        }
    }
    for (const auto& row : rows_) {
        if (row->is_deleted || !row->has_changed()) continue;
        if (!(row->is_new ? may_add() : may_change())) continue;
        if (row->is_new) row->object().set(key_.name, parent.get(key_field(key_).name));
        row->form.save(forms::Commit::No);  // stores the files that were sent
        row->object().save();
        row->form.save_m2m();
        Dict said = details(*row, row->object().str());
        if (!row->is_new) said.set("fields", Value(changed_labels(row->form)));
        message.add(row->is_new ? "added" : "changed", std::move(said));
    }
}

void InlineForms::want_texts(KeyTexts& texts) const {
    for (const auto& row : rows_) impl::want_texts(plan_, row->form, texts);
}

void InlineForms::set_texts(const KeyTexts& texts) {
    for (const auto& row : rows_) impl::set_texts(plan_, row->form, texts);
}

void InlineForms::add_prepopulated(Dict& rules) const {
    const List own = prepopulated_context(plan_);
    if (own.empty()) return;
    for (const auto& row : rows_) {
        if (row->is_new) rules.set(row->prefix + "-", Value(own));
    }
}

int InlineForms::error_count() {
    int count = static_cast<int>(faults_.size());
    for (const auto& row : rows_) {
        count += static_cast<int>(row->faults.size());
        if (row->form.is_bound() && !row->is_deleted && row->has_changed()) {
            count += static_cast<int>(row->form.errors().size());
        }
    }
    return count;
}

std::string InlineForms::management_html() const {
    return hidden_html(prefix_ + "-TOTAL_FORMS", std::to_string(rows_.size())) +
           hidden_html(prefix_ + "-INITIAL_FORMS", std::to_string(initial_)) +
           hidden_html(prefix_ + "-MIN_NUM_FORMS", std::to_string(inline_.options.min_num)) +
           hidden_html(prefix_ + "-MAX_NUM_FORMS", std::to_string(inline_.options.max_num));
}

Dict InlineForms::row_context(Row& row) {
    List fields;
    std::string hidden;
    const bool editable = row.is_new ? may_add() : may_change();
    for (const Fieldset& fieldset : plan_.fieldsets()) {
        for (const FieldLine& line : fieldset.fields) {
            for (const std::string& name : line.names) {
                Dict field = field_context(page_, plan_, row.form, name, row.object());
                if (row.is_deleted || !row.has_changed()) field.set("errors", Value(List()));
                fields.emplace_back(std::move(field));
            }
        }
    }
    const std::string pk_name = row.prefix + "-" + model_.pk->name;
    const std::string pk = row.is_new           ? std::string()
                           : row.faults.empty() ? row.object().pk().str()
                                                : std::string(page_.request.POST().get(pk_name));
    if (row.form.find_field(model_.pk->name) == nullptr) hidden = hidden_html(pk_name, pk);
    List faults;
    for (const std::string& fault : row.faults) faults.emplace_back(fault);
    if (row.form.is_bound() && !row.is_deleted && row.has_changed()) {
        for (const std::string& text : row.form.non_field_errors().messages()) {
            faults.emplace_back(text);
        }
    }
    Dict context{{"prefix", Value(row.prefix)},
                 {"is_new", row.is_new},
                 {"editable", editable},
                 {"str", Value(row.str)},
                 {"hidden", Value::safe(hidden)},
                 {"has_errors", !faults.empty()},
                 {"non_field_errors", Value(std::move(faults))},
                 {"fields", Value(std::move(fields))}};
    if (may_delete() && !row.is_new) {
        const std::string name = html::escape(row.prefix + "-DELETE");
        context.set("delete",
                    Value::safe("<label><input type=\"checkbox\" name=\"" + name + "\" id=\"id_" +
                                name + "\"" + (row.is_deleted ? " checked" : "") +
                                "> <span class=\"unseen\">" + html::escape(gettext("Delete")) +
                                " " + html::escape(row.str) + "</span></label>"));
    }
    if (inline_.options.show_change_link && admin_ != nullptr && !row.is_new &&
        row.faults.empty() && admin_->any_view_permission(page_.request, row.object().object())) {
        context.set("change_url", Value(model_url(model_, "change", row.object().pk())));
    }
    return context;
}

Dict InlineForms::context() {
    List rows;
    for (const auto& row : rows_) rows.emplace_back(row_context(*row));
    if (may_add()) {
        Dict empty = row_context(*template_);
        empty.set("is_template", true);
        rows.emplace_back(std::move(empty));
    }
    List columns;
    for (const Value& field : rows.empty() ? row_context(*template_).get("fields").as_list()
                                           : rows.front().as_dict().get("fields").as_list()) {
        const Dict& entry = field.as_dict();
        const std::string name = entry.get("name").str();
        const forms::Field* own = template_->form.find_field(name);
        columns.emplace_back(
            Dict{{"label", entry.get("label")}, {"required", own != nullptr && own->required}});
    }
    List faults;
    for (const std::string& fault : faults_) faults.emplace_back(fault);
    const InlineOptions& options = inline_.options;
    const std::string name =
        options.verbose_name.empty() ? model_.verbose_name : options.verbose_name;
    const std::string plural = !options.verbose_name_plural.empty() ? options.verbose_name_plural
                               : !options.verbose_name.empty()      ? options.verbose_name + "s"
                                                                    : model_.verbose_name_plural;
    const bool collapse = std::ranges::find(options.classes, "collapse") != options.classes.end();
    return Dict{
        {"prefix", Value(prefix_)},
        {"template", Value(inline_.look == InlineLook::Tabular ? "admin/edit_inline/tabular.html"
                                                               : "admin/edit_inline/stacked.html")},
        {"name", Value(strings::capfirst(name))},
        {"name_plural", Value(strings::capfirst(plural))},
        {"management", Value::safe(management_html())},
        {"errors", Value(std::move(faults))},
        {"collapse", collapse && faults_.empty()},
        {"max_num", options.max_num},
        {"can_add", may_add()},
        {"can_delete", may_delete()},
        {"columns", Value(std::move(columns))},
        {"forms", Value(std::move(rows))}};
}

}  // namespace tatum::admin::impl
