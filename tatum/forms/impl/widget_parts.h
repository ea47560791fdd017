#pragma once

#include <tatum/base/value.h>

#include <span>
#include <string>
#include <string_view>

namespace tatum::forms::impl {

using WidgetPart = void (*)(std::string& out, const Dict& widget);

/// One of Django's templates for widgets, as a function of its variable `widget`.
struct NamedWidgetPart {
    std::string_view name;  ///< "input": django/forms/widgets/input.html
    WidgetPart append;
    std::string_view source;  ///< as a template: what stands behind it is part of the output
};
std::span<const NamedWidgetPart> widget_parts();
/// nullptr when there is none.
const NamedWidgetPart* find_widget_part(std::string_view name);

}  // namespace tatum::forms::impl
