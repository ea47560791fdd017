#include <tatum/db/schema/names.h>

#include <tatum/base/crypto.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>

#include <algorithm>

namespace tatum::db::schema {

namespace {

/// Names may not begin with an underscore or a digit (Oracle's rule, kept by Django everywhere).
std::string with_letter_first(std::string name) {
    const bool bad = !name.empty() && (name[0] == '_' || (name[0] >= '0' && name[0] <= '9'));
    return bad ? "D" + name : name;
}

std::string joined(std::span<const std::string> parts) {
    std::string all;
    for (const auto& part : parts) {
        if (!all.empty()) all += '_';
        all += part;
    }
    return all;
}

std::string_view without_quotes(std::string_view name) {
    while (!name.empty() && name.front() == '"') name.remove_prefix(1);
    while (!name.empty() && name.back() == '"') name.remove_suffix(1);
    return name;
}

}  // namespace

std::string names_digest(std::span<const std::string> parts, std::size_t length) {
    std::string all;
    for (const auto& part : parts) all += part;
    return crypto::hex(crypto::digest(crypto::Hash::Md5, all)).substr(0, length);
}

std::string truncate_name(std::string_view identifier, std::optional<std::size_t> length,
                          std::size_t hash_length) {
    const auto dot = identifier.find("\".\"");
    const auto space =
        dot == std::string_view::npos ? std::string_view() : identifier.substr(0, dot);
    const auto name = dot == std::string_view::npos ? identifier : identifier.substr(dot + 3);
    const auto bare = without_quotes(name);
    if (!length || strings::length(bare) <= *length) return std::string(identifier);
    const std::string text(bare);
    std::string out;
    if (dot != std::string_view::npos) out.append(without_quotes(space)).append("\".\"");
    out.append(strings::slice(text, 0, *length - hash_length));
    return out + names_digest(std::span(&text, 1), hash_length);
}

std::string index_name(std::string_view table, std::span<const std::string> columns,
                       std::string_view suffix, std::size_t length_max) {
    table = without_quotes(table);
    std::vector<std::string> parts{std::string(table)};
    parts.insert(parts.end(), columns.begin(), columns.end());
    std::string hash = names_digest(parts, 8).append(suffix);
    std::string name = std::string(table) + "_" + joined(columns) + "_" + hash;
    // Lengths are in characters, as Django's.
    if (strings::length(name) <= length_max) return name;
    hash.resize(strings::offset_of(hash, length_max / 3));
    const auto rest = (length_max - strings::length(hash)) / 2 - 1;
    name = std::string(strings::slice(table, 0, rest)) + "_";
    name.append(strings::slice(joined(columns), 0, rest)).append("_").append(hash);
    return with_letter_first(std::move(name));
}

std::string foreign_key_name(std::string_view table, std::string_view column,
                             std::string_view to_table, std::string_view to_column) {
    const std::string own(column);
    std::string suffix = "_fk_";
    suffix.append(without_quotes(to_table)).append("_").append(to_column);
    return index_name(table, std::span(&own, 1), suffix);
}

std::vector<std::string> columns_of(const ModelState& model, std::span<const std::string> fields) {
    std::vector<std::string> columns;
    for (const auto& name : fields) {
        const bool descending = name.starts_with('-');
        const auto* field = model.field(descending ? name.substr(1) : name);
        if (field == nullptr) {
            throw ImproperlyConfigured(model.label() + " has no field '" + name + "'.");
        }
        columns.push_back((descending ? "-" : "") + field->column());
    }
    return columns;
}

std::string declared_index_name(const ModelState& model, const IndexState& index) {
    const auto columns = columns_of(model, index.fields);
    std::vector<std::string> parts{model.table()};
    parts.insert(parts.end(), columns.begin(), columns.end());
    parts.emplace_back("idx");
    const std::string& first = columns.front();
    const bool descending = first.starts_with('-');
    std::string name(strings::slice(model.table(), 0, 11));
    name.append("_").append(strings::slice(first, descending ? 1 : 0, descending ? 8 : 7));
    return with_letter_first(name + "_" + names_digest(parts, 6) + "_idx");
}

std::string verbose_name_of_class(std::string_view class_name) {
    return strings::camel_case_to_spaces(class_name);
}

}  // namespace tatum::db::schema
