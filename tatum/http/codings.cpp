#include <tatum/http/codings.h>

#include <tatum/base/text.h>
#include <tatum/http/headers.h>

namespace tatum::http {

namespace {

constexpr int kWeightMax = 1000;
/// Of a coding that nothing excludes, though nobody asked for it.
constexpr int kWeightUnlisted = 1;

/// RFC 9110 §12.4.2: "0", "0.123", "1", "1.000"; in thousandths.
std::optional<int> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    int weight = (text[0] - '0') * kWeightMax;
    if (text.size() == 1) return weight;
    if (text[1] != '.') return std::nullopt;
    int unit = kWeightMax / 10;
    for (const char c : text.substr(2)) {
        if (c < '0' || c > '9') return std::nullopt;
        weight += (c - '0') * unit;
        unit /= 10;
    }
    if (weight > kWeightMax) return std::nullopt;
    return weight;
}

}  // namespace

std::string_view to_string(Coding coding) {
    switch (coding) {
        case Coding::Identity:
            return "identity";
        case Coding::Gzip:
            return "gzip";
        case Coding::Brotli:
            return "br";
    }
    return "identity";
}

AcceptedCodings::AcceptedCodings(std::optional<std::string_view> header)
    : present_(header.has_value()) {
    std::string_view rest = header.value_or(std::string_view());
    while (!rest.empty() && elements_.size() < kElementsMax) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view element = strings::strip(rest.substr(0, comma), " \t");
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        const std::size_t semicolon = std::min(element.find(';'), element.size());
        const std::string_view name = strings::strip(element.substr(0, semicolon), " \t");
        if (name.empty()) continue;
        int weight = kWeightMax;
        if (semicolon < element.size()) {
            const std::string_view parameter = strings::strip(element.substr(semicolon + 1), " \t");
            if (!equals_ignoring_case(parameter.substr(0, 2), "q=")) continue;
            const auto parsed = parse_weight(parameter.substr(2));
            if (!parsed) continue;
            weight = *parsed;
        }
        elements_.push_back({name, weight});
    }
}

std::optional<int> AcceptedCodings::listed(std::string_view name) const {
    for (const Element& element : elements_)
        if (equals_ignoring_case(element.name, name)) return element.weight;
    return std::nullopt;
}

int AcceptedCodings::weight(Coding coding) const {
    if (!present_) return coding == Coding::Identity ? kWeightMax : kWeightUnlisted;
    if (const auto weight = listed(to_string(coding))) return *weight;
    if (coding == Coding::Gzip)
        if (const auto weight = listed("x-gzip")) return *weight;
    if (const auto weight = listed("*")) return *weight;
    return coding == Coding::Identity ? kWeightUnlisted : 0;
}

std::optional<Coding> AcceptedCodings::choose(std::span<const Coding> available) const {
    std::optional<Coding> best;
    int best_weight = 0;
    for (const Coding coding : available) {
        if (coding == Coding::Identity || weight(coding) <= best_weight) continue;
        best = coding;
        best_weight = weight(coding);
    }
    if (weight(Coding::Identity) > best_weight) return Coding::Identity;
    return best;
}

}  // namespace tatum::http
