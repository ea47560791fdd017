#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/db/migrations/migration.h>

#include <toml++/toml.h>

#include <algorithm>
#include <array>

/// Migrations as TOML. The keys are the parameters of Django's operations.
namespace tatum::db::migrations {

namespace {

constexpr std::string_view kHeader =
    "# Written by makemigrations. Review it, edit it if you must, and commit it with the models.\n";

// --- writing ------------------------------------------------------------------------------------

/// A JSON string is a TOML string; SQL with its quotes reads better as a literal one.
std::string toml_string(std::string_view text) {
    const bool has_quotes = text.find('"') != std::string_view::npos;
    const bool fits_literal = std::ranges::none_of(
        text, [](char c) { return c == '\'' || static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
    if (has_quotes && fits_literal) return "'" + std::string(text) + "'";
    std::string out;
    json::append_string(out, text, false);
    // The one character that JSON allows and TOML does not.
    return strings::replace(out, "\x7f", "\\u007f");
}

std::string toml_value(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
            return value.truth() ? "true" : "false";
        case Kind::Int:
        case Kind::Float:
            return value.str();
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set: {
            std::string out;
            for (const auto& item : value.as_list())
                out += (out.empty() ? "" : ", ") + toml_value(item);
            return "[" + out + "]";
        }
        case Kind::Dict: {
            std::string out;
            for (const auto& [key, item] : value.as_dict()) {
                out +=
                    (out.empty() ? "" : ", ") + toml_string(key.str()) + " = " + toml_value(item);
            }
            return "{" + out + "}";
        }
        case Kind::Bytes:
            return toml_string(crypto::base64_encode(value.as_string()));
        default:
            return toml_string(value.str());
    }
}

/// Collects `key = value` pairs, on one line or one a line.
class Pairs {
public:
    void add(std::string_view key, std::string value) {
        pairs_.push_back(std::string(key) + " = " + std::move(value));
    }
    void text(std::string_view key, std::string_view value) {
        if (!value.empty()) add(key, toml_string(value));
    }
    void flag(std::string_view key, bool is_set) {
        if (is_set) add(key, "true");
    }
    void number(std::string_view key, std::optional<int> value) {
        if (value) add(key, std::to_string(*value));
    }
    void names(std::string_view key, const std::vector<std::string>& values) {
        List items;
        for (const auto& value : values) items.emplace_back(value);
        if (!items.empty()) add(key, toml_value(items));
    }
    /// One inner table a line.
    void tables(std::string_view key, const std::vector<std::string>& values) {
        if (values.empty()) return;
        std::string out = "[\n";
        for (const auto& value : values) out += "    " + value + ",\n";
        add(key, out + "]");
    }
    void value(std::string_view key, const Value& value) {
        if (!value.is_none()) add(key, toml_value(value));
    }

    std::string inline_table() const { return "{" + joined(", ") + "}"; }
    std::string lines() const { return joined("\n") + "\n"; }

private:
    std::string joined(std::string_view separator) const {
        std::string out;
        for (const auto& pair : pairs_) {
            if (!out.empty()) out += separator;
            out += pair;
        }
        return out;
    }

    std::vector<std::string> pairs_;
};

enum class WithName : std::uint8_t { No, Yes };

std::string write_field(const FieldState& field, WithName with_name) {
    Pairs out;
    if (with_name == WithName::Yes) out.text("name", field.name);
    out.text("type", field.type);
    out.text("to", field.to);
    out.text("to_field", field.to_field);
    out.text("through", field.through);
    out.flag("primary_key", field.primary_key);
    out.flag("null", field.null);
    out.flag("unique", field.unique);
    if (field.db_index) out.add("db_index", *field.db_index ? "true" : "false");
    out.number("max_length", field.max_length);
    out.number("max_digits", field.max_digits);
    out.number("decimal_places", field.decimal_places);
    out.text("db_column", field.db_column);
    out.text("db_table", field.db_table);
    if (!field.db_constraint) out.add("db_constraint", "false");
    if (field.default_value) out.value("default", *field.default_value);
    return out.inline_table();
}

std::string write_index(const IndexState& index) {
    Pairs out;
    out.text("name", index.name);
    out.names("fields", index.fields);
    out.value("condition", index.condition);
    return out.inline_table();
}

std::string write_constraint(const ConstraintState& constraint) {
    Pairs out;
    out.text("type", constraint.kind == ConstraintState::Kind::Check ? "check" : "unique");
    out.text("name", constraint.name);
    out.names("fields", constraint.fields);
    out.value("condition", constraint.condition);
    return out.inline_table();
}

std::string write_unique(const std::vector<std::vector<std::string>>& unique_together) {
    List all;
    for (const auto& fields : unique_together) {
        List names;
        for (const auto& field : fields) names.emplace_back(field);
        all.emplace_back(std::move(names));
    }
    return toml_value(all);
}

void write_model(Pairs& out, const ModelState& model) {
    out.text("name", model.name);
    out.text("db_table", model.db_table);
    if (!model.managed) out.add("managed", "false");
    std::vector<std::string> fields, indexes, constraints;
    for (const auto& field : model.fields) fields.push_back(write_field(field, WithName::Yes));
    for (const auto& index : model.indexes) indexes.push_back(write_index(index));
    for (const auto& each : model.constraints) constraints.push_back(write_constraint(each));
    out.tables("fields", fields);
    if (!model.unique_together.empty())
        out.add("unique_together", write_unique(model.unique_together));
    out.tables("indexes", indexes);
    out.tables("constraints", constraints);
}

/// Writes the parameters of each operation under Django's names for them.
struct WriteOperation {
    Pairs& out;

    void operator()(const CreateModel& o) const {
        out.text("type", "CreateModel");
        write_model(out, o.model);
    }
    void operator()(const DeleteModel& o) const { named("DeleteModel", o.model); }
    void operator()(const RenameModel& o) const {
        out.text("type", "RenameModel");
        renamed(o.old_name, o.new_name);
    }
    void operator()(const AlterModelTable& o) const {
        named("AlterModelTable", o.model);
        out.add("table", toml_string(o.db_table));
    }
    void operator()(const AlterUniqueTogether& o) const {
        named("AlterUniqueTogether", o.model);
        out.add("unique_together", write_unique(o.unique_together));
    }
    void operator()(const AddField& o) const { field("AddField", o.model, o.field); }
    void operator()(const RemoveField& o) const { of_model("RemoveField", o.model, o.name); }
    void operator()(const AlterField& o) const { field("AlterField", o.model, o.field); }
    void operator()(const RenameField& o) const {
        of_model("RenameField", o.model, {});
        renamed(o.old_name, o.new_name);
    }
    void operator()(const AddIndex& o) const {
        of_model("AddIndex", o.model, {});
        out.add("index", write_index(o.index));
    }
    void operator()(const RemoveIndex& o) const { of_model("RemoveIndex", o.model, o.name); }
    void operator()(const AddConstraint& o) const {
        of_model("AddConstraint", o.model, {});
        out.add("constraint", write_constraint(o.constraint));
    }
    void operator()(const RemoveConstraint& o) const {
        of_model("RemoveConstraint", o.model, o.name);
    }
    void operator()(const RunSQL& o) const {
        out.text("type", "RunSQL");
        out.names("sql", o.sql);
        if (o.reversible) out.names("reverse_sql", o.reverse_sql);
    }

private:
    void named(std::string_view type, std::string_view name) const {
        out.text("type", type);
        out.text("name", name);
    }
    void of_model(std::string_view type, std::string_view model, std::string_view name) const {
        out.text("type", type);
        out.text("model_name", model);
        out.text("name", name);
    }
    void renamed(std::string_view from, std::string_view to) const {
        out.text("old_name", from);
        out.text("new_name", to);
    }
    void field(std::string_view type, std::string_view model, const FieldState& state) const {
        of_model(type, model, state.name);
        out.add("field", write_field(state, WithName::No));
    }
};

// --- reading ------------------------------------------------------------------------------------

/// A fault in a migration's file; becomes an Error at the border.
struct Fault {
    std::string message;
    std::size_t line;
};

[[noreturn]] void fail(const std::string& message, const toml::node& node) {
    throw Fault{message, node.source().begin.line};
}

Value value_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return Value(text->get());
    if (const auto* number = node.as_integer()) return Value(static_cast<long long>(number->get()));
    if (const auto* number = node.as_floating_point()) return Value(number->get());
    if (const auto* flag = node.as_boolean()) return Value(flag->get());
    if (const auto* array = node.as_array()) {
        List items;
        for (const auto& item : *array) items.push_back(value_of(item));
        return items;
    }
    if (const auto* table = node.as_table()) {
        Dict entries;
        for (const auto& [key, item] : *table) entries.set(key.str(), value_of(item));
        return entries;
    }
    fail("dates are written as text here", node);
}

/// A table whose keys are read one by one; what is left over was misspelt.
class Reader {
public:
    explicit Reader(const toml::node& node) : node_(node), table_(node.as_table()) {
        if (table_ == nullptr) fail("a table is expected here", node);
    }
    /// Every key that was not asked for is a fault.
    void finish() const {
        for (const auto& [key, item] : *table_) {
            if (std::ranges::find(asked_, key.str()) == asked_.end()) {
                fail("unknown key '" + std::string(key.str()) + "'", item);
            }
        }
    }

