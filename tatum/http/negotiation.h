#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The Accept header (RFC 9110 §12.5.1), as Django reads it.
namespace tatum::http {

/// One media range of an Accept header, or a media type. A value.
struct MediaType {
    std::string main_type, sub_type;  ///< in lower case; empty when malformed
    /// Without q; sorted, so that they compare whatever their order.
    std::vector<std::pair<std::string, std::string>> parameters;
    double quality = 1;

    static MediaType parse(std::string_view text);
    /// 0 for "*/*", 1 for "text/*", 2 for "text/html", 3 with parameters.
    int specificity() const;
    /// Is this one that `range` allows? Parameters of the range must be there.
    bool match(const MediaType& range) const;
};

/// What a client accepts. A value.
class AcceptedTypes {
public:
    static constexpr std::size_t kTypesMax = 64;

    /// nullopt: no header, all types. Ranges beyond kTypesMax are ignored.
    explicit AcceptedTypes(std::optional<std::string_view> header);

    /// By quality, then by how specific they are, best first; without those of quality 0.
    const std::vector<MediaType>& types() const { return types_; }
    bool accepts(std::string_view media_type) const;
    /// The one that the client likes best; the earlier of equals. nullopt when it accepts none.
    std::optional<std::string_view> preferred(std::span<const std::string_view> media_types) const;

private:
    /// Index of the most specific range that allows the type.
    std::optional<std::size_t> range_of(std::string_view media_type) const;

    std::vector<MediaType> types_;
    std::vector<std::size_t> by_precedence_;
};

}  // namespace tatum::http
