#pragma once

#include <tatum/template/engine.h>

namespace tatum::template_::impl {

/// A template as a Value: what `{% include %}` and `{% extends %}` take besides names.
class TemplateObject final : public Object {
public:
    explicit TemplateObject(TemplatePointer parsed) : parsed_(std::move(parsed)) {}
    std::string_view type_name(Self) const override { return "Template"; }
    const TemplatePointer& parsed() const { return parsed_; }

private:
    TemplatePointer parsed_;
};

/// The template that `value` is, or nullptr.
TemplatePointer as_template(const Value& value);

}  // namespace tatum::template_::impl
