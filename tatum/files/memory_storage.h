#pragma once

#include <tatum/files/storage.h>

#include <memory>
#include <string>

namespace tatum {
class Dict;
struct Settings;
}  // namespace tatum

namespace tatum::files {

struct InMemoryStorageOptions {
    std::string base_url = "/";  ///< what addresses begin with; ends with '/'

    /// OPTIONS of STORAGES, and where they are silent MEDIA_URL. Throws
    /// ImproperlyConfigured for an unknown option.
    static InMemoryStorageOptions from(const Settings& settings, const Dict& options);
};

/// Files in memory, gone with the storage: for tests. Django's InMemoryStorage.
class InMemoryStorage final : public Storage {
public:
    explicit InMemoryStorage(InMemoryStorageOptions options = {});
    ~InMemoryStorage() override;

    File open(std::string_view name) const override;
    void delete_(std::string_view name) override;
    bool exists(std::string_view name) const override;
    Listing listdir(std::string_view folder) const override;
    std::uint64_t size(std::string_view name) const override;
    DateTime get_accessed_time(std::string_view name) const override;
    DateTime get_created_time(std::string_view name) const override;
    DateTime get_modified_time(std::string_view name) const override;
    std::string url(std::string_view name) const override;

protected:
    std::string store(std::string name, const File& content, std::size_t max_length) override;

private:
    struct State;
    InMemoryStorageOptions options_;
    std::unique_ptr<State> state_;
};

}  // namespace tatum::files

namespace tatum {
using files::InMemoryStorage;
}
