#include <tatum/contrib/admin/impl/deletion.h>

#include <tatum/base/text.h>

#include <algorithm>
#include <set>

namespace tatum::admin::impl {

namespace {

constexpr std::size_t kKeysInOneQuery = 500;

class DeletionWalk {
public:
    DeletionWalk(const Page& page, Deletion& deletion) : page_(page), deletion_(deletion) {}

    void run(const db::AnyQuerySet& rows) {
        follow(rows.model(), rows);
        for (const auto& [model, kept] : restricted_) {
            for (const auto& [key, entry] : kept) {
                if (!seen_[model].contains(key)) add(deletion_.protected_, *model, entry);
            }
        }
    }

private:
    /// The rows go, and what hangs on them.
    void follow(const db::ModelMeta& model, const db::AnyQuerySet& rows) {
        const ModelAdminBase* admin = page_.state.find(model);
        db::AnyQuerySet read = rows;
        if (admin != nullptr && !admin->list_select_related.empty()) {
            read = read.select_related(admin->list_select_related);
        }
        std::vector<const void*> objects;
        db::Rows& found = read.rows();
        for (std::size_t i = 0; i < found.count(); ++i) {
            if (++rows_ > Deletion::kRowsMax) {
                deletion_.is_cut = true;
                break;
            }
            const void* object = found.at(i);
            if (!seen_[&model].insert(model.pk_of(object).str()).second) continue;
            objects.push_back(object);
            add(deletion_.groups, model, describe(model, admin, object, deletion_.groups));
        }
        if (objects.empty()) return;
        need_permission(model, admin, objects.front());
        for (const db::ReverseMeta& reverse : model.reverse) {
            if (!reverse.field->is_many_to_many()) follow_relation(reverse, objects);
        }
    }

    void follow_relation(const db::ReverseMeta& reverse, const std::vector<const void*>& objects) {
        const db::RelationMeta& relation = *reverse.field->relation;
        const bool matters = relation.on_delete == db::OnDelete::Cascade ||
                             relation.on_delete == db::OnDelete::Protect ||
                             relation.on_delete == db::OnDelete::Restrict;
        if (!matters || reverse.model->type == nullptr) return;
        const db::FieldMeta& target =
            relation.to_field != nullptr ? *relation.to_field : *relation.target->pk;
        for (std::size_t i = 0; i < objects.size(); i += kKeysInOneQuery) {
            List keys;
            for (std::size_t k = i; k < std::min(objects.size(), i + kKeysInOneQuery); ++k) {
                keys.push_back(target.get(objects[k]));
            }
            const db::AnyQuerySet rows =
                db::AnyQuerySet(*reverse.model)
                    .filter(db::Q(reverse.field->name + "__in", Value(std::move(keys))))
                    .slice({.stop = static_cast<std::int64_t>(Deletion::kRowsMax)});
            if (relation.on_delete == db::OnDelete::Cascade) {
                follow(*reverse.model, rows);
            } else {
                stop_at(*reverse.model, rows, relation.on_delete == db::OnDelete::Restrict);
            }
        }
    }

    void stop_at(const db::ModelMeta& model, const db::AnyQuerySet& rows, bool unless_deleted) {
        const ModelAdminBase* admin = page_.state.find(model);
        db::Rows& found = rows.rows();
        for (std::size_t i = 0; i < found.count(); ++i) {
            const void* object = found.at(i);
            Value entry = describe(model, admin, object, deletion_.protected_);
            const std::string key = model.pk_of(object).str();
            if (unless_deleted) {
                restricted_[&model].emplace(key, std::move(entry));
            } else {
                add(deletion_.protected_, model, std::move(entry));
            }
        }
    }

    /// None for a row that would not be shown any more.
    Value describe(const db::ModelMeta& model, const ModelAdminBase* admin, const void* object,
                   const std::vector<Deletion::Group>& groups) const {
        const auto group = std::ranges::find(groups, &model, &Deletion::Group::model);
        if (group != groups.end() && group->objects.size() >= Deletion::kObjectsShownMax) return {};
        Dict entry{{"str", Value(model.str_of(object))}};
        if (admin != nullptr && admin->any_view_permission(page_.request, object)) {
            entry.set("url", Value(model_url(model, "change", model.pk_of(object))));
        }
        return Value(std::move(entry));
    }

    static void add(std::vector<Deletion::Group>& groups, const db::ModelMeta& model, Value entry) {
        auto group = std::ranges::find(groups, &model, &Deletion::Group::model);
        if (group == groups.end()) group = groups.insert(groups.end(), {.model = &model});
        ++group->count;
        if (!entry.is_none() && group->objects.size() < Deletion::kObjectsShownMax) {
            group->objects.push_back(std::move(entry));
        }
    }

    void need_permission(const db::ModelMeta& model, const ModelAdminBase* admin,
                         const void* object) {
        if (admin == nullptr || admin->any_delete_permission(page_.request, object)) return;
        Names& needed = deletion_.perms_needed;
        if (std::ranges::find(needed, model.verbose_name) == needed.end()) {
            needed.push_back(model.verbose_name);
        }
    }

    const Page& page_;
    Deletion& deletion_;
    std::size_t rows_ = 0;
    std::map<const db::ModelMeta*, std::set<std::string>> seen_;
    std::map<const db::ModelMeta*, std::map<std::string, Value>> restricted_;
};

List groups_context(const std::vector<Deletion::Group>& groups) {
    List list;
    for (const Deletion::Group& group : groups) {
        const std::string& name =
            group.count == 1 ? group.model->verbose_name : group.model->verbose_name_plural;
        list.emplace_back(
            Dict{{"name", Value(name)},
                 {"count", static_cast<long long>(group.count)},
                 {"objects", Value(group.objects)},
                 {"hidden", static_cast<long long>(group.count - group.objects.size())}});
    }
    return list;
}

}  // namespace

Dict Deletion::context() const {
    List needed;
    for (const std::string& name : perms_needed) needed.emplace_back(name);
    return Dict{{"groups", Value(groups_context(groups))},
                {"protected_groups", Value(groups_context(protected_))},
                {"perms_needed", Value(std::move(needed))},
                {"is_cut", is_cut}};
}

Deletion collect_deletion(const Page& page, const db::AnyQuerySet& rows) {
    Deletion deletion;
    DeletionWalk(page, deletion).run(rows);
    return deletion;
}

}  // namespace tatum::admin::impl
