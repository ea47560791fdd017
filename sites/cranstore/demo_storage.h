#pragma once

#include <tatum/files/backends.h>
#include <tatum/files/file_system_storage.h>

namespace cranstore {

/// Where the store keeps its pictures. Those of the demo were never uploaded: they are static files
/// of the site, and the fixture names them as if they had been. So the static files of the current
/// site count as files here, under their names and at their own addresses: nothing that is saved
/// gets such a name, and deleting one does nothing.
class DemoStorage final : public tatum::FileSystemStorage {
public:
    using FileSystemStorage::FileSystemStorage;

    tatum::File open(std::string_view name) const override;
    void delete_(std::string_view name) override;
    bool exists(std::string_view name) const override;
    std::uint64_t size(std::string_view name) const override;
    std::string url(std::string_view name) const override;
};

extern const tatum::files::StorageBackends storage_backends;

}  // namespace cranstore
