#include <tatum/forms/form_definition.h>

#include <tatum/forms/impl/field_draft.h>
#include <tatum/forms/impl/form_state.h>

namespace tatum::forms::impl {

namespace {

/// For messages.
std::string place_of(const FormClass& form, std::string_view field) {
    return std::string(form.type.name) + "." + std::string(field) + ": ";
}

}  // namespace

void FormDefinitionBase::field(const FormMember& member,
                               std::initializer_list<FormFieldOptionArgument> options) noexcept {
    if (fault_) return;
    try {
        add_field(member, options);
    } catch (const std::exception& error) {
        note_fault(place_of(*form_, member.name) + error.what());
    }
}

void FormDefinitionBase::add_field(const FormMember& member,
                                   std::initializer_list<FormFieldOptionArgument> options) {
    FieldDraft draft{.ops = member.ops};
    for (const FormFieldOptionArgument& option : options) option.apply(draft);
    NamedField named(member.name, draft.make());
    MemberSlot slot{.name = std::string(member.name),
                    .offset = member.offset,
                    .ops = member.ops,
                    .choices = std::move(draft.choices)};
    // Declared again, as by a form that derives from another, a field keeps its place.
    for (std::size_t i = 0; i < form_->fields.size(); ++i) {
        if (form_->fields[i].name() != member.name) continue;
        slot.clean = form_->slots[i].clean;
        form_->fields[i] = std::move(named);
        form_->slots[i] = std::move(slot);
        return;
    }
    form_->fields.push_back(std::move(named));
    form_->slots.push_back(std::move(slot));
}

void FormDefinitionBase::clean(std::string_view field, void (*hook)(BaseForm& form)) noexcept {
    for (MemberSlot& slot : form_->slots) {
        if (slot.name != field) continue;
        slot.clean = hook;
        return;
    }
    note_fault(place_of(*form_, field) + "clean() is for a field; declare it before");
}

void FormDefinitionBase::remove(std::string_view field) noexcept {
    std::erase_if(form_->fields, [&](const NamedField& named) { return named.name() == field; });
    std::erase_if(form_->slots, [&](const MemberSlot& slot) { return slot.name == field; });
}

void FormDefinitionBase::defaults(const FormOptions& options) noexcept {
    form_->defaults = options;
}

void FormDefinitionBase::media(const MediaOptions& media) noexcept {
    try {
        form_->media += Media(media);
    } catch (const std::exception& error) {
        note_fault(std::string(form_->type.name) + ": " + error.what());
    }
}

void FormDefinitionBase::note_fault(std::string_view message) noexcept {
    if (!fault_) fault_ = std::make_exception_ptr(ImproperlyConfigured(std::string(message)));
}

void FormDefinitionBase::rethrow_fault() const {
    if (fault_) std::rethrow_exception(fault_);
}

Shared<const FormClass> make_form_class(const FormDeclaration& declaration) {
    Shared<FormClass> made = shared<FormClass>();
    made->type = declaration.type;
    made->object = declaration.object;
    FormDefinitionBase definition(*made);
    declaration.define(definition);
    definition.rethrow_fault();
    return made;
}

}  // namespace tatum::forms::impl
