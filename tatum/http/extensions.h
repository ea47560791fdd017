#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/value.h>

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tatum::http {

namespace impl {
template <class T>
inline constexpr char kExtensionKey = 0;

template <class T>
concept NamedExtension = requires {
    { T::kAttribute } -> std::convertible_to<std::string_view>;
} && HasToValue<T>;
}  // namespace impl

/// What layers above attach to a request or a response: at most one value of each type. Movable.
///
///     request.extensions.set(Session{...});
///     if (auto* session = request.extensions.find<Session>()) ...
///
/// A type with `static constexpr std::string_view kAttribute = "session"` and a to_value() shows
/// under that name in templates, as `request.session`.
class Extensions {
public:
    Extensions() = default;
    Extensions(Extensions&&) noexcept = default;
    Extensions& operator=(Extensions&&) noexcept = default;

    /// Replaces the T there is. The reference is valid until the next set<T>() or erase<T>().
    template <class T>
    std::decay_t<T>& set(T&& value) {
        using Type = std::decay_t<T>;
        const Shared<Type> kept = shared<Type>(std::forward<T>(value));
        place(&impl::kExtensionKey<Type>) = Slot{&impl::kExtensionKey<Type>, kept.get(), kept,
                                                 value_of<Type>(), attribute_of<Type>()};
        return *kept;
    }
    /// Attaches a value that its caller keeps alive as long as this.
    template <class T>
    T& refer(T& value) {
        place(&impl::kExtensionKey<T>) =
            Slot{&impl::kExtensionKey<T>, &value, {}, value_of<T>(), attribute_of<T>()};
        return value;
    }
    /// nullptr when there is none. T may be incomplete.
    template <class T>
    T* find() const {
        for (const Slot& slot : slots_)
            if (slot.key == &impl::kExtensionKey<T>) return static_cast<T*>(slot.object);
        return nullptr;
    }
    /// The T there is, else a default-constructed one that is attached now.
    template <class T>
    T& ensure() {
        if (T* found = find<T>()) return *found;
        return set(T{});
    }
    template <class T>
    void erase() {
        erase_key(&impl::kExtensionKey<T>);
    }

    /// What a template sees under `name`.
    std::optional<Value> attribute(const Name& name) const;
    std::vector<std::string> attribute_names() const;

private:
    struct Slot {
        const void* key = nullptr;
        void* object = nullptr;
        Shared<void> kept;  ///< null when the object is only referred to
        Value (*value)(const void*) = nullptr;
        Name attribute;
    };

    template <class T>
    static Value (*value_of())(const void*) {
        if constexpr (impl::NamedExtension<T>)
            return [](const void* object) { return to_value(*static_cast<const T*>(object)); };
        else
            return nullptr;
    }
    template <class T>
    static Name attribute_of() {
        if constexpr (impl::NamedExtension<T>)
            return Name(T::kAttribute);
        else
            return {};
    }
    Slot& place(const void* key);
    void erase_key(const void* key);

    std::vector<Slot> slots_;
};

}  // namespace tatum::http
