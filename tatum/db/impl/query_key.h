#pragma once

#include <tatum/db/impl/backend.h>
#include <tatum/db/impl/compiler.h>

namespace tatum::db::impl {

/// What a query compiles to, apart from the values in it.
enum class Shape : char { Select = 's', Count = 'c', Exists = 'e' };

/// The form of a query as bytes, and its values in the order in which they were met. Queries of
/// equal form compile to the same SQL. Views into the query; lives no longer.
class QueryKey {
public:
    QueryKey(Shape shape, const Query& query);

    const std::string& form() const { return form_; }
    bool cacheable() const { return cacheable_; }
    /// The value that takes the place of `param`'s own.
    const Value& value(const Param& param) const;
    /// Finds for each parameter where its value comes from; false when one was computed.
    bool match(std::vector<Param>& params) const;

private:
    void add(const Query& query, int depth);
    void add(const Node* node, int depth);
    void add(std::string_view text);
    void add_value(const Value& value, bool by_content);
    template <class T>
    void add_bits(T bits) {
        const auto size = form_.size();
        form_.resize(size + sizeof bits);
        std::memcpy(form_.data() + size, &bits, sizeof bits);
    }

    std::string form_;
    std::vector<const Value*> values_;
    Value limit_, offset_;
    bool cacheable_ = true;
};

/// A statement that is compiled, for this query or for one of the same form before.
class Statement {
public:
    Statement(Shape shape, const Query& query, Database& database);

    const Compiled& compiled() const { return *compiled_; }
    void run(RowSink* sink) const;

private:
    QueryKey key_;
    Database& database_;
    std::shared_ptr<const Compiled> compiled_;
    bool by_key_ = false;
};

}  // namespace tatum::db::impl
