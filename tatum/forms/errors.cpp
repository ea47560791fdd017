#include <tatum/forms/errors.h>

#include <tatum/base/html.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/forms/renderer.h>

#include <memory>

namespace tatum::forms {

namespace {

std::string json_text(const Value& data) {
    return json::dump(data, {.encoder = json::Encoder::Django}).value();
}

/// Django's templates are rendered without white space at their ends.
std::string stripped_text(std::string_view text) { return std::string(strings::strip(text)); }

Value fault_value(const ValidationFault& fault) {
    return Dict{{"message", fault.message}, {"code", fault.code}, {"params", fault.params}};
}

List fault_list(const ErrorList& errors) {
    List items;
    for (const ValidationFault& fault : errors) items.push_back(fault_value(fault));
    return items;
}

class ErrorListObject final : public Object {
public:
    explicit ErrorListObject(const ErrorList& errors) : errors_(errors) {}

    std::string_view type_name(Self) const override { return "ErrorList"; }
    void append_str(Self, std::string& out) const override { errors_.render(out); }
    void append_repr(Self, std::string& out) const override {
        Value(to_list(errors_.messages())).append_repr(out);
    }
    bool truth(Self) const override { return !errors_.empty(); }
    std::optional<std::size_t> size(Self) const override { return errors_.size(); }
    Value item(Self, std::size_t index) const override { return errors_.as_data()[index].message; }
    std::vector<std::string> attribute_names(Self) const override {
        return {"as_ul",         "as_text",     "as_json", "as_data",
                "get_json_data", "error_class", "field_id"};
    }
    std::optional<Value> attribute(Self self, const Name& name) const override {
        if (name.text == "__html__") return Value::safe(str(self));
        if (name.text == "render") return Value::safe(str(self));
        if (name.text == "as_ul") return Value::safe(errors_.as_ul());
        if (name.text == "as_text") return Value::safe(errors_.as_text());
        if (name.text == "as_json") return Value(errors_.as_json());
        if (name.text == "as_data") return Value(fault_list(errors_));
        if (name.text == "get_json_data") return errors_.get_json_data();
        if (name.text == "error_class") return Value(errors_.error_class());
        if (name.text == "field_id") return Value(errors_.field_id());
        if (name.text == "template_name") return Value(errors_.template_name);
        return std::nullopt;
    }
    bool equals(Self, const Value& other) const override {
        const auto items = other.items();
        return items && Value(*items) == Value(to_list(errors_.messages()));
    }

private:
    std::string str(Self self) const {
        std::string out;
        append_str(self, out);
        return out;
    }

    ErrorList errors_;
};

class ErrorDictObject final : public Object {
public:
    explicit ErrorDictObject(const ErrorDict& errors) : errors_(errors) {}

    std::string_view type_name(Self) const override { return "ErrorDict"; }
    void append_str(Self, std::string& out) const override { out += errors_.as_ul(); }
    bool truth(Self) const override { return !errors_.empty(); }
    std::optional<std::size_t> size(Self) const override { return errors_.size(); }
    Value item(Self, std::size_t index) const override {
        return (errors_.begin() + static_cast<std::ptrdiff_t>(index))->first;
    }
    std::vector<std::string> attribute_names(Self) const override {
        std::vector<std::string> names = {"items",   "keys",    "values",  "as_ul",
                                          "as_text", "as_json", "as_data", "get_json_data"};
        for (const auto& [field, list] : errors_) names.push_back(field);
        return names;
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (const ErrorList* list = errors_.find(name.text)) return to_value(*list);
        if (name.text == "__html__" || name.text == "as_ul" || name.text == "render") {
            return Value::safe(errors_.as_ul());
        }
        if (name.text == "items") return Value(pairs());
        if (name.text == "keys") {
            List keys;
            for (const auto& [field, list] : errors_) keys.emplace_back(field);
            return Value(std::move(keys));
        }
        if (name.text == "values") {
            List values;
            for (const auto& [field, list] : errors_) values.push_back(to_value(list));
            return Value(std::move(values));
        }
        if (name.text == "as_text") return Value::safe(errors_.as_text());
        if (name.text == "as_json") return Value(errors_.as_json());
        if (name.text == "get_json_data") return errors_.get_json_data();
        if (name.text == "as_data") {
            Dict data;
            for (const auto& [field, list] : errors_) data.set(field, Value(fault_list(list)));
            return Value(std::move(data));
        }
        return std::nullopt;
    }

private:
    List pairs() const {
        List items;
        for (const auto& [field, list] : errors_) {
            items.push_back(Value::tuple({Value(field), to_value(list)}));
        }
        return items;
    }

