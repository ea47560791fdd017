#include "demo_storage.h"

#include <tatum/views/current.h>
#include <tatum/views/static_files.h>

namespace cranstore {

using tatum::files::FileSystemStorageOptions;
using tatum::views::StaticFile;
using tatum::views::StaticFiles;

namespace {

const StaticFiles& static_files() { return tatum::views::current_site().static_files(); }

tatum::Owned<tatum::Storage> make_demo_storage(const tatum::Settings& settings,
                                               const tatum::Dict& options) {
    return tatum::owned<DemoStorage>(FileSystemStorageOptions::from(settings, options));
}

}  // namespace

const tatum::files::StorageBackends storage_backends{{"DemoStorage", make_demo_storage}};

tatum::File DemoStorage::open(std::string_view name) const {
    const std::optional<StaticFile> file = static_files().find(name);
    return file ? tatum::File(name, static_files().read(*file)) : FileSystemStorage::open(name);
}

void DemoStorage::delete_(std::string_view name) {
    if (!static_files().find(name)) FileSystemStorage::delete_(name);
}

bool DemoStorage::exists(std::string_view name) const {
    return static_files().find(name) || FileSystemStorage::exists(name);
}

std::uint64_t DemoStorage::size(std::string_view name) const {
    const std::optional<StaticFile> file = static_files().find(name);
    return file ? file->size : FileSystemStorage::size(name);
}

std::string DemoStorage::url(std::string_view name) const {
    return static_files().find(name) ? static_files().url(name) : FileSystemStorage::url(name);
}

}  // namespace cranstore
