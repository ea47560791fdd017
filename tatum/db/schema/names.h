#pragma once

#include <tatum/db/state.h>

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The names that Django generates for what a database holds. They must agree to the letter:
/// migrations of both sides find indexes and constraints by them.
namespace tatum::db::schema {

/// Longest name of an index or constraint where the database has no limit of its own.
inline constexpr std::size_t kNameBytesMax = 200;

/// The first `length` hexadecimal digits of the MD5 of the parts in a row.
std::string names_digest(std::span<const std::string> parts, std::size_t length);

/// A quoted or plain identifier, "schema"."table" too, shortened to `length` with a digest at its
/// end.
std::string truncate_name(std::string_view identifier, std::optional<std::size_t> length,
                          std::size_t hash_length = 4);

/// Of an index or constraint that Django names by itself: "shop_product_slug_4508178e", with
/// `suffix` ("_uniq", "_fk_shop_category_id") behind the digest.
std::string index_name(std::string_view table, std::span<const std::string> columns,
                       std::string_view suffix = {}, std::size_t length_max = kNameBytesMax);

/// "_fk_TABLE_COLUMN" behind the digest of the key's own table and column.
std::string foreign_key_name(std::string_view table, std::string_view column,
                             std::string_view to_table, std::string_view to_column);

/// Of an Index in a model's declaration without a name: "shop_log_kind_4422b0_idx".
std::string declared_index_name(const ModelState& model, const IndexState& index);

/// The columns of some of a model's fields.
std::vector<std::string> columns_of(const ModelState& model, std::span<const std::string> fields);

/// "order line" of "OrderLine", "http request log" of "HTTPRequestLog".
std::string verbose_name_of_class(std::string_view class_name);

}  // namespace tatum::db::schema
