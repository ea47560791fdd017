#pragma once

#include <tatum/db/impl/query.h>

#include <deque>
#include <unordered_set>

namespace tatum::db::impl {

struct HashOfValue {
    std::size_t operator()(const Value& value) const { return value.hash(); }
};

/// Finds all that goes with the rows to be deleted, as on_delete says, and deletes it in one
/// transaction. See django.db.models.deletion for the rules.
class Collector {
public:
    explicit Collector(std::string_view alias) : alias_(alias) {}

    /// `keep` keeps the objects alive; null when the caller does.
    void collect(const ModelMeta& model, std::span<void* const> objects, RowsPtr keep);
    /// Throws ProtectedError or RestrictedError. Returns how many rows were deleted.
    std::int64_t run();

    /// Can rows of the model be deleted by a condition, without being looked at?
    static bool can_delete_fast(const ModelMeta& model);

private:
    using KeySet = std::unordered_set<Value, HashOfValue>;
    struct Group {
        const ModelMeta* model = nullptr;
        std::vector<void*> objects;
        KeySet keys;
    };
    struct FastDelete {
        const FieldMeta* field;
        List keys;
    };
    struct Update {
        const FieldMeta* field;
        Value value;
        List keys;  ///< primary keys of the rows
    };
    struct Restricted {
        const FieldMeta* field;
        List keys;
    };

    Group& group(const ModelMeta& model);
    void follow(const ModelMeta& model, const ReverseMeta& reverse,
                const std::vector<void*>& objects);
    AnyQuerySet rows_where(const FieldMeta& field, List keys) const;
    static List keys_of(const FieldMeta& field, const std::vector<void*>& objects);
    KeySet deleted_unseen(const Restricted& restricted) const;
    void check() const;

    std::string alias_;
    std::deque<Group> groups_;  ///< in the order in which they were met
    std::vector<FastDelete> fast_;
    std::vector<Update> updates_;
    std::vector<Restricted> restricted_;
    std::string protected_by_;
    const ModelMeta* protected_model_ = nullptr;
    std::vector<RowsPtr> kept_;
};

}  // namespace tatum::db::impl
