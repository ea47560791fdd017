#pragma once

#include <tatum/forms/field.h>
#include <tatum/forms/members.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::forms::impl {

/// A field of a form while its options are read.
struct FieldDraft {
    /// Kinds of text that the type of the member does not tell.
    enum class Text : std::uint8_t { Line, Area, Email, Url, Slug, IpAddress };

    const MemberOps* ops = nullptr;
    FieldOptions options = {};
    std::optional<bool> is_required = {};
    std::vector<Choice> choices = {};
    Text text = Text::Line;
    bool is_image = false;
    bool has_choices = false;
    std::string regex = {};
    Cloned<Field> own_field = {};
    /// Options that a field of one's own takes over, once it is there.
    std::vector<Function<void(Field&)>> changes = {};

    /// Throws ImproperlyConfigured for options that the member cannot have.
    Owned<Field> make();

private:
    bool has_kind_options() const;
    Owned<Field> make_choice();
    Owned<Field> make_plain();
    void add_empty_choice();
};

/// An option of a model's field. Throws ImproperlyConfigured for those that only tables have.
void apply_model_option(FieldDraft& draft, const db::FieldOption& option);

}  // namespace tatum::forms::impl
