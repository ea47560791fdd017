#pragma once

#include <tatum/forms/members.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::forms::impl {

/// Of what an optional or a list holds; else `ops` itself.
const MemberOps& inner_ops(const MemberOps& ops);

/// A member of a form's class that holds the cleaned value of a field.
struct MemberSlot {
    std::string name;
    std::uint32_t offset = 0;  ///< within the class
    const MemberOps* ops = nullptr;
    /// Those of a choice, to tell enumerators and their stored values from each other.
    std::vector<Choice> choices = {};
    void (*clean)(BaseForm& form) = nullptr;  ///< clean_FIELD of the class; may be null

    /// The member's value as cleaned_data has it.
    Value get(const void* object) const;
    /// False when the member cannot hold the value. Nothing leaves a member that is never empty as
    /// it is.
    bool set(void* object, const Value& cleaned) const;
};

}  // namespace tatum::forms::impl
