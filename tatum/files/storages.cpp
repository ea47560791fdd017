#include <tatum/files/storages.h>

#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/files/field_file.h>
#include <tatum/files/file_system_storage.h>
#include <tatum/files/memory_storage.h>

#include <algorithm>

namespace tatum::files {

namespace {

constexpr std::string_view kDefault = "default";

Owned<Storage> make_file_system_storage(const Settings& settings, const Dict& options) {
    return owned<FileSystemStorage>(FileSystemStorageOptions::from(settings, options));
}
Owned<Storage> make_memory_storage(const Settings& settings, const Dict& options) {
    return owned<InMemoryStorage>(InMemoryStorageOptions::from(settings, options));
}

/// One table of STORAGES.
struct StorageTable {
    std::string backend;
    Dict options;
};

StorageTable read_table(const std::string& name, const Value& value) {
    if (!value.is_dict()) throw ImproperlyConfigured(name + " must be a table");
    StorageTable table;
    for (const auto& [key, entry] : value.as_dict()) {
        const std::string word = strings::ascii_lower(key.str());
        if (word == "backend" && entry.is_string()) {
            table.backend = entry.str();
        } else if (word == "options" && entry.is_dict()) {
            table.options = entry.as_dict();
        } else {
            throw ImproperlyConfigured(name + ": " + key.str() +
                                       " is neither BACKEND, a text, nor OPTIONS, a table");
        }
    }
    return table;
}

const MakeStorage& backend_named(const std::string& alias, const std::string& name,
                                 const StorageBackends& backends) {
    static const StorageBackends builtin{{"FileSystemStorage", make_file_system_storage},
                                         {"InMemoryStorage", make_memory_storage}};
    const std::string_view last = name.starts_with("django.core.files.storage.")
                                      ? std::string_view(name).substr(name.rfind('.') + 1)
                                      : std::string_view(name);
    for (const StorageBackends* known : {&backends, &builtin}) {
        const auto found = std::ranges::find(*known, last, &StorageBackends::value_type::first);
        if (found != known->end()) return found->second;
    }
    throw InvalidStorageError("STORAGES." + alias + ": Could not find backend '" + name + "'");
}

}  // namespace

Storages::Storages(const Settings& settings, const StorageBackends& backends) {
    const Value setting = settings.get("storages");
    if (!setting.is_none() && !setting.is_dict()) {
        throw ImproperlyConfigured("STORAGES must be a table");
    }
    const Dict tables = setting.is_dict() ? setting.as_dict() : Dict();
    if (!tables.contains(kDefault)) {
        storages_.emplace_back(kDefault, make_file_system_storage(settings, {}));
    }
    for (const auto& [key, value] : tables) {
        const std::string alias = key.str();
        if (alias == "staticfiles") continue;
        const StorageTable table = read_table("STORAGES." + alias, value);
        const MakeStorage& make = backend_named(alias, table.backend, backends);
        storages_.emplace_back(alias, make(settings, table.options));
    }
}

Storage& Storages::get(std::string_view alias) const {
    const auto found = std::ranges::find(storages_, alias, &decltype(storages_)::value_type::first);
    if (found != storages_.end()) return *found->second;
    throw InvalidStorageError("Could not find config for '" + std::string(alias) +
                              "' in settings.STORAGES.");
}

Value Storages::file_value(const db::FieldMeta& field, const Value& name) const {
    return to_value(FieldFile(field, name));
}

const Storages& Storages::current() {
    const auto* values = static_cast<const db::FileValues*>(local(Slot::Storages));
    if (values == nullptr) {
        throw ImproperlyConfigured("There are no storages outside of a site: see SiteScope.");
    }
    return static_cast<const Storages&>(*values);
}

Storage& storages(std::string_view alias) { return Storages::current().get(alias); }
Storage& default_storage() { return storages(kDefault); }

}  // namespace tatum::files
