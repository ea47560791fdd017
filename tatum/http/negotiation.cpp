#include <tatum/http/negotiation.h>

#include <tatum/base/header_values.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tatum::http {

namespace {

/// Anything that is no number from 0 to 1 counts as 1.
double parse_quality(std::string_view text) {
    text = strings::strip(text);
    double quality = 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quality);
    if (error != std::errc() || end != text.data() + text.size()) return 1;
    if (!(quality >= 0 && quality <= 1)) return 1;
    return std::round(quality * 1000) / 1000;
}

bool agrees(std::string_view a, std::string_view b) { return a == b || a == "*" || b == "*"; }

}  // namespace

MediaType MediaType::parse(std::string_view text) {
    MediaType type;
    auto header = header_values::parse_parameters(strings::strip(text));
    if (!header) return type;
    const std::size_t slash = std::min(header->value.find('/'), header->value.size());
    type.main_type = header->value.substr(0, slash);
    if (slash < header->value.size()) type.sub_type = header->value.substr(slash + 1);
    for (auto& parameter : header->parameters) {
        if (parameter.first == "q")
            type.quality = parse_quality(parameter.second);
        else
            type.parameters.push_back(std::move(parameter));
    }
    std::sort(type.parameters.begin(), type.parameters.end());
    return type;
}

int MediaType::specificity() const {
    if (main_type == "*") return 0;
    if (sub_type == "*") return 1;
    return parameters.empty() ? 2 : 3;
}

bool MediaType::match(const MediaType& range) const {
    if (main_type.empty() || sub_type.empty() || range.main_type.empty() || range.sub_type.empty())
        return false;
    if (!agrees(main_type, range.main_type) || !agrees(sub_type, range.sub_type)) return false;
    return range.parameters.empty() || parameters == range.parameters;
}

AcceptedTypes::AcceptedTypes(std::optional<std::string_view> header) {
    const std::string_view text = header.value_or("*/*");
    const auto better = [](const MediaType& a, const MediaType& b) {
        return std::pair(a.quality, a.specificity()) > std::pair(b.quality, b.specificity());
    };
    for (std::size_t start = 0; start <= text.size() && types_.size() < kTypesMax;) {
        const std::size_t end = std::min(text.find(',', start), text.size());
        const std::string_view token = strings::strip(text.substr(start, end - start));
        start = end + 1;
        if (token.empty()) continue;
        MediaType type = MediaType::parse(token);
        if (type.quality <= 0) continue;
        const auto place = std::upper_bound(types_.begin(), types_.end(), type, better);
        types_.insert(place, std::move(type));
    }
    for (std::size_t i = 0; i < types_.size(); ++i) {
        const auto place = std::upper_bound(
            by_precedence_.begin(), by_precedence_.end(), i, [&](std::size_t a, std::size_t b) {
                return types_[a].specificity() > types_[b].specificity();
            });
        by_precedence_.insert(place, i);
    }
}

std::optional<std::size_t> AcceptedTypes::range_of(std::string_view media_type) const {
    const MediaType type = MediaType::parse(media_type);
    for (const std::size_t index : by_precedence_)
        if (type.match(types_[index])) return index;
    return std::nullopt;
}

bool AcceptedTypes::accepts(std::string_view media_type) const {
    return range_of(media_type).has_value();
}

std::optional<std::string_view> AcceptedTypes::preferred(
    std::span<const std::string_view> media_types) const {
    std::optional<std::string_view> best;
    std::size_t best_range = types_.size();
    for (const std::string_view media_type : media_types) {
        const std::optional<std::size_t> range = range_of(media_type);
        if (!range || *range >= best_range) continue;
        best = media_type;
        best_range = *range;
    }
    return best;
}

}  // namespace tatum::http
