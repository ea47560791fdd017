#include <tatum/forms/widget_templates.h>

#include <tatum/base/error.h>
#include <tatum/forms/impl/widget_parts.h>
#include <tatum/template/context.h>

#include <deque>

namespace tatum::forms {

namespace {

std::vector<template_::EmbeddedLoader::Entry> widget_template_entries() {
    // The loader keeps views of the names, which live as long as the program.
    static const std::deque<std::string> names = [] {
        std::deque<std::string> all;
        for (const impl::NamedWidgetPart& part : impl::widget_parts())
            all.push_back("django/forms/widgets/" + std::string(part.name) + ".html");
        return all;
    }();
    std::vector<template_::EmbeddedLoader::Entry> entries;
    for (std::size_t i = 0; i < names.size(); ++i)
        entries.push_back({names[i], impl::widget_parts()[i].source});
    return entries;
}

Value widget_html(template_::Context& context, std::string_view name) {
    const impl::NamedWidgetPart* part = impl::find_widget_part(name);
    const Value* widget = context.find(Name("widget"));
    std::string out;
    if (part != nullptr && widget != nullptr && widget->is_dict())
        part->append(out, widget->as_dict());
    return Value::safe(out);
}

}  // namespace

std::shared_ptr<const template_::Loader> widget_template_loader() {
    return std::make_shared<const template_::EmbeddedLoader>(widget_template_entries());
}

template_::Library widget_template_library() {
    return template_::Library("tatum_widgets").simple_tag("widget_html", {"name"}, &widget_html);
}

}  // namespace tatum::forms