    const toml::node* find(std::string_view key) {
        asked_.push_back(key);
        return table_->get(key);
    }
    const toml::node& at(std::string_view key) {
        if (const auto* found = find(key)) return *found;
        fail("the key '" + std::string(key) + "' is missing", node_);
    }
    std::string text(std::string_view key) { return text_of(at(key)); }
    std::string text_or_empty(std::string_view key) {
        const auto* found = find(key);
        return found == nullptr ? std::string() : text_of(*found);
    }
    bool flag(std::string_view key, bool otherwise = false) {
        const auto* found = find(key);
        if (found == nullptr) return otherwise;
        if (const auto* flag = found->as_boolean()) return flag->get();
        fail("true or false is expected here", *found);
    }
    std::optional<bool> optional_flag(std::string_view key) {
        if (table_->get(key) == nullptr) {
            asked_.push_back(key);
            return std::nullopt;
        }
        return flag(key);
    }
    std::optional<int> number(std::string_view key) {
        const auto* found = find(key);
        if (found == nullptr) return std::nullopt;
        if (const auto* number = found->as_integer()) return static_cast<int>(number->get());
        fail("a whole number is expected here", *found);
    }
    std::vector<std::string> texts(std::string_view key) {
        const auto* found = find(key);
        return found == nullptr ? std::vector<std::string>() : texts_of(*found);
    }
    Value value(std::string_view key) {
        const auto* found = find(key);
        return found == nullptr ? Value() : value_of(*found);
    }
    template <class F>
    void each(std::string_view key, F&& function) {
        const auto* found = find(key);
        if (found == nullptr) return;
        if (found->as_array() == nullptr) fail("an array is expected here", *found);
        for (const auto& item : *found->as_array()) function(item);
    }

