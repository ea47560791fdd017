#include <tatum/db/rows.h>

#include <tatum/db/exceptions.h>
#include <tatum/db/file_values.h>
#include <tatum/db/foreign_key.h>
#include <tatum/db/impl/member_ops.h>
#include <tatum/db/impl/row_extras.h>
#include <tatum/db/many_to_many.h>
#include <tatum/db/meta.h>

#include <algorithm>
#include <memory>

namespace tatum::db {

RowsPtr RowsPtr::share(Rows* rows) {
    if (rows) rows->retain();
    return adopt(rows);
}
RowsPtr::~RowsPtr() {
    if (rows_) rows_->release();
}

Rows::Rows(const ModelType& type, std::size_t expected) : type_(&type), expected_(expected) {}

Rows::~Rows() {
    while (Chunk* chunk = chunks_) {
        for (std::size_t i = 0; i < chunk->count; ++i) {
            type_->destroy(chunk->first + i * type_->size);
        }
        chunks_ = chunk->next;
        const std::unique_ptr<std::byte[]> block(
            static_cast<std::byte*>(static_cast<void*>(chunk)));
    }
}

RowsPtr Rows::make(const ModelType& type, std::size_t expected) {
    return RowsPtr::adopt(std::make_unique<Rows>(type, expected).release());
}

RowsPtr Rows::copy_of(const ModelType& type, const void* object) {
    RowsPtr rows = make(type, 1);
    rows->add_copy(object);
    return rows;
}

const ModelMeta& Rows::meta() const {
    if (!meta_) meta_ = &ModelRegistry::current().get(*type_);
    return *meta_;
}

void* Rows::at(std::size_t index) const {
    for (const Chunk* chunk = chunks_; chunk; chunk = chunk->next) {
        if (index < chunk->count) return chunk->first + index * type_->size;
        index -= chunk->count;
    }
    return nullptr;
}

/// Room for one more object at the end, which take_place() counts once it is made.
void* Rows::next_place() {
    if (!last_chunk_ || last_chunk_->count == last_chunk_->capacity) add_chunk();
    return last_chunk_->first + last_chunk_->count * type_->size;
}

void Rows::add_chunk() {
    const std::size_t capacity =
        last_chunk_ ? std::min(last_chunk_->capacity * 2, kChunkRowsMax)
                    : (expected_ ? std::min(expected_, kChunkRowsMax) : kFirstChunkRows);
    std::size_t space = capacity * type_->size + type_->alignment;
    auto block = std::make_unique_for_overwrite<std::byte[]>(sizeof(Chunk) + space);
    void* first = block.get() + sizeof(Chunk);
    std::align(type_->alignment, capacity * type_->size, first, space);
    Chunk* chunk = std::construct_at(static_cast<Chunk*>(static_cast<void*>(block.release())),
                                     Chunk{static_cast<std::byte*>(first), 0, capacity});
    (last_chunk_ ? last_chunk_->next : chunks_) = chunk;
    last_chunk_ = chunk;
}

void Rows::take_place() {
    ++last_chunk_->count;
    ++count_;
}

void* Rows::add() {
    void* place = next_place();
    type_->construct(place);
    take_place();
    return place;
}

void* Rows::add_copy(const void* object) {
    void* place = next_place();
    type_->copy(place, object);
    take_place();
    return place;
}

void* Rows::add_moved(void* object) {
    void* place = next_place();
    type_->move(place, object);
    take_place();
    return place;
}

std::string_view Rows::type_name(Self) const { return type_->name; }

void Rows::append_str(Self row, std::string& out) const { out += meta().str_of(row); }

void Rows::append_repr(Self row, std::string& out) const {
    out += '<';
    out += type_->name;
    out += ": ";
    out += meta().str_of(row);
    out += '>';
}

namespace {

Value related_value(const ModelMeta& model, const void* row, const ReverseMeta& reverse) {
    const AnyQuerySet query =
        impl::related(*model.type, row, *reverse.model->type, reverse.field->name);
    if (!reverse.one()) return to_value(query);
    // The other end of a one-to-one relation is the object itself.
    if (!query.is_evaluated()) {
        const RowsPtr rows = query.get();
        return rows->value(rows->at(0));
    }
    if (query.rows().count() == 0) {
        reverse.model->type->fail(GetFault::DoesNotExist,
                                  model.name + " has no " + reverse.accessor + ".");
    }
    return query.rows().value(query.rows().at(0));
}

Value foreign_value(const FieldMeta& field, const void* member) {
    const void* object = field.ops->object(member, *field.relation->target_type);
    if (!object) return {};
    return field.ops->loaded(member)->rows()->value(object);
}

Value field_value(const Rows& rows, const void* row, const FieldMeta& field,
                  const impl::RowExtras* extras) {
    if (extras && std::find(extras->deferred.begin(), extras->deferred.end(), &field) !=
                      extras->deferred.end()) {
        return impl::read_deferred(rows.meta(), row, field);
    }
    if (field.enum_as_text || field.is_auto()) return field.get(row);
    return field.ops->get(static_cast<const std::byte*>(row) + field.offset, &rows);
}

}  // namespace

std::optional<Value> Rows::attribute(Self row, const Name& name) const {
    using What = AttributeMeta::What;
    const ModelMeta& model = meta();
    const AttributeMeta* found = model.find_attribute(name);
    const auto* extras = type_->const_base(row)->model_state().find_extras();
    if (!found) {
        if (!extras) return std::nullopt;
        for (const auto& [annotated, value] : extras->annotations) {
            if (annotated == name.text) return value;
        }
        return std::nullopt;
    }
    switch (found->what) {
        case What::Value: {
            const FieldMeta& field = *found->field;
            const Value value = field_value(*this, row, field, extras);
            return field.is_file() ? file_value(field, value) : value;
        }
        case What::Related:
            return foreign_value(*found->field,
                                 static_cast<const std::byte*>(row) + found->field->offset);
        case What::Many: {
            const void* member = static_cast<const std::byte*>(row) + found->field->offset;
            return to_value(static_cast<const impl::ManyToManyLink*>(member)->query(
                *found->field->relation->target_type));
        }
        case What::Reverse:
            return related_value(model, row, *found->reverse);
        case What::Display:
            return Value(found->field->display(found->field->get(row)));
        case What::Method:
            return found->method->call(row);
        case What::AbsoluteUrl:
            return Value(type_->get_absolute_url(row));
    }
    return std::nullopt;
}

std::vector<std::string> Rows::attribute_names(Self row) const {
    std::vector<std::string> names;
    const ModelMeta& model = meta();
    for (const AttributeMeta& attribute : model.attributes) names.push_back(attribute.name);
    if (const auto* extras = impl::base_of(model, row).model_state().find_extras()) {
        for (const auto& annotation : extras->annotations) names.push_back(annotation.first);
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool Rows::equals(Self row, const Value& other) const {
    const auto* rows = dynamic_cast<const Rows*>(&other.as_object());
    return rows && rows->type_ == type_ && impl::same_row(*type_, row, other.self());
}

std::size_t Rows::hash(Self row) const { return meta().pk_of(row).hash(); }

Value object_value(const ModelType& type, const void* object) {
    const RowsPtr rows = Rows::copy_of(type, object);
    return rows->value(rows->at(0));
}

}  // namespace tatum::db
