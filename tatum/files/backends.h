#pragma once

#include <tatum/base/function.h>
#include <tatum/base/owned.h>

#include <string>
#include <utility>
#include <vector>

namespace tatum {
class Dict;
struct Settings;
}  // namespace tatum

namespace tatum::files {

class Storage;

/// Makes a storage of the OPTIONS that STORAGES gives it. Throws ImproperlyConfigured.
using MakeStorage = Function<Owned<Storage>(const Settings& settings, const Dict& options)>;
/// By the names that BACKEND may have.
using StorageBackends = std::vector<std::pair<std::string, MakeStorage>>;

}  // namespace tatum::files
