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
#include <set>

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
        for (const auto& table : tables_) check_keys(table);
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
        const Value pk = entry.get("pk");
        // Django's words, of load_label() and save_obj() of its loaddata.
        const auto could_not_load = [&](const DatabaseError& fault) {
            return "Problem installing fixture '" + std::string(options_.name) +
                   "': Could not load " + model->label + "(pk=" + pk.str() + "): " + fault.what();
        };
        try {
            save(*model, pk, fields->as_dict());
        } catch (const IntegrityError& fault) {
            throw IntegrityError(could_not_load(fault));
        } catch (const OperationalError&) {
            throw;  // the database as a whole, which no object is to blame for
        } catch (const DatabaseError& fault) {
            throw DatabaseError(could_not_load(fault));
        }
        return true;
    }

    /// Keys may point at rows further on, so they are checked when all rows are there. As
    /// check_constraints() of Django's SQLite backend.
    void check_keys(const std::string& table) const {
        const auto broken = database_.execute("PRAGMA foreign_key_check(" + quoted(table) + ")");
        if (broken.empty()) return;
        const auto& row = broken.front();
        for (const auto& key :
             database_.execute("PRAGMA foreign_key_list(" + quoted(table) + ")")) {
            if (key[0] != row[3]) continue;
            const auto column = key[3].str();
            const auto values = database_.execute("SELECT " + quoted(primary_key_of(table)) + ", " +
                                                      quoted(column) + " FROM " + quoted(table) +
                                                      " WHERE rowid = ?",
                                                  {row[1]});
            throw IntegrityError("Problem installing fixtures: The row in table '" + table +
                                 "' with primary key '" + values[0][0].str() +
                                 "' has an invalid foreign key: " + table + "." + column +
                                 " contains a value '" + values[0][1].str() +
                                 "' that does not have a corresponding value in " + row[2].str() +
                                 "." + key[4].str() + ".");
        }
    }

    std::string primary_key_of(const std::string& table) const {
        for (const auto& model : registry_.models()) {
            if (model->db_table == table) return model->pk->column;
        }
        return "rowid";
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
        tables_.insert(model.db_table);
        const bool has_pk = !pk.is_none();
        List parameters;
        for (const auto& field : model.fields) {
            if (field.get() == model.pk) {
                if (has_pk) parameters.push_back(converted(*field, pk));
            } else if (const auto* value = given.find(Name(field->name))) {
                parameters.push_back(converted(*field, *value));
            } else {
                parameters.push_back(converted(*field, default_of(*field)));
            }
        }
        const auto rows = database_.execute(statement_for(model, has_pk), parameters);
        for (const auto& [field, targets] : pairs)
            save_pairs(*field, rows.front().front(), targets);
    }

    /// Of a field that the fixture leaves out: Django's Field.get_default().
    static Value default_of(const FieldMeta& field) {
        if (field.has_default) return field.default_value;
        if (field.kind == FieldKind::BinaryField && !field.null) return Value::bytes("");
        return field.is_text() && !field.null ? Value("") : Value();
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
            if (field.kind == FieldKind::BinaryField && value.is_string()) {
                return Value::bytes(crypto::base64_decode(value.as_string()).value());
            }
            if (field.kind == FieldKind::JSONField && !(value.is_none() && field.null)) {
                return Value(json::dump(value).value());
            }
            return field.clean_type(value);
        } catch (const Exception& fault) {
            fail("field '" + field.name + "': " + fault.what());
        }
    }

    /// Made once for each model.
    const std::string& statement_for(const ModelMeta& model, bool has_pk) {
        auto [place, is_new] = statements_.try_emplace({&model, has_pk});
        if (is_new) place->second = make_statement(model, has_pk);
        return place->second;
    }

    static std::string make_statement(const ModelMeta& model, bool has_pk) {
        std::string columns, marks, updates;
        for (const auto& field : model.fields) {
            const bool is_key = field.get() == model.pk;
            if (is_key && !has_pk) continue;
            columns += (columns.empty() ? "" : ", ") + quoted(field->column);
            marks += marks.empty() ? "?" : ", ?";
            if (is_key) continue;
            updates += (updates.empty() ? "" : ", ") + quoted(field->column) + " = excluded." +
                       quoted(field->column);
        }
        const auto key = quoted(model.pk->column);
        std::string sql = "INSERT INTO " + quoted(model.db_table);
        sql += columns.empty() ? " DEFAULT VALUES" : " (" + columns + ") VALUES (" + marks + ")";
        if (has_pk) {
            // Setting the key to itself makes RETURNING answer where nothing else changes.
            if (updates.empty()) updates = key + " = excluded." + key;
            sql += " ON CONFLICT (" + key + ") DO UPDATE SET " + updates;
        }
        return sql + " RETURNING " + key;
    }

    void save_pairs(const FieldMeta& field, const Value& source, const Value& targets) {
        const auto& relation = *field.relation;
        const auto table = quoted(relation.through->db_table);
        const auto from = quoted(relation.through_source->column);
        const auto to = quoted(relation.through_target->column);
        const auto items = targets.items();
        tables_.insert(relation.through->db_table);
        if (!items) fail("field '" + field.name + "': a list of keys is expected");
        const auto remove = [&](const std::string& column) {
            database_.execute("DELETE FROM " + table + " WHERE " + column + " = ?", {source});
        };
        const auto insert = [&](const Value& left, const Value& right) {
            database_.execute("INSERT INTO " + table + " (" + from + ", " + to + ") VALUES (?, ?)",
                              {left, right});
        };
        remove(from);
        if (relation.symmetrical) remove(to);
        std::set<std::string> known;
        for (const auto& item : *items) {
            const Value target = converted(*relation.through_target, item);
            if (!known.insert(target.str()).second) continue;
            insert(source, target);
            if (relation.symmetrical && !(target == source)) insert(target, source);
        }
    }

    Database& database_;
    const ModelRegistry& registry_;
    const LoadOptions& options_;
    std::map<std::pair<const ModelMeta*, bool>, std::string> statements_;
    std::set<std::string> tables_;  ///< that rows were written to
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

