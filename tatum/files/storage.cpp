#include <tatum/files/storage.h>

#include <tatum/base/crypto.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/files/impl/names.h>

namespace tatum::files {

using impl::Folders;
using impl::validate_file_name;

namespace {

constexpr std::size_t kRandomCharacters = 7;

}  // namespace

std::string Storage::save(std::string_view name, const File& content, std::size_t max_length) {
    validate_file_name(name, Folders::Allow);
    std::string available = get_available_name(name, max_length);
    // Both may be overridden.
    validate_file_name(available, Folders::Allow);
    std::string stored = store(std::move(available), content, max_length);
    validate_file_name(stored, Folders::Allow);
    return stored;
}

std::string Storage::url(std::string_view) const {
    throw ValueError("This file is not accessible via a URL.");
}

std::string Storage::path(std::string_view) const {
    throw ValueError("This backend doesn't support absolute paths.");
}

std::string Storage::get_valid_name(std::string_view name) const {
    auto valid = strings::get_valid_filename(name);
    if (!valid) throw SuspiciousFileOperation(valid.error().message);
    return *std::move(valid);
}

std::string Storage::get_alternative_name(std::string_view root, std::string_view suffix) const {
    std::string name(root);
    name += '_';
    name += crypto::get_random_string(kRandomCharacters);
    return name += suffix;
}

bool Storage::is_name_available(std::string_view name, std::size_t max_length) const {
    const bool is_too_long = max_length > 0 && strings::length(name) > max_length;
    return !is_too_long && !exists(name);
}

std::string Storage::get_available_name(std::string_view given, std::size_t max_length) const {
    std::string name = impl::with_slashes(given);
    const std::string whole = name;
    const auto [folder, file_name] = impl::split_path(whole);
    impl::refuse_traversal(folder);
    validate_file_name(file_name, Folders::Refuse);
    const std::string_view suffix = impl::suffixes_of(file_name);
    std::string_view root = file_name.substr(0, file_name.size() - suffix.size());
    while (!is_name_available(name, max_length)) {
        name = impl::join_path(folder, get_alternative_name(root, suffix));
        const std::size_t length = strings::length(name);
        if (max_length == 0 || length <= max_length) continue;
        const std::size_t surplus = length - max_length;
        const std::size_t root_length = strings::length(root);
        root = strings::slice(root, 0, root_length > surplus ? root_length - surplus : 0);
        if (root.empty()) {
            throw SuspiciousFileOperation("Storage can not find an available filename for \"" +
                                          name +
                                          "\". Please make sure that the corresponding file field "
                                          "allows sufficient \"max_length\".");
        }
        name = impl::join_path(folder, get_alternative_name(root, suffix));
    }
    return name;
}

std::string Storage::generate_filename(std::string_view given) const {
    const std::string name = impl::with_slashes(given);
    const auto [folder, file_name] = impl::split_path(name);
    impl::refuse_traversal(folder);
    return impl::normal_path(impl::join_path(folder, get_valid_name(file_name)));
}

}  // namespace tatum::files
