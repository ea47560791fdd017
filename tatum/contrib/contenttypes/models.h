#pragma once

#include <tatum/db/model.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::site {
class Migrated;
}

namespace tatum::contenttypes {

struct ContentTypeManager;

/// A model as a row: one for each that is installed, made by `migrate`.
struct ContentType : Model<ContentType> {
    std::string app_label;
    std::string model;  ///< in lower case: "orderline"

    static const ContentTypeManager objects;

    static void define(Definition<ContentType>&);
    /// "Shop | order line"; `model` where the model is not installed.
    std::string str() const;
    /// What people call the model: "order line".
    std::string name() const;
    /// Null when the model is not installed.
    const db::ModelMeta* model_class() const;
    /// All rows of the model, in the database that the content type came from. Throws DoesNotExist
    /// when the model is not installed.
    db::AnyQuerySet all_objects() const;
    /// The row of that key. Queries: 1. Throws the model's DoesNotExist, and as all_objects().
    db::RowsPtr get_object(const Value& pk) const;
};

/// ContentType::objects. Content types that were asked for once are remembered by the site, for
/// each database: their rows never change. Any thread may use it.
struct ContentTypeManager : db::QueryMethods<ContentTypeManager, ContentType> {
    QuerySet<ContentType> query_set() const { return QuerySet<ContentType>(); }

    /// Makes the row when there is none yet. Queries: none when remembered, else 1, and those of
    /// get_or_create() for a new one. `using_` is an alias; empty: "default".
    ContentType get_for_model(const db::ModelMeta& model, std::string_view using_ = {}) const;
    ContentType get_for_model(const db::ModelType& model, std::string_view using_ = {}) const;
    template <class T>
    ContentType get_for_model(std::string_view using_ = {}) const {
        return get_for_model(db::model_type<T>, using_);
    }
    /// In the order of `models`. Queries: 1 for all that are not remembered, and more for new ones.
    std::vector<ContentType> get_for_models(const std::vector<const db::ModelMeta*>& models,
                                            std::string_view using_ = {}) const;
    /// Queries: 1, or none when remembered. Throw ContentType::DoesNotExist.
    ContentType get_for_id(std::int64_t id, std::string_view using_ = {}) const;
    ContentType get_by_natural_key(std::string_view app_label, std::string_view model,
                                   std::string_view using_ = {}) const;
    /// Forgets what the current site has remembered, for code that deletes content types.
    void clear_cache() const;
};

/// Makes the rows that installed models lack; what `migrate` calls. For apps whose own on_migrated
/// needs them, which may come first. Queries: 1, and 1 when some are missing.
void create_contenttypes(const site::Migrated& migrated);

}  // namespace tatum::contenttypes
