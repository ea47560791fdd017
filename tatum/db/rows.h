#pragma once

#include <tatum/base/value.h>
#include <tatum/db/model_type.h>

#include <span>
#include <vector>

namespace tatum::db {

/// Counts the references of a Rows. Copyable, may be empty.
class RowsPtr {
public:
    RowsPtr() = default;
    /// Takes over one reference.
    static RowsPtr adopt(Rows* rows) {
        RowsPtr pointer;
        pointer.rows_ = rows;
        return pointer;
    }
    /// Adds a reference.
    static RowsPtr share(Rows* rows);
    RowsPtr(const RowsPtr& other) : RowsPtr(share(other.rows_)) {}
    RowsPtr(RowsPtr&& other) noexcept : rows_(std::exchange(other.rows_, nullptr)) {}
    RowsPtr& operator=(RowsPtr other) noexcept {
        std::swap(rows_, other.rows_);
        return *this;
    }
    ~RowsPtr();

    Rows* get() const { return rows_; }
    Rows* operator->() const { return rows_; }
    Rows& operator*() const { return *rows_; }
    explicit operator bool() const { return rows_ != nullptr; }

private:
    Rows* rows_ = nullptr;
};

/// Objects of one model, kept together: what a query read, or a single one. Their addresses do not
/// change. Every object in it is also a Value (value()), at no cost but a count, that templates
/// look into: fields, relations (loaded when touched), reverse relations, annotations,
/// get_FOO_display, and the methods that the model exposes.
class Rows final : public Object {
public:
    /// A block of memory that begins with this and goes on with the objects.
    struct Chunk {
        std::byte* first = nullptr;
        std::size_t count = 0, capacity = 0;
        Chunk* next = nullptr;
    };

    explicit Rows(const ModelType& type, std::size_t expected = 0);
    ~Rows() override;
    static RowsPtr make(const ModelType& type, std::size_t expected = 0);
    /// One row, a copy of `object`.
    static RowsPtr copy_of(const ModelType& type, const void* object);

    const ModelType& type() const { return *type_; }
    /// The current registry's description, remembered from the first call on.
    const ModelMeta& meta() const;
    std::size_t count() const { return count_; }
    void* at(std::size_t index) const;
    const Chunk* chunks() const { return chunks_; }
    /// A new row, as T{} makes it.
    void* add();
    /// A new row, copied or moved from `object`.
    void* add_copy(const void* object);
    void* add_moved(void* object);
    /// Keeps another result alive as long as this one: its rows are referenced from here.
    void keep(RowsPtr other) { kept_.push_back(std::move(other)); }

    Value value(const void* row) const { return Value::object(this, row); }

    std::string_view type_name(Self) const override;
    void append_str(Self row, std::string& out) const override;
    void append_repr(Self row, std::string& out) const override;
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self row, const Name& name) const override;
    std::vector<std::string> attribute_names(Self row) const override;
    bool equals(Self row, const Value& other) const override;
    std::size_t hash(Self row) const override;

private:
    void* next_place();
    void add_chunk();
    void take_place();

    static constexpr std::size_t kFirstChunkRows = 16;
    static constexpr std::size_t kChunkRowsMax = 4096;

    const ModelType* type_;
    mutable const ModelMeta* meta_ = nullptr;
    Chunk* chunks_ = nullptr;
    Chunk* last_chunk_ = nullptr;
    std::size_t count_ = 0;
    std::size_t expected_;
    std::vector<RowsPtr> kept_;
};

/// A copy of `object` as a Value.
Value object_value(const ModelType& type, const void* object);

/// Walks over the rows of a result.
template <class T>
class RowIterator {
public:
    RowIterator() = default;
    explicit RowIterator(const Rows::Chunk* chunk) : chunk_(chunk) { enter(); }

    T& operator*() const { return *at_; }
    T* operator->() const { return at_; }
    RowIterator& operator++() {
        if (++at_ == end_) {
            chunk_ = chunk_->next;
            enter();
        }
        return *this;
    }
    friend bool operator==(const RowIterator& a, const RowIterator& b) { return a.at_ == b.at_; }

private:
    void enter() {
        at_ = end_ = nullptr;
        if (!chunk_) return;
        at_ = static_cast<T*>(static_cast<void*>(chunk_->first));
        end_ = at_ + chunk_->count;
        if (at_ == end_) at_ = end_ = nullptr;
    }

    const Rows::Chunk* chunk_ = nullptr;
    T* at_ = nullptr;
    T* end_ = nullptr;
};

}  // namespace tatum::db