/// The keys of a model whose ordering is not that of its keys, by their place; else nothing.
std::map<std::string, std::size_t> places_of(Database& database, const ModelMeta& model) {
    std::map<std::string, std::size_t> places;
    if (model.ordering.empty()) return places;
    const auto keys =
        AnyQuerySet(model).using_(database.alias()).values_flat(model.pk->name).rows();
    for (const auto& key : keys) places.emplace(key.str(), places.size());
    return places;
}

/// In the order of the target model, without one by key.
Dict pairs_by_source(Database& database, const FieldMeta& field) {
    const auto& relation = *field.relation;
    const auto& through = *relation.through;
    std::map<std::string, List> lists;
    Dict all;
    const auto sql = "SELECT " + quoted(relation.through_source->column) + ", " +
                     quoted(relation.through_target->column) + " FROM " + quoted(through.db_table) +
                     " ORDER BY " + quoted(relation.through_target->column);
    for (const auto& row : database.execute(sql)) lists[row[0].str()].push_back(row[1]);
    const auto places = places_of(database, *relation.target);
    const auto place_of = [&](const Value& key) {
        const auto found = places.find(key.str());
        return found == places.end() ? places.size() : found->second;
    };
    for (auto& [source, targets] : lists) {
        if (!places.empty()) std::ranges::stable_sort(targets, {}, place_of);
        all.set(source, Value(std::move(targets)));
    }
    return all;
}

/// As end_object() of Django's JSON serializer: objects are not indented, their members are.
void append_object(std::string& out, const Value& object, int indent) {
    const bool lines = indent > 0;
    if (out.size() > 1) out += lines ? "," : ", ";
    if (lines) out += '\n';
    json::dump_to(out, object, {.ensure_ascii = false, .indent = indent}).value();
}

void dump_model(Database& database, const ModelMeta& model, const DumpOptions& options,
                std::string& out) {
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
        append_object(out, Value(std::move(object)), options.indent);
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
    std::string json = "[";
    transaction::atomic({.using_ = database.alias(), .read_only = true}, [&] {
        for (const auto& model : registry.models()) {
            const bool wanted = options.labels.empty() || matches_any(*model, options.labels);
            if (!wanted || model->auto_created || matches_any(*model, options.exclude)) continue;
            dump_model(database, *model, options, json);
        }
    });
    if (options.indent > 0) json += '\n';
    return json + "]";
}

}  // namespace tatum::db::serializers
