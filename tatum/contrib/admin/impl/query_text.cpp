#include <tatum/contrib/admin/impl/query_text.h>

#include <tatum/base/uri.h>

#include <algorithm>

namespace tatum::admin::impl {

Parameters::Parameters(const http::QueryDict& fields) {
    for (const auto& entry : fields) all_.emplace_back(entry.key, entry.values);
}

const Parameters::Values* Parameters::find(std::string_view name) const {
    for (const auto& [key, values] : all_) {
        if (key == name) return &values;
    }
    return nullptr;
}

std::string_view Parameters::last(std::string_view name) const {
    const Values* values = find(name);
    return values == nullptr || values->empty() ? std::string_view() : values->back();
}

Parameters::Values Parameters::take(std::string_view name) {
    for (auto entry = all_.begin(); entry != all_.end(); ++entry) {
        if (entry->first != name) continue;
        Values values = std::move(entry->second);
        all_.erase(entry);
        return values;
    }
    return {};
}

void Parameters::set(std::string_view name, Values values) {
    for (auto& [key, old] : all_) {
        if (key == name) {
            old = std::move(values);
            return;
        }
    }
    all_.emplace_back(name, std::move(values));
}

std::string Parameters::link(const Changes& changes, const std::vector<std::string>& remove) const {
    Parameters kept;
    for (const auto& [key, values] : all_) {
        const bool gone = std::ranges::any_of(
            remove, [&](const std::string& prefix) { return key.starts_with(prefix); });
        if (!gone) kept.all_.emplace_back(key, values);
    }
    for (const auto& [key, value] : changes) kept.set(key, {value});
    std::ranges::sort(kept.all_);
    std::string text = "?";
    for (const auto& [key, values] : kept.all_) {
        for (const std::string& value : values) {
            if (text.size() > 1) text += '&';
            uri::append_quoted_plus(text, key);
            text += '=';
            uri::append_quoted_plus(text, value);
        }
    }
    return text;
}

}  // namespace tatum::admin::impl