    static std::string text_of(const toml::node& node) {
        if (const auto* text = node.as_string()) return text->get();
        fail("text is expected here", node);
    }
    static std::vector<std::string> texts_of(const toml::node& node) {
        if (node.as_string() != nullptr) return {text_of(node)};
        if (node.as_array() == nullptr) fail("an array of texts is expected here", node);
        std::vector<std::string> out;
        for (const auto& item : *node.as_array()) out.push_back(text_of(item));
        return out;
    }

private:
    const toml::node& node_;
    const toml::table* table_;
    std::vector<std::string_view> asked_;
};

FieldState read_field(const toml::node& node, std::string name = {}) {
    Reader in(node);
    FieldState field;
    field.name = name.empty() ? in.text("name") : std::move(name);
    field.type = in.text("type");
    field.to = in.text_or_empty("to");
    field.to_field = in.text_or_empty("to_field");
    field.through = in.text_or_empty("through");
    field.primary_key = in.flag("primary_key");
    field.null = in.flag("null");
    field.unique = in.flag("unique");
    field.db_index = in.optional_flag("db_index");
    field.max_length = in.number("max_length");
    field.max_digits = in.number("max_digits");
    field.decimal_places = in.number("decimal_places");
    field.db_column = in.text_or_empty("db_column");
    field.db_table = in.text_or_empty("db_table");
    field.db_constraint = in.flag("db_constraint", true);
    if (const auto* value = in.find("default")) field.default_value = value_of(*value);
    if (field.is_relation() && field.to.empty()) fail("a relation needs the key 'to'", node);
    in.finish();
    return field;
}

IndexState read_index(const toml::node& node) {
    Reader in(node);
    IndexState index{in.text_or_empty("name"), in.texts("fields"), in.value("condition")};
    if (index.fields.empty()) fail("an index needs fields", node);
    in.finish();
    return index;
}

ConstraintState read_constraint(const toml::node& node) {
    Reader in(node);
    const auto type = in.text("type");
    if (type != "check" && type != "unique") fail("a constraint is 'check' or 'unique'", node);
    ConstraintState constraint{
        .kind = type == "check" ? ConstraintState::Kind::Check : ConstraintState::Kind::Unique,
        .name = in.text("name"),
        .fields = in.texts("fields"),
        .condition = in.value("condition")};
    in.finish();
    return constraint;
}

std::vector<std::vector<std::string>> read_unique(Reader& in) {
    std::vector<std::vector<std::string>> all;
    in.each("unique_together",
            [&](const toml::node& item) { all.push_back(Reader::texts_of(item)); });
    return all;
}

Operation read_create_model(Reader& in) {
    CreateModel create;
    auto& model = create.model;
    model.name = in.text("name");
    model.db_table = in.text_or_empty("db_table");
    model.managed = in.flag("managed", true);
    model.unique_together = read_unique(in);
    in.each("fields", [&](const toml::node& n) { model.fields.push_back(read_field(n)); });
    in.each("indexes", [&](const toml::node& n) { model.indexes.push_back(read_index(n)); });
    in.each("constraints",
            [&](const toml::node& n) { model.constraints.push_back(read_constraint(n)); });
    return create;
}

Operation read_run_sql(Reader& in) {
    RunSQL run;
    run.sql = Reader::texts_of(in.at("sql"));
    const auto* reverse = in.find("reverse_sql");
    run.reversible = reverse != nullptr;
    if (reverse != nullptr) run.reverse_sql = Reader::texts_of(*reverse);
    return run;
}

struct OperationReader {
    std::string_view type;
    Operation (*read)(Reader&);
};

template <class T>
Operation read_field_operation(Reader& in) {
    auto model = in.text("model_name");
    auto name = in.text("name");
    return T{std::move(model), read_field(in.at("field"), std::move(name))};
}
template <class T>
Operation read_named(Reader& in) {
    auto model = in.text("model_name");
    return T{std::move(model), in.text("name")};
}

constexpr std::array<OperationReader, 14> kOperations{{
    {"CreateModel", read_create_model},
    {"DeleteModel", [](Reader& in) -> Operation { return DeleteModel{in.text("name")}; }},
    {"RenameModel",
     [](Reader& in) -> Operation {
         auto from = in.text("old_name");
         return RenameModel{std::move(from), in.text("new_name")};
     }},
    {"AlterModelTable",
     [](Reader& in) -> Operation {
         auto model = in.text("name");
         return AlterModelTable{std::move(model), in.text("table")};
     }},
    {"AlterUniqueTogether",
     [](Reader& in) -> Operation {
         auto model = in.text("name");
         return AlterUniqueTogether{std::move(model), read_unique(in)};
     }},
    {"AddField", read_field_operation<AddField>},
    {"RemoveField", read_named<RemoveField>},
    {"AlterField", read_field_operation<AlterField>},
    {"RenameField",
     [](Reader& in) -> Operation {
         auto model = in.text("model_name");
         auto from = in.text("old_name");
         return RenameField{std::move(model), std::move(from), in.text("new_name")};
     }},
    {"AddIndex",
     [](Reader& in) -> Operation {
         auto model = in.text("model_name");
         return AddIndex{std::move(model), read_index(in.at("index"))};
     }},
    {"RemoveIndex", read_named<RemoveIndex>},
    {"AddConstraint",
     [](Reader& in) -> Operation {
         auto model = in.text("model_name");
         return AddConstraint{std::move(model), read_constraint(in.at("constraint"))};
     }},
    {"RemoveConstraint", read_named<RemoveConstraint>},
    {"RunSQL", read_run_sql},
}};

Operation read_operation(const toml::node& node) {
    Reader in(node);
    const auto type = in.text("type");
    const auto found = std::ranges::find(kOperations, type, &OperationReader::type);
    if (found == kOperations.end()) fail("there is no operation '" + type + "'", node);
    auto operation = found->read(in);
    in.finish();
    return operation;
}

MigrationKey read_key(const toml::node& node) {
    const auto text = Reader::text_of(node);
    const auto dot = text.find('.');
    if (dot == std::string::npos) fail("a dependency is written \"app.0001_name\"", node);
    return {text.substr(0, dot), text.substr(dot + 1)};
}

}  // namespace

Result<Migration> parse_migration(std::string_view text, MigrationKey key) {
    const auto error = [&](std::string code, std::string message, std::size_t line) {
        return Error{
            .code = std::move(code),
            .message = "The migration " + key.str() + ": " + std::move(message),
            .where = {.file = key.app + "/migrations/" + key.name + ".toml", .line = line}};
    };
    try {
        const toml::table file = toml::parse(text);
        Reader in(file);
        Migration migration{.key = key};
        migration.initial = in.flag("initial");
        migration.atomic = in.flag("atomic", true);
        migration.stands_for = in.texts("stands_for");
        in.each("dependencies",
                [&](const toml::node& n) { migration.dependencies.push_back(read_key(n)); });
        in.each("operations",
                [&](const toml::node& n) { migration.operations.push_back(read_operation(n)); });
        in.finish();
        return migration;
    } catch (const toml::parse_error& fault) {
        return error("migrations.E001", std::string(fault.description()),
                     fault.source().begin.line);
    } catch (const Fault& fault) {
        return error("migrations.E002", fault.message, fault.line);
    }
}

std::string write_migration(const Migration& migration) {
    std::string out(kHeader);
    Pairs head;
    head.flag("initial", migration.initial);
    if (!migration.atomic) head.add("atomic", "false");
    std::vector<std::string> dependencies;
    for (const auto& dependency : migration.dependencies) dependencies.push_back(dependency.str());
    head.names("dependencies", dependencies);
    head.names("stands_for", migration.stands_for);
    if (const auto lines = head.lines(); lines != "\n") out += lines;
    for (const auto& operation : migration.operations) {
        Pairs pairs;
        std::visit(WriteOperation{pairs}, operation);
        out += "\n[[operations]]\n" + pairs.lines();
    }
    return out;
}

}  // namespace tatum::db::migrations