    ErrorDict errors_;
};

}  // namespace

ErrorList::ErrorList(std::string_view error_class, std::string_view field_id)
    : field_id_(field_id) {
    if (!error_class.empty()) error_class_.append(" ").append(error_class);
}

void ErrorList::extend(const ErrorList& other) {
    faults_.insert(faults_.end(), other.faults_.begin(), other.faults_.end());
}

std::vector<std::string> ErrorList::messages() const {
    std::vector<std::string> texts;
    for (const ValidationFault& fault : faults_) texts.push_back(fault.message);
    return texts;
}

Value ErrorList::get_json_data(EscapeHtml escape) const {
    List items;
    for (const ValidationFault& fault : faults_) {
        items.emplace_back(Dict{
            {"message", escape == EscapeHtml::Yes ? html::escape(fault.message) : fault.message},
            {"code", fault.code}});
    }
    return items;
}

std::string ErrorList::as_json(EscapeHtml escape) const { return json_text(get_json_data(escape)); }

std::string ErrorList::as_ul() const {
    std::string out;
    if (faults_.empty()) return out;
    out += "<ul class=\"";
    html::append_escaped(out, error_class_);
    out += '"';
    if (!field_id_.empty()) {
        out += " id=\"";
        html::append_escaped(out, field_id_);
        out += "_error\"";
    }
    out += '>';
    for (const ValidationFault& fault : faults_) {
        out += "<li>";
        html::append_escaped(out, fault.message);
        out += "</li>";
    }
    out += "</ul>";
    return out;
}

std::string ErrorList::as_text() const {
    std::string out;
    for (const ValidationFault& fault : faults_) {
        out += "* ";
        html::append_escaped(out, fault.message);
        out += '\n';
    }
    return stripped_text(out);
}

void ErrorList::render(std::string& out) const {
    if (template_name.empty()) {
        out += as_ul();
        return;
    }
    // Within its template the list prints as always, so that it cannot show itself without end.
    ErrorList plain = *this;
    plain.template_name.clear();
    std::string text;
    append_template(text, template_name,
                    {{"errors", to_value(plain)}, {"error_class", error_class_}});
    out += strings::strip(text);
}

const ErrorList* ErrorDict::find(std::string_view field) const {
    for (const auto& [name, list] : entries_) {
        if (name == field) return &list;
    }
    return nullptr;
}

ErrorList* ErrorDict::find(std::string_view field) {
    for (auto& [name, list] : entries_) {
        if (name == field) return &list;
    }
    return nullptr;
}

std::vector<std::string> ErrorDict::messages(std::string_view field) const {
    const ErrorList* list = find(field);
    return list == nullptr ? std::vector<std::string>() : list->messages();
}

ErrorList& ErrorDict::set(std::string_view field, ErrorList errors) {
    if (ErrorList* list = find(field)) return *list = std::move(errors);
    return entries_.emplace_back(field, std::move(errors)).second;
}

void ErrorDict::erase(std::string_view field) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.first == field; });
}

Value ErrorDict::get_json_data(EscapeHtml escape) const {
    Dict data;
    for (const auto& [field, list] : entries_) data.set(field, list.get_json_data(escape));
    return data;
}

std::string ErrorDict::as_json(EscapeHtml escape) const { return json_text(get_json_data(escape)); }

std::string ErrorDict::as_ul() const {
    std::string out;
    if (entries_.empty()) return out;
    out += "<ul class=\"errorlist\">";
    for (const auto& [field, list] : entries_) {
        out += "<li>";
        html::append_escaped(out, field);
        list.render(out);
        out += "</li>";
    }
    out += "</ul>";
    return out;
}

std::string ErrorDict::as_text() const {
    std::string out;
    for (const auto& [field, list] : entries_) {
        out += "* ";
        html::append_escaped(out, field);
        out += '\n';
        for (const ValidationFault& fault : list) {
            out += "  * ";
            html::append_escaped(out, fault.message);
            out += '\n';
        }
    }
    return stripped_text(out);
}

Value to_value(const ErrorList& errors) {
    return Value::adopt(std::make_unique<ErrorListObject>(errors).release());
}

Value to_value(const ErrorDict& errors) {
    return Value::adopt(std::make_unique<ErrorDictObject>(errors).release());
}

}  // namespace tatum::forms
