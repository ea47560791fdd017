#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <string>
#include <string_view>

namespace tatum::files::impl {

/// Reads the OPTIONS of a storage. Throws ImproperlyConfigured for values of another type.
class OptionReader {
public:
    /// `of` names the storage in messages.
    OptionReader(std::string_view of, Dict options) : of_(of), left_(std::move(options)) {}

    std::string text(std::string_view name, const std::string& otherwise);
    bool flag(std::string_view name);
    /// Permissions, 0 to 0o7777.
    std::optional<unsigned> mode(std::string_view name);
    /// Throws for options that nobody has asked for.
    void finish() const;

private:
    std::optional<Value> take(std::string_view name);
    [[noreturn]] void refuse(std::string_view name, std::string_view expected) const;

    std::string of_;
    Dict left_;
};

}  // namespace tatum::files::impl
