#pragma once

#include <tatum/db/fwd.h>

#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::db {

namespace impl {

class DefinitionBase;

/// The name at the end of a __PRETTY_FUNCTION__ of the form "... = &shop::Category::slug]", as that
/// of a function is which returns this and has one template parameter. Read from its end, since the
/// compiler does this for each member that an app names.
struct LastName {
    std::string_view text;

    template <std::size_t size>
    constexpr LastName(const char (&pretty)[size]) {
        const char* const end = pretty + size - sizeof("]");
        const char* begin = end;
        while (begin[-1] != ':' && begin[-1] != '&' && begin[-1] != ' ') --begin;
        text = {begin, static_cast<std::size_t>(end - begin)};
    }
};
template <class TypeNamed>
constexpr LastName name_of_class() {
    return __PRETTY_FUNCTION__;
}
template <auto MemberNamed>
constexpr LastName name_of_member() {
    return __PRETTY_FUNCTION__;
}
/// "Category" of shop::Category.
template <class T>
inline constexpr std::string_view class_name = name_of_class<T>().text;
/// "slug" of &Category::slug; a trailing underscore, which only avoids a keyword, is dropped.
constexpr std::string_view without_underscore(std::string_view name) {
    return name.back() == '_' ? name.substr(0, name.size() - 1) : name;
}
template <auto Member>
inline constexpr std::string_view member_name = without_underscore(name_of_member<Member>().text);

/// The class and the type of the member that &Category::slug points to.
template <class M>
struct MemberPointer;
template <class C, class M>
struct MemberPointer<M C::*> {
    using Class = C;
    using Type = M;
};

template <class T>
struct TypeOperations;

}  // namespace impl

/// Why get() has no object.
enum class GetFault : std::uint8_t { DoesNotExist, MultipleObjectsReturned };

/// A model as the C++ type that it is: how to make, copy and destroy its objects, and where its
/// declaration stands. One constant per model; its address identifies the model. ModelMeta is what
/// a registry makes of it.
struct ModelType {
    std::string_view name;  ///< the class's own name: "Category"
    std::uint32_t size = 0;
    std::uint32_t alignment = 0;
    void (*construct)(void* memory) = nullptr;
    void (*copy)(void* memory, const void* from) = nullptr;
    void (*move)(void* memory, void* from) = nullptr;
    void (*destroy)(void* object) = nullptr;
    void (*define)(impl::DefinitionBase& definition) = nullptr;
    ModelBase* (*base)(void* object) = nullptr;
    const ModelBase* (*const_base)(const void* object) = nullptr;
    std::string (*str)(const void* object) = nullptr;               ///< null: "Category object (1)"
    void (*clean)(void* object) = nullptr;                          ///< null when there is none
    std::string (*get_absolute_url)(const void* object) = nullptr;  ///< null when there is none
    /// Throws the model's own exception.
    void (*fail)(GetFault fault, const std::string& message) = nullptr;
};

namespace impl {

template <class T>
struct TypeOperations {
    static T& of(void* object) { return *static_cast<T*>(object); }
    static const T& of(const void* object) { return *static_cast<const T*>(object); }
    static void construct(void* memory) { ::new (memory) T(); }
    static void copy(void* memory, const void* from) { ::new (memory) T(of(from)); }
    static void move(void* memory, void* from) { ::new (memory) T(std::move(of(from))); }
    static void destroy(void* object) { of(object).~T(); }
    static void define(DefinitionBase& definition) {
        Definition<T> typed(definition);
        T::define(typed);
    }
    static ModelBase* base(void* object) { return static_cast<T*>(object); }
    static const ModelBase* const_base(const void* object) { return static_cast<const T*>(object); }
    static std::string str(const void* object) { return of(object).str(); }
    static void clean(void* object) { of(object).clean(); }
    static std::string get_absolute_url(const void* object) {
        return of(object).get_absolute_url();
    }
    static void fail(GetFault fault, const std::string& message) {
        if (fault == GetFault::DoesNotExist) throw typename Model<T>::DoesNotExist(message);
        throw typename Model<T>::MultipleObjectsReturned(message);
    }

    static constexpr ModelType make() {
        ModelType type{.name = class_name<T>,
                       .size = sizeof(T),
                       .alignment = alignof(T),
                       .construct = construct,
                       .copy = copy,
                       .move = move,
                       .destroy = destroy,
                       .define = define,
                       .base = base,
                       .const_base = const_base,
                       .fail = fail};
        if constexpr (requires(const T& t) { t.str(); }) type.str = str;
        if constexpr (requires(T& t) { t.clean(); }) type.clean = clean;
        if constexpr (requires(const T& t) { t.get_absolute_url(); }) {
            type.get_absolute_url = get_absolute_url;
        }
        return type;
    }
};

}  // namespace impl

template <class T>
inline constexpr ModelType model_type = impl::TypeOperations<T>::make();

/// The types of several models, as an App lists them: models<Category, Product>().
template <class... Ts>
std::vector<const ModelType*> models() {
    return {&model_type<Ts>...};
}

}  // namespace tatum::db

namespace tatum {
using db::models;
}
