#include <tatum/db/impl/collector.h>

#include <tatum/db/exceptions.h>
#include <tatum/db/impl/execute.h>
#include <tatum/db/impl/key_portions.h>
#include <tatum/db/impl/row_extras.h>
#include <tatum/db/transaction.h>

#include <algorithm>

namespace tatum::db::impl {

namespace {

std::int64_t delete_where(const ModelMeta& model, const std::string& alias,
                          const std::string& field, const List& keys) {
    std::int64_t count = 0;
    in_portions(keys, [&](List some) {
        Query query;
        query.model = &model;
        query.alias = alias;
        query.filters.push_back({Q(field + "__in", Value(std::move(some))).node(), false});
        Database& database = database_for(query);
        const Compiled compiled = Compiler(query, database.backend().dialect()).delete_rows();
        count += impl::run(database, compiled, nullptr, Access::Write).changes;
    });
    return count;
}

}  // namespace

bool Collector::can_delete_fast(const ModelMeta& model) {
    return std::all_of(model.reverse.begin(), model.reverse.end(), [](const ReverseMeta& reverse) {
        return reverse.field->is_many_to_many() ||
               reverse.field->relation->on_delete == OnDelete::DoNothing;
    });
}

Collector::Group& Collector::group(const ModelMeta& model) {
    for (Group& known : groups_) {
        if (known.model == &model) return known;
    }
    groups_.emplace_back();
    groups_.back().model = &model;
    return groups_.back();
}

List Collector::keys_of(const FieldMeta& field, const std::vector<void*>& objects) {
    List keys;
    keys.reserve(objects.size());
    for (const void* object : objects) keys.push_back(field.get(object));
    return keys;
}

AnyQuerySet Collector::rows_where(const FieldMeta& field, List keys) const {
    return AnyQuerySet(*field.model)
        .filter(Q(field.name + "__in", Value(std::move(keys))))
        .order_by({})
        .using_(alias_.empty() ? "default" : alias_);
}

void Collector::collect(const ModelMeta& model, std::span<void* const> objects, RowsPtr keep) {
    if (keep) kept_.push_back(std::move(keep));
    Group& known = group(model);
    std::vector<void*> fresh;
    for (void* object : objects) {
        if (known.keys.insert(model.pk_of(object)).second) fresh.push_back(object);
    }
    known.objects.insert(known.objects.end(), fresh.begin(), fresh.end());
    if (fresh.empty()) return;
    for (const ReverseMeta& reverse : model.reverse) {
        if (!reverse.field->is_many_to_many()) follow(model, reverse, fresh);
    }
}

void Collector::follow(const ModelMeta& model, const ReverseMeta& reverse,
                       const std::vector<void*>& objects) {
    const FieldMeta& field = *reverse.field;
    const RelationMeta& relation = *field.relation;
    if (relation.on_delete == OnDelete::DoNothing) return;
    List keys = keys_of(*relation.to_field, objects);
    if (relation.on_delete == OnDelete::Cascade &&
        (reverse.model->auto_created || can_delete_fast(*reverse.model))) {
        fast_.push_back({&field, std::move(keys)});
        return;
    }
    in_portions(keys, [&](List some) {
        const AnyQuerySet query = rows_where(field, std::move(some));
        const RowsPtr rows = RowsPtr::share(&query.rows());
        if (rows->count() == 0) return;
        std::vector<void*> found;
        for (std::size_t i = 0; i < rows->count(); ++i) found.push_back(rows->at(i));
        List pks = keys_of(*reverse.model->pk, found);
        switch (relation.on_delete) {
            case OnDelete::Cascade:
                collect(*reverse.model, found, rows);
                break;
            case OnDelete::Protect:
                protected_model_ = &model;
                protected_by_ += (protected_by_.empty() ? "'" : ", '") + reverse.model->name + "." +
                                 field.name + "'";
                break;
            case OnDelete::Restrict:
                restricted_.push_back({&field, std::move(pks)});
                break;
            case OnDelete::SetNull:
                updates_.push_back({&field, Value(), std::move(pks)});
                break;
            case OnDelete::SetDefault:
                updates_.push_back({&field, field.default_value, std::move(pks)});
                break;
            case OnDelete::DoNothing:
                break;
        }
    });
}

/// Those of the rows that go by a condition, without having been looked at.
Collector::KeySet Collector::deleted_unseen(const Restricted& restricted) const {
    KeySet keys;
    for (const FastDelete& fast : fast_) {
        if (fast.field->model != restricted.field->model) continue;
        in_portions(fast.keys, [&](List some) {
            for (const Value& key : rows_where(*fast.field, std::move(some)).values_flat("pk")) {
                keys.insert(key);
            }
        });
    }
    return keys;
}

/// Restricted rows are no hindrance when they are deleted by another way.
void Collector::check() const {
    if (protected_model_) {
        throw ProtectedError(
            "Cannot delete some instances of model '" + protected_model_->name +
            "' because they are referenced through protected foreign keys: " + protected_by_ + ".");
    }
    for (const Restricted& restricted : restricted_) {
        const Group* deleted = nullptr;
        for (const Group& known : groups_) {
            if (known.model == restricted.field->model) deleted = &known;
        }
        const KeySet unseen = deleted_unseen(restricted);
        for (const Value& key : restricted.keys) {
            if ((deleted && deleted->keys.contains(key)) || unseen.contains(key)) continue;
            throw RestrictedError("Cannot delete some instances of model '" +
                                  restricted.field->relation->target->name +
                                  "' because they are referenced through restricted foreign keys: "
                                  "'" +
                                  restricted.field->model->name + "." + restricted.field->name +
                                  "'.");
        }
    }
}

std::int64_t Collector::run() {
    check();
    return transaction::atomic({.using_ = alias_}, [&] {
        std::int64_t count = 0;
        for (const FastDelete& fast : fast_) {
            count += delete_where(*fast.field->model, alias_, fast.field->name, fast.keys);
        }
        for (const Update& update : updates_) {
            in_portions(update.keys, [&](List some) {
                const Assignment assignment(update.field->name, Expression::of_value(update.value));
                AnyQuerySet(*update.field->model)
                    .filter(Q("pk__in", Value(std::move(some))))
                    .using_(alias_.empty() ? "default" : alias_)
                    .update({&assignment, 1});
            });
        }
        // What was met last refers to what was met before.
        for (auto group = groups_.rbegin(); group != groups_.rend(); ++group) {
            count += delete_where(*group->model, alias_, "pk",
                                  List(group->keys.begin(), group->keys.end()));
        }
        return count;
    });
}

std::int64_t delete_object(const ModelType& type, void* object, const DeleteOptions& options) {
    const ModelMeta& model = ModelRegistry::current().get(type);
    const Value key = model.pk_of(object);
    if (key.is_none()) {
        throw ValueError(model.name + " object can't be deleted because its " + model.pk->attname +
                         " attribute is set to None.");
    }
    const std::string_view alias = database_of(model, object, options.using_).alias();
    Collector collector(alias == "default" ? std::string_view() : alias);
    std::int64_t count = 0;
    if (Collector::can_delete_fast(model)) {
        count = delete_where(model, alias == "default" ? "" : std::string(alias), "pk", {key});
    } else {
        collector.collect(model, {&object, 1}, {});
        count = collector.run();
    }
    if (model.pk->is_auto()) set_pk(type, object, Value());
    base_of(model, object).model_state().adding = true;
    return count;
}

}  // namespace tatum::db::impl
