#include <tatum/db/exceptions.h>
#include <tatum/db/foreign_key.h>
#include <tatum/db/impl/execute.h>
#include <tatum/db/impl/key_portions.h>
#include <tatum/db/impl/row_extras.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tatum::db::impl {

namespace {

constexpr const char* kOwner = "_prefetch_owner";

struct HashValue {
    std::size_t operator()(const Value& value) const { return value.hash(); }
};
template <class T>
using ByKey = std::unordered_map<Value, T, HashValue>;

/// One relation read for many objects.
class RelationReader {
public:
    RelationReader(std::span<void* const> objects, const ModelMeta& model, std::string_view name,
                   const AnyQuerySet* rows, std::string_view alias)
        : objects_(objects), model_(model), custom_(rows), alias_(alias) {
        if (const FieldMeta* field = model.find_field(name); field && field->relation) {
            target = field->relation->target;
            if (field->is_many_to_many()) {
                many_to_many(*field, false);
            } else {
                forward(*field);
            }
        } else if (const ReverseMeta* reverse = find_accessor(name)) {
            target = reverse->model;
            if (reverse->field->is_many_to_many()) {
                many_to_many(*reverse->field, true);
            } else {
                backward(*reverse->field);
            }
        } else {
            throw QueryError("Cannot find '" + std::string(name) + "' on " + model.name +
                             " object, '" + std::string(name) +
                             "' is an invalid parameter to prefetch_related()");
        }
    }

    std::vector<void*> found;
    const ModelMeta* target = nullptr;

private:
    const ReverseMeta* find_accessor(std::string_view name) const {
        const ReverseMeta* reverse = model_.find_accessor(name);
        return reverse ? reverse : model_.find_reverse(name);
    }

    /// The related rows whose `path` is one of `keys`.
    RowsPtr read(const ModelMeta& related, std::span<const PathStep> path, const List& keys,
                 bool with_owner) {
        AnyQuerySet query = custom_ ? *custom_ : AnyQuerySet(related);
        if (!alias_.empty()) query = query.using_(alias_);
        RowsPtr all;
        in_portions(keys, [&](List part) {
            AnyQuerySet some = query.filter(
                make_condition(Path{path.data(), path.size()}, Lookup::In, Value(std::move(part))));
            if (with_owner) {
                some = some.annotate(kOwner, Expression(make_path({path.data(), path.size()})));
            }
            const RowsPtr rows = RowsPtr::share(&some.rows());
            if (!all) {
                all = rows;
            } else {
                for (std::size_t i = 0; i < rows->count(); ++i) all->add_moved(rows->at(i));
                all->keep(rows);
            }
        });
        return all ? all : Rows::make(*related.type);
    }

    static List unique_keys(const std::vector<Value>& keys) {
        List list;
        ByKey<bool> seen;
        for (const Value& key : keys) {
            if (!key.is_none() && seen.emplace(key, true).second) list.push_back(key);
        }
        return list;
    }

    void forward(const FieldMeta& field) {
        const FieldMeta& to = *field.relation->to_field;
        std::vector<Value> keys;
        for (void* object : objects_) {
            const void* member = static_cast<std::byte*>(object) + field.offset;
            if (field.ops->loaded(member)->get() == nullptr) keys.push_back(field.get(object));
        }
        const PathStep path[] = {{to.name, nullptr}};
        RowsPtr rows = read(*target, path, unique_keys(keys), false);
        ByKey<void*> by_key;
        for (std::size_t i = 0; i < rows->count(); ++i) {
            by_key.emplace(to.get(rows->at(i)), rows->at(i));
        }
        for (void* object : objects_) {
            const void* member = static_cast<std::byte*>(object) + field.offset;
            LoadedObject& loaded = *field.ops->loaded(member);
            if (loaded.get()) {
                found.push_back(loaded.get());
                continue;
            }
            const auto match = by_key.find(field.get(object));
            if (match != by_key.end()) loaded.share(rows.get(), match->second);
        }
        for (const auto& entry : by_key) found.push_back(entry.second);
    }

