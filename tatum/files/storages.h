#pragma once

#include <tatum/base/error.h>
#include <tatum/base/owned.h>
#include <tatum/db/file_values.h>
#include <tatum/files/backends.h>
#include <tatum/files/storage.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::files {

/// An alias that STORAGES does not have.
struct InvalidStorageError : ImproperlyConfigured {
    using ImproperlyConfigured::ImproperlyConfigured;
};

/// The storages of a site by alias, made of the setting STORAGES:
///
///     [STORAGES.default]
///     BACKEND = "FileSystemStorage"
///     [STORAGES.default.OPTIONS]
///     location = "media"
///
/// Without one, "default" is a FileSystemStorage on MEDIA_ROOT. BACKEND is "FileSystemStorage",
/// "InMemoryStorage", Django's dotted name of one of them, or one of `backends`. The alias
/// "staticfiles", which Django has there, is not read. Stands in Slot::Storages; immutable, so any
/// thread may use it.
class Storages final : public db::FileValues {
public:
    /// Throws ImproperlyConfigured for a backend or an option that there is not.
    explicit Storages(const Settings& settings, const StorageBackends& backends = {});

    /// Throws InvalidStorageError.
    Storage& get(std::string_view alias) const;
    Value file_value(const db::FieldMeta& field, const Value& name) const override;

    /// Those of the site that runs now. Throws ImproperlyConfigured where there is none.
    static const Storages& current();

private:
    std::vector<std::pair<std::string, Owned<Storage>>> storages_;
};

/// The site's storage of that alias. Throws InvalidStorageError.
Storage& storages(std::string_view alias);
Storage& default_storage();

}  // namespace tatum::files

namespace tatum {
using files::default_storage;
using files::storages;
}  // namespace tatum
