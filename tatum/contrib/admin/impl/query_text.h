#pragma once

#include <tatum/http/query_dict.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::admin::impl {

/// The parameters of an address by name, as links to other states of a list are made of them.
class Parameters {
public:
    using Values = std::vector<std::string>;
    using Changes = std::vector<std::pair<std::string, std::string>>;

    Parameters() = default;
    explicit Parameters(const http::QueryDict& fields);

    bool contains(std::string_view name) const { return find(name) != nullptr; }
    const Values* find(std::string_view name) const;
    /// The last value, or "".
    std::string_view last(std::string_view name) const;
    /// Takes a parameter away and returns its values.
    Values take(std::string_view name);
    void set(std::string_view name, Values values);
    const std::vector<std::pair<std::string, Values>>& all() const { return all_; }

    /// "?..." with those that begin with one of `remove` left out and `changes` put in, sorted by
    /// name, as Django's links are.
    std::string link(const Changes& changes, const std::vector<std::string>& remove = {}) const;

private:
    std::vector<std::pair<std::string, Values>> all_;
};

}  // namespace tatum::admin::impl
