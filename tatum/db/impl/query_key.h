#pragma once

#include <tatum/db/impl/backend.h>
#include <tatum/db/impl/compiler.h>

#include <algorithm>
#include <cstring>

namespace tatum::db::impl {

/// Items one after the other, the first of them without an allocation.
template <class T, std::size_t Inside>
class Gathered {
public:
    void append(const T* items, std::size_t count) {
        if (outside_.empty() && size_ + count <= Inside) {
            std::copy_n(items, count, inside_ + size_);
        } else {
            if (outside_.empty()) outside_.assign(inside_, inside_ + size_);
            outside_.insert(outside_.end(), items, items + count);
        }
        size_ += count;
    }
    void push_back(T item) { append(&item, 1); }
    std::span<const T> items() const {
        return {outside_.empty() ? inside_ : outside_.data(), size_};
    }

private:
    T inside_[Inside];
    std::vector<T> outside_;
    std::size_t size_ = 0;
};

/// What a query compiles to, apart from the values in it.
enum class Shape : char { Select = 's', Count = 'c', Exists = 'e' };

/// The form of a query as bytes, and its values in the order in which they were met. Queries of
/// equal form compile to the same SQL. Views into the query; lives no longer.
class QueryKey {
public:
    QueryKey(Shape shape, const Query& query);

    std::string_view form() const { return {form_.items().data(), form_.items().size()}; }
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
        char bytes[sizeof bits];
        std::memcpy(bytes, &bits, sizeof bits);
        form_.append(bytes, sizeof bits);
    }

    Gathered<char, 512> form_;
    Gathered<const Value*, 16> values_;
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