    /// Gives each object a result of its own, to which the related rows are moved.
    template <class OwnerOf>
    std::vector<RowsPtr> distribute(const RowsPtr& rows, const ByKey<std::size_t>& places,
                                    OwnerOf owner_of) {
        std::vector<RowsPtr> lists;
        lists.reserve(objects_.size());
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            lists.push_back(Rows::make(*target->type));
            lists.back()->keep(rows);
        }
        for (std::size_t i = 0; i < rows->count(); ++i) {
            const auto place = places.find(owner_of(rows->at(i)));
            if (place == places.end()) continue;
            found.push_back(lists[place->second]->add_moved(rows->at(i)));
        }
        return lists;
    }

    void backward(const FieldMeta& field) {
        const FieldMeta& to = *field.relation->to_field;
        std::vector<Value> keys;
        ByKey<std::size_t> places;
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            keys.push_back(to.get(objects_[i]));
            places.emplace(keys.back(), i);
        }
        const PathStep path[] = {{field.name, nullptr}};
        const RowsPtr rows = read(*target, path, unique_keys(keys), false);
        auto lists = distribute(rows, places, [&](const void* row) { return field.get(row); });
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            // The rows know where they came from. They get a copy, made before it holds them.
            RowsPtr owner;
            for (std::size_t j = 0; j < lists[i]->count(); ++j) {
                const void* member = static_cast<std::byte*>(lists[i]->at(j)) + field.offset;
                if (!owner) {
                    owner = Rows::copy_of(*model_.type, objects_[i]);
                    lists[i]->keep(owner);
                }
                field.ops->loaded(member)->borrow(owner.get(), owner->at(0));
            }
        }
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            const auto place = places.find(keys[i]);
            base_of(model_, objects_[i]).model_state().extras().set(field, lists[place->second]);
        }
    }

    void many_to_many(const FieldMeta& field, bool from_target) {
        // From the related rows back to the objects: in reverse of the field, or along it.
        const PathStep path[] = {from_target ? PathStep{field.name, nullptr}
                                             : PathStep{field.name, field.model->type}};
        std::vector<Value> keys;
        ByKey<std::size_t> places;
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            keys.push_back(model_.pk_of(objects_[i]));
            places.emplace(keys.back(), i);
        }
        const RowsPtr rows = read(*target, path, unique_keys(keys), true);
        auto lists = distribute(rows, places, [&](const void* row) {
            auto& annotations = const_annotations(row);
            for (const auto& [name, value] : annotations) {
                if (name == kOwner) return value;
            }
            return Value();
        });
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            const RowsPtr& list = lists[places.find(keys[i])->second];
            if (from_target) {
                base_of(model_, objects_[i]).model_state().extras().set(field, list);
            } else {
                auto* link = static_cast<ManyToManyLink*>(
                    static_cast<void*>(static_cast<std::byte*>(objects_[i]) + field.offset));
                link->prefetched = list;
            }
        }
    }

    const std::vector<std::pair<std::string, Value>>& const_annotations(const void* row) const {
        return base_of(*target, row).model_state().find_extras()->annotations;
    }

    std::span<void* const> objects_;
    const ModelMeta& model_;
    const AnyQuerySet* custom_;
    std::string_view alias_;
};

}  // namespace

void prefetch(std::span<void* const> objects, const Query& query) {
    struct Level {
        std::vector<void*> objects;
        const ModelMeta* model = nullptr;
    };
    std::map<std::string, Level, std::less<>> levels;  // by the path that leads there
    const Level start{{objects.begin(), objects.end()}, query.model};
    for (const Prefetch& wanted : query.prefetches) {
        const std::string_view path = wanted.path;
        const Level* level = &start;
        for (std::size_t at = 0; at < path.size() && !level->objects.empty();) {
            const auto end = std::min(path.find("__", at), path.size());
            const auto name = path.substr(at, end - at);
            const auto known = levels.find(path.substr(0, end));
            at = end + 2;
            const bool custom = wanted.rows && end == path.size();
            if (known != levels.end()) {
                if (custom) {
                    throw ValueError("'" + wanted.path +
                                     "' lookup was already seen with a different queryset. You may "
                                     "need to adjust the ordering of your lookups.");
                }
                level = &known->second;
                continue;
            }
            std::optional<AnyQuerySet> rows;
            if (custom) rows.emplace(wanted.rows);
            RelationReader step(level->objects, *level->model, name, rows ? &*rows : nullptr,
                                query.alias);
            level = &levels
                         .emplace(std::string(path.substr(0, end)),
                                  Level{std::move(step.found), step.target})
                         .first->second;
        }
    }
}

}  // namespace tatum::db::impl
