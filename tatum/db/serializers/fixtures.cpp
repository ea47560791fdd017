#include <tatum/db/serializers/fixtures.h>

#include <tatum/base/ascii.h>
#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/db/any_query_set.h>
#include <tatum/db/database.h>
#include <tatum/db/impl/sql.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>

#include <algorithm>
#include <map>

namespace tatum::db::serializers {

namespace {

using impl::quoted;

bool matches(const ModelMeta& model, const std::string& label) {
    return ascii::equals_ignoring_case(label, model.app_label) ||
           ascii::equals_ignoring_case(label, model.label);
}

bool matches_any(const ModelMeta& model, const std::vector<std::string>& labels) {
    return std::ranges::any_of(labels,
                               [&](const std::string& label) { return matches(model, label); });
}

// --- loading ------------------------------------------------------------------------------------

/// The statement that writes a row, for one model and one set of fields.
struct RowStatement {
    std::vector<const FieldMeta*> fields;
    std::string sql;
};

class Loader {
public:
    Loader(Database& database, const ModelRegistry& registry, const LoadOptions& options)
        : database_(database), registry_(registry), options_(options) {}

    std::size_t load(const Value& objects) {
        if (objects.kind() != Kind::List) fail("a fixture is a list of objects");
        std::size_t count = 0;
        for (const auto& object : objects.as_list()) {
            ++place_;
            if (load_object(object)) ++count;
        }
        return count;
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        std::string where = "Problem installing fixture '" + std::string(options_.name) + "'";
        if (place_ != 0) where += ", object " + std::to_string(place_);
        if (!label_.empty()) where += " (" + label_ + ")";
        throw DeserializationError(where + ": " + what);
    }

    bool load_object(const Value& object) {
        label_.clear();
        if (!object.is_dict()) fail("an object is expected");
        const auto& entry = object.as_dict();
        const auto* label = entry.find(Name("model"));
        const auto* fields = entry.find(Name("fields"));
        if (label == nullptr || !label->is_string()) fail("'model' is missing");
        if (fields == nullptr || !fields->is_dict()) fail("'fields' is missing");
        label_ = label->str();
        const auto* model = registry_.find(label_);
        if (model == nullptr) {
            if (options_.ignore_nonexistent) return false;
            fail("there is no such model");
        }
        if (matches_any(*model, options_.exclude)) return false;
        save(*model, entry.get("pk"), fields->as_dict());
        return true;
    }

    void save(const ModelMeta& model, const Value& pk, const Dict& values) {
        Dict given;  // by field name
        std::vector<std::pair<const FieldMeta*, Value>> pairs;
        for (const auto& [key, value] : values) {
            const auto* field = find_field(model, key.str());
            if (field == nullptr) continue;
            if (field->is_many_to_many()) {
                pairs.emplace_back(field, value);
            } else {
                given.set(field->name, value);
            }
        }
        const auto& statement = statement_for(model, given, !pk.is_none());
        List parameters;
        for (const auto* field : statement.fields) {
            const bool is_key = field == model.pk && !pk.is_none();
            parameters.push_back(converted(*field, is_key ? pk : given.get(Name(field->name))));
        }
        const auto rows = database_.execute(statement.sql, parameters);
        for (const auto& [field, targets] : pairs)
            save_pairs(*field, rows.front().front(), targets);
    }

    const FieldMeta* find_field(const ModelMeta& model, const std::string& name) const {
        if (const auto* field = model.find_field(name)) return field;
        const auto found =
            std::ranges::find(model.many_to_many, name, [](const auto& f) { return f->name; });
        if (found != model.many_to_many.end()) return found->get();
        if (!options_.ignore_nonexistent) fail("the model has no field named '" + name + "'");
        return nullptr;
    }

    Value converted(const FieldMeta& field, const Value& value) const {
        try {
            if (value.is_none() && !field.null && field.has_default) return field.default_value;
            if (field.kind == FieldKind::BinaryField && value.is_string()) {
                return Value::bytes(crypto::base64_decode(value.as_string()).value());
            }
            return field.clean_type(value);
        } catch (const Exception& fault) {
            fail("field '" + field.name + "': " + fault.what());
        }
    }

    /// Objects of a model have the same fields as a rule, so the SQL is made once.
    const RowStatement& statement_for(const ModelMeta& model, const Dict& given, bool has_pk) {
        std::string key = model.label + (has_pk ? "+" : "-");
        for (const auto& field : model.fields) {
            if (given.contains(Name(field->name))) key += "," + field->name;
        }
        auto [place, is_new] = statements_.try_emplace(std::move(key));
        if (is_new) place->second = make_statement(model, given, has_pk);
        return place->second;
    }

    static RowStatement make_statement(const ModelMeta& model, const Dict& given, bool has_pk) {
        RowStatement statement;
        std::string columns, marks, updates;
        for (const auto& field : model.fields) {
            const bool is_key = field.get() == model.pk;
            if (is_key ? !has_pk : !given.contains(Name(field->name)) && !field->has_default)
                continue;
            statement.fields.push_back(field.get());
            columns += (columns.empty() ? "" : ", ") + quoted(field->column);
            marks += marks.empty() ? "?" : ", ?";
            if (is_key) continue;
            updates += (updates.empty() ? "" : ", ") + quoted(field->column) + " = excluded." +
                       quoted(field->column);
        }
        const auto key = quoted(model.pk->column);
        statement.sql =
            "INSERT INTO " + quoted(model.db_table) + " (" + columns + ") VALUES (" + marks + ")";
        if (has_pk) {
            // Setting the key to itself makes RETURNING answer where nothing else changes.
            if (updates.empty()) updates = key + " = excluded." + key;
            statement.sql += " ON CONFLICT (" + key + ") DO UPDATE SET " + updates;
        }
        statement.sql += " RETURNING " + key;
        return statement;
    }

    void save_pairs(const FieldMeta& field, const Value& source, const Value& targets) {
        const auto& relation = *field.relation;
        const auto table = quoted(relation.through->db_table);
        const auto from = quoted(relation.through_source->column);
        const auto to = quoted(relation.through_target->column);
        const auto items = targets.items();
        if (!items) fail("field '" + field.name + "': a list of keys is expected");
        database_.execute("DELETE FROM " + table + " WHERE " + from + " = ?", {source});
        for (const auto& target : *items) {
            database_.execute("INSERT INTO " + table + " (" + from + ", " + to + ") VALUES (?, ?)",
                              {source, converted(*relation.through_target, target)});
        }
    }

    Database& database_;
    const ModelRegistry& registry_;
    const LoadOptions& options_;
    std::map<std::string, RowStatement> statements_;
    std::size_t place_ = 0;
    std::string label_;
};

// --- dumping ------------------------------------------------------------------------------------

/// What json::dump() does not write by itself, as Django's serializer writes it.
Value dumped(const FieldMeta& field, const Value& value) {
    switch (value.kind()) {
        case Kind::Bytes:
            return Value(crypto::base64_encode(value.as_string()));
        case Kind::Duration:
            return field.kind == FieldKind::DurationField
                       ? Value(duration_string(value.as_duration()))
                       : value;
        case Kind::Uuid:
            return Value(value.str());
        default:
            return value;
    }
}

Dict pairs_by_source(Database& database, const FieldMeta& field) {
    const auto& relation = *field.relation;
    const auto& through = *relation.through;
    std::map<std::string, List> lists;
    Dict all;
    const auto sql = "SELECT " + quoted(relation.through_source->column) + ", " +
                     quoted(relation.through_target->column) + " FROM " + quoted(through.db_table) +
                     " ORDER BY " + quoted(through.pk->column);
    for (const auto& row : database.execute(sql)) lists[row[0].str()].push_back(row[1]);
    for (auto& [source, targets] : lists) all.set(source, Value(std::move(targets)));
    return all;
}

void dump_model(Database& database, const ModelMeta& model, const DumpOptions& options, List& out) {
    std::vector<std::string> names;
    for (const auto& field : model.fields) names.push_back(field->attname);
    std::vector<std::pair<const FieldMeta*, Dict>> many;
    for (const auto& field : model.many_to_many) {
        if (field->relation->through->auto_created) {
            many.emplace_back(field.get(), pairs_by_source(database, *field));
        }
    }
    AnyQuerySet rows(model);
    if (!options.pks.empty()) {
        List keys;
        for (const auto& pk : options.pks) keys.emplace_back(pk);
        rows = rows.filter(Q("pk__in", Value(std::move(keys))));
    }
    const OrderBy by_key = Expression::field("pk").asc();
    rows = rows.using_(database.alias()).order_by(std::span(&by_key, 1));
    const auto table = rows.values_list(names);
    for (const auto& row : table.rows()) {
        const auto& values = row.as_list();
        Dict fields;
        Value pk;
        for (std::size_t i = 0; i < model.fields.size(); ++i) {
            const auto& field = *model.fields[i];
            if (&field == model.pk) {
                pk = values[i];
            } else {
                fields.set(field.name, dumped(field, values[i]));
            }
        }
        for (const auto& [field, pairs] : many) {
            const auto* targets = pairs.find(Name(pk.str()));
            fields.set(field->name, targets == nullptr ? Value(List{}) : *targets);
        }
        Dict object;
        object.set("model", Value(strings::ascii_lower(model.label)));
        object.set("pk", dumped(*model.pk, pk));
        object.set("fields", Value(std::move(fields)));
        out.emplace_back(std::move(object));
    }
}

void check_labels(const ModelRegistry& registry, const std::vector<std::string>& labels) {
    for (const auto& label : labels) {
        const bool exists = std::ranges::any_of(
            registry.models(), [&](const auto& model) { return matches(*model, label); });
        if (!exists) throw FieldError("There is no app or model '" + label + "'.");
    }
}

}  // namespace

std::size_t load(Database& database, const ModelRegistry& registry, std::string_view json,
                 const LoadOptions& options) {
    auto objects = json::parse(json);
    if (!objects) {
        throw DeserializationError("Problem installing fixture '" + std::string(options.name) +
                                   "': " + objects.error().str());
    }
    return transaction::atomic({.using_ = database.alias()},
                               [&] { return Loader(database, registry, options).load(*objects); });
}

std::string dump(Database& database, const ModelRegistry& registry, const DumpOptions& options) {
    check_labels(registry, options.labels);
    check_labels(registry, options.exclude);
    if (!options.pks.empty() && options.labels.size() != 1) {
        throw FieldError("Rows can be chosen by primary key for one model only.");
    }
    List objects;
    transaction::atomic({.using_ = database.alias(), .read_only = true}, [&] {
        for (const auto& model : registry.models()) {
            const bool wanted = options.labels.empty() || matches_any(*model, options.labels);
            if (!wanted || model->auto_created || matches_any(*model, options.exclude)) continue;
            dump_model(database, *model, options, objects);
        }
    });
    return json::dump(Value(std::move(objects)), {.indent = options.indent}).value();
}

}  // namespace tatum::db::serializers
